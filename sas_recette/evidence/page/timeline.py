"""What happened in a scenario, in one list: exchanges and pages as they came, under the names of their steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sas_recette.engine.result import ScenarioResult
from sas_recette.evidence.page.exchange_view import ExchangeView
from sas_recette.evidence.page.facts_view import ENDPOINT
from sas_recette.evidence.page.inbox_facts import INBOX
from sas_recette.evidence.page.page_view import PageView
from sas_recette.evidence.page.revocation_facts import REVOCATION
from sas_recette.evidence.page.sequence.meaning import told
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Direction, Exchange, Page


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: an exchange, a page shown here, or a page that another scenario shows (`link`).

    `meaning` says in a few words what an exchange was for, where there are such words.
    """

    exchange: ExchangeView | None = None
    meaning: str = ""
    page: PageView | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Consecutive lines of one step."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Timelines:
    """The list of each scenario, by its id; `shown` are the ids of the pages that one of them shows."""

    by_scenario: Mapping[str, tuple[Step, ...]]
    shown: frozenset[str]


def view_timelines(
    scenarios: Iterable[ScenarioResult],
    recorded: Recorded,
    exchanges: Mapping[str, ExchangeView],
    pages: Mapping[str, PageView],
) -> Timelines:
    """Gather the lists. A page is shown in the first scenario that names it, and linked from the others."""
    shown: set[str] = set()
    known = {*recorded.exchanges, *recorded.pages}

    def entry(one: Exchange | Page) -> Entry:
        if isinstance(one, Exchange):
            return _line(one, exchanges)
        view = pages[one.id]
        if one.id in shown:
            return Entry(link=Link(view.anchor, view.name))
        shown.add(one.id)
        return Entry(page=view)

    def steps(scenario: ScenarioResult) -> tuple[Step, ...]:
        missing = [name for name in (*scenario.exchanges, *scenario.pages) if name not in known]
        found = [
            Step(name, tuple(map(entry, members)))
            for name, members in groupby(recorded.happened(scenario), lambda one: one.step)
        ]
        return (*found, *([Step("", tuple(Entry(link=Link("", name)) for name in missing))] if missing else ()))

    lists = {scenario.id: steps(scenario) for scenario in scenarios}
    return Timelines(lists, frozenset(shown))


def view_outside(
    scenarios: Iterable[ScenarioResult], recorded: Recorded, exchanges: Mapping[str, ExchangeView]
) -> tuple[Entry, ...]:
    """What came from the candidate and is of no scenario that is shown, in the order of the journal.

    Not what it asked about certificates in good standing: some servers do at every connection.
    """
    shown = {scenario.id for scenario in scenarios}
    return tuple(
        _line(one, exchanges)
        for one in recorded.exchanges.values()
        if one.direction is Direction.RECEIVED and one.scenario not in shown and one.facts.get(ENDPOINT) != REVOCATION
    )


def _line(exchange: Exchange, views: Mapping[str, ExchangeView]) -> Entry:
    view = views[exchange.id]
    return Entry(view, told(exchange) if exchange.facts.get(ENDPOINT) == INBOX else view.endpoint)
