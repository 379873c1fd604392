"""The HTTP envelope of a search answer: status, media type, encoding, delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.model import Exchange, Fault, FaultKind, Response
from sas_recette.fhir.access import text
from sas_recette.fhir.problem import ProblemKind
from sas_recette.norm.requirements import Flow
from sas_recette.rules.answer import PLATFORM_TIMEOUT_MS, SearchAnswer
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

FHIR_JSON: Final = "application/fhir+json"
PLATFORM_ACCEPT: Final = "application/json+fhir"
"""What the platform sends, in the legacy spelling of the pages (open point A-02)."""
JSON_TYPES: Final = frozenset({FHIR_JSON, "application/json+fhir", "application/json"})

LEAST_OF_ASSOCIATIONS: Final = 10
"""The longest list of associations that every source wants accepted (open point A-01)."""

_REFUSED_MEDIA_TYPE: Final = frozenset({406, 415})
_NO_SUCH_INTERACTION: Final = frozenset({405, 501})

_FAULTS: Final = {
    FaultKind.NAME: "le nom d’hôte n’est pas résolu",
    FaultKind.REFUSED: "la connexion est refusée",
    FaultKind.UNREACHABLE: "l’adresse n’est pas joignable",
    FaultKind.TLS: "la négociation TLS échoue",
    FaultKind.RESET: "la connexion est coupée par la solution",
    FaultKind.TIMEOUT: "le délai est dépassé",
    FaultKind.TRUNCATED: "la réponse est tronquée",
    FaultKind.TOO_LARGE: "la réponse dépasse la taille que le banc accepte de lire",
    FaultKind.PROTOCOL: "la réponse n’est pas une réponse HTTP lisible",
}


def described(fault: Fault) -> str:
    """A transport fault in French, with its technical detail."""
    return f"{_FAULTS[fault.kind]} ({fault.detail})"


def media_type(response: Response) -> str:
    """The media type without parameters, in lower case; empty when the header is absent."""
    return (response.header("Content-Type") or "").partition(";")[0].strip().lower()


@rule("AGR-COM-004")
def accept_header_understood(subject: Subject) -> Iterator[Observation]:
    """The legacy Accept header of the pages is not refused (open point A-02)."""
    exchange = subject.answer.exchange
    if exchange is None or exchange.response is None:
        return
    sent = _accept(exchange)
    if sent != PLATFORM_ACCEPT:
        return
    status = exchange.response.status
    if status in _REFUSED_MEDIA_TYPE:
        message = f"L’en-tête « Accept : {sent} » de la plateforme est refusé."
        yield Deviation("HTTP.status", message, "200, comme avec application/fhir+json", str(status))
    elif subject.answer.graph is not None:
        yield HELD


@rule("AGR-COM-005")
def fhir_content_type(subject: Subject) -> Iterator[Observation]:
    """The media type is FHIR's own; another JSON type is a réserve (open point A-03)."""
    response = _success(subject.answer.exchange)
    if response is None or media_type(response) not in JSON_TYPES:
        return
    if media_type(response) == FHIR_JSON:
        yield HELD
    else:
        message = "Le type de contenu annoncé n’est pas celui de FHIR."
        yield Deviation("HTTP.header(Content-Type)", message, FHIR_JSON, media_type(response))


@rule("AGR-COM-006")
def search_succeeds(subject: Subject) -> Iterator[Observation]:
    """An executable search is answered 200. A time-out is PERF-001’s, a refused media type AGR-COM-004’s.

    Sources disagree on more than ten associations (open point A-01): that they are refused is AGR-SOS-008’s.
    """
    exchange = subject.answer.exchange
    if exchange is None or _too_many_associations(subject.answer):
        return
    response = exchange.response
    if response is None:
        if exchange.fault is not None and exchange.fault.kind is not FaultKind.TIMEOUT:
            message = f"La recherche n’a reçu aucune réponse HTTP : {described(exchange.fault)}."
            yield Deviation("HTTP", message, "une réponse HTTP 200", exchange.fault.kind.value)
    elif response.status == 200:
        yield HELD
    elif response.status not in _REFUSED_MEDIA_TYPE or _accept(exchange) != PLATFORM_ACCEPT:
        observed = str(response.status)
        if 300 <= response.status < 400:
            observed += f" vers {response.header('Location') or '(sans Location)'}"
        message = "La recherche est exécutable, mais la solution ne répond pas 200."
        yield Deviation("HTTP.status", message, "200", observed)


