"""Grouped findings as a page shows them: numbered, under their requirement, what blocks apart from the réserves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.grouping import FindingGroup, campaign_findings, group_findings
from sas_recette.evidence.reading.links import Link
from sas_recette.rules.model import Finding, Outcome


@dataclass(frozen=True, slots=True)
class Constat:
    """A numbered group of findings; `scenarios` are the ids of the scenarios that met it."""

    number: int
    group: FindingGroup
    scenarios: tuple[str, ...]

    @property
    def link(self) -> Link:
        """Where it is on the page."""
        return Link(f"constat-{self.number}", f"constat {self.number}")


@dataclass(frozen=True, slots=True)
class Block:
    """A requirement and its constats of one outcome. `result` is None when the campaign does not list it."""

    id: str
    result: RequirementResult | None
    constats: tuple[Constat, ...]


@dataclass(frozen=True, slots=True)
class Constats:
    """All the constats of a campaign, in order of number, and the one of each finding."""

    all: tuple[Constat, ...]
    by_finding: Mapping[Finding, Constat]

    def of(self, findings: Iterable[Finding]) -> tuple[Constat, ...]:
        """The constats that hold these findings, once each, by number."""
        numbers = {self.by_finding[finding].number for finding in findings}
        return tuple(constat for constat in self.all if constat.number in numbers)


def number_constats(result: CampaignResult) -> Constats:
    """Group the findings of a campaign and number the groups, those that block first."""
    groups = group_findings(campaign_findings(result))
    ordered = sorted(groups, key=lambda group: group.first.outcome is not Outcome.FAIL)
    met = _scenarios_by_finding(result)
    constats = tuple(
        Constat(number, group, tuple(dict.fromkeys(name for item in group.findings for name in met.get(item, ()))))
        for number, group in enumerate(ordered, start=1)
    )
    return Constats(constats, {finding: constat for constat in constats for finding in constat.group.findings})


def blocks(result: CampaignResult, constats: Constats, outcome: Outcome) -> tuple[Block, ...]:
    """The constats of one outcome under their requirements, in the order of the campaign.

    With `fail` come the requirements that are non conformes without a finding (an attestation that says no).
    """
    gathered: dict[str, list[Constat]] = {}
    for constat in constats.all:
        if constat.group.first.outcome is outcome:
            gathered.setdefault(constat.group.first.requirement, []).append(constat)
    found = [
        Block(item.requirement.id, item, tuple(gathered.pop(item.requirement.id, ())))
        for item in result.requirements
        if item.requirement.id in gathered or _refused(item, outcome)
    ]
    return (*found, *(Block(name, None, tuple(members)) for name, members in gathered.items()))


def _refused(item: RequirementResult, outcome: Outcome) -> bool:
    unexplained = not item.findings and outcome is Outcome.FAIL
    return unexplained and item.verdict is Verdict.NON_CONFORME


def _scenarios_by_finding(result: CampaignResult) -> dict[Finding, list[str]]:
    met: dict[Finding, list[str]] = {}
    for scenario in result.scenarios:
        for finding in dict.fromkeys(scenario.findings):
            met.setdefault(finding, []).append(scenario.id)
    return met
