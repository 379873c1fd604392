"""What a browser does at the provider: ask for an authorization, log in, log out (OIDC 3.1.2, RP-Initiated Logout 1.0)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError

from sas_recette.platform.identity.codes import Codes, Grant, Login
from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.memory import Novelty, Secrets, Shelf
from sas_recette.platform.identity.messages import Incoming, OAuthError, Parameters, Reply, with_query
from sas_recette.platform.identity.pages import login_page, logout_page, message_page
from sas_recette.platform.identity.person import Person
from sas_recette.platform.identity.realm import Realm
from sas_recette.platform.identity.requests import Authorization, Denial, Refusal, judge, request_facts
from sas_recette.platform.identity.staging import Stage
from sas_recette.platform.identity.tokens import foreign_issuer

COOKIE: Final = "PLATEFORME_SESSION"
_COOKIE_ATTRIBUTES: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"
_SESSION_LIFE: Final = timedelta(hours=4)
_LOGIN_LIFE: Final = timedelta(minutes=30)
_REFUSED: Final = "Connexion impossible"
_FAILURES: Final = {
    Knob.ACCESS_DENIED: OAuthError("access_denied", "The end-user denied the request"),
    Knob.SERVER_ERROR: OAuthError("server_error", "The authorization server met an unexpected condition"),
}


@dataclass(slots=True)
class FrontChannel:
    """The endpoints that a browser goes to, and the sessions of the platform.

    `responses` holds the last one that was issued, by lane.
    """

    realm: Realm
    ring: KeyRing
    codes: Codes
    secrets: Secrets
    random: Callable[[int], str]
    responses: dict[str, str] = field(default_factory=dict)
    _seen: Novelty = field(default_factory=Novelty)
    _waiting: Shelf[Authorization] = field(default_factory=lambda: Shelf(_LOGIN_LIFE, 1000))
    _sessions: Shelf[Login] = field(default_factory=lambda: Shelf(_SESSION_LIFE, 1000))

    def authorize(self, incoming: Incoming, stage: Stage, now: datetime) -> Reply:
        """The authorization endpoint."""
        parameters = incoming.parameters
        facts = request_facts(incoming, parameters, self.realm.client, self._seen)
        return self._authorized(judge(parameters, self.realm.client), incoming, stage, now).with_facts(facts)

    def log_in(self, incoming: Incoming, stage: Stage, now: datetime) -> Reply:
        """What was typed in the log-in form."""
        form = incoming.parameters if incoming.method == "POST" else Parameters()
        request = self._waiting.get(form["ticket"], now)
        if request is None:
            return self._refused("Cette page de connexion a expiré. Recommencez depuis la solution.")
        self.secrets.seen(form["password"])
        person = stage.person
        if person is None or not _is(person, form["username"], form["password"]):
            page = login_page(self.realm, form["ticket"], failed=True, username=form["username"])
            return page.with_facts({"outcome": "login-page"})
        self._waiting.pop(form["ticket"], now)
        login = Login(person, now, self.random(16))
        key = self.secrets.issued(self.random(32))
        self._sessions.put(key, login, now)
        reply = self._response(request, login, stage, now, 303).with_facts({"person": person.subject})
        return replace(reply, headers=(*reply.headers, ("Set-Cookie", f"{COOKIE}={key}; {_COOKIE_ATTRIBUTES}")))

    def log_out(self, incoming: Incoming, now: datetime) -> Reply:
        """The end of the platform’s session, at the demand of a client that proves it, or of the user who confirms."""
        parameters = incoming.parameters
        hint, target = parameters["id_token_hint"], parameters["post_logout_redirect_uri"]
        proven = bool(hint) and self._is_ours(hint)
        facts = {"id_token_hint": "absent" if not hint else "valid" if proven else "invalid"}
        if not proven and not (incoming.method == "POST" and parameters["confirm"]):
            return logout_page(self.realm).with_facts(facts | {"outcome": "confirmation"})
        self._sessions.pop(incoming.cookie(COOKIE), now)
        gone = ("Set-Cookie", f"{COOKIE}=; {_COOKIE_ATTRIBUTES}; Max-Age=0")
        if proven and _is_of_site(target, self.realm.client.redirect_uris):
            url = with_query(target, {"state": parameters["state"]} if parameters["state"] else {})
            return Reply.redirection(302, url, gone).with_facts(facts | {"outcome": "redirected"})
        page = message_page(self.realm, 200, "Déconnexion", "Vous êtes déconnecté de la plateforme.")
        return replace(page, headers=(*page.headers, gone)).with_facts(facts | {"outcome": "logged-out"})

    def _authorized(
        self, judged: Authorization | Refusal | Denial, incoming: Incoming, stage: Stage, now: datetime
    ) -> Reply:
        if isinstance(judged, Refusal):
            return self._refused(judged.reason)
        if isinstance(judged, Denial):
            return self._failure(judged, stage)
        login = stage.login or self._session(incoming, stage, now)
        if login is not None and not _must_log_in_again(judged, login, now):
            return self._response(judged, login, stage, now, 302)
        if "none" in judged.prompt:
            error = OAuthError("login_required", "The end-user is not logged in")
            return self._failure(Denial(judged.redirect_uri, judged.state, error), stage)
        ticket = self.random(32)
        self._waiting.put(ticket, judged, now)
        return login_page(self.realm, ticket).with_facts({"outcome": "login-page"})

    def _session(self, incoming: Incoming, stage: Stage, now: datetime) -> Login | None:
        """The session that the cookie names, of the person as the platform knows him by now."""
        login = self._sessions.get(incoming.cookie(COOKIE), now)
        if login is not None and stage.person is not None and stage.person.subject == login.person.subject:
            return replace(login, person=stage.person)
        return login

    def _response(self, request: Authorization, login: Login, stage: Stage, now: datetime, status: int) -> Reply:
        for knob, error in _FAILURES.items():
            if knob in stage.knobs:
                return self._failure(Denial(request.redirect_uri, request.state, error), stage, status)
        code = self.secrets.issued(self.random(32))
        grant = Grant(
            login=login,
            client_id=request.client_id,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            nonce=request.nonce,
            challenge=request.challenge,
            issued=now,
            lane=stage.lane,
        )
        self.codes.issue(code, grant)
        parameters = {"code": code, "session_state": login.sid}
        return self._sent(request.redirect_uri, request.state, parameters, stage, status, "response")

    def _failure(self, denial: Denial, stage: Stage, status: int = 302) -> Reply:
        reply = self._sent(denial.redirect_uri, denial.state, denial.error.document, stage, status, "error")
        return reply.with_facts({"error": denial.error.code})

    def _sent(
        self, redirect_uri: str, state: str, parameters: dict[str, str], stage: Stage, status: int, outcome: str
    ) -> Reply:
        realm = self.realm
        if state and Knob.STATE_ABSENT not in stage.knobs:
            parameters = parameters | {"state": _altered(state) if Knob.STATE_ALTERED in stage.knobs else state}
        issuer = foreign_issuer(realm) if Knob.RESPONSE_ISS_OTHER in stage.knobs else realm.issuer
        response = self.responses[stage.lane] = with_query(redirect_uri, parameters | {"iss": issuer})
        if Knob.HELD not in stage.knobs:
            return Reply.redirection(status, response).with_facts({"outcome": outcome})
        page = message_page(realm, 200, "Réponse retenue", "Le banc garde la réponse pour la suite du scénario.")
        return page.with_facts({"outcome": "held"})

    def _refused(self, reason: str) -> Reply:
        return message_page(self.realm, 400, _REFUSED, reason).with_facts({"outcome": "refused"})

    def _is_ours(self, hint: str) -> bool:
        """Whether it is an ID token that we signed for the client, expired or not."""
        try:
            claims = jwt.decode(hint, self.ring.verifying, algorithms=[self.ring.algorithm]).claims
        except (JoseError, ValueError, RecursionError):
            return False
        return bool(claims.get("iss") == self.realm.issuer and claims.get("aud") == self.realm.client.id)


def _is(person: Person, username: str, password: str) -> bool:
    """Whether somebody typed what that person types; a person without a password cannot log in."""
    typed = username.strip().lower()
    named = typed == person.email.lower() or (person.national != "" and typed == person.national.lower())
    right = hmac.compare_digest(password.encode(), person.password.encode())
    return named and right and bool(person.password)


def _must_log_in_again(request: Authorization, login: Login, now: datetime) -> bool:
    if "login" in request.prompt:
        return True
    return request.max_age is not None and (
        request.max_age == 0 or now - login.since > timedelta(seconds=request.max_age)
    )


def _altered(state: str) -> str:
    return state[:-1] + ("A" if state[-1] != "A" else "B")


def _is_of_site(target: str, redirect_uris: tuple[str, ...]) -> bool:
    """Addresses to come back to after a log-out are not registered: those of the client’s own site are taken."""
    written = target.isascii() and target.isprintable() and " " not in target
    return written and _site(target) in {_site(uri) for uri in redirect_uris}


def _site(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, parts.netloc
