"""Gestion de la prise de RDV, gestion des champs optionnels: what is said of each slot."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import ALL_AGENDAS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows

BOOKING = "Gestion de la prise de RDV"
OPTIONAL = "Gestion des champs optionnels"


@scenario_of_flows(
    "50",
    flows=FLOWS,
    title="Créneaux avec et sans rendez-vous",
    category=BOOKING,
    requirements=("AGR-COM-039", "AGR-COM-048", "AGR-COM-049", "AGR-COM-050", "AGR-COM-051"),
    preconditions=("Parmi les créneaux de {tous}, il y a un créneau ROUTINE et un créneau WALKIN.",),
    steps=("La plateforme cherche les créneaux de {tous}.",),
    expected=("Chaque créneau dit s’il se réserve, et porte l’URL de l’agenda lorsque c’est le cas.",),
    needs=("ordinary",),
)
def avec_et_sans_rendez_vous(bench: Bench) -> None:
    """ROUTINE and WALKIN."""
    bench.search_everybody()


@scenario_of_flows(
    "51",
    flows=FLOWS,
    title="Prise de rendez-vous depuis le SAS",
    category=BOOKING,
    requirements=("AGR-COM-052", "AGR-COM-053", "AGR-COM-056", "AGR-PS-055", "AGR-SOS-031", "AGR-SOS-032"),
    steps=(
        "L’opérateur ouvre l’URL d’un créneau, avec le paramètre origin, sans être authentifié.",
        "Il s’authentifie, arrive sur l’agenda {du}, réserve le créneau, et relance la recherche.",
        "Il répond dans recette.toml ([[attestations]]).",
    ),
    expected=(
        "La page d’authentification précède l’agenda {du}.",
        "Le créneau réservé n’est plus renvoyé.",
    ),
)
def prise_de_rendez_vous(bench: Bench) -> None:
    """A person follows the URL, and answers: nothing is sent."""


@scenario_of_flows(
    "60",
    flows=FLOWS,
    title="Types de créneau",
    category=OPTIONAL,
    requirements=("AGR-COM-040", "AGR-COM-041", "AGR-COM-042", "AGR-PS-054", "AGR-CPTS-009", "AGR-SOS-030"),
    preconditions=("Les types de créneau que la solution gère sont déclarés, et le jeu de données les comporte tous.",),
    steps=("La plateforme cherche les créneaux de {tous}.",),
    expected=("Les types renvoyés sont exactement ceux déclarés ; chaque créneau porte toutes ses visibilités.",),
    needs=("aggregation.slot_types", "ordinary"),
)
def types_de_creneau(bench: Bench) -> None:
    """PUBLIC, PRO, SNP, alone and together."""
    bench.judge("declared-slot-types", *bench.search_everybody())


@scenario_of_flows(
    "61",
    flows=FLOWS,
    title="Types de consultation",
    category=OPTIONAL,
    requirements=("AGR-COM-044", "AGR-COM-045", "AGR-COM-046", "AGR-COM-047", "AGR-SOS-034"),
    preconditions=("Les types de consultation gérés sont déclarés, et le jeu de données les comporte tous.",),
    steps=("La plateforme cherche les créneaux de {tous}.",),
    expected=("Les types de consultation renvoyés sont exactement ceux déclarés.",),
    needs=("aggregation.consultation_types", "ordinary"),
)
def types_de_consultation(bench: Bench) -> None:
    """AMB, HH, VR."""
    bench.judge("declared-consultation-types", *bench.search_everybody())


@scenario_of_flows(
    "62",
    flows=FLOWS,
    title="Tous les créneaux transmissibles, et eux seuls",
    category=OPTIONAL,
    requirements=("AGR-COM-043", "AGR-COM-054"),
    preconditions=(
        "L’agenda déclaré ([[agenda]]) comporte des créneaux libres, pris et indisponibles.",
        "À défaut, le nombre de créneaux à attendre est déclaré (free_slots).",
    ),
    steps=("La plateforme cherche les créneaux de {tous}.",),
    expected=("Tous les créneaux libres et transmissibles remontent, et aucun des autres.",),
    needs=("ordinary",),
)
def creneaux_transmissibles(bench: Bench) -> None:
    """Nothing held back, nothing given away."""
    for answer in bench.search_everybody():
        bench.judge("expected-count", answer)
