"""What an error answer says of its reason (accounts.md §2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.rules.accounts.reading import accounts
from sas_recette.rules.outcome import outcome_faults
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_ERRORS: Final = frozenset({"fatal", "error"})
_TRACE: Final = re.compile(
    r"Traceback \(most recent call last\)|\bat [\w$.<>]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)|\bat [^\n]+ in [^\n]+:line \d+"
    r"|\bat [^\n]*\([^\n]+\.[cm]?[jt]s:\d+:\d+\)|#\d+ /[^\n]+\.php\(\d+\)|File \"[^\"]+\", line \d+",
)


@rule("ACC-032")
def failure_explained(subject: Subject) -> Iterator[Observation]:
    """Every error answer to a write carries an OperationOutcome that gives the reason."""
    for one in accounts(subject):
        response = one.exchange.response
        if response is None or response.status < 400 or one.exchange.request.method == "GET":
            continue
        if one.is_outcome:
            for seen in explained(one.answer.resource):
                yield replace(seen, answer=one.index) if isinstance(seen, Deviation) else seen
            announced = response.header("Content-Type") or "absent"
            if "json" not in announced.lower():
                message = "L’OperationOutcome n’est pas annoncé comme du JSON par l’en-tête Content-Type."
                expected, place = "application/fhir+json", "HTTP.header(Content-Type)"
                yield one.deviation(message, expected, announced, place=place, reserve=True)
            continue
        message = "La réponse d’erreur ne contient pas d’OperationOutcome."
        observed = text(one.answer.resource, "resourceType") or response.header("Content-Type") or "corps vide"
        yield one.deviation(message, "OperationOutcome", observed, place="HTTP.body")


def explained(outcome: JsonObject) -> Iterator[Observation]:
    """The same of the OperationOutcome alone: what it must hold, then what it should (a réserve)."""
    faults = [*outcome_faults(outcome), *_severity(outcome), *_advisable(outcome)]
    yield from faults
    if not faults:
        yield HELD


def _severity(outcome: JsonObject) -> Iterator[Deviation]:
    severities = [text(issue, "severity") or "absente" for _, issue in children(outcome, "issue")]
    if severities and not _ERRORS.intersection(severities):
        message = "Aucune issue de l’OperationOutcome n’est une erreur, alors que la requête est refusée."
        yield Deviation("OperationOutcome.issue", message, "severity : error | fatal", ", ".join(severities))


def reasons(outcome: JsonObject) -> tuple[tuple[int, str], ...]:
    """The human-readable reasons of an OperationOutcome, each with the index of its issue."""
    found = (
        (index, reason)
        for index, issue in children(outcome, "issue")
        for reason in (text(issue, "diagnostics"), text(child(issue, "details"), "text"))
        if reason
    )
    return tuple(found)


def _advisable(outcome: JsonObject) -> Iterator[Deviation]:
    issues, said = list(children(outcome, "issue")), reasons(outcome)
    if issues and not said:
        message = "L’OperationOutcome devrait dire en clair ce qui est refusé (diagnostics ou details.text)."
        expected = "diagnostics ou details.text"
        yield Deviation("OperationOutcome.issue", message, expected, "absent", reserve=True)
    for index, reason in said:
        if _TRACE.search(reason):
            place = f"OperationOutcome.issue[{index}]"
            message = "L’OperationOutcome ne devrait pas exposer de trace d’exécution."
            yield Deviation(place, message, "la raison du refus", reason[:200], reserve=True)
