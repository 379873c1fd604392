"""Déclarations: what a person answers for."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "RDV-S70",
    title="Déclarations sur les rendez-vous",
    flow=Flow.INT_R03,
    category="Déclarations",
    requirements=("RDV-038", "RDV-049", "RDV-051"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]).",),
    expected=(
        "La trace des messages envoyés et des réponses de la plateforme est conservée.",
        "Le patient reçoit une confirmation de son rendez-vous.",
        "Les données transmises, et les événements qui déclenchent un envoi, sont déclarés.",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""
