"""What is wrong in INT_R01 is seen in INT_R04 by the same requirements: the platform sends practitioners the same search.

Not all are played, for the time it takes: those whose verdicts differ, and as many more as break every SHALL once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.defects import Defect
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow, load_catalogue
from tests.matrix.cahier import Campaign, campaign, defects
from tests.matrix.stand_in import StandIn

COUNTERPARTS: Final = {
    "AGR-PS-011": "AGR-CPTS-004",
    "AGR-PS-012": "AGR-CPTS-005",
    "AGR-PS-054": "AGR-CPTS-009",
}
"""The requirements that INT_R04 has under another name."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a defect turns red in INT_R04 besides (`failures`, `reserves`), or does not (`spared`), and why."""

    why: str
    failures: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()


_AT_LEAST_ONE: Final = Difference(
    "sas-cpts-bundle-aggregator compte au moins un Schedule, un Practitioner et un PractitionerRole ; BundleAgregateur, non.",
    ("AGR-CPTS-004",),
)
_ONE_LINK: Final = Difference(
    "sas-cpts-bundle-aggregator n’admet qu’un lien (point ouvert A-08) ; BundleAgregateur, plusieurs.",
    ("AGR-CPTS-004",),
)
DIFFERENCES: Final[Mapping[str, Difference]] = {
    "cpts-code-in-int-r01": Difference("Le code CPTS est admis dans INT_R04.", spared=("AGR-CPTS-009",)),
    "colleague-returned": Difference(
        "Le confrère a des créneaux de CPTS : il s’ajoute aux deux praticiens de la liste.", ("AGR-PS-051",)
    ),
    "first-slot-type-only": Difference(
        "La visibilité que perd un créneau PUBLIC et CPTS est celle que son type de soins 604 demande.",
        ("AGR-CPTS-008",),
    ),
    "schedules-not-included": _AT_LEAST_ONE,
    "practitioners-not-included": _AT_LEAST_ONE,
    "roles-not-included": _AT_LEAST_ONE,
    "actors-not-included": _AT_LEAST_ONE,
    "next-link": _ONE_LINK,
    "paged-answer": _ONE_LINK,
    "link-without-relation": _ONE_LINK,
    "orphan-organization": Difference(
        "Sans créneau de CPTS, une réponse d’INT_R04 ne contient aucune Organization.", ("AGR-CPTS-003",)
    ),
    "slots-on-first-professional": Difference(
        "Un créneau de CPTS tombe à l’heure d’un rendez-vous pris du premier praticien.", ("AGR-COM-054",)
    ),
}
"""By defect of INT_R01."""


def chosen() -> list[Defect]:
    """The defects to play: those with a difference, then each time the one that breaks the most of what is left."""
    breaks = {item: _broken(item) for item in defects(Flow.INT_R01)}
    played = [item for item in breaks if item.id in DIFFERENCES]
    left = set().union(*breaks.values()).difference(*map(_broken, played))
    while left:
        played.append(max(breaks, key=lambda item: len(breaks[item] & left)))
        left -= breaks[played[-1]]
    return played


def _broken(item: Defect) -> frozenset[tuple[str, bool]]:
    return frozenset((name, True) for name in item.failures)


def expected(names: tuple[str, ...], added: tuple[str, ...], spared: tuple[str, ...]) -> set[str]:
    return ({COUNTERPARTS.get(name, name) for name in names} | set(added)) - set(spared)


def of_flow(seen: Campaign, verdict: Verdict) -> set[str]:
    """Requirements of INT_R04 only: a scenario also searches as in INT_R01."""
    catalogue = load_catalogue()
    return {name for name in seen.having(verdict) if catalogue[name].concerns(Flow.INT_R04)}


@pytest.mark.parametrize("declared", chosen(), ids=lambda item: item.id)
def test_a_defect_of_int_r01_reddens_the_same_in_int_r04(declared: Defect, tmp_path: Path) -> None:
    other = DIFFERENCES.get(declared.id, Difference(""))
    seen = campaign(StandIn(declared.behaviour), tmp_path, Flow.INT_R04)
    assert of_flow(seen, Verdict.NON_CONFORME) == expected(declared.failures, other.failures, other.spared), other.why
    assert of_flow(seen, Verdict.RESERVE) == expected(declared.reserves, other.reserves, other.spared), other.why


def test_every_difference_is_of_a_defect_of_int_r01() -> None:
    assert set(DIFFERENCES) <= {item.id for item in defects(Flow.INT_R01)}
