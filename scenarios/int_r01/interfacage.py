"""Critère d’interfaçage: the server, its envelope, and one whole answer judged by every rule."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.exchange.model import Request
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import ACCEPT

CATEGORY = "Critère d’interfaçage"


@scenario(
    "R01-01",
    title="Description du serveur",
    flow=Flow.INT_R01,
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


@scenario(
    "R01-02",
    title="Un praticien, un lieu : la réponse entière",
    flow=Flow.INT_R01,
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
    ),
    preconditions=("Un praticien a des créneaux libres, dans un seul lieu, d’ici après-demain soir.",),
    steps=("La plateforme cherche les créneaux de ce praticien, de maintenant à après-demain 23:59:59.999.",),
    expected=(
        "La réponse est un Bundle searchset en FHIR R4, conforme aux profils SAS, avec les créneaux et leurs agendas, "
        "praticien et situation d’exercice.",
    ),
    needs=("practitioners.one_site",),
)
def un_praticien_un_lieu(bench: Bench) -> None:
    """One practitioner with one place."""
    bench.search(bench.practitioner("one_site").id, step="Recherche d’un praticien")


@scenario(
    "R01-03",
    title="En-tête Accept de la plateforme",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-004",),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=(
        "La plateforme cherche ses créneaux avec « Accept: application/json+fhir ».",
        "Elle refait la même recherche avec « Accept: application/fhir+json ».",
    ),
    expected=("Les deux réponses donnent les mêmes créneaux.",),
    needs=("practitioners.one_site",),
)
def en_tete_accept(bench: Bench) -> None:
    """The legacy Accept header and FHIR's own get the same answer."""
    ps, window = bench.practitioner("one_site").id, bench.window()
    legacy, standard = bench.search_all(
        [
            ("Accept: application/json+fhir", bench.query(ps, window=window)),
            ("Accept: application/fhir+json", bench.query(ps, window=window, accept="application/fhir+json")),
        ]
    )
    bench.judge("accept-header", legacy, standard)


@scenario(
    "R01-04",
    title="Requête inexécutable",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-014", "AGR-COM-015", "AGR-COM-016"),
    steps=("La plateforme envoie une borne basse illisible : start=geABCD.",),
    expected=("Le serveur répond par un code 4xx et un OperationOutcome qui dit pourquoi.",),
    needs=("practitioners.one_site",),
)
def requete_inexecutable(bench: Bench) -> None:
    """An unreadable date."""
    query = bench.query(bench.practitioner("one_site").id, lower_text="ABCD")
    bench.judge("refusal", bench.send(query.request(), step="Recherche avec une date illisible"))


@scenario(
    "R01-05",
    title="Barre verticale non encodée",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-062", "AGR-PS-005"),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=("La plateforme cherche ses créneaux avec « | » non encodé, puis avec « %7C ».",),
    expected=("Les deux réponses donnent les mêmes créneaux.",),
    needs=("practitioners.one_site",),
)
def barre_verticale(bench: Bench) -> None:
    """A raw pipe is understood too."""
    ps, window = bench.practitioner("one_site").id, bench.window()
    raw = bench.query(ps, window=window, raw_pipe=True)
    reference = bench.search(ps, window=window, step="Recherche avec %7C")
    answer = bench.send(raw.request(), step="Recherche avec | non encodé")
    bench.judge("raw-pipe", answer, reference)
    bench.judge("encoded-pipe", reference, answer)


@scenario(
    "R01-06",
    title="Tolérances de forme de la requête",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-063",),
    preconditions=("Un praticien a des créneaux libres.",),
    steps=(
        "La plateforme cherche ses créneaux avec une barre oblique avant « ? ».",
        "Elle refait la recherche avec _count=1000, puis avec _format=json.",
    ),
    expected=("Chaque forme donne les mêmes créneaux que la recherche ordinaire.",),
    needs=("practitioners.one_site",),
)
def tolerances(bench: Bench) -> None:
    """A slash before the question mark, _count, _format."""
    ps, window = bench.practitioner("one_site").id, bench.window()
    reference = bench.search(ps, window=window, step="Recherche ordinaire")
    variants = (
        ("Barre oblique avant « ? »", bench.query(ps, window=window, trailing_slash=True)),
        ("_count=1000", bench.query(ps, window=window, extra=(("_count", "1000"),))),
        ("_format=json", bench.query(ps, window=window, extra=(("_format", "json"),))),
    )
    for step, query in variants:
        bench.judge("tolerances", bench.send(query.request(), step=step), reference)
