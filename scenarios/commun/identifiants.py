"""Gestion des identifiants: who is found, and who is not."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import ALL_AGENDAS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Gestion des identifiants"


@scenario_of_flows(
    "22",
    flows=FLOWS,
    title="Identifiant connu, sans créneau libre",
    category=CATEGORY,
    requirements=("AGR-COM-010",),
    preconditions=("La solution connaît {un} qui n’a aucun créneau libre dans la fenêtre.",),
    steps=(
        "La plateforme cherche les créneaux de {ce}.",
        "Elle cherche, comme témoin, ceux d’{un} qui en a.",
    ),
    expected=("La réponse est un Bundle de total 0, avec son lien self et sans élément entry.",),
    needs=("no_slots",),
)
def sans_creneau(bench: Bench) -> None:
    """An empty Bundle, not an error."""
    bench.judge("empty-expected", *_beside_a_witness(bench, "no_slots", "Recherche d’un identifiant sans créneau"))


@scenario_of_flows(
    "23",
    flows=FLOWS,
    title="Identifiant inconnu de la solution",
    category=CATEGORY,
    requirements=("AGR-COM-010",),
    preconditions=("L’identifiant est celui d’{un} que la solution ne connaît pas.",),
    steps=(
        "La plateforme cherche les créneaux de {ce}.",
        "Elle cherche, comme témoin, ceux d’{un} qui en a.",
    ),
    expected=("La réponse est un Bundle de total 0, et non une erreur.",),
    needs=("unknown",),
)
def inconnu(bench: Bench) -> None:
    """An unknown identifier is not an error."""
    bench.judge("empty-expected", *_beside_a_witness(bench, "unknown", "Recherche d’un identifiant inconnu"))


@scenario_of_flows(
    "24",
    flows=FLOWS,
    title="Identifiant enregistré sans préfixe",
    category=CATEGORY,
    requirements=("AGR-COM-026",),
    preconditions=("L’identifiant {du} est enregistré sans son préfixe dans la solution.",),
    steps=(
        "La plateforme cherche ses créneaux, par l’identifiant préfixé.",
        "Elle cherche, comme témoin, ceux d’{un} qui en a.",
    ),
    expected=("Ses créneaux remontent, et les identifiants renvoyés sont préfixés.",),
    needs=("stored_raw",),
)
def enregistre_sans_prefixe(bench: Bench) -> None:
    """The search does not depend on how the identifier is stored."""
    bench.judge("stored-raw", *_beside_a_witness(bench, "stored_raw", "Recherche de l’identifiant sans préfixe"))


def _beside_a_witness(bench: Bench, role: str, step: str) -> tuple[SearchAnswer, ...]:
    """A search, and an ordinary one where there is somebody for it: what fails for both is not due to the first."""
    window = bench.window()
    queries = [(step, bench.query(bench.holder(role), window=window))]
    others = (bench.holder(other) for other in ("ordinary", "second") if bench.plays(other))
    witness = next((one for one in others if one != bench.holder(role)), "")
    if witness:
        queries.append(("Recherche témoin", bench.query(witness, window=window)))
    return bench.search_all(queries)
