"""Gestion de la prise de RDV, gestion des champs optionnels: what is said of each slot."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

BOOKING = "Gestion de la prise de RDV"
OPTIONAL = "Gestion des champs optionnels"


@scenario(
    "R01-50",
    title="Créneaux avec et sans rendez-vous",
    flow=Flow.INT_R01,
    category=BOOKING,
    requirements=("AGR-COM-039", "AGR-COM-048", "AGR-COM-049", "AGR-COM-050", "AGR-COM-051"),
    preconditions=("Le praticien a un créneau ROUTINE et un créneau WALKIN.",),
    steps=("La plateforme cherche les créneaux de ce praticien.",),
    expected=("Chaque créneau dit s’il se réserve, et porte l’URL de l’agenda lorsque c’est le cas.",),
    needs=("practitioners.one_site",),
)
def avec_et_sans_rendez_vous(bench: Bench) -> None:
    """ROUTINE and WALKIN."""
    bench.search(bench.practitioner("one_site").id, step="Recherche du praticien")


@scenario(
    "R01-51",
    title="Prise de rendez-vous depuis le SAS",
    flow=Flow.INT_R01,
    category=BOOKING,
    requirements=("AGR-COM-052", "AGR-COM-053", "AGR-COM-056", "AGR-PS-055"),
    steps=(
        "L’opérateur ouvre l’URL d’un créneau, avec le paramètre origin, sans être authentifié.",
        "Il s’authentifie, arrive sur l’agenda du praticien, réserve le créneau, et relance la recherche.",
        "Il répond dans recette.toml ([[attestations]]).",
    ),
    expected=(
        "La page d’authentification précède l’agenda du praticien.",
        "Le créneau réservé n’est plus renvoyé.",
    ),
)
def prise_de_rendez_vous(bench: Bench) -> None:
    """A person follows the URL, and answers: nothing is sent."""


@scenario(
    "R01-60",
    title="Types de créneau",
    flow=Flow.INT_R01,
    category=OPTIONAL,
    requirements=("AGR-COM-040", "AGR-COM-041", "AGR-COM-042", "AGR-PS-054"),
    preconditions=("Les types de créneau que la solution gère sont déclarés, et le jeu de données les comporte tous.",),
    steps=("La plateforme cherche les créneaux de tous les praticiens déclarés.",),
    expected=("Les types renvoyés sont exactement ceux déclarés ; chaque créneau porte toutes ses visibilités.",),
    needs=("aggregation.slot_types", "practitioners.one_site"),
)
def types_de_creneau(bench: Bench) -> None:
    """PUBLIC, PRO, SNP, alone and together."""
    bench.judge("declared-slot-types", *bench.search_everybody())


@scenario(
    "R01-61",
    title="Types de consultation et motifs",
    flow=Flow.INT_R01,
    category=OPTIONAL,
    requirements=("AGR-COM-044", "AGR-COM-045", "AGR-COM-046", "AGR-COM-047", "AGR-PS-045", "AGR-PS-060"),
    preconditions=("Les types de consultation gérés et les motifs des praticiens sont déclarés.",),
    steps=("La plateforme cherche les créneaux de tous les praticiens déclarés.",),
    expected=(
        "Les types de consultation renvoyés sont exactement ceux déclarés.",
        "Chaque motif est transmis en clair, dans un serviceType à part.",
    ),
    needs=("aggregation.consultation_types", "practitioners.one_site.motifs"),
)
def types_de_consultation(bench: Bench) -> None:
    """AMB, HH, VR, and the free texts."""
    answers = bench.search_everybody()
    bench.judge("declared-consultation-types", *answers)
    for answer in answers:
        bench.judge("declared-motifs", answer)


@scenario(
    "R01-62",
    title="Tous les créneaux transmissibles, et eux seuls",
    flow=Flow.INT_R01,
    category=OPTIONAL,
    requirements=("AGR-COM-043", "AGR-COM-054", "AGR-COM-055"),
    preconditions=(
        "L’agenda déclaré ([[agenda]]) comporte des créneaux libres, pris, indisponibles et réservés à la patientèle.",
    ),
    steps=("La plateforme cherche les créneaux de tous les praticiens déclarés.",),
    expected=("Tous les créneaux libres et transmissibles remontent, et aucun des autres.",),
    needs=("practitioners.one_site",),
)
def creneaux_transmissibles(bench: Bench) -> None:
    """Nothing held back, nothing given away."""
    bench.search_everybody()
