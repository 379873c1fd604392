"""Critère d’interfaçage: the server, its envelope, and one whole answer judged by every rule."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import ALL_AGENDAS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows
from sas_recette.exchange.model import Request
from sas_recette.platform.aggregator import ACCEPT

CATEGORY = "Critère d’interfaçage"


@scenario_of_flows(
    "01",
    flows=FLOWS,
    title="Description du serveur",
    category=CATEGORY,
    requirements=("AGR-COM-061",),
    steps=("La plateforme lit [base]/metadata.",),
    expected=("Le serveur répond 200 avec un CapabilityStatement de FHIR 4.0.1.",),
)
def description_du_serveur(bench: Bench) -> None:
    """Read the CapabilityStatement."""
    url = f"{bench.candidate.candidate.base_url}/metadata"
    answer = bench.send(Request("GET", url, (("Accept", ACCEPT),)), step="Lecture de /metadata")
    bench.judge("metadata", answer)


@scenario_of_flows(
    "02",
    flows=FLOWS,
    title="La réponse entière",
    category=CATEGORY,
    requirements=(
        "AGR-COM-005",
        "AGR-COM-006",
        "AGR-COM-007",
        "AGR-COM-008",
        "AGR-COM-009",
        "AGR-COM-011",
        "AGR-COM-012",
        "AGR-COM-013",
        "AGR-COM-017",
        "AGR-COM-018",
        "AGR-COM-019",
        "AGR-COM-020",
        "AGR-COM-021",
        "AGR-COM-022",
        "AGR-COM-023",
        "AGR-COM-024",
        "AGR-COM-025",
        "AGR-COM-028",
        "AGR-COM-064",
        "AGR-COM-065",
        "AGR-PS-001",
        "AGR-PS-003",
        "AGR-PS-004",
        "AGR-PS-005",
        "AGR-PS-006",
        "AGR-PS-010",
        "AGR-PS-011",
        "AGR-PS-012",
        "AGR-PS-013",
        "AGR-PS-014",
        "AGR-PS-015",
        "AGR-PS-016",
        "AGR-PS-017",
        "AGR-PS-018",
        "AGR-CPTS-003",
        "AGR-SOS-001",
        "AGR-SOS-002",
        "AGR-SOS-003",
        "AGR-SOS-004",
        "AGR-SOS-005",
        "AGR-SOS-006",
        "AGR-SOS-010",
        "AGR-SOS-011",
        "AGR-SOS-012",
        "AGR-SOS-013",
    ),
    preconditions=("{Un} a des créneaux libres d’ici après-demain soir.",),
    steps=("La plateforme cherche les créneaux de {ce}, de maintenant à après-demain 23:59:59.999.",),
    expected=(
        "La réponse est un Bundle searchset en FHIR R4, conforme aux profils SAS, avec les créneaux, leurs agendas et "
        "tout ce que la requête demande d’y joindre.",
    ),
    needs=("ordinary",),
)
def reponse_entiere(bench: Bench) -> None:
    """One ordinary search."""
    bench.search(bench.holder("ordinary"), step="Recherche ordinaire")


@scenario_of_flows(
    "03",
    flows=FLOWS,
    title="En-tête Accept de la plateforme",
    category=CATEGORY,
    requirements=("AGR-COM-004",),
    preconditions=("{Un} a des créneaux libres.",),
    steps=(
        "La plateforme cherche ses créneaux avec « Accept: application/json+fhir ».",
        "Elle refait la même recherche avec « Accept: application/fhir+json ».",
    ),
    expected=("Les deux réponses donnent les mêmes créneaux.",),
    needs=("ordinary",),
)
def en_tete_accept(bench: Bench) -> None:
    """The legacy Accept header and FHIR's own get the same answer."""
    ps, window = bench.holder("ordinary"), bench.window()
    legacy, standard = bench.search_all(
        [
            ("Accept: application/json+fhir", bench.query(ps, window=window)),
            ("Accept: application/fhir+json", bench.query(ps, window=window, accept="application/fhir+json")),
        ]
    )
    bench.judge("accept-header", legacy, standard)


@scenario_of_flows(
    "04",
    flows=FLOWS,
    title="Requête inexécutable",
    category=CATEGORY,
    requirements=("AGR-COM-014", "AGR-COM-015", "AGR-COM-016"),
    steps=("La plateforme envoie une borne basse illisible : start=geABCD.",),
    expected=("Le serveur répond par un code 4xx et un OperationOutcome qui dit pourquoi.",),
    needs=("ordinary",),
)
def requete_inexecutable(bench: Bench) -> None:
    """An unreadable date."""
    query = bench.query(bench.holder("ordinary"), lower_text="ABCD")
    bench.judge("refusal", bench.send(query.request(), step="Recherche avec une date illisible"))


@scenario_of_flows(
    "05",
    flows=FLOWS,
    title="Barre verticale non encodée",
    category=CATEGORY,
    requirements=("AGR-COM-062", "AGR-PS-005", "AGR-SOS-002"),
    preconditions=("{Un} a des créneaux libres.",),
    steps=("La plateforme cherche ses créneaux avec « | » non encodé, puis avec « %7C ».",),
    expected=("Les deux réponses donnent les mêmes créneaux.",),
    needs=("ordinary",),
)
def barre_verticale(bench: Bench) -> None:
    """A raw pipe is understood too."""
    ps, window = bench.holder("ordinary"), bench.window()
    raw = bench.query(ps, window=window, raw_pipe=True)
    reference = bench.search(ps, window=window, step="Recherche avec %7C")
    answer = bench.send(raw.request(), step="Recherche avec | non encodé")
    bench.judge("raw-pipe", answer, reference)
    bench.judge("encoded-pipe", reference, answer)


@scenario_of_flows(
    "06",
    flows=FLOWS,
    title="Tolérances de forme de la requête",
    category=CATEGORY,
    requirements=("AGR-COM-063",),
    preconditions=("{Un} a des créneaux libres.",),
    steps=(
        "La plateforme cherche ses créneaux avec une barre oblique avant « ? ».",
        "Elle refait la recherche avec _count=1000, puis avec _format=json.",
    ),
    expected=("Chaque forme donne les mêmes créneaux que la recherche ordinaire.",),
    needs=("ordinary",),
)
def tolerances(bench: Bench) -> None:
    """A slash before the question mark, _count, _format."""
    ps, window = bench.holder("ordinary"), bench.window()
    reference = bench.search(ps, window=window, step="Recherche ordinaire")
    variants = (
        ("Barre oblique avant « ? »", bench.query(ps, window=window, trailing_slash=True)),
        ("_count=1000", bench.query(ps, window=window, extra=(("_count", "1000"),))),
        ("_format=json", bench.query(ps, window=window, extra=(("_format", "json"),))),
    )
    for step, query in variants:
        bench.judge("tolerances", bench.send(query.request(), step=step), reference)
