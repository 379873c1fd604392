"""What a version of the product makes sure of when a regulator logs in, and how: the reference leaves nothing out.

`SsoPolicy` is the seam of the defects: a hook of a `Behaviour` gives another policy.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.accounts.store import Register, RegulatorStore
from sas_recette.editor.sso.attempts import Attempt, Attempts, Return, bound
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.failures import Failure
from sas_recette.norm.canonicals import IDNPS_SYSTEM


class Check(StrEnum):
    """A rule that an ID token must satisfy (sso.md §6)."""

    SIGNATURE = "signature"
    ISSUER = "iss"
    AUDIENCE = "aud"
    """Own `client_id` is among the audiences."""
    ONLY_AUDIENCE = "aud seule"
    """Nobody else is."""
    AUTHORIZED_PARTY = "azp"
    EXPIRY = "exp"
    ISSUED_AT = "iat"
    NOT_BEFORE = "nbf"
    NONCE = "nonce"
    """The nonce, where there is one, is the one that was sent."""
    NONCE_PRESENT = "nonce présent"
    SUBJECT = "sub"
    ACR = "acr"
    RESPONSE_ISSUER = "iss de la réponse"


class Exotic(StrEnum):
    """Ways of signing that nobody registered, and that no reference accepts."""

    NONE = "none"
    SHARED = "HS256 avec le secret"
    PUBLIC_KEY = "HS256 avec la clé publique"


class Fallback(StrEnum):
    """What happens when the platform does not authenticate."""

    EXPLAIN = "page"
    OPEN = "session"
    RESTART = "recommencer"
    CRASH = "erreur interne"
    BLANK = "page vide"
    GUEST = "agenda sans session"
    LOGIN = "page de connexion"
    OFFER = "page de connexion avec un bouton"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is; what is unknown is empty. `claims` are those of the ID token, verified."""

    subject: str
    email: str = ""
    national: str = ""
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TokenCall:
    """A call to the token endpoint. `authentication` is how the client proves itself; `none` sends no proof."""

    url: str
    form: Mapping[str, str] = field(repr=False)
    authentication: str
    method: str = "POST"
    secret_in_form: bool = False
    """The secret is in the form too, whatever the authentication."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a log-in ends: the attempt, those of the same browser that are not over, and where it landed last time."""

    attempt: Attempt
    others: tuple[Attempt, ...] = ()
    previous: str = ""


Parameters = dict[str, str]


class ParametersHook(Protocol):
    """Edits the parameters of an authorization request; `arrives` for somebody who comes from the platform by `origin`."""

    def __call__(self, parameters: Parameters, client: SsoClient, *, arrives: bool) -> Parameters:
        """The parameters that are sent, besides `client_id`, `state` and the challenge."""
        ...


CONNECTION_SECONDS: Final = 5.0
TOKEN_SECONDS: Final = 3.0


