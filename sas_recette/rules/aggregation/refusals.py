"""Searches that are refused: a criterion is at fault only where the refusal names it, else AGR-COM-006 alone is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text, texts
from sas_recette.rules.rule import Deviation, Observation, Subject, rule

_CHAINED: Final = re.compile(r"schedule\.actor|\.identifier|\bchain|\bchaîn|:practitioner", re.IGNORECASE)
_START: Final = re.compile(r"(?<![\w.])start\b", re.IGNORECASE)
_STATUS: Final = re.compile(r"(?<!http )(?<![\w.])status\b(?! code)", re.IGNORECASE)


@rule("AGR-PS-005")
def chained_identifier_refused(subject: Subject) -> Iterator[Observation]:
    """The chained search on the practitioner’s identifier is not refused (open point A-04)."""
    yield from _refused_for(subject, _CHAINED, "schedule.actor:Practitioner.identifier")


@rule("AGR-PS-002")
def start_refused(subject: Subject) -> Iterator[Observation]:
    """`start`, repeated with ge and le, is not refused."""
    yield from _refused_for(subject, _START, "start")


@rule("AGR-PS-003")
def status_refused(subject: Subject) -> Iterator[Observation]:
    """`status` is not refused."""
    yield from _refused_for(subject, _STATUS, "status")


def _refused_for(subject: Subject, named: re.Pattern[str], parameter: str) -> Iterator[Observation]:
    exchange = subject.answer.exchange
    response = exchange.response if exchange else None
    if response is None or response.status not in {400, 422, 501}:
        return
    reasons = " ; ".join(_reasons(subject.answer.resource))
    if named.search(reasons):
        message = f"La recherche est refusée, et le refus met en cause le paramètre {parameter}."
        yield Deviation("HTTP.status", message, "200", f"{response.status} : {reasons[:200]}")


def _reasons(outcome: JsonObject) -> Iterator[str]:
    """What an OperationOutcome says in free text, and the places it names."""
    if text(outcome, "resourceType") != "OperationOutcome":
        return
    for _, issue in children(outcome, "issue"):
        said = (text(issue, "diagnostics"), text(child(issue, "details"), "text"))
        yield from (one for one in said if one)
        yield from (*texts(issue, "expression"), *texts(issue, "location"))
