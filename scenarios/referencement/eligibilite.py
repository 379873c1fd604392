"""Éligibilité: who the solution is for, and what it is (referencing.md §2)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

ANSWERED = "L’éditeur répond dans recette.toml ([[attestations]]), et joint ses pièces."


@scenario(
    "REF-S01",
    title="Critères d’éligibilité",
    flow=Flow.REFERENCEMENT,
    category="Éligibilité",
    requirements=("REF-001", "REF-002", "REF-003", "REF-004", "REF-020"),
    steps=(ANSWERED,),
    expected=(
        "La solution est un agenda avec un module de prise de rendez-vous en ligne.",
        "Elle s’adresse à des médecins exerçant en médecine de ville.",
        "Elle s’utilise dans un navigateur standard ; ce n’est pas un client lourd.",
        "Elle offre au moins un des trois types de créneaux éligibles.",
    ),
)
def eligibility(bench: Bench) -> None:
    """Nothing is sent."""
