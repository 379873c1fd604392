"""Defects when the platform refuses or breaks down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import policy
from sas_recette.editor.sso.failures import Failure
from sas_recette.editor.sso.policy import Fallback

_FOREVER: Final = 60.0


def _on_error(fallback: Fallback, *errors: str) -> Callable[[str], Fallback]:
    """A fallback for some error codes, or for all."""
    return lambda error: fallback if not errors or error in errors else Fallback.EXPLAIN


def _on(fallback: Fallback, *failures: Failure) -> Callable[[Failure], Fallback]:
    return lambda failure: fallback if failure in failures else Fallback.EXPLAIN


FAILURES: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-any-error-opens-session",
        "Une réponse d’erreur de la plateforme ouvre une session «\u00a0en mode dégradé\u00a0»",
        policy(on_error=_on_error(Fallback.OPEN)),
        "SSO-025",
    ),
    int_sso(
        "sso-server-error-opens-session",
        "Une panne annoncée par la plateforme (server_error) ouvre une session «\u00a0en mode dégradé\u00a0»",
        policy(on_error=_on_error(Fallback.OPEN, "server_error")),
        "SSO-025",
    ),
    int_sso(
        "sso-token-error-opens-session",
        "Une erreur du point d’accès jeton ouvre une session «\u00a0en mode dégradé\u00a0»",
        policy(on_token_failure=_on(Fallback.OPEN, Failure.TOKEN)),
        "SSO-026",
    ),
    int_sso(
        "sso-id-token-optional",
        "Sans id_token dans la réponse, l’identité est demandée à UserInfo",
        policy(id_token_optional=True),
        "SSO-026",
    ),
    int_sso(
        "sso-error-loops",
        "Une réponse d’erreur relance l’authentification, sans fin",
        policy(on_error=_on_error(Fallback.RESTART)),
        reserves=("SSO-053",),
    ),
    int_sso(
        "sso-error-answers-500",
        "Une réponse d’erreur de la plateforme provoque une erreur interne",
        policy(on_error=_on_error(Fallback.CRASH)),
        reserves=("SSO-053",),
    ),
    int_sso(
        "sso-token-waited-for-ever",
        "Le point d’accès jeton est attendu une minute",
        policy(token_seconds=_FOREVER),
        reserves=("SSO-054",),
    ),
    int_sso(
        "sso-token-failure-blank",
        "Un échec du point d’accès jeton laisse une page vide",
        policy(on_token_failure=_on(Fallback.BLANK, Failure.TOKEN, Failure.UNREACHABLE)),
        reserves=("SSO-054",),
    ),
)
