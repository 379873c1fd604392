"""Exchanges as a page shows them: facts in words, bodies shown once, faulty places marked and tied to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from sas_recette.evidence.page.body_view import EMPTY_BODY, BodyBook, BodyView
from sas_recette.evidence.page.curl import curl_command, rerun_command
from sas_recette.evidence.page.facts_view import (
    FactView,
    by_browser,
    caller_of,
    caption_of,
    endpoint_label,
    fault_played,
    on_tls,
    view_facts,
)
from sas_recette.evidence.reading.french import clock, milliseconds, moment
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.locations import header_name, is_envelope
from sas_recette.evidence.reading.words import scenario_name
from sas_recette.exchange.model import Direction, Exchange, Fault, Headers, TlsFacts
from sas_recette.norm.typography import NBSP
from sas_recette.rules.model import Finding

Fact = tuple[str, str]

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_DIRECTIONS: Final = {
    Direction.SENT: "envoyé par le banc",
    Direction.RECEIVED: "reçu de la solution",
    Direction.BROWSED: "navigateur du régulateur",
}


@dataclass(frozen=True, slots=True)
class HeaderView:
    """A header; `constats` are the findings about it."""

    name: str
    value: str
    constats: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One exchange on the page. `caller` is who called the platform, empty when the platform or its browser calls.

    `played` is the fault that the bench answered with on purpose, empty when it did not. One that is not `whole` has neither
    facts, headers nor bodies here. `established` are the facts of the harness, under the title `caption`; `curl` and `rerun` are
    empty where sending again makes no sense.
    """

    anchor: str
    id: str
    direction: str
    way: str
    caller: str
    endpoint: str
    scenario: Link
    step: str
    time: str
    method: str
    url: str
    status: str
    fault: str
    played: str
    constats: tuple[Link, ...]
    whole: bool = False
    facts: tuple[Fact, ...] = ()
    established: tuple[FactView, ...] = ()
    caption: str = ""
    request_headers: tuple[HeaderView, ...] = ()
    response_headers: tuple[HeaderView, ...] = ()
    request_body: BodyView = EMPTY_BODY
    response_body: BodyView = EMPTY_BODY
    curl: str = ""
    rerun: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeContext:
    """What exchanges are tied to: which are shown whole, anchors of exchanges, links to scenarios, findings and their links."""

    whole: frozenset[str]
    anchors: Mapping[str, str]
    scenarios: Mapping[str, Link]
    findings: Mapping[str, Sequence[Finding]]
    constat_of: Mapping[Finding, Link]


@dataclass(frozen=True, slots=True)
class ExchangeBook:
    """All the exchanges of a report by id, and where each finding is to be seen in them."""

    views: Mapping[str, ExchangeView]
    place_of: Mapping[Finding, str] = field(default_factory=dict)


def view_exchanges(exchanges: Mapping[str, Exchange], context: ExchangeContext) -> ExchangeBook:
    """Build every exchange in the order of the journal. Bodies that are equal are laid out once."""
    shown = {name: exchange for name, exchange in exchanges.items() if name in context.whole}
    book = BodyBook.of(shown, context.findings, context.constat_of)
    views = {
        name: _whole(_brief(exchange, context), exchange, context, book) if name in shown else _brief(exchange, context)
        for name, exchange in exchanges.items()
    }
    places = {
        finding: _place(finding, exchange, context, book)
        for identifier, exchange in exchanges.items()
        for finding in context.findings.get(identifier, ())
    }
    return ExchangeBook(views, places)


def status_text(exchange: Exchange) -> str:
    """The status line in short, or that there was no answer, or nothing to be answered."""
    if exchange.response is None:
        return "sans réponse" if exchange.request.method else "sans message"
    return phrase(exchange.response.status)


def phrase(code: int) -> str:
    """A status code with its words, where it has some."""
    return f"{code} {_PHRASES.get(code, '')}".strip()


def _brief(exchange: Exchange, context: ExchangeContext) -> ExchangeView:
    received = exchange.direction is Direction.RECEIVED
    findings = context.findings.get(exchange.id, ())
    return ExchangeView(
        anchor=context.anchors[exchange.id],
        id=exchange.id,
        direction=exchange.direction.value,
        way=_way(exchange),
        caller=caller_of(exchange.facts) if received else "",
        endpoint=endpoint_label(exchange.facts),
        scenario=context.scenarios.get(exchange.scenario, Link("", scenario_name(exchange.scenario))),
        step=exchange.step,
        time=clock(exchange.started),
        method=exchange.request.method,
        url=exchange.request.url,
        status=status_text(exchange),
        fault=_fault(exchange),
        played=fault_played(exchange.facts),
        constats=tuple(dict.fromkeys(context.constat_of[finding] for finding in findings)),
    )


