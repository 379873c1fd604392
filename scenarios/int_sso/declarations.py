"""Déclarations: what a person answers for."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

CATEGORY = "Déclarations"


@scenario(
    "SSO-S70",
    title="Déclarations sur l’authentification",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-001", "SSO-033", "SSO-034"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]).",),
    expected=(
        "Le mode retenu est la délégation SAS ou Pro Santé Connect.",
        "La session du régulateur porte ses droits, et ceux-là seulement.",
        "Connecté autrement que par la plateforme, un régulateur n’a pas les fonctions de cette habilitation.",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""


@scenario(
    "PSC-P70",
    title="Déclarations sur Pro Santé Connect",
    flow=Flow.INT_PSC,
    category=CATEGORY,
    requirements=("SSO-043", "SSO-044"),
    steps=("L’éditeur répond dans recette.toml ([[attestations]]).",),
    expected=(
        "Les titulaires de CPA et de CPE ont accès à la solution.",
        "Une identité déjà rattachée à un autre compte n’y est pas mêlée en silence.",
    ),
)
def declarations_psc(bench: Bench) -> None:
    """Nothing is sent."""
