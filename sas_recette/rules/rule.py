"""How a rule is written and run.

A rule is a pure generator over a subject. For each thing it examines it yields `HELD` or a `Deviation`; a rule that
yields nothing examined nothing, and its requirement is then « non vérifié », never « conforme ».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Final, Literal

from sas_recette.exchange.model import Arrival, Page
from sas_recette.norm.requirements import Catalogue, Requirement
from sas_recette.norm.typography import french
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Finding, Outcome, Tally


class _Held(Enum):
    HELD = "held"


HELD: Final = _Held.HELD
"""One subject was examined, and the requirement held for it."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One subject was examined, and the requirement did not hold.

    `reserve` marks what is only a réserve although the requirement is a SHALL: published sources contradict each other,
    and the message names them. `answer` is the index of the answer it was seen in, when a rule compares several; `seen_in` is
    the id of the exchange or of the page, where no index tells.
    """

    location: str
    message: str
    expected: str
    observed: str
    reserve: bool = False
    answer: int = 0
    seen_in: str = ""


Observation = Deviation | Literal[_Held.HELD]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: one answer or several to compare, what the scenario expects, what the candidate declared.

    `pages` are what a browser showed, in the order of the judgement; `arrivals` the requests of the scenario's load run.
    """

    answers: tuple[SearchAnswer, ...]
    facts: Facts
    edition: str
    expect: Mapping[str, object] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    arrivals: tuple[Arrival, ...] = ()

    @property
    def answer(self) -> SearchAnswer:
        """The first answer, the only one for most rules."""
        return self.answers[0]


Check = Callable[[Subject], Iterator[Observation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of one requirement."""

    requirement: str
    check: Check


def rule(requirement: str) -> Callable[[Check], Rule]:
    """Declare the rule of one requirement: `@rule("AGR-COM-029")` above a generator of observations."""
    return lambda check: Rule(requirement, check)


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules of modules, in the order they are written."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


def tally(requirement_id: str, observations: Iterable[Observation], subject: Subject, catalogue: Catalogue) -> Tally:
    """What observations of one requirement come to. Raises CatalogueError when it is not in the catalogue."""
    requirement = catalogue.require(requirement_id)
    examined = 0
    findings: dict[Finding, None] = {}
    for observation in observations:
        examined += 1
        if isinstance(observation, Deviation):
            findings.setdefault(_finding(requirement, observation, subject))
    reason = "" if examined else nothing_examined(requirement, subject)
    return Tally(requirement.id, examined, tuple(findings), reason)


def outcome(requirement: Requirement, *, reserve: bool) -> Outcome:
    """What a deviation weighs: the level is the catalogue's, and a contradiction between sources never fails."""
    return Outcome.FAIL if requirement.level.binding and not reserve else Outcome.WARN


def nothing_examined(requirement: Requirement, subject: Subject) -> str:
    """Why a rule had nothing to look at, in French."""
    blocked = next((answer.obstacle for answer in subject.answers if answer.obstacle), "")
    if blocked:
        return blocked
    if requirement.precondition:
        return f"rien à examiner (précondition : {requirement.precondition})"
    return "rien à examiner dans les réponses reçues"


def _finding(requirement: Requirement, seen: Deviation, subject: Subject) -> Finding:
    exchange = subject.answers[seen.answer].exchange if subject.answers else None
    return Finding(
        requirement=requirement.id,
        level=requirement.level,
        outcome=outcome(requirement, reserve=seen.reserve),
        location=seen.location,
        message=french(seen.message),
        expected=french(seen.expected),
        observed=seen.observed,
        exchange=seen.seen_in or (exchange.id if exchange else ""),
    )
