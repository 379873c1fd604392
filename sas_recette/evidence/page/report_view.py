"""Everything that the page of a campaign shows, gathered before any markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.page.curl import rerun_command
from sas_recette.evidence.page.exchange_view import ExchangeBook, ExchangeContext, view_exchanges
from sas_recette.evidence.page.traces_view import TracesView, view_traces
from sas_recette.evidence.reading.constats import Block, Constat, Constats, blocks, number_constats
from sas_recette.evidence.reading.links import Link, anchors
from sas_recette.evidence.reading.missing import Gap, gaps
from sas_recette.evidence.reading.summary import FlowSummary, by_flow, tally
from sas_recette.exchange.model import Exchange
from sas_recette.rules.model import Finding, Outcome


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario with its links."""

    anchor: str
    result: ScenarioResult
    constats: tuple[Constat, ...]
    exchanges: tuple[Link, ...]
    rerun: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole page. Links are by id: `scenario_links`, `requirement_links`, `exchange_links`."""

    result: CampaignResult
    requirement_tally: Mapping[Verdict, int]
    scenario_tally: Mapping[Verdict, int]
    flows: tuple[FlowSummary, ...]
    blocking: tuple[Block, ...]
    reserves: tuple[Block, ...]
    bench_errors: tuple[ScenarioResult, ...]
    bench_requirements: tuple[RequirementResult, ...]
    gaps: tuple[Gap, ...]
    traces: TracesView
    scenarios: tuple[ScenarioView, ...]
    constats: Constats
    book: ExchangeBook
    scenario_links: Mapping[str, Link]
    requirement_links: Mapping[str, Link]
    exchange_links: Mapping[str, Link]


def view_report(result: CampaignResult, exchanges: Mapping[str, Exchange]) -> ReportView:
    """Gather the page of a campaign. An exchange that a finding names and the journal lacks is shown without a link."""
    constats = number_constats(result)
    scenario_anchors = anchors("scenario", (scenario.id for scenario in result.scenarios))
    scenario_links = _links(scenario_anchors)
    exchange_anchors = anchors("echange", exchanges)
    exchange_links = _links(exchange_anchors)
    context = ExchangeContext(
        exchange_anchors,
        scenario_links,
        _findings_by_exchange(constats.by_finding),
        {finding: constat.link for finding, constat in constats.by_finding.items()},
    )
    return ReportView(
        result=result,
        requirement_tally=tally(item.verdict for item in result.requirements),
        scenario_tally=tally(scenario.verdict for scenario in result.scenarios),
        flows=by_flow(result),
        blocking=blocks(result, constats, Outcome.FAIL),
        reserves=blocks(result, constats, Outcome.WARN),
        bench_errors=tuple(item for item in result.scenarios if item.verdict is Verdict.ERREUR_DU_BANC),
        bench_requirements=tuple(item for item in result.requirements if item.verdict is Verdict.ERREUR_DU_BANC),
        gaps=gaps(result),
        traces=view_traces(result.account_traces, scenario_links, exchange_links),
        scenarios=tuple(
            _scenario(scenario, constats, scenario_anchors, exchange_links) for scenario in result.scenarios
        ),
        constats=constats,
        book=view_exchanges(exchanges, context),
        scenario_links=scenario_links,
        requirement_links=_links(anchors("exigence", (item.requirement.id for item in result.requirements))),
        exchange_links=exchange_links,
    )


def _links(anchor_of: Mapping[str, str]) -> dict[str, Link]:
    return {name: Link(anchor, name) for name, anchor in anchor_of.items()}


def _scenario(
    scenario: ScenarioResult, constats: Constats, anchor_of: Mapping[str, str], exchange_links: Mapping[str, Link]
) -> ScenarioView:
    return ScenarioView(
        anchor=anchor_of[scenario.id],
        result=scenario,
        constats=constats.of(scenario.findings),
        exchanges=tuple(exchange_links.get(name, Link("", name)) for name in scenario.exchanges),
        rerun=rerun_command(scenario.id),
    )


def _findings_by_exchange(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    gathered: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.exchange:
            gathered.setdefault(finding.exchange, []).append(finding)
    return gathered
