"""What a campaign recorded, as its evidence shows it: exchanges, pages, and the screenshots of its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sas_recette.engine.result import ScenarioResult
from sas_recette.exchange.browser_trace import present_traces
from sas_recette.exchange.chronology import in_order
from sas_recette.exchange.journal import Journal
from sas_recette.exchange.model import Exchange, Page
from sas_recette.exchange.screenshot import Screenshot, ScreenshotError, read_screenshot


@dataclass(frozen=True, slots=True)
class Recorded:
    """Exchanges and pages by id, in the order of the journal. `screenshots` holds images by the file name pages give.

    `unreadable` says in French, by file name, why an image cannot be shown. `traces` are those of the folder, likewise.
    """

    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    screenshots: Mapping[str, Screenshot] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    traces: frozenset[str] = frozenset()

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
        traces = present_traces(folder, {page.trace for page in journal.pages.values()})
        return cls(journal.exchanges, journal.pages, screenshots, unreadable, traces)

    def happened(self, scenario: ScenarioResult) -> tuple[Exchange | Page, ...]:
        """What was recorded of a scenario, as `in_order` has it; what it names and the journal lacks is left out."""
        return in_order(
            (self.exchanges[name] for name in scenario.exchanges if name in self.exchanges),
            (self.pages[name] for name in scenario.pages if name in self.pages),
        )
