"""What a client asks of the provider by itself: tokens, UserInfo, signing keys (OIDC 3.1.3, 5.3, RFC 6750)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sas_recette.platform.identity.claims import userinfo
from sas_recette.platform.identity.client_auth import ClientAuthentication
from sas_recette.platform.identity.codes import Codes, Grant
from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.memory import Secrets, Shelf
from sas_recette.platform.identity.messages import Incoming, OAuthError, Reply
from sas_recette.platform.identity.pages import maintenance_page
from sas_recette.platform.identity.realm import Realm
from sas_recette.platform.identity.redemption import Redeeming, Redemption
from sas_recette.platform.identity.staging import Stage
from sas_recette.platform.identity.tokens import Minting, id_token

_TOKENS_KEPT: Final = timedelta(hours=1)
_FAULTS: Final = frozenset({Knob.TOKEN_500, Knob.TOKEN_SILENT, Knob.TOKEN_HTML})


@dataclass(frozen=True, slots=True)
class _Access:
    """What an access token opens: the person of a grant, until an instant; `code` is what it was given for."""

    grant: Grant
    code: str
    until: datetime


@dataclass(slots=True)
class BackChannel:
    """The endpoints that the client’s server calls."""

    realm: Realm
    ring: KeyRing
    codes: Codes
    secrets: Secrets
    random: Callable[[int], str]
    _redeeming: Redeeming = field(init=False)
    _tokens: Shelf[_Access] = field(default_factory=lambda: Shelf(_TOKENS_KEPT), init=False)
    _given: Shelf[str] = field(default_factory=lambda: Shelf(_TOKENS_KEPT), init=False)

    def __post_init__(self) -> None:
        clients = ClientAuthentication(self.realm, self.secrets)
        self._redeeming = Redeeming(self.realm, self.codes, clients, self.secrets)

    def token(self, incoming: Incoming, stage: Stage, now: datetime) -> Reply:
        """The token endpoint. A fault that the stage asks for strikes whatever the request; its facts are told all the same."""
        redemption = self._redeeming.judge(incoming, now)
        if redemption.replayed:
            self._revoke(redemption.code, now)
        reply = self._fault(stage.knobs) or self._answer(redemption, stage, now)
        return replace(reply, facts={**redemption.facts, **reply.facts})

    def userinfo(self, incoming: Incoming, stage: Stage, now: datetime) -> Reply:
        """The UserInfo endpoint (RFC 6750: the token comes in the Authorization header)."""
        token = _bearer(incoming)
        self.secrets.seen(token)
        if not token:
            return _unauthorized("").with_facts({"token": "absent", "outcome": "error"})
        access = self._tokens.get(token, now)
        if access is None or now > access.until:
            return _unauthorized(', error="invalid_token"').with_facts({"token": "unknown", "outcome": "error"})
        claims = userinfo(access.grant.login.person, self.realm, stage.knobs)
        facts = {"token": "valid", "claims": json.dumps(claims, ensure_ascii=False), "outcome": "claims"}
        return Reply.of_json(200, claims).with_facts(facts)

    def lane(self, incoming: Incoming, now: datetime) -> str | None:
        """The lane that a client asks for: that of the code, or of the access token, that it presents."""
        access = self._tokens.get(_bearer(incoming), now)
        return self.codes.lane(incoming.parameters["code"], now) if access is None else access.grant.lane

    def keys(self, stage: Stage) -> Reply:
        """The keys that tokens are signed with."""
        if Knob.KEYS_DOWN in stage.knobs:
            return Reply.of_json(503, {"error": "temporarily_unavailable"}).with_facts({"outcome": "fault"})
        return Reply.of_json(200, self.ring.published).with_facts({"outcome": "keys"})

    def _fault(self, knobs: frozenset[Knob]) -> Reply | None:
        if not knobs & _FAULTS:
            return None
        fault = {"outcome": "fault"}
        if Knob.TOKEN_HTML in knobs:
            return maintenance_page(self.realm).with_facts(fault)
        if Knob.TOKEN_500 in knobs:
            return Reply.of_json(500, {"error": "server_error"}).with_facts(fault)
        return Reply(504, facts=fault, silent=True)

    def _answer(self, redemption: Redemption, stage: Stage, now: datetime) -> Reply:
        error = redemption.error
        if error is None and Knob.TOKEN_400 in stage.knobs:
            error = OAuthError("invalid_grant", "The code is refused")
        if error is not None or redemption.grant is None:
            return _error(error or OAuthError("invalid_grant", "The code is unknown"))
        return self._tokens_of(redemption.grant, redemption.code, stage, now)

    def _tokens_of(self, grant: Grant, code: str, stage: Stage, now: datetime) -> Reply:
        access_token = self.secrets.issued(self.random(32))
        until = now + timedelta(seconds=self.realm.token_life)
        self._tokens.put(access_token, _Access(grant, code, until), now)
        self._given.put(code, access_token, now)
        token = id_token(grant, access_token, Minting(self.realm, self.ring, stage.knobs, now, self.random))
        document: dict[str, object] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.realm.token_life,
            "scope": grant.scope,
            "session_state": grant.login.sid,
        }
        if Knob.TOKEN_WITHOUT_ID_TOKEN in stage.knobs:
            return Reply.of_json(200, document).with_facts({"outcome": "fault"})
        reply = Reply.of_json(200, document | {"id_token": self.secrets.issued(token.compact)})
        facts = {"outcome": "tokens", "id_token": token.fact}
        if Knob.TOKEN_BAD_JSON in stage.knobs:
            return replace(reply, body=reply.body.removesuffix(b"}")).with_facts(facts | {"outcome": "fault"})
        return reply.with_facts(facts)

    def _revoke(self, code: str, now: datetime) -> None:
        """A code that comes twice was perhaps stolen: what it gave is worth nothing any more (RFC 6749 4.1.2)."""
        token = self._given.pop(code, now)
        if token is not None:
            self._tokens.pop(token, now)


def _bearer(incoming: Incoming) -> str:
    """The access token of the Authorization header, empty without one."""
    scheme, _, presented = incoming.header("authorization").partition(" ")
    return presented.strip() if scheme.lower() == "bearer" else ""


def _error(error: OAuthError) -> Reply:
    headers = {401: (("WWW-Authenticate", 'Basic realm="sas"'),), 405: (("Allow", "POST"),)}.get(error.status, ())
    return Reply.of_json(error.status, error.document, *headers).with_facts({"outcome": "error"})


def _unauthorized(detail: str) -> Reply:
    return Reply.of_json(401, {"error": "invalid_token"}, ("WWW-Authenticate", f'Bearer realm="sas"{detail}'))
