"""Gestion des informations du PS: who is found, who is not, and what is said of him."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows

CATEGORY = "Gestion des informations du PS"


@scenario_of_flows(
    "20",
    flows=FLOWS,
    title="Identité et téléphone du praticien",
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


@scenario_of_flows(
    "21",
    flows=FLOWS,
    title="Praticien sans téléphone",
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


@scenario_of_flows(
    "25",
    flows=FLOWS,
    title="Spécialités du praticien",
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


@scenario_of_flows(
    "28",
    flows=FLOWS,
    title="Motifs de consultation",
    category=CATEGORY,
    requirements=("AGR-PS-045", "AGR-PS-060"),
    preconditions=("Les motifs des praticiens sont déclarés.",),
    steps=("La plateforme cherche les créneaux de tous les praticiens déclarés.",),
    expected=("Chaque motif est transmis en clair, dans un serviceType à part.",),
    needs=("practitioners.one_site.motifs",),
)
def motifs(bench: Bench) -> None:
    """The free texts."""
    for answer in bench.search_everybody():
        bench.judge("declared-motifs", answer)


@scenario_of_flows(
    "26",
    flows=FLOWS,
    title="Praticien identifié par un numéro ADELI",
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


@scenario_of_flows(
    "27",
    flows=FLOWS,
    title="Déclarations sur les identifiants",
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
