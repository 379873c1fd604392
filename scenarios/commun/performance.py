"""Critère d’interfaçage: response times."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS, scenario, scenario_of_flows
from sas_recette.engine.timed import Series, several, time_series
from sas_recette.norm.requirements import Flow

CATEGORY = "Critère d’interfaçage"
ONE, MANY, EMPTY = 10, 5, 3
"""Searches of a series: on one identifier, on several, on somebody without slots."""


@scenario_of_flows(
    "43",
    flows=AGENDAS_OF_PRACTITIONERS,
    title="Temps de réponse",
    category=CATEGORY,
    requirements=("PERF-001", "PERF-002"),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=(
        "La plateforme cherche dix fois de suite les créneaux d’un praticien.",
        "Elle cherche cinq fois ceux de cinq praticiens, puis cinq fois ceux de vingt-cinq.",
        "Elle cherche trois fois ceux d’un praticien qui n’en a pas.",
    ),
    expected=(
        "Chaque réponse complète arrive en moins de 7 s ; pour un praticien, une sur deux en moins d’une seconde.",
    ),
    needs=("ordinary",),
)
def temps_de_reponse(bench: Bench) -> None:
    """Searches one after the other, each on a connection of its own, the first of a series told apart."""
    one, *_ = time_series(
        bench,
        Series("un praticien", (bench.holder("ordinary"),), ONE),
        Series("cinq praticiens", several(bench, 5), MANY),
        Series("vingt-cinq praticiens", several(bench, 25), MANY),
        Series("un praticien sans créneau", _without_slots(bench), EMPTY),
    )
    bench.judge("response-time", *one)


@scenario(
    "SOS1-43",
    title="Temps de réponse",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("PERF-010",),
    preconditions=("Une association a des créneaux libres.",),
    steps=(
        "La plateforme cherche dix fois de suite les créneaux d’une association.",
        "Elle cherche cinq fois ceux de cinq associations, puis cinq fois ceux de dix.",
        "Elle cherche trois fois ceux d’une association qui n’en a pas.",
    ),
    expected=("Chaque réponse complète arrive en moins de 7 s.",),
    needs=("associations.two_centres",),
)
def temps_de_reponse_sos(bench: Bench) -> None:
    """The same, without the second of the ANS kit, which says nothing of associations."""
    time_series(
        bench,
        Series("une association", (bench.holder("ordinary"),), ONE),
        Series("cinq associations", several(bench, 5), MANY),
        Series("dix associations", several(bench, 10), MANY),
        Series("une association sans créneau", _without_slots(bench), EMPTY),
    )


def _without_slots(bench: Bench) -> tuple[str, ...]:
    return (bench.holder("no_slots"),) if bench.plays("no_slots") else ()
