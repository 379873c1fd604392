"""Critère d’interfaçage: response times."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS, scenario, scenario_of_flows
from sas_recette.norm.requirements import Flow
from sas_recette.platform.transport import Limits
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Critère d’interfaçage"
TIMED_SEARCHES = 5
PATIENT = Limits(total_timeout=60.0, connect_timeout=60.0)


@scenario_of_flows(
    "43",
    flows=AGENDAS_OF_PRACTITIONERS,
    title="Temps de réponse",
    category=CATEGORY,
    requirements=("PERF-001", "PERF-002"),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=("La plateforme cherche cinq fois de suite les créneaux d’un praticien.",),
    expected=("Chaque réponse complète arrive en moins de 7 s ; une sur deux en moins d’une seconde.",),
    needs=("ordinary",),
)
def temps_de_reponse(bench: Bench) -> None:
    """Several searches, one after the other."""
    bench.judge("response-time", *_timed(bench))


@scenario(
    "SOS1-43",
    title="Temps de réponse",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("PERF-010",),
    preconditions=("Une association a des créneaux libres.",),
    steps=("La plateforme cherche cinq fois de suite les créneaux d’une association.",),
    expected=("Chaque réponse complète arrive en moins de 7 s.",),
    needs=("associations.two_centres",),
)
def temps_de_reponse_sos(bench: Bench) -> None:
    """The same, without the second of the ANS kit, which says nothing of associations."""
    _timed(bench)


def _timed(bench: Bench) -> tuple[SearchAnswer, ...]:
    one = bench.holder("ordinary")
    answers = tuple(bench.search(one, step=f"Recherche chronométrée n° {rank + 1}") for rank in range(TIMED_SEARCHES))
    if any(answer.exchange and answer.exchange.timed_out for answer in answers):
        # tells a slow candidate from a dead one; a late answer is never judged
        bench.send(bench.query(one).request(), step="Diagnostic : la même recherche, jusqu’à 60 s", limits=PATIENT)
    return answers
