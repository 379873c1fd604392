"""What a scenario of security holds: connections to the candidate's server under any identity, in any version.

Each exchange says in its facts what was presented or offered, and how the server reacted. Nothing is judged here.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar, runtime_checkable
from urllib.parse import urlsplit, urlunsplit

from sas_recette.engine.accounts import AT_ONCE, Accounts, accepted, regulator_accounts
from sas_recette.engine.bench import Bench, MissingDataError, NotPlayableError, Sender, value_at
from sas_recette.engine.identities import NONE, Shown, shown
from sas_recette.engine.roles import key_of
from sas_recette.exchange.model import Exchange, Headers, Request
from sas_recette.norm.requirements import Flow
from sas_recette.norm.typography import french
from sas_recette.platform.accounts import Regulator
from sas_recette.platform.aggregator import ACCEPT
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.security.reactions import Reaction, admitted, described, reaction
from sas_recette.rules.security.reading import VALID
from sas_recette.rules.security.refusals import ASKED_LATE

ENDPOINT: Final = "tls"
"""The fact `endpoint` of what is recorded here."""

VERSIONS: Final[Mapping[str, ssl.TLSVersion]] = {
    "TLS 1.2": ssl.TLSVersion.TLSv1_2,
    "TLS 1.3": ssl.TLSVersion.TLSv1_3,
}
SLOTS: Final = "slots"
ACCOUNTS: Final = "accounts"
CAPABILITIES: Final = "capabilities"

_NAMES: Final = {SLOTS: "recherche de créneaux", ACCOUNTS: "écriture d’un compte", CAPABILITIES: "lecture de /metadata"}
_FLOWS: Final = {"ps": Flow.INT_R01, "cpts": Flow.INT_R04, "sos": Flow.INT_SOS1}
Item = TypeVar("Item")
Found = TypeVar("Found")

_LIGHT: Final = ("no_slots", "ordinary")
"""Roles whose agenda answers a valid search, the shortest answer first."""


@runtime_checkable
class Disguise(Protocol):
    """A sender that can take another TLS identity."""

    def presenting(self, context: ssl.SSLContext) -> Sender:
        """The same sender under another identity."""
        ...

    def new_id(self) -> str:
        """The id of one more exchange."""
        ...


@dataclass(frozen=True, slots=True)
class Try:
    """One way of asking: what is presented, in which version (any when empty), with which headers besides."""

    shown: Shown
    version: str = ""
    headers: Headers = ()

    @property
    def words(self) -> str:
        """What is presented, in French."""
        return f"{self.shown.words}, mais des en-têtes forgés" if self.headers else self.shown.words

    @property
    def step(self) -> str:
        """How something is asked for, in French."""
        how = "sans certificat" if self.shown.case == NONE else f"avec {self.shown.words}"
        forged = ", avec des en-têtes forgés" if self.headers else ""
        return f"{how}{forged}, {self.version}" if self.version else f"{how}{forged}"

    def context(self) -> ssl.SSLContext:
        """The TLS identity. Raises TlsMaterialError."""
        context = self.shown.context(VERSIONS.get(self.version, ssl.TLSVersion.TLSv1_3 if self.late else None))
        context.post_handshake_auth = self.late
        return context

    @property
    def late(self) -> bool:
        """Whether the server may ask for the certificate after the handshake."""
        return self.version == ASKED_LATE


def disguise(bench: Bench) -> Disguise:
    """What lets the bench change identity. Raises NotPlayableError where nothing does."""
    if not isinstance(bench.transport, Disguise):
        raise NotPlayableError("le banc n’a pas de connexion TLS ici")
    return bench.transport


def require_tls(bench: Bench) -> None:
    """Raises NotPlayableError when the candidate is not reached by TLS."""
    if not bench.candidate.candidate.base_url.lower().startswith("https:"):
        raise NotPlayableError("candidate.base_url est en http://\u00a0: il n’y a pas de TLS à vérifier")


def require_rehearsal(bench: Bench) -> None:
    """Raises NotPlayableError where nobody is to knock with a wrong certificate."""
    if bench.candidate.environment == "production":
        raise NotPlayableError(
            'environment = "production"\u00a0: le banc ne présente aucun certificat à refuser à une solution en service'
        )


def require_mutual_tls(bench: Bench) -> None:
    """Raises NotPlayableError when mutual TLS is out of reach of the campaign."""
    require_tls(bench)
    if bench.candidate.tls.pki == "none":
        raise NotPlayableError(
            'tls.pki = "none"\u00a0: le TLS mutuel n’est pas vérifié, et cette campagne ne vaut pas recette'
        )


@contextmanager
def connections(bench: Bench) -> Iterator[Connections]:
    """Connections under any identity, with a test account that is deactivated at the end.

    Raises NotPlayableError when mutual TLS cannot be judged here, MissingDataError when no search is known.
    """
    require_mutual_tls(bench)
    require_rehearsal(bench)
    with regulator_accounts(bench) as accounts:
        yield Connections(bench, accounts)


class Connections:
    """What a scenario does with identities. Use it through `connections`."""

    def __init__(self, bench: Bench, accounts: Accounts) -> None:
        self.bench = bench
        self.accounts = accounts
        self._disguise = disguise(bench)
        self._base = bench.candidate.candidate.base_url
        self._account: Regulator | None = None
        self.controls: list[Exchange] = []
        self.valid = self.identity(VALID)
        self._search = light_search(bench)

    def identity(self, case: str) -> Shown:
        """What a case of security.md §5 presents. Raises NotPlayableError when the bench has no such certificate."""
        return shown(self.bench.candidate.tls, case, self.bench.clock())

    def prepare(self) -> tuple[str, ...]:
        """Ask for everything with the platform's certificate; the versions of TLS that the server offers.

        Raises NotPlayableError when none of them lets the platform in: no refusal would prove anything then.
        """
        asked = self._together((SLOTS, Try(self.valid, version)) for version in VERSIONS)
        tried = dict(zip(VERSIONS, asked, strict=True))
        offered = tuple(version for version, exchange in tried.items() if admitted(exchange))
        if not offered:
            seen = " ; ".join(f"{version}, {described(exchange)}" for version, exchange in tried.items())
            raise NotPlayableError(
                f"le certificat valide de la plateforme n’est pas servi (voir SEC-S01)\u00a0: {french(seen)}"
            )
        self._open_account()
        others = (CAPABILITIES,) if self._account is None else (CAPABILITIES, ACCOUNTS)
        self.controls += (*asked, *self._together((other, Try(self.valid, offered[-1])) for other in others))
        return offered

    @property
    def asked(self) -> tuple[str, ...]:
        """What can be asked for: no write without an account to write."""
        return (SLOTS, CAPABILITIES, *((ACCOUNTS,) if self._account is not None else ()))

    def judge_valid(self) -> None:
        """Ask for slots with the platform's certificate, and have it judged that they come; if not, look for where they do."""
        asked = self.ask(SLOTS, Try(self.valid))
        answered = asked.response is not None and not admitted(asked)
        others = self._together((SLOTS, Try(self.valid, one)) for one in ("TLS 1.2", ASKED_LATE)) if answered else ()
        self.bench.judge("tls-valid", *answers_of(asked, *others))
        self._tell_unknown((asked,), ("SEC-002",))

    def intrude(
        self,
        attempt: Try,
        requirements: Collection[str],
        beside: Callable[[], Sequence[SearchAnswer]] = tuple,
        **expect: object,
    ) -> tuple[Exchange, ...]:
        """Ask for everything in a way that must be refused, then once as the platform, and have all this judged.

        `beside` tells, once all is asked for, what else is to be taken into account.
        """
        return self.intrude_in_each((attempt,), requirements, beside, **expect)

    def intrude_in_each(
        self,
        attempts: Sequence[Try],
        requirements: Collection[str],
        beside: Callable[[], Sequence[SearchAnswer]] = tuple,
        **expect: object,
    ) -> tuple[Exchange, ...]:
        """The same in several versions of TLS at the same time."""
        wanted = [(asked, attempt) for attempt in attempts for asked in self.asked]
        tried = self._together(wanted)
        self._tell_unknown(tried, requirements)
        afterwards = self._together((SLOTS, Try(self.valid, attempt.version)) for attempt in attempts)
        for attempt, again in zip(attempts, afterwards, strict=True):
            self._tell_locked_out(again, attempt, requirements)
            of_it = (one for one, (_, how) in zip(tried, wanted, strict=True) if how is attempt)
            answers = (*map(read_answer, (*of_it, again, *self.controls)), *beside())
            wishes = {"requirements": sorted(requirements), "after": attempt.words, **expect}
            self.bench.judge("tls-refused", *answers, expect=wishes)
        return tried

    def ask(self, asked: str, attempt: Try, request: Request | None = None) -> Exchange:
        """Ask for something in some way, and record what became of it; `request` replaces the usual one."""
        exchange = self._asked(asked, attempt, request)
        self.bench.recorder.exchange(exchange)
        return exchange

    def _together(self, wanted: Iterable[tuple[str, Try]]) -> tuple[Exchange, ...]:
        """Ask for things at the same time: none depends on another."""
        exchanges = at_once(lambda one: self._asked(*one), wanted)
        for exchange in exchanges:
            self.bench.recorder.exchange(exchange)
        return exchanges

    def _asked(self, asked: str, attempt: Try, request: Request | None = None) -> Exchange:
        wanted = request or self._request(asked)
        sent = replace(wanted, headers=(*wanted.headers, *attempt.headers))
        step = french(f"{_NAMES[asked].capitalize()} {attempt.step}")
        exchange = self._disguise.presenting(attempt.context()).send(sent, scenario=self.bench.scenario, step=step)
        facts = {**facts_of(attempt.shown), "asked": asked, "offered": attempt.version, "reaction": described(exchange)}
        facts["presented"] = attempt.words
        return replace(exchange, facts={name: value for name, value in facts.items() if value})

    def changed(self) -> Regulator:
        """The test account as an intruder would leave it. Raises NotPlayableError when there is none."""
        return replace(self.account, family="Intrusion")

    @property
    def account(self) -> Regulator:
        """The test account. Raises NotPlayableError when the candidate refused to open one."""
        if self._account is None:
            raise NotPlayableError("la solution a refusé d’ouvrir un compte d’essai (INT_R02)")
        return self._account

    def _open_account(self) -> None:
        regulator = self.accounts.technical()
        if accepted(self.accounts.send(self.accounts.creation("Ouverture du compte d’essai", regulator))):
            self._account = regulator

    def _request(self, asked: str) -> Request:
        if asked == SLOTS:
            return self._search
        if asked == CAPABILITIES:
            return Request("GET", f"{self._base}/metadata", (("Accept", ACCEPT),))
        # The platform rewrites the account as it is; an intruder tries to change it.
        return self.accounts.change("", self.account.identifier, self.account).request

    def _tell_unknown(self, tried: tuple[Exchange, ...], requirements: Collection[str]) -> None:
        """Where nothing can be told of the reaction, say why: the candidate is not to blame."""
        for exchange in tried:
            if reaction(exchange) is Reaction.UNKNOWN:
                self.bench.not_verified(french(f"{exchange.step} : {described(exchange)}"), *requirements)

    def _tell_locked_out(self, again: Exchange, attempt: Try, requirements: Collection[str]) -> None:
        if not admitted(again):
            why = (
                f"après une tentative ({attempt.words}), la plateforme n’est plus servie non plus : {described(again)}"
            )
            self.bench.not_verified(french(why), *requirements)


