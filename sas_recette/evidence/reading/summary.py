"""Counts of a campaign, by verdict and by flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import Verdict, worst
from sas_recette.evidence.reading.words import VERDICT_ORDER, flow_label
from sas_recette.norm.requirements import Flow


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
    scenarios = {scenario.id: scenario.verdict for scenario in result.scenarios if scenario.flow == flow}
    requirements = [item.verdict for item in result.requirements if scenarios.keys() & set(item.scenarios)]
    verdict = worst([*scenarios.values(), *requirements])
    return FlowSummary(flow, flow_label(flow), verdict, tally(scenarios.values()), tally(requirements))
