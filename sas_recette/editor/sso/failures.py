"""Why nobody is let in, and what the person in front of the screen reads: one page a cause, at an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

_AGAIN: Final = "Retournez sur la plateforme SAS et choisissez à nouveau le créneau."
_SUPPORT: Final = "Si cela se reproduit, prévenez le support de la plateforme SAS."


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page: the last part of its address, its HTTP status, what happened and what to do."""

    slug: str
    status: int
    title: str
    message: str
    advice: str = _AGAIN


class Failure(Enum):
    """A cause.

    What the platform answered by an authorization error is no fault of this server, whatever its code: never a 5xx.
    """

    NOT_CONFIGURED = Explanation(
        "non-configure",
        404,
        "Connexion par la plateforme indisponible",
        "Aucune plateforme SAS n’est configurée pour cet agenda.",
        "Connectez-vous avec un identifiant et un mot de passe de cet agenda.",
    )
    RESPONSE = Explanation(
        "reponse-inattendue",
        400,
        "Connexion interrompue",
        "La réponse de la plateforme ne correspond à aucune connexion en cours dans ce navigateur, ou elle a expiré.",
    )
    DENIED = Explanation(
        "refus-de-la-plateforme",
        403,
        "Connexion refusée par la plateforme",
        "La plateforme SAS ne vous a pas authentifié.",
        f"{_AGAIN} {_SUPPORT}",
    )
    UNREACHABLE = Explanation(
        "plateforme-injoignable",
        502,
        "Plateforme injoignable",
        "La plateforme SAS ne répond pas, ou pas de façon sûre.",
        f"Réessayez dans quelques minutes depuis la plateforme SAS. {_SUPPORT}",
    )
    TOKEN = Explanation(
        "jeton-non-delivre",
        502,
        "Connexion impossible",
        "La plateforme SAS n’a pas délivré de preuve de votre identité.",
        f"{_AGAIN} {_SUPPORT}",
    )
    IDENTITY = Explanation(
        "identite-non-prouvee",
        403,
        "Identité non vérifiée",
        "La preuve de votre identité n’a pas pu être vérifiée\u00a0: la connexion est refusée.",
        f"{_AGAIN} {_SUPPORT}",
    )
    UNKNOWN = Explanation(
        "compte-inconnu",
        403,
        "Compte inconnu",
        "Aucun compte de régulateur actif ne correspond à votre identité sur la plateforme SAS.",
        "Demandez au gestionnaire de votre structure d’activer votre accès à cet agenda sur la plateforme SAS.",
    )
    AMBIGUOUS = Explanation(
        "compte-ambigu",
        403,
        "Plusieurs comptes",
        "Plusieurs comptes de régulateur correspondent à votre identité\u00a0: aucun n’est ouvert.",
        "Demandez au gestionnaire de votre structure de corriger ces comptes sur la plateforme SAS.",
    )


class SsoError(Exception):
    """A log-in that fails: the cause that is shown, and a French sentence for the operator of the product."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
