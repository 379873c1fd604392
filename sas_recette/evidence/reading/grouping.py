"""Findings that repeat, gathered: the same requirement and message at places that differ by an index only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.locations import without_indexes
from sas_recette.rules.model import Finding, Outcome

_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings that say the same thing; never empty. `pattern` is their location with indexes written `[*]`."""

    pattern: str
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for all."""
        return self.findings[0]

    @property
    def expected(self) -> str:
        """What was expected, when it is the same everywhere; else empty."""
        return _shared(finding.expected for finding in self.findings)

    @property
    def observed(self) -> str:
        """What was observed, when it is the same everywhere; else empty."""
        return _shared(finding.observed for finding in self.findings)

    @property
    def examples(self) -> str:
        """The first values observed, when they differ; else empty."""
        distinct = list(dict.fromkeys(finding.observed for finding in self.findings))
        more = ", …" if len(distinct) > _EXAMPLES else ""
        return ", ".join(distinct[:_EXAMPLES]) + more if len(distinct) > 1 else ""

    @property
    def exchanges(self) -> tuple[str, ...]:
        """Ids of the exchanges concerned, once each, in order."""
        return tuple(dict.fromkeys(finding.exchange for finding in self.findings if finding.exchange))


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Gather findings in the order of their first appearance; an equal finding is kept once."""
    gathered: dict[tuple[str, Outcome, str, str], dict[Finding, None]] = {}
    for finding in findings:
        pattern = without_indexes(finding.location)
        key = (finding.requirement, finding.outcome, finding.message, pattern)
        gathered.setdefault(key, {})[finding] = None
    return tuple(FindingGroup(key[3], tuple(members)) for key, members in gathered.items())


def campaign_findings(result: CampaignResult) -> tuple[Finding, ...]:
    """Every finding of a campaign once: those of the requirements in order, then any other of the scenarios."""
    seen: dict[Finding, None] = {}
    for requirement in result.requirements:
        seen.update(dict.fromkeys(requirement.findings))
    for scenario in result.scenarios:
        seen.update(dict.fromkeys(scenario.findings))
    return tuple(seen)


def findings_by_exchange(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by the exchange or the page that they name, those that name none left out."""
    gathered: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.exchange:
            gathered.setdefault(finding.exchange, []).append(finding)
    return gathered


def _shared(values: Iterable[str]) -> str:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""
