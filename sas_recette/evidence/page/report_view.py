"""Everything that the report of a campaign shows, gathered before any markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.page.curl import rerun_command
from sas_recette.evidence.page.exchange_view import ExchangeBook, ExchangeContext, ExchangeView, view_exchanges
from sas_recette.evidence.page.page_view import PageContext, view_pages
from sas_recette.evidence.page.pieces_view import DossierView, view_pieces
from sas_recette.evidence.page.plot.load import LoadView, view_load
from sas_recette.evidence.page.plot.response_times import ResponseTimes, view_response_times
from sas_recette.evidence.page.room import allot
from sas_recette.evidence.page.sequence.diagram import Sequence, view_sequences
from sas_recette.evidence.page.timeline import Entry, Step, Timelines, view_outside, view_timelines
from sas_recette.evidence.page.traces_view import LeftView, view_traces
from sas_recette.evidence.reading.constats import Block, Constat, Constats, blocks, number_constats
from sas_recette.evidence.reading.grouping import findings_by_exchange
from sas_recette.evidence.reading.links import Link, anchors
from sas_recette.evidence.reading.missing import Gap, gaps
from sas_recette.evidence.reading.summary import FlowSummary, by_flow, tally
from sas_recette.evidence.recorded import Recorded
from sas_recette.rules.model import Finding, Outcome


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario with its links. `sequence` is None when a diagram would tell nothing, `times` and `load` without such measures."""

    anchor: str
    result: ScenarioResult
    constats: tuple[Constat, ...]
    steps: tuple[Step, ...]
    sequence: Sequence | None
    times: ResponseTimes | None
    load: LoadView | None
    rerun: str


@dataclass(frozen=True, slots=True)
class ExchangeSection:
    """One exchange; or, with `page`, those of the browser that led to that page."""

    page: Link | None
    exchanges: tuple[ExchangeView, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report. Links are by id: `scenario_links`, `requirement_links`, `exchange_links`, `page_links`.

    `sections` are the exchanges in the order of the journal, those that led a browser to a page gathered. `place_of` is the
    anchor where a finding is to be seen. `masked` tells that identities were replaced. `outside` is what came from the candidate outside of all scenarios.
    """

    result: CampaignResult
    requirement_tally: Mapping[Verdict, int]
    scenario_tally: Mapping[Verdict, int]
    flows: tuple[FlowSummary, ...]
    blocking: tuple[Block, ...]
    reserves: tuple[Block, ...]
    bench_errors: tuple[ScenarioResult, ...]
    bench_requirements: tuple[RequirementResult, ...]
    gaps: tuple[Gap, ...]
    traces: LeftView
    pieces: DossierView
    scenarios: tuple[ScenarioView, ...]
    constats: Constats
    sections: tuple[ExchangeSection, ...]
    outside: tuple[Entry, ...]
    place_of: Mapping[Finding, str]
    scenario_links: Mapping[str, Link]
    requirement_links: Mapping[str, Link]
    exchange_links: Mapping[str, Link]
    page_links: Mapping[str, Link]
    masked: bool

    @property
    def whole(self) -> int:
        """How many exchanges are shown whole."""
        return sum(one.whole for section in self.sections for one in section.exchanges)

    @property
    def brief(self) -> int:
        """How many are told in one line."""
        return sum(len(section.exchanges) for section in self.sections) - self.whole


def view_report(result: CampaignResult, recorded: Recorded) -> ReportView:
    """Gather the report of a campaign. What a finding names and the journal lacks is shown without a link."""
    constats = number_constats(result)
    scenario_anchors = anchors("scenario", (scenario.id for scenario in result.scenarios))
    scenario_links, requirement_ids = _links(scenario_anchors), (one.requirement.id for one in result.requirements)
    requirement_links = _links(anchors("exigence", requirement_ids))
    seen = _view_recorded(result, recorded, constats, scenario_links)
    sequences = view_sequences(result.scenarios, recorded, seen.exchange_links, constats.by_finding)
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
        traces=view_traces(result, scenario_links, seen.exchange_links),
        pieces=view_pieces(result, recorded, requirement_links),
        scenarios=tuple(
            ScenarioView(
                anchor=scenario_anchors[one.id],
                result=one,
                constats=constats.of(one.findings),
                steps=seen.timelines.by_scenario[one.id],
                sequence=sequences.get(one.id),
                times=view_response_times(
                    recorded.exchanges[name] for name in one.exchanges if name in recorded.exchanges
                ),
                load=view_load([arrival for arrival in recorded.arrivals if arrival.scenario == one.id]),
                rerun=rerun_command(one.id),
            )
            for one in result.scenarios
        ),
        constats=constats,
        sections=_sections(recorded, seen),
        outside=view_outside(result.scenarios, recorded, seen.book.views),
        place_of=seen.place_of,
        scenario_links=scenario_links,
        requirement_links=requirement_links,
        exchange_links=seen.exchange_links,
        page_links=seen.page_links,
        masked=recorded.masked,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was recorded, viewed and linked. A page that no scenario shows has a name and no anchor."""

    book: ExchangeBook
    timelines: Timelines
    place_of: Mapping[Finding, str]
    exchange_links: Mapping[str, Link]
    page_links: Mapping[str, Link]


def _view_recorded(
    result: CampaignResult, recorded: Recorded, constats: Constats, scenario_links: Mapping[str, Link]
) -> _Seen:
    exchange_anchors, page_anchors = anchors("echange", recorded.exchanges), anchors("page", recorded.pages)
    exchange_links = _links(exchange_anchors)
    findings = findings_by_exchange(constats.by_finding)
    constat_of = {finding: constat.link for finding, constat in constats.by_finding.items()}
    room = allot(result, recorded, constats)
    context = ExchangeContext(room.exchanges, exchange_anchors, scenario_links, findings, constat_of)
    book = view_exchanges(recorded.exchanges, context)
    pages = view_pages(recorded, PageContext(room, page_anchors, exchange_links, findings, constat_of))
    timelines = view_timelines(result.scenarios, recorded, book.views, pages)
    shown = {name: page_anchors[name] if name in timelines.shown else "" for name in recorded.pages}
    on_pages = {finding: shown[finding.exchange] for finding in constats.by_finding if finding.exchange in shown}
    page_links = {name: Link(anchor, pages[name].name) for name, anchor in shown.items()}
    return _Seen(book, timelines, {**book.place_of, **on_pages}, exchange_links, page_links)


def _sections(recorded: Recorded, seen: _Seen) -> tuple[ExchangeSection, ...]:
    owner: dict[str, str] = {}
    for page in recorded.pages.values():
        for hop in page.hops:
            owner.setdefault(hop, page.id)
    gathered: dict[str, list[ExchangeView]] = {}
    for name, view in seen.book.views.items():
        gathered.setdefault(f"page {owner[name]}" if name in owner else f"exchange {name}", []).append(view)
    return tuple(
        ExchangeSection(seen.page_links.get(owner.get(members[0].id, "")), tuple(members))
        for members in gathered.values()
    )


def _links(anchor_of: Mapping[str, str]) -> dict[str, Link]:
    return {name: Link(anchor, name) for name, anchor in anchor_of.items()}
