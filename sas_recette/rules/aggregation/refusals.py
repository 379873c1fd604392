"""Searches that are refused: a criterion is at fault only where the refusal names it, else AGR-COM-006 alone is.

What a refusal says is free text. What it repeats of the request, and what it lists as admitted, blames nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text, texts
from sas_recette.norm.requirements import Flow
from sas_recette.rules.aggregation.practitioners import requested
from sas_recette.rules.rule import Check, Deviation, Observation, Rule, Subject

_REFUSED: Final = frozenset({400, 422, 501})
_OF_DATA: Final = frozenset(
    {"not-found", "deleted", "too-costly", "too-long", "throttled", "security", "login", "forbidden", "expired"}
)
"""The codes of issues that are not about how the search is written."""

_BLAMES_NOTHING: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"\S+\?\S*=\S*",
        r"(?<!not )\b(?:valid|supported|allowed|known|accepted|available)\b[^.;:]{0,40}?\b(?:parameters|values|includes)\b"
        r".*?(?:\]|\.(?=\s|$)|$)",
        r"\bonly\b[^.;]*\bparameters\b[^.;]*",
        r"\bparamètres(?: de recherche)? (?:admis|valides|acceptés|connus|autorisés|possibles|disponibles|pris en charge)\b"
        r".*?(?:\]|\.(?=\s|$)|$)",
        r"\bseuls? les? (?:paramètres?|critères?)\b[^.;]*",
    )
)

Named = Callable[[str, Flow], bool]
"""Whether the reasons of a refusal name a criterion, in a flow."""


def _pattern(pattern: str) -> Named:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda reasons, _: compiled.search(reasons) is not None


_START: Final = r"(?:(?<![\w.])|(?<=http\.))(?<!to )(?<!not )start\b(?!\s+(?:the|an?|of|at|with)\b)"
_STATUS: Final = r"(?<!http )(?:(?<![\w.])|(?<=http\.))status\b(?!\W{0,3}(?:code|[1-5]\d\d)\b)"
_CHAIN: Final = r"(?<!reverse.)\bchain(?:s|ed|ing)?\b|\bcha[iî]n(?:é|ée|és|ées|age)\b(?! inverse)|\.identifier\b"
_REVERSE_CHAIN: Final = r"\b_has\b|\breverse.chain|\bcha[iî]n(?:ée|age) inverse"

_VALUES: Final = {
    "Slot:schedule": r"(?<!_has:)\bslot:schedule\b(?!:)",
    "Schedule:actor": r"\bschedule:actor\b",
    "Schedule:actor:Location": r"\bschedule:actor\b",
    "Slot:service-type-reference": r"\bservice-type-reference\b",
    "HealthcareService:organization": r"\bhealthcareservice:organization\b",
    "Location:organization": r"\blocation:organization\b",
}
_ANY_VALUE: Final = re.compile("|".join(_VALUES.values()), re.IGNORECASE)
_BARE: Final = {
    "_include": re.compile(r"\b_include\b(?!:)"),
    "_include:iterate": re.compile(r"\b_include:(?:iterate|recurse)\b"),
    "_revinclude": re.compile(r"\b_revinclude\b"),
}


def _refusal(label: str, named: Named, *, of_one: bool = False) -> Check:
    """The check that no refusal names a criterion; `of_one` when a list is another requirement’s."""

    def check(subject: Subject) -> Iterator[Observation]:
        answer = subject.answer
        response = answer.exchange.response if answer.exchange else None
        if response is None or response.status not in _REFUSED or (of_one and len(requested(answer.query).values) > 1):
            return
        reasons = " ; ".join(_reasons(answer.resource))
        if named(reasons, answer.flow):
            message = f"La recherche est refusée, et le refus met en cause le paramètre {label}."
            yield Deviation("HTTP.status", message, "200", f"{response.status} : {reasons[:200]}")

    return check


def _reasons(outcome: JsonObject) -> Iterator[str]:
    """What an OperationOutcome says in free text of what it blames, and the places it names."""
    if text(outcome, "resourceType") != "OperationOutcome":
        return
    for _, issue in children(outcome, "issue"):
        if text(issue, "code") in _OF_DATA:
            continue
        details = child(issue, "details")
        displays = (text(coding, "display") for _, coding in children(details, "coding"))
        for said in (text(issue, "diagnostics"), text(details, "text"), *displays):
            if said:
                yield _blaming(said)
        yield from (*texts(issue, "expression"), *texts(issue, "location"))


def _blaming(said: str) -> str:
    for pattern in _BLAMES_NOTHING:
        said = pattern.sub("…", said)
    return said


def _include(parameter: str, value: str, *, bare: Flow) -> Check:
    """By the value of the parameter or, in one flow, by the parameter alone: it is what that flow adds to the others."""
    named = re.compile(_VALUES[value], re.IGNORECASE)

    def blamed(reasons: str, flow: Flow) -> bool:
        alone = flow is bare and _BARE[parameter].search(reasons) and not _ANY_VALUE.search(reasons)
        return bool(named.search(reasons) or alone)

    return _refusal(f"{parameter}={value}", blamed)


START = Rule("AGR-PS-002", _refusal("start", _pattern(_START)))
STATUS = Rule("AGR-PS-003", _refusal("status", _pattern(_STATUS)))
PRACTITIONER = Rule(
    "AGR-PS-005",
    _refusal(
        "schedule.actor:Practitioner.identifier", _pattern(rf"schedule\.actor|:practitioner|{_CHAIN}"), of_one=True
    ),
)
SCHEDULES = Rule("AGR-PS-004", _include("_include", "Slot:schedule", bare=Flow.INT_R01))
ACTORS = Rule("AGR-PS-006", _include("_include:iterate", "Schedule:actor", bare=Flow.INT_R01))

SERVICES = Rule("AGR-CPTS-001", _include("_include", "Slot:service-type-reference", bare=Flow.INT_R04))
COMMUNITIES = Rule("AGR-CPTS-002", _include("_include:iterate", "HealthcareService:organization", bare=Flow.INT_R04))

ASSOCIATION = Rule(
    "AGR-SOS-002",
    _refusal(
        "actor:Location.organization.identifier",
        _pattern(rf"actor:location\.|(?<![\w:.])actor\b(?!:)|{_CHAIN}"),
        of_one=True,
    ),
)
REVERSE = Rule("AGR-SOS-003", _refusal("_has:Slot:schedule", _pattern(f"{_REVERSE_CHAIN}|{_START}|{_STATUS}")))
SLOTS = Rule("AGR-SOS-004", _include("_revinclude", "Slot:schedule", bare=Flow.INT_SOS1))
CENTRES = Rule("AGR-SOS-005", _include("_include", "Schedule:actor:Location", bare=Flow.INT_SOS1))
ASSOCIATIONS = Rule("AGR-SOS-006", _include("_include:iterate", "Location:organization", bare=Flow.INT_SOS1))