def _too_many_associations(answer: SearchAnswer) -> bool:
    response = answer.exchange.response if answer.exchange else None
    count = len(answer.query.identifiers) if answer.query and answer.flow is Flow.INT_SOS1 else 0
    return response is not None and 400 <= response.status < 500 and count > LEAST_OF_ASSOCIATIONS


@rule("AGR-COM-064")
def utf8_json_body(subject: Subject) -> Iterator[Observation]:
    """The body is a whole JSON text in UTF-8."""
    exchange = subject.answer.exchange
    if exchange is not None:
        if _success(exchange) is None or (exchange.fault is not None and exchange.fault.kind is FaultKind.TIMEOUT):
            return
        if exchange.fault is not None:
            message = f"Le corps de la réponse n’est pas entier : {described(exchange.fault)}."
            yield Deviation("HTTP.body", message, "un document JSON complet", exchange.fault.kind.value)
            return
    unreadable = {ProblemKind.ENCODING, ProblemKind.SYNTAX}
    faulty = [problem for problem in subject.answer.parsed.problems if problem.kind in unreadable]
    for problem in faulty:
        yield Deviation(problem.location, problem.message, problem.expected, problem.observed)
    if not faulty:
        yield HELD


@rule("AGR-PS-001")
def slot_search_supported(subject: Subject) -> Iterator[Observation]:
    """GET [base]/Slot is served, in JSON. A 404 that explains itself in FHIR is AGR-COM-006’s."""
    yield from _search_supported(subject, "Slot")


@rule("AGR-SOS-001")
def schedule_search_supported(subject: Subject) -> Iterator[Observation]:
    """GET [base]/Schedule is served, in JSON. A 404 that explains itself in FHIR is AGR-COM-006’s."""
    yield from _search_supported(subject, "Schedule")


def _search_supported(subject: Subject, resource: str) -> Iterator[Observation]:
    exchange = subject.answer.exchange
    if exchange is None or exchange.response is None:
        return
    response = exchange.response
    unknown = response.status == 404 and text(subject.answer.resource, "resourceType") != "OperationOutcome"
    if unknown or response.status in _NO_SUCH_INTERACTION:
        message = f"La recherche GET [base]/{resource} n’est pas servie à cette adresse."
        yield Deviation("HTTP.status", message, "200", str(response.status))
    elif response.status == 200:
        if media_type(response) in JSON_TYPES:
            yield HELD
        else:
            message = "La réponse n’est pas annoncée comme du JSON."
            yield Deviation("HTTP.header(Content-Type)", message, FHIR_JSON, media_type(response) or "(absent)")


@rule("PERF-001")
def answered_in_time(subject: Subject) -> Iterator[Observation]:
    """Every search on practitioners is answered in less than 7 seconds, connection included.

    A server error, or an answer that breaks off, is no answer however fast: it proves nothing.
    """
    if subject.answer.flow is not Flow.INT_SOS1:
        yield from _in_time(subject)


@rule("PERF-010")
def associations_answered_in_time(subject: Subject) -> Iterator[Observation]:
    """The same for a search on associations, by analogy."""
    if subject.answer.flow is Flow.INT_SOS1:
        yield from _in_time(subject)


def _in_time(subject: Subject) -> Iterator[Observation]:
    for index, answer in enumerate(subject.answers):
        exchange = answer.exchange
        if exchange is None:
            continue
        duration, response = exchange.timings.whole, exchange.response
        late = exchange.fault is not None and exchange.fault.kind is FaultKind.TIMEOUT
        if late or (response is not None and duration is not None and duration >= PLATFORM_TIMEOUT_MS):
            took = f"{(duration or 0) / 1000:.1f}".replace(".", ",") + " s"
            observed = exchange.fault.detail if late and exchange.fault else took
            message = "La réponse complète n’est pas arrivée avant que la plateforme n’abandonne."
            yield Deviation("HTTP.timing", message, "moins de 7 s", observed, answer=index)
        elif response is not None and response.complete and response.status < 500 and duration is not None:
            yield HELD


def _accept(exchange: Exchange) -> str:
    return next((value for name, value in exchange.request.headers if name.lower() == "accept"), "")


def _success(exchange: Exchange | None) -> Response | None:
    return exchange.response if exchange and exchange.response and exchange.response.status == 200 else None
