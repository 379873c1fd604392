"""Gestion des ID nationaux de structure, gestion des adresses: places of consultation, one or several."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows

STRUCTURES = "Gestion des ID nationaux de structure"
ADDRESSES = "Gestion des adresses"


@scenario_of_flows(
    "30",
    flows=FLOWS,
    title="Identifiant national de la structure",
    category=STRUCTURES,
    requirements=("AGR-PS-037", "AGR-PS-038", "AGR-PS-039", "AGR-PS-058"),
    preconditions=("La solution connaît l’identifiant national de la structure du praticien.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Chaque situation d’exercice porte un FINESS, un SIRET ou un RPPS rang, préfixé et typé IDNST.",),
    needs=("practitioners.one_site.structures",),
)
def identifiant_de_structure(bench: Bench) -> None:
    """The structure's national identifier."""
    bench.search(bench.practitioner("one_site").id, step="Recherche du praticien")


@scenario_of_flows(
    "31",
    flows=FLOWS,
    title="Adresse du lieu de consultation",
    category=ADDRESSES,
    requirements=(
        "AGR-PS-030",
        "AGR-PS-031",
        "AGR-PS-032",
        "AGR-PS-033",
        "AGR-PS-034",
        "AGR-PS-035",
        "AGR-PS-036",
        "AGR-PS-041",
        "AGR-PS-042",
        "AGR-PS-059",
    ),
    preconditions=("L’adresse de chaque lieu est déclarée dans [[agenda]].",),
    steps=("La plateforme cherche les créneaux d’un praticien d’un seul lieu.",),
    expected=(
        "La Location est contenue dans le PractitionerRole, avec une ligne d’adresse, une ville et un code postal à "
        "cinq chiffres, ceux de la solution.",
    ),
    needs=("practitioners.one_site",),
)
def adresse(bench: Bench) -> None:
    """One contained Location with its address."""
    bench.search(bench.practitioner("one_site").id, step="Recherche du praticien")


@scenario_of_flows(
    "32",
    flows=FLOWS,
    title="Praticien exerçant dans deux lieux",
    category=ADDRESSES,
    requirements=("AGR-PS-047", "AGR-PS-048", "AGR-PS-049", "AGR-PS-050"),
    preconditions=("Le praticien a des créneaux libres dans deux lieux, déclarés dans [[agenda]].",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=(
        "Un seul Practitioner, deux PractitionerRole avec leur Location, deux Schedule.",
        "Chaque créneau est rattaché au lieu où il est proposé.",
    ),
    needs=("practitioners.two_sites.places",),
)
def deux_lieux(bench: Bench) -> None:
    """One practitioner, two places."""
    answer = bench.search(bench.practitioner("two_sites").id, step="Recherche du praticien à deux lieux")
    bench.judge("several-places", answer)


@scenario_of_flows(
    "33",
    flows=FLOWS,
    title="Deux praticiens au même lieu",
    category=ADDRESSES,
    requirements=("AGR-PS-053",),
    preconditions=("Deux praticiens exercent à la même adresse et ont des créneaux libres.",),
    steps=("La plateforme cherche les créneaux des deux praticiens.",),
    expected=("Chacun a son PractitionerRole, sa Location contenue et son Schedule.",),
    needs=("practitioners.colleague_a", "practitioners.colleague_b"),
)
def deux_praticiens_au_meme_lieu(bench: Bench) -> None:
    """Two colleagues at one place."""
    pair = (bench.practitioner("colleague_a").id, bench.practitioner("colleague_b").id)
    bench.judge("same-place", bench.search(*pair, step="Recherche des deux praticiens"))
