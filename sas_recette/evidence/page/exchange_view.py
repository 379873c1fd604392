"""Exchanges as a page shows them: facts in words, bodies shown once, faulty places marked and tied to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from sas_recette.evidence.page.body_view import BodyBook, BodyView
from sas_recette.evidence.page.curl import curl_command, rerun_command
from sas_recette.evidence.reading.french import clock, milliseconds, moment
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.locations import header_name, is_envelope
from sas_recette.exchange.model import Direction, Exchange, Headers, TlsFacts
from sas_recette.rules.model import Finding

Fact = tuple[str, str]

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class HeaderView:
    """A header; `constats` are the findings about it."""

    name: str
    value: str
    constats: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One exchange on the page."""

    anchor: str
    id: str
    received: bool
    scenario: Link
    step: str
    time: str
    method: str
    url: str
    status: str
    fault: str
    facts: tuple[Fact, ...]
    request_headers: tuple[HeaderView, ...]
    response_headers: tuple[HeaderView, ...]
    request_body: BodyView
    response_body: BodyView
    constats: tuple[Link, ...]
    curl: str
    rerun: str


@dataclass(frozen=True, slots=True)
class ExchangeContext:
    """What exchanges are tied to: anchors of exchanges, links to scenarios, findings and their links."""

    anchors: Mapping[str, str]
    scenarios: Mapping[str, Link]
    findings: Mapping[str, Sequence[Finding]]
    constat_of: Mapping[Finding, Link]


@dataclass(frozen=True, slots=True)
class ExchangeBook:
    """All the exchanges of a page, and where each finding is to be seen in them."""

    views: tuple[ExchangeView, ...]
    place_of: Mapping[Finding, str] = field(default_factory=dict)


def view_exchanges(exchanges: Mapping[str, Exchange], context: ExchangeContext) -> ExchangeBook:
    """Build every exchange in the order of the journal. Bodies that are equal are laid out once."""
    book = BodyBook.of(exchanges, context.findings, context.constat_of)
    views = tuple(_view(exchange, context, book) for exchange in exchanges.values())
    places = {
        finding: _place(finding, exchange, context, book)
        for identifier, exchange in exchanges.items()
        for finding in context.findings.get(identifier, ())
    }
    return ExchangeBook(views, places)


def status_text(exchange: Exchange) -> str:
    """The status line in short, or that there was no answer."""
    if exchange.response is None:
        return "sans réponse"
    code = exchange.response.status
    return f"{code} {_PHRASES.get(code, '')}".strip()


def _view(exchange: Exchange, context: ExchangeContext, book: BodyBook) -> ExchangeView:
    findings = context.findings.get(exchange.id, ())
    response = exchange.response
    received = exchange.direction is Direction.RECEIVED
    return ExchangeView(
        anchor=context.anchors[exchange.id],
        id=exchange.id,
        received=received,
        scenario=context.scenarios.get(exchange.scenario, Link("", exchange.scenario)),
        step=exchange.step,
        time=clock(exchange.started),
        method=exchange.request.method,
        url=exchange.request.url,
        status=status_text(exchange),
        fault=_fault(exchange),
        facts=_facts(exchange),
        request_headers=_headers(exchange.request.headers, findings if received else (), context),
        response_headers=_headers(response.headers if response else (), () if received else findings, context),
        request_body=book.view(exchange.id, exchange.request.body, judged=received),
        response_body=book.view(exchange.id, response.body if response else b"", judged=not received),
        constats=tuple(dict.fromkeys(context.constat_of[finding] for finding in findings)),
        curl=curl_command(exchange),
        rerun=rerun_command(exchange.scenario) if exchange.scenario else "",
    )


def _place(finding: Finding, exchange: Exchange, context: ExchangeContext, book: BodyBook) -> str:
    anchor = "" if is_envelope(finding.location) else book.mark(exchange.id, finding.location)
    return anchor or context.anchors[exchange.id]


def _headers(headers: Headers, findings: Sequence[Finding], context: ExchangeContext) -> tuple[HeaderView, ...]:
    constats: dict[str, dict[Link, None]] = {}
    for finding in findings:
        constats.setdefault(header_name(finding.location), {})[context.constat_of[finding]] = None
    return tuple(HeaderView(name, value, tuple(constats.get(name.lower(), ()))) for name, value in headers)


def _fault(exchange: Exchange) -> str:
    if exchange.fault is None:
        return ""
    return f"Échec du transport ({exchange.fault.kind.value}, phase «\u00a0{exchange.fault.phase}\u00a0»)\u00a0: {exchange.fault.detail}"


def _facts(exchange: Exchange) -> tuple[Fact, ...]:
    timings = exchange.timings
    facts = [
        ("Début", moment(exchange.started)),
        ("Connexion", milliseconds(timings.connect)),
        ("Négociation TLS", milliseconds(timings.tls)),
        ("Premier octet", milliseconds(timings.first_byte)),
        ("Réponse entière", milliseconds(timings.total)),
    ]
    if exchange.response is not None:
        facts.append(("Protocole", exchange.response.http_version))
        if not exchange.response.complete:
            facts.append(("Intégrité", "corps incomplet"))
    return (*facts, *(_tls_facts(exchange.tls) if exchange.tls else ()))


def _tls_facts(tls: TlsFacts) -> tuple[Fact, ...]:
    facts: tuple[Fact, ...] = (("TLS", f"{tls.version}, {tls.cipher}"),)
    if tls.peer is None:
        return facts
    peer = tls.peer
    return (
        *facts,
        ("Certificat présenté", peer.subject),
        ("Émetteur", peer.issuer),
        ("Numéro de série", peer.serial),
        ("Validité", f"du {moment(peer.not_before)} au {moment(peer.not_after)}"),
        ("Empreinte SHA-256", peer.sha256),
    )