def at_once(call: Callable[[Item], Found], items: Iterable[Item]) -> tuple[Found, ...]:
    """What a call finds of each item, all at the same time, in the order of the items; none may depend on another."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return tuple(pool.map(call, items))


def light_search(bench: Bench) -> Request:
    """The lightest search that the declared data allow. Raises MissingDataError."""
    flows = [_FLOWS[one] for one in _FLOWS if one in bench.candidate.use_cases]
    for flow in flows:
        for role in _LIGHT:
            holder = value_at(bench.candidate, f"{key_of(flow, role)}.id")
            if isinstance(holder, str):
                return bench.query(holder, flow=flow).request()
    raise MissingDataError(key_of(flows[0], _LIGHT[0]))


def facts_of(identity: Shown) -> dict[str, str]:
    """What a reader is told of a certificate that was presented."""
    facts = {"endpoint": ENDPOINT, "case": identity.case, "presented": identity.words}
    leaf = identity.leaf
    if leaf is not None:
        facts |= {
            "shown_subject": leaf.subject,
            "shown_issuer": leaf.issuer,
            "shown_serial": leaf.serial,
            "shown_validity": f"du {leaf.not_before:%d/%m/%Y} au {leaf.not_after:%d/%m/%Y}",
        }
    return facts


def in_clear(url: str) -> tuple[str, ...]:
    """The addresses where a server in https might answer in clear: its own port, and 80 when it listens at 443."""
    parts = urlsplit(url)
    port = parts.port or 443
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    ports = (port, 80) if port == 443 else (port,)
    return tuple(urlunsplit(parts._replace(scheme="http", netloc=f"{host}:{one}")) for one in ports)


def answers_of(*exchanges: Exchange) -> tuple[SearchAnswer, ...]:
    """Exchanges as the checks take them."""
    return tuple(map(read_answer, exchanges))
