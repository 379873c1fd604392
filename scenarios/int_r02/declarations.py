"""Déclarations: what no exchange of this flow can show, and a person answers for."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "R02-70",
    title="Déclarations sur les comptes régulateurs",
    flow=Flow.INT_R02,
    category="Déclarations",
    requirements=("ACC-046", "ACC-047", "ACC-048", "ACC-050", "ACC-062", "ACC-063"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]).",),
    expected=(
        "La création n’entraîne ni vérification d’adresse, ni message de confirmation ; un mot de passe est généré.",
        "Les CGU de la première connexion ont été communiquées au préalable.",
        "Un niveau d’habilitation est propre aux régulateurs.",
        "Les données nécessaires à la création, les droits du régulateur et la suite de la création sont déclarés.",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""
