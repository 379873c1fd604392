"""What the reference editor answers of itself, in its own name: a product of demonstration, which nobody sells nor hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sas_recette.cli.reference_sso import local_account
from sas_recette.editor.lockout import BORNE
from sas_recette.editor.product import TRIAL_LOGIN

YES: Final[Mapping[str, str]] = {
    "REF-001": "L’éditeur de référence tient l’agenda de chaque praticien et de chaque lieu de consultation.",
    "REF-002": "Ses pages sont du HTML sans script\u00a0: tout navigateur les affiche.",
    "REF-003": "Son jeu de données ne comporte que des médecins de ville, inventés, seuls ou en exercice coordonné.",
    "REF-004": "Il offre des créneaux ouverts au grand public, à tous les confrères, et à la plateforme SAS seule.",
    "REF-005": "Les recherches de créneaux, les comptes, l’authentification et les rendez-vous sont réalisés.",
    "REF-006": "Chaque praticien est désigné par son RPPS.",
    "REF-007": "La base n’admet pas de praticien sans RPPS.",
    "REF-008": "Chaque lieu porte un FINESS, un SIRET ou un RPPS rang, transmis avec son préfixe.",
    "REF-009": "Tout créneau libre d’un type partagé avec le SAS est renvoyé par la recherche.",
    "REF-010": "Chaque créneau transmis porte ses types de consultation, dès qu’ils sont connus.",
    "REF-012": "Le banc remplit le cahier de recette à chaque campagne\u00a0: cahier-de-recette.xlsx, dans ce dossier.",
    "REF-013": "Une non-conformité de l’éditeur de référence fait échouer les tests du projet.",
    "REF-020": "Un visiteur connecté réserve un créneau dans la page de l’agenda.",
    "REF-023": "Les créneaux ouverts au grand public et ceux que partage la plateforme sont transmis\u00a0; la solution n’en a pas "
    "qui soient dédiés au SAMU.",
    "REF-024": "Sont transmis début, fin, types de créneau et de consultation, avec ou sans rendez-vous, adresse de l’agenda, "
    "association et point fixe de garde. La solution n’a pas de motif pour SOS Médecins.",
    "PERF-005": "Les comptes sont dans une base de données indexée, sans nombre maximal.",
    "SEC-024": f"{BORNE} échecs de suite bloquent un identifiant pendant quinze minutes.",
}
"""True of the reference editor."""

_DEMONSTRATION: Final = "L’éditeur de référence est un produit de démonstration\u00a0: "
WITHOUT_OBJECT: Final[Mapping[str, str]] = {
    "REF-011": f"{_DEMONSTRATION}il n’a pas de convention avec l’ANS.",
    "REF-014": f"{_DEMONSTRATION}aucun régulateur ne s’en sert.",
    "REF-015": f"{_DEMONSTRATION}il n’a pas de clients.",
    "REF-016": f"{_DEMONSTRATION}il n’a pas d’utilisateurs à soutenir.",
    "REF-017": f"{_DEMONSTRATION}il est tenu à jour avec le banc, sans engagement de durée.",
    "REF-019": f"{_DEMONSTRATION}il n’est jamais mis en service.",
    "REF-021": f"{_DEMONSTRATION}il n’est candidat à aucun référencement.",
    "REF-025": f"{_DEMONSTRATION}il n’a pas de travaux à planifier avec l’ANS.",
    "REF-026": f"{_DEMONSTRATION}il ne se connecte qu’au banc.",
    "REF-027": f"{_DEMONSTRATION}il n’a pas de contrainte à partager avec l’ANS.",
    "PERF-007": f"{_DEMONSTRATION}il n’a qu’un environnement, sur la machine du banc.",
    "PERF-008": f"{_DEMONSTRATION}il n’a qu’un environnement, sur la machine du banc.",
    "PERF-009": f"{_DEMONSTRATION}il n’a pas de convention, donc pas d’engagement de service.",
    "SEC-022": f"{_DEMONSTRATION}toutes ses données sont inventées, aucune n’est hébergée pour autrui.",
    "SEC-023": f"{_DEMONSTRATION}aucun effecteur réel ne s’y connecte.",
}
"""What a demonstration is not concerned by, and why."""


def lockout_account(agenda_url: str) -> dict[str, Any]:
    """`[security.lockout]` of a candidate file for the reference editor, but for its password."""
    return local_account(agenda_url) | {"login": TRIAL_LOGIN, "attempts": BORNE}
