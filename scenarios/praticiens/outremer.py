"""Filtre par date, outre-mer: instants are the same whatever the offset they are written with."""

from datetime import timedelta, timezone

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows
from sas_recette.platform.aggregator import SearchWindow

CATEGORY = "Filtre par date"
OFFSETS = (
    ("heure de la Guadeloupe", timezone(timedelta(hours=-4))),
    ("heure de La Réunion", timezone(timedelta(hours=4))),
    ("heure de la Nouvelle-Calédonie", timezone(timedelta(hours=11))),
)


@scenario_of_flows(
    "14",
    flows=FLOWS,
    title="Praticien d’outre-mer",
    category=CATEGORY,
    requirements=("AGR-COM-031", "AGR-COM-034", "AGR-COM-035", "AGR-COM-036", "AGR-COM-037"),
    preconditions=("Un praticien d’outre-mer a des créneaux libres.",),
    steps=(
        "La plateforme cherche toute la fenêtre et relève l’heure des créneaux.",
        "Elle cherche ensuite le seul instant du premier créneau, en heure de Paris puis dans trois fuseaux d’outre-mer.",
    ),
    expected=("Chaque réponse donne le créneau de cet instant, quel que soit le décalage horaire qui l’écrit.",),
)
def outremer(bench: Bench) -> None:
    """Nothing to play for a candidate that declares no practitioner overseas."""
    if bench.candidate.practitioners.overseas is None:
        bench.not_applicable("aucun praticien d’outre-mer n’est déclaré (practitioners.overseas)")
        return
    one = bench.practitioner("overseas").id
    whole = bench.search(one, step="Fenêtre entière")
    starts = sorted(slot.start for slot in whole.slots if slot.start)
    if not starts:
        bench.not_verified("le praticien d’outre-mer n’a aucun créneau libre dans la fenêtre")
        return
    window = SearchWindow(starts[0], starts[0])
    reference = bench.search(one, window=window, step="L’instant du premier créneau, heure de Paris")
    bench.judge("window", reference, whole)
    queries = [(f"Le même instant, {name}", bench.query(one, window=window, offset=offset)) for name, offset in OFFSETS]
    for answer in bench.search_all(queries):
        bench.judge("same-instants", answer, reference)
