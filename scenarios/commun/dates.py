"""Filtre par date: bounds exact to the millisecond, in any time zone and any published form."""

from datetime import timedelta, timezone

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import ALL_AGENDAS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows
from sas_recette.exchange.search import PARIS
from sas_recette.platform.aggregator import OffsetStyle, SearchWindow

CATEGORY = "Filtre par date"
ANTILLES = timezone(timedelta(hours=-4))
MILLISECOND = timedelta(milliseconds=1)
TWICE = timedelta(hours=2)
SLOTS = ("{Un} a au moins deux créneaux libres, à des heures différentes.",)


@scenario_of_flows(
    "10",
    flows=FLOWS,
    title="Bornes exactes de la fenêtre",
    category=CATEGORY,
    requirements=(
        "AGR-COM-029",
        "AGR-COM-030",
        "AGR-COM-031",
        "AGR-COM-032",
        "AGR-COM-033",
        "AGR-COM-034",
        "AGR-COM-035",
        "AGR-COM-036",
        "AGR-PS-002",
        "AGR-SOS-003",
    ),
    preconditions=SLOTS,
    steps=(
        "La plateforme cherche toute la fenêtre et relève l’heure des créneaux.",
        "Elle cherche ensuite du premier au deuxième créneau, bornes égales à leurs débuts.",
        "Elle cherche enfin d’une milliseconde après le premier à une milliseconde avant le deuxième.",
    ),
    expected=(
        "Les créneaux qui débutent sur une borne sont renvoyés.",
        "Aucun créneau qui débute hors des bornes n’est renvoyé.",
    ),
    needs=("ordinary",),
)
def bornes_exactes(bench: Bench) -> None:
    """Both bounds are inclusive, to the millisecond."""
    ps = bench.holder("ordinary")
    whole = bench.search(ps, step="Fenêtre entière")
    starts = sorted({slot.start for slot in whole.slots if slot.start})
    if len(starts) < 2:
        why = "la fenêtre entière ne donne pas deux créneaux à des heures différentes"
        bench.not_verified(why, "AGR-COM-036")
        return
    first, second = starts[0], starts[1]
    probes = [("Du premier au deuxième créneau, bornes incluses", SearchWindow(first, second))]
    if second - first > 2 * MILLISECOND:
        inside = SearchWindow(first + MILLISECOND, second - MILLISECOND)
        probes.append(("Strictement entre les deux créneaux", inside))
    probes.append(("Un seul instant, celui du deuxième créneau", SearchWindow(second, second)))
    answers = bench.search_all([(step, bench.query(ps, window=window)) for step, window in probes])
    for answer in answers:
        bench.judge("window", answer, whole)
    bench.judge("start-effect", *answers, whole)


@scenario_of_flows(
    "11",
    flows=FLOWS,
    title="Mêmes instants dans un autre fuseau",
    category=CATEGORY,
    requirements=("AGR-COM-037",),
    preconditions=SLOTS,
    steps=("La plateforme fait la même recherche avec des bornes en heure de Paris, en UTC et en heure des Antilles.",),
    expected=("Les trois réponses donnent les mêmes créneaux.",),
    needs=("ordinary",),
)
def autres_fuseaux(bench: Bench) -> None:
    """Equivalent bounds in three offsets, around slots whose hours are known."""
    ps = bench.holder("ordinary")
    whole = bench.search(ps, step="Fenêtre entière, heure de Paris")
    starts = sorted({slot.start for slot in whole.slots if slot.start})
    if len(starts) < 2:
        bench.not_verified("la fenêtre entière ne donne pas deux créneaux à des heures différentes")
        return
    window = SearchWindow(starts[0], starts[1])
    reference = bench.search(ps, window=window, step="Deux premiers créneaux, heure de Paris")
    probes = bench.search_all(
        [
            ("Deux premiers créneaux, UTC", bench.query(ps, window=window, offset=OffsetStyle.UTC)),
            ("Deux premiers créneaux, heure des Antilles", bench.query(ps, window=window, offset=ANTILLES)),
        ]
    )
    for answer in probes:
        bench.judge("same-instants", answer, reference)


@scenario_of_flows(
    "12",
    flows=FLOWS,
    title="Bornes à la seconde",
    category=CATEGORY,
    requirements=("AGR-COM-066",),
    preconditions=SLOTS,
    steps=("La plateforme refait une recherche avec des bornes sans millisecondes.",),
    expected=("Les créneaux sont les mêmes qu’avec les bornes équivalentes à la milliseconde.",),
    needs=("ordinary",),
)
def bornes_a_la_seconde(bench: Bench) -> None:
    """Bounds without milliseconds."""
    ps, window = bench.holder("ordinary"), _whole_seconds(bench.window())
    reference = bench.search(ps, window=window, step="Bornes à la milliseconde")
    query = bench.query(ps, window=window, milliseconds=False)
    bench.judge("without-milliseconds", bench.send(query.request(), step="Bornes à la seconde"), reference)


@scenario_of_flows(
    "13",
    flows=FLOWS,
    title="Bornes sans fuseau horaire",
    category=CATEGORY,
    requirements=("AGR-COM-038",),
    preconditions=SLOTS,
    steps=("La plateforme refait une recherche avec des bornes sans décalage horaire.",),
    expected=("Les bornes sont comprises en heure de Paris et donnent les mêmes créneaux.",),
    needs=("ordinary",),
)
def bornes_sans_fuseau(bench: Bench) -> None:
    """Bounds without an offset mean Paris."""
    ps, window = bench.holder("ordinary"), _said_once(_whole_seconds(bench.window()))
    reference = bench.search(ps, window=window, step="Bornes avec fuseau")
    query = bench.query(ps, window=window, offset=OffsetStyle.NONE)
    bench.judge("without-offset", bench.send(query.request(), step="Bornes sans fuseau"), reference)


def _whole_seconds(window: SearchWindow) -> SearchWindow:
    return SearchWindow(window.start.replace(microsecond=0), window.end.replace(microsecond=0))


def _said_once(window: SearchWindow) -> SearchWindow:
    """Without its offset, an hour that comes twice (autumn clock change) has two meanings: the window starts after it."""
    start = window.start.astimezone(PARIS)
    twice = start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset()
    return SearchWindow(window.start + TWICE, window.end) if twice else window
