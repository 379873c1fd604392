"""The fictitious SOS Médecins associations and their centres (reference-data.md §5)."""

from __future__ import annotations

from datetime import time
from typing import Final

from sas_recette.editor.agenda import Agenda, Centre, IdentifierKind, Opening, Place, Structure, StructureKind
from sas_recette.editor.seed_directory import PARIS

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _association(key: str, siret: str, name: str) -> Structure:
    return Structure(f"asso-{key}", StructureKind.SOS, IdentifierKind.SIRET, siret, name)


def _opening(days: tuple[str, ...], opens: int, closes: int) -> Opening:
    return Opening(days, time(opens), time(closes))


ASSOCIATIONS: Final[dict[str, Structure]] = {
    "ARMOR": _association("armor", "99900021900017", "SOS Médecins Armor"),
    "CORN": _association("corn", "399900022700010", "SOS Médecins Cornouaille"),
    "LEON": _association("leon", "399900023500013", "SOS Médecins Léon"),
}
"""ARMOR is stored without the prefix of its number, the others with it; LEON has no free slot in the window."""

CENTRES: Final[tuple[Place, ...]] = (
    Place(
        "pfg-armor-nord",
        "5 boulevard de la Rade",
        "22000",
        "SAINT-BRIEUC",
        PARIS,
        ASSOCIATIONS["ARMOR"],
        Centre(
            "armor-nord",
            "6f1c2d3e-0001-4a5b-8c7d-000000000001",
            "Centre de consultation Armor Nord",
            "+33261910021",
            (_opening(_WEEK, 8, 23),),
        ),
    ),
    Place(
        "pfg-armor-sud",
        "31 rue des Genêts",
        "22600",
        "LOUDÉAC",
        PARIS,
        ASSOCIATIONS["ARMOR"],
        Centre(
            "armor-sud",
            "6f1c2d3e-0002-4a5b-8c7d-000000000002",
            "Centre de consultation Armor Sud",
            "+33261910022",
            (_opening(_WEEK[:5], 9, 20), _opening(_WEEK[5:], 10, 18)),
        ),
    ),
    Place(
        "pfg-cornouaille",
        "14 impasse du Lavoir",
        "29000",
        "QUIMPER",
        PARIS,
        ASSOCIATIONS["CORN"],
        Centre(
            "cornouaille",
            "6f1c2d3e-0003-4a5b-8c7d-000000000003",
            "Centre de consultation Cornouaille",
            "+33261910023",
            (_opening(_WEEK, 11, 23),),
        ),
    ),
    Place(
        "pfg-leon",
        "2 route de la Lande",
        "29200",
        "BREST",
        PARIS,
        ASSOCIATIONS["LEON"],
        Centre(
            "leon",
            "6f1c2d3e-0004-4a5b-8c7d-000000000004",
            "Centre de consultation Léon",
            "+33261910024",
            (_opening(_WEEK, 9, 22),),
        ),
    ),
)

CENTRE_AGENDAS: Final[dict[str, Agenda]] = {
    centre.slug: Agenda(centre.slug, place, None) for place in CENTRES if (centre := place.centre) is not None
}

UNKNOWN_SIRET: Final = "99900099500012"
"""A valid number that the product does not know (association X)."""

UNKNOWN_SIRET_LIST: Final[tuple[str, ...]] = (
    "99900030000015",
    "99900031800017",
    "99900032600010",
    "99900033400014",
    "99900034200017",
    "99900035900011",
    "99900036700014",
    "99900037500017",
    "99900038300011",
    "99900039100014",
    "99900040900014",
    "99900041700017",
    "99900042500010",
    "99900043300014",
    "99900044100017",
    "99900045800011",
    "99900046600014",
    "99900047400018",
    "99900048200011",
    "99900049000014",
    "99900050800013",
)
"""Twenty-one more of them, to fill a list of 25 with the three known associations and X."""
