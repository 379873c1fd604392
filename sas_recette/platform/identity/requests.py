"""Judging an authorization request: what it asks for, or why it is refused (OIDC 3.1.2.1, 3.1.2.2, RFC 6749 4.1.2.1).

A request whose client or redirect URI is not the registered one is refused on a page: nothing is sent to an address that was
not registered. Any other error goes back to the client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from sas_recette.platform.identity.memory import Novelty
from sas_recette.platform.identity.messages import Incoming, OAuthError, Parameters, short
from sas_recette.platform.identity.person import Client
from sas_recette.platform.identity.pkce import VERIFIER, transformed

_CHALLENGES: Final = {"S256": re.compile(r"[A-Za-z0-9_-]{43}"), "plain": VERIFIER}
"""What a challenge looks like: 256 bits in base64url, or the verifier itself (RFC 7636 4.2)."""
_PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})


@dataclass(frozen=True, slots=True)
class Authorization:
    """A request to answer. `max_age` is in seconds, None when it was not asked for; `challenge` is S256, or empty."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str = field(repr=False)
    challenge: str
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """No redirection: a page says why, in French."""

    reason: str


@dataclass(frozen=True, slots=True)
class Denial:
    """An error that goes back to the client."""

    redirect_uri: str
    state: str
    error: OAuthError


def judge(parameters: Parameters, client: Client) -> Authorization | Refusal | Denial:
    """What to do with a request."""
    refusal = _refusal(parameters, client)
    if refusal is not None:
        return refusal
    state = "" if "state" in parameters.repeated else parameters["state"]
    error = _error(parameters)
    if error is not None:
        return Denial(parameters["redirect_uri"], state, error)
    return Authorization(
        client_id=client.id,
        redirect_uri=parameters["redirect_uri"],
        scope=parameters["scope"],
        state=state,
        nonce=parameters["nonce"],
        challenge=_challenge(parameters),
        prompt=frozenset(parameters["prompt"].split()),
        max_age=_max_age(parameters),
    )


def request_facts(incoming: Incoming, parameters: Parameters, client: Client, seen: Novelty) -> dict[str, str]:
    """What a request is, whatever becomes of it. `seen` tells what was sent before, and learns of what is sent now."""
    challenge = parameters["code_challenge"]
    facts = {
        "client": _registered(parameters["client_id"], (client.id,), "unknown"),
        "redirect_uri": _registered(parameters["redirect_uri"], client.redirect_uris, "other"),
        "challenge": _challenge_kind(parameters),
        "response_type": short(parameters["response_type"]),
        "scope": short(parameters["scope"]),
        "acr_values": short(parameters["acr_values"]),
        "origin_of_request": short(_origin(incoming)),
    }
    for name in ("state", "nonce"):
        value = parameters[name]
        facts[name] = ("new" if seen.is_new(name, value) else "repeated") if value else "absent"
        facts[f"{name}_length"] = str(len(value))
    facts["challenge_new"] = "yes" if challenge and seen.is_new("challenge", challenge) else "no"
    return facts


def _refusal(parameters: Parameters, client: Client) -> Refusal | None:
    if not parameters.readable:
        return Refusal("La demande d’authentification est illisible\u00a0: elle porte trop de paramètres.")
    for name in ("client_id", "redirect_uri"):
        if name in parameters.repeated:
            return Refusal(f"Le paramètre {name} figure plusieurs fois dans la demande d’authentification.")
    if not parameters["client_id"]:
        return Refusal("La demande d’authentification ne porte pas de client_id.")
    if parameters["client_id"] != client.id:
        return Refusal("Le client_id de la demande d’authentification n’est pas enregistré auprès de la plateforme.")
    if not parameters["redirect_uri"]:
        return Refusal("La demande d’authentification ne porte pas de redirect_uri.")
    if parameters["redirect_uri"] not in client.redirect_uris:
        return Refusal("La redirect_uri de la demande d’authentification n’est pas celle qui est enregistrée.")
    return None


def _error(parameters: Parameters) -> OAuthError | None:
    if parameters.repeated:
        return OAuthError("invalid_request", f"Parameter sent more than once: {_ascii(parameters.repeated[0])}")
    for name in ("request", "request_uri"):
        if name in parameters:
            return OAuthError(f"{name}_not_supported", f"Parameter {name} is not supported")
    if not parameters["response_type"]:
        return OAuthError("invalid_request", "Parameter response_type is missing")
    if parameters["response_type"] != "code":
        return OAuthError("unsupported_response_type", "Only the authorization code flow is supported")
    if parameters["response_mode"] not in {"", "query"}:
        return OAuthError("invalid_request", "Only response_mode=query is supported")
    if "openid" not in parameters["scope"].split():
        return OAuthError("invalid_scope", "Scope openid is missing")
    return _challenge_error(parameters) or _interaction_error(parameters)


def _challenge_error(parameters: Parameters) -> OAuthError | None:
    kind = _challenge_kind(parameters)
    if kind == "other":
        return OAuthError(
            "invalid_request", "Transform algorithm not supported, code_challenge_method is S256 or plain"
        )
    if kind == "malformed":
        return OAuthError("invalid_request", "The code_challenge is malformed")
    return None


def _interaction_error(parameters: Parameters) -> OAuthError | None:
    prompts = set(parameters["prompt"].split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        return OAuthError("invalid_request", "Parameter prompt has a value that is not supported")
    if parameters["max_age"] and _max_age(parameters) is None:
        return OAuthError("invalid_request", "Parameter max_age is a number of seconds")
    return None


def _max_age(parameters: Parameters) -> int | None:
    text = parameters["max_age"]
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _challenge_kind(parameters: Parameters) -> str:
    challenge, method = parameters["code_challenge"], parameters["code_challenge_method"] or "plain"
    if not challenge:
        return "absent"
    if method not in _CHALLENGES:
        return "other"
    return method if _CHALLENGES[method].fullmatch(challenge) else "malformed"


def _challenge(parameters: Parameters) -> str:
    """The challenge as S256 would make it: what comes back is compared in one way only."""
    challenge = parameters["code_challenge"]
    return transformed(challenge) if _challenge_kind(parameters) == "plain" else challenge


def _registered(value: str, registered: tuple[str, ...], otherwise: str) -> str:
    if not value:
        return "absent"
    return "registered" if value in registered else otherwise


def _origin(incoming: Incoming) -> str:
    """The site that sent the browser, as the browser tells it."""
    told = incoming.header("origin") or incoming.header("referer")
    try:
        parts = urlsplit(told)
    except ValueError:
        return "absent"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "absent"


def _ascii(text: str) -> str:
    """A text without what an error description may not hold (RFC 6749 4.1.2.1)."""
    return re.sub(r'[^\x20-\x7e]|["\\]', "?", text)[:60]