def one_accepted(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    """Exactly one `origin`, of an accepted value, letter for letter (sso.md §3), whatever the open session (OP-8)."""
    del session
    return len(origins) == 1 and origins[0] in accepted


def unguessable(purpose: str) -> str:
    """A fresh value of 43 characters for `state`, `nonce` or `verifier`; an empty value would not be sent."""
    del purpose
    return secrets.token_urlsafe(32)


def as_they_are(parameters: Parameters, client: SsoClient, *, arrives: bool) -> Parameters:
    """The parameters of the authorization request, untouched."""
    del client, arrives
    return parameters


def one_call(call: TokenCall, client: SsoClient) -> tuple[TokenCall, ...]:
    """The code is sent once."""
    del client
    return (call,)


def identical(one: str, other: str) -> bool:
    """Two issuers are the same letter for letter."""
    return one == other


def by_claims(register: Register, identity: Identity) -> Sequence[RegulatorAccount]:
    """The active accounts of the national identifier where there is one, otherwise of the current e-mail address."""
    if identity.national:
        found = register.find([Token(IDNPS_SYSTEM, identity.national)])
        return [account for account in found if account.regulator.active]
    return register.with_email(identity.email) if identity.email else ()


def nobody(accounts: RegulatorStore, identity: Identity, now: datetime) -> RegulatorAccount | None:
    """No account is made, or made up, for somebody unknown."""
    del accounts, identity, now
    return None


def terms_pending(account: RegulatorAccount) -> bool:
    """Whether the terms of use are still to be accepted: once in the life of an account."""
    return account.terms_accepted_at is None


def never(_: object) -> bool:
    """Refuses nothing, accepts nothing more."""
    return False


def explain(_: object) -> Fallback:
    """Whatever failed is explained in a page."""
    return Fallback.EXPLAIN


def own_target(landing: Landing) -> str:
    """Where its own attempt wanted to go."""
    return landing.attempt.target


def clean(url: str, response: Mapping[str, str], id_token: str) -> str:
    """The address of the page, with nothing of the log-in in it."""
    del response, id_token
    return url


@dataclass(frozen=True, slots=True)
class SsoPolicy:
    """In the order of a log-in.

    Arrival: `from_platform` reads the `origin` parameters, given the accepted values and the kind of the open session;
    `guests` may see an agenda without a session; `follows` accepts targets that are
    not pages of the product.
    Departure: `value` makes `state`, `nonce` and `verifier`, `parameters` are sent.
    Return: `finds` the attempt, `replays` opens again for a response that succeeded; `on_error` and `on_token_failure` say what a failure leads to. Back channel: `token_calls` to make in turn until one gives tokens,
    `token_seconds` to wait, `verifies_tls`, `reloads_keys` for an unknown `kid`. ID token: `unchecked`, `exotic` ways of
    signing that are accepted, `any_key` signs under an unknown `kid`, `leeway`, `same_issuer`, `id_token_optional`. UserInfo:
    `compares_subject`. Account: `unwelcome` claims, `match`, `stranger` when
    there is no account. Session: `asks_terms`, `landing`, `address` shown, `administers` and `regulates_anyway` for the rights
    of a regulator and of a regulator's local session; `shows_secret` in pages.
    """

    from_platform: Callable[[Sequence[str], Sequence[str], str], bool] = one_accepted
    guests: bool = False
    follows: Callable[[str], bool] = never
    value: Callable[[str], str] = unguessable
    parameters: ParametersHook = as_they_are
    finds: Callable[[Attempts, Return], Attempt | None] = bound
    replays: bool = False
    on_error: Callable[[str], Fallback] = explain
    on_token_failure: Callable[[Failure], Fallback] = explain
    token_calls: Callable[[TokenCall, SsoClient], tuple[TokenCall, ...]] = one_call
    token_seconds: float = TOKEN_SECONDS
    verifies_tls: bool = True
    reloads_keys: bool = True
    unchecked: frozenset[Check] = frozenset()
    exotic: frozenset[Exotic] = frozenset()
    any_key: bool = False
    leeway: timedelta = timedelta(minutes=1)
    same_issuer: Callable[[str, str], bool] = identical
    id_token_optional: bool = False
    compares_subject: bool = True
    unwelcome: Callable[[Mapping[str, object]], bool] = never
    match: Callable[[Register, Identity], Sequence[RegulatorAccount]] = by_claims
    stranger: Callable[[RegulatorStore, Identity, datetime], RegulatorAccount | None] = nobody
    asks_terms: Callable[[RegulatorAccount], bool] = terms_pending
    landing: Callable[[Landing], str] = own_target
    address: Callable[[str, Mapping[str, str], str], str] = clean
    administers: bool = False
    regulates_anyway: bool = False
    shows_secret: bool = False

    def checks(self, check: Check) -> bool:
        """Whether a rule is applied."""
        return check not in self.unchecked


REFERENCE_POLICY: Final = SsoPolicy()
