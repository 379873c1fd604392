"""Counts of a campaign, by verdict and by flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict, worst
from sas_recette.evidence.reading.words import VERDICT_ORDER, flow_label
from sas_recette.norm.requirements import Flow
from sas_recette.rules.model import Outcome


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """One flow: its gravest verdict, and how many of its scenarios and of the requirements they judge have each verdict."""

    flow: str
    label: str
    verdict: Verdict
    scenarios: Mapping[Verdict, int]
    requirements: Mapping[Verdict, int]


def tally(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How many of each verdict, what blocks first; verdicts that nothing has are left out."""
    counts = Counter(verdicts)
    return {verdict: counts[verdict] for verdict in VERDICT_ORDER if counts[verdict]}


def by_flow(result: CampaignResult) -> tuple[FlowSummary, ...]:
    """A summary of each flow that a scenario of the campaign plays, in catalogue order."""
    played = {scenario.flow for scenario in result.scenarios}
    return tuple(_summary(result, flow) for flow in flows_of(result) if flow in played)


def flows_of(result: CampaignResult) -> tuple[str, ...]:
    """The flows of the campaign: those of the catalogue in its order, then any other by name."""
    met = {scenario.flow for scenario in result.scenarios}
    met.update(flow.value for item in result.requirements for flow in item.requirement.flows)
    known = [flow.value for flow in Flow if flow.value in met]
    return (*known, *sorted(met.difference(known)))


def _summary(result: CampaignResult, flow: str) -> FlowSummary:
    scenarios = {scenario.id: scenario for scenario in result.scenarios if scenario.flow == flow}
    seen: dict[str, set[Outcome]] = {}
    for finding in (finding for scenario in scenarios.values() for finding in scenario.findings):
        seen.setdefault(finding.requirement, set()).add(finding.outcome)
    requirements = [
        _verdict_in_flow(item, seen.get(item.requirement.id, set()))
        for item in result.requirements
        if scenarios.keys() & set(item.scenarios)
    ]
    verdicts = [scenario.verdict for scenario in scenarios.values()]
    return FlowSummary(flow, flow_label(flow), worst([*verdicts, *requirements]), tally(verdicts), tally(requirements))


def _verdict_in_flow(item: RequirementResult, seen: set[Outcome]) -> Verdict:
    """A requirement of several flows may be broken in one of them only: what is found elsewhere is not of this one."""
    if Outcome.FAIL in seen:
        return Verdict.NON_CONFORME
    if seen:
        return Verdict.RESERVE
    return Verdict.CONFORME if item.findings else item.verdict
