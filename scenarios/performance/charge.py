"""Charge: the volumes that the platform may reach, with the editor's agreement (performance-and-service.md §2.1)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import Occasion, scenario
from sas_recette.engine.volume import play_volume
from sas_recette.norm.requirements import Flow
from sas_recette.platform.load.profile import NOMINAL, PEAK, VOLLEY

CATEGORY = "Charge"
AGREED = "L’éditeur a donné son accord à une charge sur cet hôte, hors production."
EXPECTED = (
    "Aucune recherche n’échoue ; chacune reçoit sa réponse complète en moins de 7 s, comptées de l’instant prévu.",
    "Les réponses de l’échantillon sont aussi justes que sans charge.",
)


@scenario(
    "PERF-C01",
    title="Charge nominale",
    flow=Flow.PERFORMANCE,
    category=CATEGORY,
    requirements=("PERF-003",),
    preconditions=(AGREED,),
    steps=(
        "La plateforme envoie 500 recherches de 1 à 25 identifiants en 10 min, soit 3000 par heure, chacune à son instant prévu.",
        "Le banc juge un échantillon des réponses.",
    ),
    expected=EXPECTED,
    needs=("load",),
    occasion=Occasion.ON_DEMAND,
)
def charge_nominale(bench: Bench) -> None:
    """An open model: a search leaves whether or not those before it were answered."""
    play_volume(bench, NOMINAL, "load-nominal")


@scenario(
    "PERF-C02",
    title="Heure de pointe",
    flow=Flow.PERFORMANCE,
    category=CATEGORY,
    requirements=("PERF-004",),
    preconditions=(AGREED,),
    steps=(
        "La plateforme envoie 500 recherches de 1 à 25 identifiants en 5 min, soit 6000 par heure, chacune à son instant prévu.",
        "Le banc juge un échantillon des réponses.",
    ),
    expected=EXPECTED,
    needs=("load",),
    occasion=Occasion.ON_DEMAND,
)
def heure_de_pointe(bench: Bench) -> None:
    """Twice the nominal rate."""
    play_volume(bench, PEAK, "load-peak")


@scenario(
    "PERF-C03",
    title="Rafale de 25 recherches simultanées",
    flow=Flow.PERFORMANCE,
    category=CATEGORY,
    requirements=("PERF-004",),
    preconditions=(AGREED,),
    steps=(
        "La plateforme envoie à la fois 25 recherches de 1 à 25 identifiants.",
        "Le banc juge un échantillon des réponses.",
    ),
    expected=EXPECTED,
    needs=("load",),
    occasion=Occasion.AGREED,
)
def rafale(bench: Bench) -> None:
    """One shot: cheap enough for every campaign of a candidate that agreed."""
    play_volume(bench, VOLLEY, "load-peak")
