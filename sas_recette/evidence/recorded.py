"""What a campaign recorded, as its evidence shows it: exchanges, pages, and the screenshots of its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from sas_recette.engine.attachments import alteration
from sas_recette.engine.result import ScenarioResult
from sas_recette.exchange.browser_trace import present_traces
from sas_recette.exchange.chronology import in_order
from sas_recette.exchange.journal import Journal
from sas_recette.exchange.model import Arrival, Exchange, Page
from sas_recette.exchange.screenshot import Screenshot, ScreenshotError, read_screenshot

_LEFT_OUT: Final = "laissée de côté, puisque les identités sont masquées"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Exchanges and pages by id, in the order of the journal. `screenshots` holds images by the file name pages give.

    `unreadable` says in French, by file name, why an image cannot be shown. `traces` are those of the folder, likewise. `masked`
    tells that identities were replaced, and pictures and traces left out. `documents` are the paths of those that persons joined and that the folder holds as the journal tells them; `altered` says
    in French why another is not. `arrivals` are the requests of load runs, whatever their scenario.
    """

    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    screenshots: Mapping[str, Screenshot] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    traces: frozenset[str] = frozenset()
    masked: bool = False
    documents: frozenset[str] = frozenset()
    altered: Mapping[str, str] = field(default_factory=dict)
    arrivals: tuple[Arrival, ...] = ()

    @classmethod
    def of(cls, journal: Journal, folder: Path) -> Self:
        """What a journal holds, with the screenshots and traces that its pages name in the campaign's folder."""
        screenshots: dict[str, Screenshot] = {}
        unreadable: dict[str, str] = {}
        for name in dict.fromkeys(page.screenshot for page in journal.pages.values()):
            try:
                screenshots[name] = read_screenshot(folder, name)
            except ScreenshotError as error:
                unreadable[name] = str(error)
        masked = journal.header.identities_masked
        if masked:
            unreadable = dict.fromkeys(unreadable, _LEFT_OUT)
        traces = present_traces(folder, {page.trace for page in journal.pages.values()})
        joined = {one.path: alteration(folder, one) for remark in journal.remarks for one in remark.attachments}
        return cls(
            journal.exchanges,
            journal.pages,
            screenshots,
            unreadable,
            traces,
            masked=masked,
            documents=frozenset(path for path, why in joined.items() if not why),
            altered={path: _LEFT_OUT if masked else why for path, why in joined.items() if why},
            arrivals=journal.arrivals,
        )

    def happened(self, scenario: ScenarioResult) -> tuple[Exchange | Page, ...]:
        """What was recorded of a scenario, as `in_order` has it; what it names and the journal lacks is left out."""
        return in_order(
            (self.exchanges[name] for name in scenario.exchanges if name in self.exchanges),
            (self.pages[name] for name in scenario.pages if name in self.pages),
        )
