"""Environnements: an editor that has two faces the ANS, which has three (performance-and-service.md §3)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "PERF-S08",
    title="Deux environnements ANS sur une pré-production",
    flow=Flow.PERFORMANCE,
    category="Déclarations",
    requirements=("PERF-008",),
    preconditions=("L’éditeur a deux environnements ; sinon, il répond «\u00a0sans objet\u00a0».",),
    steps=(
        "Une campagne est jouée contre la pré-production avec le certificat et l’origin de la Recette de l’ANS, "
        "une autre avec ceux de sa Pré-production.",
        "La personne qui a vu les deux campagnes répond dans recette.toml ([[attestations]]).",
    ),
    expected=("La pré-production accepte les deux certificats et les deux valeurs d’origin.",),
)
def deux_environnements(bench: Bench) -> None:
    """Nothing is sent: a campaign has one certificate, and the second is the ANS's to give."""
