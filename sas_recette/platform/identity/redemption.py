"""Judging a token request: whether a code is worth tokens to a client (RFC 6749 4.1.3, 5.2, RFC 7636 4.6, OIDC 3.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.platform.identity.client_auth import Authentication, ClientAuthentication
from sas_recette.platform.identity.codes import Codes, CodeState, Grant
from sas_recette.platform.identity.memory import Secrets
from sas_recette.platform.identity.messages import Incoming, OAuthError, Parameters, short
from sas_recette.platform.identity.pkce import VERIFIER, answers
from sas_recette.platform.identity.realm import Realm

_STALE: Final = {
    CodeState.USED: "The code was already used",
    CodeState.EXPIRED: "The code is expired",
    CodeState.UNKNOWN: "The code is unknown",
}


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a token request is, and what it is worth: a grant when there is no error."""

    code: str
    facts: dict[str, str]
    error: OAuthError | None
    grant: Grant | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class Redeeming:
    """Judges token requests; a code that the client presents in good form is used, whatever comes of it."""

    realm: Realm
    codes: Codes
    clients: ClientAuthentication
    secrets: Secrets

    def judge(self, incoming: Incoming, now: datetime) -> Redemption:
        """One request."""
        form = incoming.parameters
        client = self.clients.judge(incoming, form, now)
        code, verifier = form["code"], form["code_verifier"]
        self.secrets.seen(code)
        self.secrets.seen(verifier)
        state, grant = self.codes.look(code, now)
        facts = {
            "authentication": client.method,
            "authenticated": "yes" if client.authenticated else "no",
            "grant_type": short(form["grant_type"]),
            "code": _code_fact(code, state, grant, client),
            "redirect_uri": _redirection_fact(form["redirect_uri"], grant, self.realm),
        }
        if client.why:
            facts["why"] = client.why
        if grant is not None:
            facts |= {"verifier": _verifier_fact(verifier, grant), "person": grant.login.person.subject}
        error = _request_error(incoming, form, client)
        if error is None and grant is not None:
            self.codes.use(code, now)
        error = error or _grant_error(state, facts)
        return Redemption(code, facts, error, None if error else grant, state is CodeState.USED)


def _code_fact(code: str, state: CodeState, grant: Grant | None, client: Authentication) -> str:
    if not code:
        return "absent"
    if grant is not None and client.client_id not in {"", grant.client_id}:
        return "other-client"
    return str(state)


def _redirection_fact(redirect_uri: str, grant: Grant | None, realm: Realm) -> str:
    """A code that stands for nothing has no address to compare with: the registered ones stand in for it."""
    if not redirect_uri:
        return "absent"
    expected = (grant.redirect_uri,) if grant else realm.client.redirect_uris
    return "same" if redirect_uri in expected else "other"


def _verifier_fact(verifier: str, grant: Grant) -> str:
    if not grant.challenge:
        return "unexpected" if verifier else "none"
    if not verifier:
        return "absent"
    if not VERIFIER.fullmatch(verifier):
        return "malformed"
    return "right" if answers(verifier, grant.challenge) else "wrong"


def _request_error(incoming: Incoming, form: Parameters, client: Authentication) -> OAuthError | None:
    if incoming.method != "POST":
        return OAuthError("invalid_request", "The token endpoint takes POST only", 405)
    if not incoming.is_form:
        return OAuthError("invalid_request", "The body is not application/x-www-form-urlencoded")
    if not form.readable or form.repeated:
        return OAuthError("invalid_request", "A parameter is sent more than once, or there are too many of them")
    if client.method == "several":
        return OAuthError("invalid_request", "The client uses several authentication methods")
    if not client.authenticated:
        return OAuthError("invalid_client", "Client authentication failed", 401)
    if not form["grant_type"]:
        return OAuthError("invalid_request", "Parameter grant_type is missing")
    if form["grant_type"] != "authorization_code":
        return OAuthError("unsupported_grant_type", "Only grant_type=authorization_code is supported")
    return None if form["code"] else OAuthError("invalid_request", "Parameter code is missing")


def _grant_error(state: CodeState, facts: dict[str, str]) -> OAuthError | None:
    if state in _STALE:
        return OAuthError("invalid_grant", _STALE[state])
    if facts["code"] == "other-client":
        return OAuthError("invalid_grant", "The code was issued to another client")
    if facts["redirect_uri"] != "same":
        return OAuthError("invalid_grant", "The redirect_uri is not that of the authorization request")
    if facts["verifier"] == "unexpected":
        return OAuthError("invalid_grant", "A code_verifier came, and no code_challenge was sent")
    if facts["verifier"] not in {"right", "none"}:
        return OAuthError("invalid_grant", "The code_verifier does not answer the code_challenge")
    return None
