"""Defects in what is made of the response that a browser brings back."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import policy, unchecked
from sas_recette.editor.defects.sso_requests import last_of_browser
from sas_recette.editor.sso.attempts import Attempt, Attempts, Return, bound
from sas_recette.editor.sso.policy import Check


def _last_of_anybody(attempts: Attempts, back: Return) -> Attempt | None:
    del back
    return next(reversed(attempts.pending()), None)


def _state_if_present(attempts: Attempts, back: Return) -> Attempt | None:
    return bound(attempts, back) if back.state else last_of_browser(attempts, back)


def _by_state_alone(attempts: Attempts, back: Return) -> Attempt | None:
    return next((one for one in attempts.pending() if one.state == back.state), None)


RESPONSES: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-any-response-accepted",
        "Le state n’est pas vérifié, et la demande en cours est la même pour tous les navigateurs",
        policy(finds=_last_of_anybody),
        "SSO-012",
        "SSO-047",
        reserves=("SSO-015",),
    ),
    int_sso(
        "sso-state-not-verified",
        "Le state n’est pas vérifié\u00a0; PKCE et nonce restent liés au navigateur",
        policy(finds=last_of_browser),
        reserves=("SSO-012", "SSO-015"),
    ),
    int_sso(
        "sso-missing-state-accepted",
        "Une réponse sans state est acceptée\u00a0; PKCE et nonce restent liés au navigateur",
        policy(finds=_state_if_present),
        reserves=("SSO-012",),
    ),
    int_sso(
        "sso-state-not-bound-to-browser",
        "Le state est vérifié sur le serveur, sans être lié au navigateur qui l’a reçu",
        policy(finds=_by_state_alone),
        "SSO-047",
    ),
    int_sso(
        "sso-return-address-replayable",
        "Une URL de retour qui a déjà servi ouvre une nouvelle session, dans n’importe quel navigateur",
        policy(replays=True),
        "SSO-017",
    ),
    int_sso(
        "sso-nonce-not-compared",
        "Le nonce du jeton n’est pas comparé à celui de la demande",
        unchecked(Check.NONCE, Check.NONCE_PRESENT),
        "SSO-014",
    ),
    int_sso(
        "sso-other-nonce-accepted",
        "Un jeton doit porter un nonce, mais n’importe lequel",
        unchecked(Check.NONCE),
        "SSO-014",
    ),
    int_sso(
        "sso-missing-nonce-accepted",
        "Le nonce n’est comparé que si le jeton en porte un",
        unchecked(Check.NONCE_PRESENT),
        "SSO-014",
    ),
)
