"""Créneaux visibles de CPTS: the type of care, the HealthcareService and the Organization of each."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

CATEGORY = "Créneaux visibles d’une CPTS"


@scenario(
    "R04-70",
    title="Créneau visible d’une CPTS",
    flow=Flow.INT_R04,
    category=CATEGORY,
    requirements=(
        "AGR-CPTS-001",
        "AGR-CPTS-002",
        "AGR-CPTS-004",
        "AGR-CPTS-005",
        "AGR-CPTS-006",
        "AGR-CPTS-007",
        "AGR-CPTS-008",
        "AGR-CPTS-010",
        "AGR-CPTS-011",
        "AGR-CPTS-012",
        "AGR-CPTS-013",
        "AGR-CPTS-014",
        "AGR-CPTS-015",
        "AGR-CPTS-016",
        "AGR-CPTS-019",
        "AGR-CPTS-020",
        "AGR-CPTS-021",
    ),
    preconditions=("Un praticien a un créneau visible d’une CPTS, et un autre qui ne l’est d’aucune.",),
    steps=("La plateforme cherche les créneaux de ce praticien, HealthcareService et Organization comprises.",),
    expected=(
        "Le créneau de la CPTS porte le code CPTS, et un type de soins 604 qui désigne son HealthcareService.",
        "Le HealthcareService et l’Organization de la CPTS, identifiée par 1 et son FINESS, sont dans la réponse.",
    ),
    needs=("practitioners.one_cpts",),
)
def une_cpts(bench: Bench) -> None:
    """One slot of a CPTS beside one that is of none."""
    bench.search(bench.practitioner("one_cpts").id, step="Recherche du praticien d’une CPTS")


@scenario(
    "R04-71",
    title="Créneaux de deux CPTS",
    flow=Flow.INT_R04,
    category=CATEGORY,
    requirements=("AGR-CPTS-017", "AGR-CPTS-018"),
    preconditions=(
        "Un praticien n’a que des créneaux de CPTS : un pour une première, un pour une seconde, un pour les deux.",
    ),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=(
        "Le créneau des deux CPTS porte deux types de soins 604, vers deux HealthcareService.",
        "Chacun des autres désigne le HealthcareService de la sienne.",
    ),
    needs=("practitioners.two_cpts",),
)
def deux_cpts(bench: Bench) -> None:
    """Two CPTS, apart and together."""
    bench.judge("several-cpts", bench.search(bench.practitioner("two_cpts").id, step="Recherche du praticien"))


@scenario(
    "R04-72",
    title="Praticien sans créneau de CPTS",
    flow=Flow.INT_R04,
    category=CATEGORY,
    requirements=("AGR-CPTS-003",),
    preconditions=("Un praticien a des créneaux libres, dont aucun n’est visible d’une CPTS.",),
    steps=(
        "La plateforme cherche ses créneaux par la requête INT_R04, puis par la requête INT_R01.",
        "Elle cherche, comme témoin, ceux d’un praticien d’une CPTS par la requête INT_R04.",
    ),
    expected=("Les deux réponses donnent les mêmes créneaux, sans HealthcareService ni Organization.",),
    needs=("practitioners.without_cpts",),
)
def sans_cpts(bench: Bench) -> None:
    """The answer of INT_R04 is then that of INT_R01."""
    one, window = bench.practitioner("without_cpts").id, bench.window()
    queries = [("Recherche INT_R04", bench.query(one, window=window))]
    if bench.plays("practitioners.one_cpts"):
        witness = bench.practitioner("one_cpts").id
        queries.append(("Recherche témoin, praticien d’une CPTS", bench.query(witness, window=window)))
    answer, *witnesses = bench.search_all(queries)
    as_int_r01 = bench.query(one, window=window, flow=Flow.INT_R01)
    reference = bench.send(as_int_r01.request(), step="Recherche INT_R01")
    bench.judge("as-int-r01", answer, reference, *witnesses)


@scenario(
    "R04-73",
    title="Nom et téléphone de la CPTS",
    flow=Flow.INT_R04,
    category=CATEGORY,
    requirements=("AGR-CPTS-022", "AGR-CPTS-023"),
    preconditions=("La solution connaît le nom et le téléphone de la CPTS, déclarés dans [[cpts]].",),
    steps=("La plateforme cherche les créneaux du praticien de cette CPTS.",),
    expected=("L’Organization porte le nom et le téléphone de la CPTS.",),
    needs=("cpts", "practitioners.one_cpts"),
)
def nom_et_telephone(bench: Bench) -> None:
    """What is known of the CPTS."""
    bench.search(bench.practitioner("one_cpts").id, step="Recherche du praticien d’une CPTS")
