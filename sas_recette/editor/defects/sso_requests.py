"""Defects in what is sent to the platform: the authorization request by the browser, the token request by the server."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import policy, requested, values
from sas_recette.editor.sso.attempts import Attempt, Attempts, Return, of_browser
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.policy import Fallback, Parameters, TokenCall

_CONSTANT: Final = "agenda-de-reference-agenda-de-reference-agenda"


def last_of_browser(attempts: Attempts, back: Return) -> Attempt | None:
    """The last attempt of this browser, whatever the `state`."""
    return next(reversed(of_browser(attempts, back)), None)


def _without_openid(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return parameters | {"scope": "email profile"}


def _implicit(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return parameters | {"response_type": "id_token"}


def _with_secret(parameters: Parameters, client: SsoClient) -> Parameters:
    return parameters | {"client_secret": client.client_secret}


def _again(error: str) -> Fallback:
    return Fallback.RESTART if error in {"invalid_scope", "unsupported_response_type"} else Fallback.EXPLAIN


REQUESTS: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-first-request-without-openid",
        "La première demande ne porte pas le scope openid\u00a0; refusée, elle est refaite avec",
        requested(_without_openid, arrivals_only=True) + policy(on_error=_again),
        "SSO-010",
    ),
    int_sso(
        "sso-first-request-implicit",
        "La première demande porte response_type=id_token\u00a0; refusée, elle est refaite avec code",
        requested(_implicit, arrivals_only=True) + policy(on_error=_again),
        "SSO-010",
        reserves=("SSO-015",),
    ),
    int_sso(
        "sso-nothing-binds-the-response",
        "La demande ne porte ni state, ni nonce, ni PKCE",
        values(state="", nonce="", verifier="") + policy(finds=last_of_browser),
        "SSO-011",
        "SSO-046",
        reserves=("SSO-013", "SSO-015", "SSO-036"),
    ),
    int_sso(
        "sso-state-always-the-same",
        "Le state est toujours le même, sans nonce ni PKCE",
        values(state="agenda", nonce="", verifier=""),
        "SSO-011",
        "SSO-046",
        reserves=("SSO-012", "SSO-013", "SSO-015"),
    ),
    int_sso(
        "sso-neither-nonce-nor-pkce",
        "La demande porte un state, mais ni nonce ni PKCE",
        values(nonce="", verifier=""),
        "SSO-046",
        reserves=("SSO-013", "SSO-015"),
    ),
    int_sso("sso-without-nonce", "La demande ne porte pas de nonce", values(nonce=""), reserves=("SSO-013",)),
    int_sso(
        "sso-nonce-always-the-same",
        "Le nonce est le même à chaque demande",
        values(nonce=_CONSTANT),
        reserves=("SSO-013",),
    ),
    int_sso(
        "sso-without-pkce",
        "La demande ne porte pas de code_challenge",
        values(verifier=""),
        reserves=("SSO-015",),
    ),
    int_sso(
        "sso-verifier-always-the-same",
        "Le code_verifier de PKCE est le même à chaque demande",
        values(verifier=_CONSTANT),
        reserves=("SSO-015",),
    ),
    int_sso(
        "sso-secret-in-authorization-request",
        "Le secret du client est un paramètre de la demande d’autorisation",
        requested(_with_secret),
        "SSO-049",
    ),
    int_sso(
        "sso-secret-in-pages",
        "Le secret du client est écrit dans le code source des pages",
        policy(shows_secret=True),
        "SSO-049",
    ),
)


def _by_get_first(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    del client
    return replace(call, method="GET"), call


def _anonymous_first(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    identified = dict(call.form) | {"client_id": client.client_id}
    return replace(call, authentication="none", form=identified), call


def _twice_authenticated_first(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    del client
    return replace(call, secret_in_form=True), call


def _other_method(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    other = "client_secret_basic" if client.authentication == "client_secret_post" else "client_secret_post"
    return (replace(call, authentication=other),)


def _secret_in_address(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    return (replace(call, url=f"{call.url}?{urlencode({'client_secret': client.client_secret})}"),)


BACK_CHANNEL: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-code-sent-by-get",
        "Le code est d’abord envoyé par GET au point d’accès jeton, puis par POST",
        policy(token_calls=_by_get_first),
        "SSO-016",
    ),
    int_sso(
        "sso-token-call-anonymous",
        "L’appel au point d’accès jeton n’est authentifié qu’après un refus",
        policy(token_calls=_anonymous_first),
        "SSO-048",
    ),
    int_sso(
        "sso-authenticated-twice",
        "Le client s’authentifie d’abord de deux façons à la fois au point d’accès jeton",
        policy(token_calls=_twice_authenticated_first),
        "SSO-048",
    ),
    int_sso(
        "sso-other-authentication-method",
        "Le client s’authentifie par une autre méthode que celle qui est enregistrée",
        policy(token_calls=_other_method),
        "SSO-048",
    ),
    int_sso(
        "sso-secret-in-token-address",
        "Le secret du client est dans l’adresse du point d’accès jeton",
        policy(token_calls=_secret_in_address),
        "SSO-049",
    ),
    int_sso(
        "sso-tls-not-verified",
        "Le certificat du fournisseur d’identité n’est pas vérifié",
        policy(verifies_tls=False),
        "SSO-040",
    ),
)
