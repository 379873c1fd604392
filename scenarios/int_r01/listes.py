"""Critère d’interfaçage: lists of 2 and of 25 practitioners, known and unknown; response times."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.transport import Limits

CATEGORY = "Critère d’interfaçage"
TIMED_SEARCHES = 5
PATIENT = Limits(total_timeout=60.0, connect_timeout=60.0)


@scenario(
    "R01-40",
    title="Liste de deux praticiens",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-007", "AGR-PS-051", "AGR-PS-052"),
    preconditions=("Deux praticiens ont des créneaux libres.",),
    steps=("La plateforme cherche les créneaux des deux praticiens ensemble, puis de chacun séparément.",),
    expected=("La recherche sur la liste donne, pour chacun, exactement les créneaux de la recherche sur lui seul.",),
    needs=("practitioners.colleague_a", "practitioners.colleague_b"),
)
def deux_praticiens(bench: Bench) -> None:
    """A list of two against each alone."""
    first, second, window = bench.practitioner("colleague_a").id, bench.practitioner("colleague_b").id, bench.window()
    answers = bench.search_all(
        [
            ("Recherche des deux praticiens", bench.query(first, second, window=window)),
            ("Recherche du premier seul", bench.query(first, window=window)),
            ("Recherche du second seul", bench.query(second, window=window)),
        ]
    )
    bench.judge("list", *answers)


@scenario(
    "R01-41",
    title="Liste de 25 praticiens",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-008",),
    preconditions=("Une liste de 25 identifiants est déclarée, dont des praticiens déclarés qui ont des créneaux.",),
    steps=("La plateforme cherche les créneaux des 25 praticiens, puis de chacun de ceux qui sont déclarés.",),
    expected=("La liste est acceptée, et chacun de ces praticiens y a des créneaux s’il en a seul.",),
    needs=("aggregation.list_of_25",),
)
def vingt_cinq_praticiens(bench: Bench) -> None:
    """The longest list that the platform sends."""
    listed, window = bench.candidate.aggregation.list_of_25, bench.window()
    declared = dict.fromkeys(one.id for _, one in bench.candidate.practitioners.declared() if one.id in listed)
    if not declared:
        bench.not_verified("aucun praticien déclaré ne figure dans aggregation.list_of_25")
        return
    answers = bench.search_all(
        [
            ("Recherche de 25 praticiens", bench.query(*listed, window=window)),
            *((f"Recherche de {one} seul", bench.query(one, window=window)) for one in declared),
        ]
    )
    bench.judge("list-of-25", *answers)


@scenario(
    "R01-42",
    title="Praticiens connus et inconnus mêlés",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-009",),
    preconditions=("Un praticien a des créneaux libres ; un autre identifiant est inconnu de la solution.",),
    steps=("La plateforme cherche les créneaux des deux identifiants, puis du praticien connu seul.",),
    expected=("Les créneaux du praticien connu remontent, sans erreur.",),
    needs=("practitioners.one_site", "practitioners.unknown"),
)
def connus_et_inconnus(bench: Bench) -> None:
    """Unknown identifiers are ignored."""
    known, unknown, window = bench.practitioner("one_site").id, bench.practitioner("unknown").id, bench.window()
    answers = bench.search_all(
        [
            ("Recherche du connu et de l’inconnu", bench.query(known, unknown, window=window)),
            ("Recherche du connu seul", bench.query(known, window=window)),
        ]
    )
    bench.judge("unknown-ignored", *answers)


@scenario(
    "R01-43",
    title="Temps de réponse",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("PERF-001", "PERF-002"),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=(f"La plateforme cherche {TIMED_SEARCHES} fois de suite les créneaux d’un praticien.",),
    expected=("Chaque réponse complète arrive en moins de 7 s ; une sur deux en moins d’une seconde.",),
    needs=("practitioners.one_site",),
)
def temps_de_reponse(bench: Bench) -> None:
    """Several searches, one after the other."""
    ps = bench.practitioner("one_site").id
    answers = [bench.search(ps, step=f"Recherche chronométrée n° {rank}") for rank in range(1, TIMED_SEARCHES + 1)]
    bench.judge("response-time", *answers)
    if any(answer.exchange and answer.exchange.timed_out for answer in answers):
        # tells a slow candidate from a dead one; a late answer is never judged
        bench.send(bench.query(ps).request(), step="Diagnostic : la même recherche, jusqu’à 60 s", limits=PATIENT)
