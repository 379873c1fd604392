"""Déclarations: what a person answers for (performance-and-service.md §§2 to 4)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "PERF-S70",
    title="Déclarations sur le service",
    flow=Flow.PERFORMANCE,
    category="Déclarations",
    requirements=("PERF-005", "PERF-007", "PERF-009"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]] et [service]).",),
    expected=(
        "La solution peut porter 3500 comptes régulateurs.",
        "Les points d’accès de chaque environnement sont communiqués à l’ANS.",
        "Disponibilité, délais de correction et performances sont déclarés selon la convention.",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""
