"""Answers that are not searches: a refusal, the CapabilityStatement, a series of timings."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from sas_recette.exchange.model import FaultKind
from sas_recette.fhir.access import text
from sas_recette.rules.aggregation.envelope import described
from sas_recette.rules.answer import PLATFORM_TIMEOUT_MS
from sas_recette.rules.outcome import outcome_faults
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

KIT_BUDGET_MS: Final = 1000.0
"""What the ANS kit allows for one practitioner (performance-and-service.md §1)."""


@rule("AGR-COM-014")
def failure_status(subject: Subject) -> Iterator[Observation]:
    """A search that cannot be executed gets 4xx or 5xx. A 200 with a Bundle did execute it (open point A-43)."""
    exchange = subject.answer.exchange
    if exchange is None:
        return
    response = exchange.response
    expected = "un code 4xx, avec un OperationOutcome"
    if response is None:
        if exchange.fault is not None and exchange.fault.kind is not FaultKind.TIMEOUT:
            message = f"Une requête inexécutable ne reçoit aucune réponse HTTP : {described(exchange.fault)}."
            yield Deviation("HTTP", message, expected, exchange.fault.kind.value)
    elif response.status >= 400:
        yield HELD
    elif text(subject.answer.resource, "resourceType") != "Bundle":
        message = "Une requête inexécutable est répondue sans code d’échec."
        observed = f"{response.status} avec {text(subject.answer.resource, 'resourceType') or 'un autre contenu'}"
        yield Deviation("HTTP.status", message, expected, observed)


@rule("AGR-COM-015")
def failure_outcome(subject: Subject) -> Iterator[Observation]:
    """A failure carries a valid OperationOutcome: an issue with a severity and a code."""
    exchange = subject.answer.exchange
    if exchange is None or exchange.response is None or exchange.response.status < 400:
        return
    resource = subject.answer.resource
    if text(resource, "resourceType") != "OperationOutcome":
        message = "La réponse d’échec ne contient pas d’OperationOutcome."
        observed = text(resource, "resourceType") or exchange.response.header("Content-Type") or "corps vide"
        yield Deviation("HTTP.body", message, "OperationOutcome", observed)
        return
    faults = list(outcome_faults(resource))
    yield from faults
    if not faults:
        yield HELD


@rule("AGR-COM-016")
def client_error(subject: Subject) -> Iterator[Observation]:
    """A malformed value is a client error: neither 5xx nor 200 (open point A-43)."""
    exchange = subject.answer.exchange
    if exchange is None or exchange.response is None:
        return
    status = exchange.response.status
    if 400 <= status < 500:
        yield HELD
    else:
        message = "Une valeur illisible devrait provoquer un code 4xx."
        yield Deviation("HTTP.status", message, "4xx", str(status))


@rule("AGR-COM-010")
def no_error_when_empty(subject: Subject) -> Iterator[Observation]:
    """A search that finds nothing (first answer) gets a Bundle all the same. Its form is judged with every search.

    Where a search that finds slots (the other answers) gets no Bundle either, being empty is not what is at fault.
    """
    answer, exchange = subject.answer, subject.answer.exchange
    response = exchange.response if exchange else None
    if response is None or answer.late or answer.graph is not None or response.status in {406, 415}:
        return
    if any(other.graph is None for other in subject.answers[1:]):
        return
    expected = "200 et un Bundle de total 0"
    if response.status != 200:
        message = "Une recherche sans résultat est répondue autrement que par un Bundle vide."
        yield Deviation("HTTP.status", message, expected, str(response.status))
    else:
        message = "Le corps de la réponse à une recherche sans résultat n’est pas un Bundle."
        yield Deviation("HTTP.body", message, expected, text(answer.resource, "resourceType") or "autre contenu")


@rule("AGR-COM-061")
def capability_statement(subject: Subject) -> Iterator[Observation]:
    """GET [base]/metadata gives a CapabilityStatement of FHIR 4.0.1."""
    exchange = subject.answer.exchange
    if exchange is None or exchange.response is None:
        return
    kind, version = (text(subject.answer.resource, key) for key in ("resourceType", "fhirVersion"))
    if exchange.response.status != 200:
        message = "Le CapabilityStatement n’est pas publié."
        yield Deviation("HTTP.status", message, "200", str(exchange.response.status))
    elif kind != "CapabilityStatement":
        message = "La réponse à /metadata n’est pas un CapabilityStatement."
        yield Deviation("HTTP.body", message, "CapabilityStatement", kind or "autre contenu")
    elif version != "4.0.1":
        message = "Le CapabilityStatement n’annonce pas FHIR 4.0.1."
        yield Deviation("CapabilityStatement.fhirVersion", message, "4.0.1", version or "absent")
    else:
        yield HELD


@rule("PERF-002")
def within_a_second(subject: Subject) -> Iterator[Observation]:
    """Half of the searches on one practitioner take less than a second (open point PERF OP-1)."""
    durations = [
        max(answer.exchange.timings.whole or 0.0, PLATFORM_TIMEOUT_MS if answer.late else 0.0)
        for answer in subject.answers
        if answer.exchange and (answer.late or (answer.complete and answer.exchange.timings.whole is not None))
    ]
    if not durations:
        return
    middle = median(durations)
    if middle < KIT_BUDGET_MS:
        yield HELD
    else:
        message = (
            "Le kit de test de l’ANS met en échec au-delà d’une seconde pour un praticien ; l’IG SAS (Annexes) n’exige "
            "que moins de 7 s."
        )
        observed = f"{middle / 1000:.2f} s de médiane sur {len(durations)} recherches".replace(".", ",", 1)
        yield Deviation("HTTP.timing", message, "moins d’une seconde", observed)
