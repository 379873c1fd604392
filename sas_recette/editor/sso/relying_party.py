"""A log-in from end to end: the departure to the platform, the return, who came back and the account that is theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.accounts.store import RegulatorStore
from sas_recette.editor.sso.attempts import Attempt, Attempts, Return, of_browser
from sas_recette.editor.sso.backchannel import BackChannel, TransportFactory, verified
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.failures import Failure, SsoError
from sas_recette.editor.sso.id_token import IdTokens
from sas_recette.editor.sso.oauth import CodeFlow, private_key, tokens_of
from sas_recette.editor.sso.policy import Check, Identity, Landing, SsoPolicy, TokenCall
from sas_recette.editor.sso.provider import Provider

_REMEMBERED: Final = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came back and has an account; `target` is where they go, `id_token` how they proved who they are."""

    account: RegulatorAccount
    target: str
    id_token: str = field(default="", repr=False)


@dataclass(slots=True)
class RelyingParty:
    """The product at one identity provider. Every failure is an SsoError."""

    client: SsoClient
    policy: SsoPolicy
    accounts: RegulatorStore
    clock: Callable[[], datetime]
    flow: CodeFlow
    channel: BackChannel
    provider: Provider
    attempts: Attempts
    _succeeded: dict[str, Arrival] = field(default_factory=dict, init=False)

    async def depart(self, target: str, *, arrives: bool) -> tuple[str, Attempt]:
        """The address of the platform, and the attempt to remember in the browser."""
        endpoints = await self.provider.endpoints()
        value = self.policy.value
        attempt = self.attempts.begin(target, value("state"), value("nonce"), value("verifier"))
        return self.flow.authorization_url(endpoints, attempt, arrives=arrives), attempt

    def attempt_of(self, back: Return) -> Attempt:
        """The attempt that a response belongs to, which is over now (sso.md R2, R3, R7)."""
        attempt = self.policy.finds(self.attempts, back)
        if attempt is None or not self.attempts.end(attempt):
            raise SsoError(Failure.RESPONSE, "La réponse ne correspond à aucune tentative de ce navigateur.")
        return attempt

    def succeeded(self, back: Return) -> Arrival | None:
        """What the same response gave before, in a version of the product that remembers it."""
        return self._succeeded.get(back.parameters.get("code", "")) if self.policy.replays else None

    async def arrive(self, attempt: Attempt, back: Return, previous: str) -> Arrival:
        """Who came back by a response; `previous` is where they landed the time before."""
        self._check_response(back)
        others = tuple(one for one in of_browser(self.attempts, back) if one.key != attempt.key)
        identity, id_token = await self._identify(attempt, back.parameters["code"])
        account = await run_in_threadpool(self._account, identity)
        arrival = Arrival(account, self.policy.landing(Landing(attempt, others, previous)), id_token)
        if self.policy.replays and len(self._succeeded) < _REMEMBERED:
            self._succeeded[back.parameters["code"]] = arrival
        return arrival

    def _check_response(self, back: Return) -> None:
        issuer = back.parameters.get("iss", self.client.issuer)
        if issuer != self.client.issuer and self.policy.checks(Check.RESPONSE_ISSUER):
            raise SsoError(Failure.RESPONSE, "La réponse vient d’un autre émetteur.")
        if "error" in back.parameters:
            raise SsoError(Failure.DENIED, back.parameters["error"])
        if not back.parameters.get("code"):
            raise SsoError(Failure.RESPONSE, "La réponse ne porte pas de code.")

    async def _identify(self, attempt: Attempt, code: str) -> tuple[Identity, str]:
        access_token, id_token = await self._tokens(attempt, code)
        claims: Mapping[str, Any] = {}
        if id_token:
            reader = IdTokens(self.client, self.provider, self.policy, self.clock)
            claims = await reader.claims(id_token, attempt.nonce)
        if self.policy.unwelcome(claims):
            raise SsoError(Failure.IDENTITY, "Le jeton d’identité n’est pas de ceux qui sont admis.")
        return await self._identity(claims, access_token), id_token

    async def _tokens(self, attempt: Attempt, code: str) -> tuple[str, str]:
        endpoints = await self.provider.endpoints()
        reason = ""
        for call in self.flow.token_calls(endpoints, attempt, code):
            document = await self._answer(call)
            access_token, id_token = tokens_of(document)
            if access_token and (id_token or self.policy.id_token_optional):
                return access_token, id_token
            reason = str(document.get("error", "La réponse ne porte pas les jetons attendus."))
        raise SsoError(Failure.TOKEN, reason)

    async def _answer(self, call: TokenCall) -> Mapping[str, Any]:
        """What the token endpoint says; nothing when it is not a success."""
        response = await self.channel.send(self.flow.token_request(call), self.policy.token_seconds)
        try:
            document = response.json() if response.status_code == 200 else {}
        except ValueError:
            document = {}
        bearer = isinstance(document, dict) and str(document.get("token_type", "")).lower() == "bearer"
        return document if bearer else {}

    async def _identity(self, claims: Mapping[str, Any], access_token: str) -> Identity:
        """Who it is: by the ID token, and by UserInfo for what only UserInfo tells (sso.md R23 and §10.3)."""
        subject, email = _text(claims, "sub"), _text(claims, "email")
        about = await self._userinfo(access_token, needed=self.client.mode == "psc" or not claims)
        if about and subject and _text(about, "sub") != subject:
            if self.policy.compares_subject:
                raise SsoError(Failure.IDENTITY, "UserInfo parle d’une autre personne que le jeton d’identité.")
            email = _text(about, "email") or email
        if not claims:
            email = _text(about, "email")
        if self.client.mode == "psc":
            national = _text(about, "SubjectNameID") or _text(about, "preferred_username")
            return Identity(subject, email, national, claims)
        return Identity(subject, email, claims=claims)

    async def _userinfo(self, access_token: str, *, needed: bool) -> Mapping[str, Any]:
        endpoints = await self.provider.endpoints()
        if not endpoints.userinfo:
            return {}
        try:
            return await self.channel.read(endpoints.userinfo, access_token)
        except SsoError:
            if needed:
                raise
            return {}

    def _account(self, identity: Identity) -> RegulatorAccount:
        with self.accounts.transaction() as register:
            found = self.policy.match(register, identity)
        if len(found) > 1:
            raise SsoError(Failure.AMBIGUOUS, f"{len(found)} comptes.")
        account = found[0] if found else self.policy.stranger(self.accounts, identity, self.clock())
        if account is None:
            raise SsoError(Failure.UNKNOWN, "Aucun compte actif.")
        return account


def create_relying_party(
    client: SsoClient,
    redirect_uri: str,
    policy: SsoPolicy,
    accounts: RegulatorStore,
    clock: Callable[[], datetime],
    transport: TransportFactory | None = None,
) -> RelyingParty:
    """The product at a provider; `transport` replaces the real connections of the back channel.

    Raises OSError or ValueError when the authority or the private key cannot be read.
    """
    channel = BackChannel(transport or verified(client.ca, verifies_tls=policy.verifies_tls))
    flow = CodeFlow(client, redirect_uri, policy, clock, private_key(client))
    provider = Provider(client, channel, clock)
    return RelyingParty(client, policy, accounts, clock, flow, channel, provider, Attempts(clock))


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
