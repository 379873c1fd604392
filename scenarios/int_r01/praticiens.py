"""Gestion des informations du PS: who is found, who is not, and what is said of him."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Gestion des informations du PS"


@scenario(
    "R01-20",
    title="Identité et téléphone du praticien",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=(
        "AGR-COM-027",
        "AGR-PS-019",
        "AGR-PS-020",
        "AGR-PS-021",
        "AGR-PS-022",
        "AGR-PS-024",
        "AGR-PS-025",
        "AGR-PS-026",
        "AGR-PS-027",
        "AGR-PS-029",
    ),
    preconditions=("La solution connaît le nom, le prénom et le téléphone du praticien.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Son RPPS préfixé, son nom, son prénom et son téléphone au format international sont transmis.",),
    needs=("practitioners.one_site.family", "practitioners.one_site.given", "practitioners.one_site.phone"),
)
def identite(bench: Bench) -> None:
    """Name, first name, phone and national identifier."""
    bench.search(bench.practitioner("one_site").id, step="Recherche du praticien")


@scenario(
    "R01-21",
    title="Praticien sans téléphone",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-028",),
    preconditions=("La solution ne connaît aucun téléphone pour ce praticien, qui a des créneaux libres.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Aucun élément telecom n’est transmis pour lui.",),
    needs=("practitioners.no_phone",),
)
def sans_telephone(bench: Bench) -> None:
    """No phone, no telecom."""
    bench.search(bench.practitioner("no_phone").id, step="Recherche du praticien sans téléphone")


@scenario(
    "R01-22",
    title="Praticien connu sans créneau libre",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-010",),
    preconditions=("Le praticien est connu de la solution, mais n’a aucun créneau libre dans la fenêtre.",),
    steps=(
        "La plateforme cherche les créneaux de ce praticien.",
        "Elle cherche, comme témoin, ceux d’un praticien qui en a.",
    ),
    expected=("La réponse est un Bundle de total 0, avec son lien self et sans élément entry.",),
    needs=("practitioners.no_slots",),
)
def sans_creneau(bench: Bench) -> None:
    """An empty Bundle, not an error."""
    one = bench.practitioner("no_slots").id
    bench.judge("empty-expected", *_beside_a_witness(bench, one, "Recherche du praticien sans créneau"))


@scenario(
    "R01-23",
    title="Praticien inconnu de la solution",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-010",),
    preconditions=("L’identifiant est celui d’un praticien que la solution ne connaît pas.",),
    steps=(
        "La plateforme cherche les créneaux de ce praticien.",
        "Elle cherche, comme témoin, ceux d’un praticien qui en a.",
    ),
    expected=("La réponse est un Bundle de total 0, et non une erreur.",),
    needs=("practitioners.unknown",),
)
def praticien_inconnu(bench: Bench) -> None:
    """An unknown identifier is not an error."""
    one = bench.practitioner("unknown").id
    bench.judge("empty-expected", *_beside_a_witness(bench, one, "Recherche d’un praticien inconnu"))


def _beside_a_witness(bench: Bench, identifier: str, step: str) -> tuple[SearchAnswer, ...]:
    """A search, and one of an ordinary practitioner where there is one: what fails for both is not due to the first."""
    window, known = bench.window(), bench.candidate.practitioners.one_site
    queries = [(step, bench.query(identifier, window=window))]
    if known is not None:
        queries.append(("Recherche témoin d’un praticien qui a des créneaux", bench.query(known.id, window=window)))
    return bench.search_all(queries)


@scenario(
    "R01-24",
    title="Identifiant enregistré sans préfixe",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-COM-026",),
    preconditions=("Le RPPS du praticien est enregistré sans le préfixe 8 dans la solution.",),
    steps=(
        "La plateforme cherche les créneaux de ce praticien, par son identifiant préfixé.",
        "Elle cherche, comme témoin, ceux d’un autre praticien qui en a.",
    ),
    expected=("Ses créneaux remontent, et les identifiants renvoyés sont préfixés.",),
    needs=("practitioners.stored_raw",),
)
def enregistre_sans_prefixe(bench: Bench) -> None:
    """The search does not depend on how the identifier is stored."""
    one = bench.practitioner("stored_raw").id
    bench.judge("stored-raw", *_beside_a_witness(bench, one, "Recherche du praticien enregistré sans préfixe"))


@scenario(
    "R01-25",
    title="Spécialités du praticien",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-043", "AGR-PS-044", "AGR-PS-046"),
    preconditions=("Le praticien a une spécialité codée et un créneau qui en porte plusieurs.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Toutes les spécialités sont dans Slot.specialty, codées ou en clair.",),
    needs=("practitioners.one_site.specialties",),
)
def specialites(bench: Bench) -> None:
    """Every specialty is transmitted."""
    bench.search(bench.practitioner("one_site").id, step="Recherche du praticien")


@scenario(
    "R01-26",
    title="Praticien identifié par un numéro ADELI",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-023",),
    preconditions=("La solution identifie un praticien sans RPPS par 0 et son numéro ADELI.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Ses créneaux remontent.",),
)
def adeli(bench: Bench) -> None:
    """A MAY: out of scope unless the candidate file gives such a practitioner."""
    if bench.candidate.practitioners.adeli is None:
        bench.not_applicable("aucun praticien identifié par ADELI n’est déclaré (practitioners.adeli)")
        return
    bench.search(bench.practitioner("adeli").id, step="Recherche par numéro ADELI")


@scenario(
    "R01-27",
    title="Déclarations sur les identifiants",
    flow=Flow.INT_R01,
    category=CATEGORY,
    requirements=("AGR-PS-040", "AGR-PS-056", "AGR-PS-057"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]).",),
    expected=(
        "Le FINESS est préféré au SIRET, et le SIRET au RPPS rang.",
        "Tous les praticiens ont un identifiant national, dont la saisie est obligatoire.",
        "Les structures ont un identifiant national.",
    ),
)
def declarations(bench: Bench) -> None:
    """What no exchange can show: nothing is sent, a person answers."""