def _whole(view: ExchangeView, exchange: Exchange, context: ExchangeContext, book: BodyBook) -> ExchangeView:
    findings = context.findings.get(exchange.id, ())
    response = exchange.response
    received = exchange.direction is Direction.RECEIVED
    # What the candidate or a browser sent cannot be sent again: their codes, cookies and tokens were good once.
    sent = exchange.direction is Direction.SENT
    return replace(
        view,
        whole=True,
        facts=_facts(exchange),
        established=view_facts(exchange.facts),
        caption=caption_of(exchange.facts),
        request_headers=_headers(exchange.request.headers, findings if received else (), context),
        response_headers=_headers(response.headers if response else (), () if received else findings, context),
        request_body=book.view(exchange.id, exchange.request.body, judged=received),
        response_body=book.view(exchange.id, response.body if response else b"", judged=not received),
        curl=curl_command(exchange) if sent and not on_tls(exchange.facts) else "",
        rerun=rerun_command(exchange.scenario) if sent and exchange.scenario else "",
    )


def _fault(exchange: Exchange) -> str:
    if on_tls(exchange.facts):
        return ""
    if exchange.direction is not Direction.RECEIVED or exchange.fault is None:
        return described_fault(exchange.fault)
    if exchange.request.method:
        return described_fault(exchange.fault, "Message incomplet")
    return f"Connexion sans message{NBSP}: {exchange.fault.detail}"


def _way(exchange: Exchange) -> str:
    redirected = exchange.direction is Direction.RECEIVED and by_browser(exchange.facts)
    return "reçu du navigateur" if redirected else _DIRECTIONS[exchange.direction]


def _place(finding: Finding, exchange: Exchange, context: ExchangeContext, book: BodyBook) -> str:
    anchor = "" if is_envelope(finding.location) else book.mark(exchange.id, finding.location)
    return anchor or context.anchors[exchange.id]


def _headers(headers: Headers, findings: Sequence[Finding], context: ExchangeContext) -> tuple[HeaderView, ...]:
    constats: dict[str, dict[Link, None]] = {}
    for finding in findings:
        constats.setdefault(header_name(finding.location), {})[context.constat_of[finding]] = None
    return tuple(HeaderView(name, value, tuple(constats.get(name.lower(), ()))) for name, value in headers)


def described_fault(fault: Fault | None, failed: str = "Échec du transport") -> str:
    """A failure in one sentence; empty without one. `failed` says what failed."""
    if fault is None:
        return ""
    return f"{failed} ({fault.kind.value}, phase «\u00a0{fault.phase}\u00a0»)\u00a0: {fault.detail}"


def _facts(exchange: Exchange) -> tuple[Fact, ...]:
    timings = exchange.timings
    measured = {
        "Connexion": timings.connect,
        "Négociation TLS": timings.tls,
        "Premier octet": timings.first_byte,
        "Réponse entière": timings.total,
    }
    # The platform goes through every phase of what it sends; of the rest, only what was measured has a meaning.
    sent = exchange.direction is Direction.SENT
    facts = [("Début", moment(exchange.started))]
    if timings.dns is not None:
        facts.append(("Résolution du nom", milliseconds(timings.dns)))
    facts += [(name, milliseconds(value)) for name, value in measured.items() if sent or value is not None]
    if exchange.response is not None:
        facts.append(("Protocole", exchange.response.http_version))
        if not exchange.response.complete:
            facts.append(("Intégrité", "corps incomplet"))
    shown = "Certificat client" if exchange.direction is Direction.RECEIVED else "Certificat présenté"
    return (*facts, *(_tls_facts(exchange.tls, shown) if exchange.tls else ()))


def _tls_facts(tls: TlsFacts, shown: str) -> tuple[Fact, ...]:
    facts: tuple[Fact, ...] = (("TLS", ", ".join(filter(None, (tls.version, tls.cipher)))),)
    if tls.peer is None:
        return facts
    peer = tls.peer
    return (
        *facts,
        (shown, peer.subject),
        ("Émetteur", peer.issuer),
        ("Numéro de série", peer.serial),
        ("Validité", f"du {moment(peer.not_before)} au {moment(peer.not_after)}"),
        ("Empreinte SHA-256", peer.sha256),
    )
