"""Déclarations: what a person answers for (security.md §7)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "SEC-S70",
    title="Déclarations sur la sécurité",
    flow=Flow.SECURITE,
    category="Déclarations",
    requirements=("SEC-022", "SEC-023", "SEC-024"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]), et joint le certificat HDS.",),
    expected=(
        "L’hébergement des données de santé est certifié HDS ; les activités couvertes sont fournies.",
        "Les professionnels effecteurs s’authentifient avec deux facteurs.",
        "L’accès est restreint après un nombre déclaré d’échecs de connexion.",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""
