"""Two results held against each other: what got worse, what got better, what is new, what is gone, requirement and scenario.

A proof lost counts as much as a failure found: `conforme` that becomes `non vérifié` is a regression. What nobody can blame on the
candidate is neither: `erreur du banc`, a scope that changed, a failure that is no longer looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.locations import without_indexes
from sas_recette.rules.model import Finding, Outcome

_SHOWN: Final = (Verdict.CONFORME, Verdict.RESERVE, Verdict.NON_CONFORME)
"""Verdicts that something was examined for, the gravest last."""
_OPEN: Final = (Verdict.NON_VERIFIE, Verdict.A_ATTESTER)


class Kind(StrEnum):
    """What a change is. The values are those of the JSON rendering."""

    REGRESSION = "regression"
    PROGRESS = "progress"
    NEW = "new"
    GONE = "gone"
    OTHER = "other"
    FINDINGS = "findings"


class Subject(StrEnum):
    """What changed."""

    REQUIREMENT = "requirement"
    SCENARIO = "scenario"


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement or scenario whose verdict, or whose findings, are not what they were.

    `before` and `after` are None where it is absent; `reason` is the verdict's of the later result, or of the earlier one when it
    is gone. `finding` is the first that appeared, or else the first that vanished; `appeared` says which.
    """

    kind: Kind
    subject: Subject
    id: str
    title: str
    before: Verdict | None
    after: Verdict | None
    reason: str
    finding: Finding | None
    appeared: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change from one result to another, requirements first, in the order of the later result."""

    before: CampaignResult
    after: CampaignResult
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of a kind."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def regressed(self) -> bool:
        """Whether anything got worse."""
        return any(change.kind is Kind.REGRESSION for change in self.changes)


def compare(before: CampaignResult, after: CampaignResult) -> Comparison:
    """What changed from a campaign to another, or from a judgement of a campaign to another."""
    requirements = _changes(Subject.REQUIREMENT, _requirements(before), _requirements(after))
    scenarios = _changes(Subject.SCENARIO, _scenarios(before), _scenarios(after))
    return Comparison(before, after, (*requirements, *scenarios))


def kind_of(before: Verdict, after: Verdict) -> Kind:
    """What it means that a verdict becomes another."""
    if before in _SHOWN and after in _SHOWN:
        return Kind.REGRESSION if _SHOWN.index(after) > _SHOWN.index(before) else Kind.PROGRESS
    if before in _OPEN and after in _SHOWN:
        return Kind.REGRESSION if after is Verdict.NON_CONFORME else Kind.PROGRESS
    if before in {Verdict.CONFORME, Verdict.RESERVE} and after in _OPEN:
        return Kind.REGRESSION
    outside = before in {Verdict.SANS_OBJET, Verdict.ERREUR_DU_BANC}
    return Kind.REGRESSION if outside and after is Verdict.NON_CONFORME else Kind.OTHER


@dataclass(frozen=True, slots=True)
class _Side:
    title: str
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]


def _requirements(result: CampaignResult) -> dict[str, _Side]:
    return {item.requirement.id: _requirement_side(item) for item in result.requirements}


def _requirement_side(item: RequirementResult) -> _Side:
    return _Side(item.requirement.title, item.verdict, item.reason, item.findings)


def _scenarios(result: CampaignResult) -> dict[str, _Side]:
    return {item.id: _scenario_side(item) for item in result.scenarios}


def _scenario_side(item: ScenarioResult) -> _Side:
    return _Side(item.title, item.verdict, item.reason, item.findings)


def _changes(subject: Subject, before: Mapping[str, _Side], after: Mapping[str, _Side]) -> Iterator[Change]:
    for name in dict.fromkeys([*after, *before]):
        change = _change(subject, name, before.get(name), after.get(name))
        if change is not None:
            yield change


def _change(subject: Subject, name: str, before: _Side | None, after: _Side | None) -> Change | None:
    if after is None:
        return None if before is None else _made(Kind.GONE, subject, name, before, None)
    if before is None:
        return _made(Kind.NEW, subject, name, None, after)
    if before.verdict is not after.verdict:
        return _made(kind_of(before.verdict, after.verdict), subject, name, before, after)
    # A scenario's findings are its requirements', which tell them already.
    if subject is Subject.REQUIREMENT and _places(before.findings) != _places(after.findings):
        return _made(Kind.FINDINGS, subject, name, before, after)
    return None


def _made(kind: Kind, subject: Subject, name: str, before: _Side | None, after: _Side | None) -> Change:
    side = after or before
    if side is None:
        raise ValueError(name)
    earlier, later = (() if one is None else one.findings for one in (before, after))
    appeared, vanished = _first(later, earlier), _first(earlier, later)
    return Change(
        kind=kind,
        subject=subject,
        id=name,
        title=side.title,
        before=None if before is None else before.verdict,
        after=None if after is None else after.verdict,
        reason=side.reason,
        finding=appeared or vanished,
        appeared=appeared is not None,
    )


def _first(findings: Iterable[Finding], others: Iterable[Finding]) -> Finding | None:
    """The first finding, what fails before what warns, at a place where the others have none of its kind."""
    known = _places(others)
    fresh = [finding for finding in findings if _place(finding) not in known]
    return min(fresh, key=lambda finding: finding.outcome is not Outcome.FAIL, default=None)


_Place = tuple[str, Outcome, str]


def _places(findings: Iterable[Finding]) -> frozenset[_Place]:
    return frozenset(map(_place, findings))


def _place(finding: Finding) -> _Place:
    """What a finding is about, whatever the campaign: exchanges have other ids, resources other ranks, values other dates."""
    return (finding.requirement, finding.outcome, without_indexes(finding.location))
