"""The words of the inbox of appointments (`platform.inbox`), in French: what became of a message, which fault was played."""

from __future__ import annotations

from typing import Final

from sas_recette.norm.typography import NBSP

INBOX: Final = "inbox"
"""The endpoint of its exchanges."""

_OUTCOMES: Final = {
    "created": "rendez-vous créé",
    "created-by-update": "rendez-vous créé par une mise à jour",
    "duplicate": f"création refusée{NBSP}: un rendez-vous est déjà connu sous cet identifiant",
    "error": "erreur du banc",
    "injected": "panne demandée par le scénario",
    "invalid": f"refusé{NBSP}: le contenu enfreint le profil",
    "malformed": f"refusé{NBSP}: message illisible ou incomplet",
    "metadata": "capacités de la plateforme publiées",
    "method-not-allowed": f"refusé{NBSP}: méthode HTTP non admise à cette adresse",
    "mismatch": f"refusé{NBSP}: le critère et la ressource désignent deux rendez-vous",
    "no-message": "connexion rompue avant tout message",
    "refused-certificate": f"refusé{NBSP}: certificat client",
    "unknown-id": f"refusé{NBSP}: identifiant technique inconnu",
    "unknown-path": f"refusé{NBSP}: adresse inconnue",
    "updated": "rendez-vous mis à jour",
    "updated-by-id": "rendez-vous mis à jour par son identifiant technique",
}
_FAULTS: Final = {
    "expired-certificate": "certificat de la plateforme expiré",
    "refused": "connexion refusée",
    "reset": "connexion coupée sans réponse",
    "timeout": "réponse retenue jusqu’à l’expiration du délai",
    "truncated": "réponse tronquée",
    "untrusted-certificate": "certificat de la plateforme émis par une autorité inconnue",
    "wrong-host": "certificat de la plateforme au nom d’un autre hôte",
}


def outcome_words(name: str) -> str:
    """What became of a message; an outcome that is unknown keeps its own name."""
    return _OUTCOMES.get(name, name)


def fault_words(name: str) -> str:
    """What the bench did wrong on purpose: a status, or a fault of the connection; one that is unknown keeps its own name."""
    return f"HTTP {name}" if name.isdigit() else _FAULTS.get(name, name)
