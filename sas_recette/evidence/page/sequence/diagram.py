"""A diagram laid out: lifelines, bands of steps and arrows, with their places in the units of an SVG."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sas_recette.engine.result import ScenarioResult
from sas_recette.evidence.page.sequence.arrows import Actor, Arrow, Drawing, Platform
from sas_recette.evidence.page.sequence.meaning import LONGEST
from sas_recette.evidence.reading.constats import Constat
from sas_recette.evidence.reading.french import count
from sas_recette.evidence.reading.grouping import findings_by_exchange
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Direction, Exchange
from sas_recette.rules.model import Finding, Outcome

DRAWN: Final = 60
"""Arrows of a diagram at most."""

_OPEN_PREFIX: Final = "RDV-J"
"""The scenarios that are a regulator's whole journey: their diagram is shown at once."""

_MARGIN: Final = 100
_LANE: Final = 340
_TOP: Final = 48
_BAND: Final = 30
_ROW: Final = 34
_HEAD: Final = 7
_STEP_LENGTH: Final = 110


@dataclass(frozen=True, slots=True)
class Lifeline:
    """An actor and where it stands."""

    name: str
    x: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The findings about an arrow in words; `blocks` when one of them makes a requirement non conforme."""

    words: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class DrawnArrow:
    """An arrow in its place: text at (`x`, `y`), line by `path`. `link` leads to the exchange."""

    arrow: Arrow
    label: str
    link: Link
    mark: Mark | None
    x: int
    y: int
    path: str


@dataclass(frozen=True, slots=True)
class Band:
    """A step and its arrows, one after another; `y` is the middle of its band."""

    name: str
    y: int
    arrows: tuple[DrawnArrow, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A diagram. `foot` is where lifelines end.

    `more` are the exchanges beyond the last arrow drawn, `folded` the redirections without an arrow.
    """

    lifelines: tuple[Lifeline, ...]
    bands: tuple[Band, ...]
    width: int
    height: int
    foot: int
    exchanges: int
    more: int
    folded: int
    opened: bool


def view_sequences(
    scenarios: Iterable[ScenarioResult],
    recorded: Recorded,
    links: Mapping[str, Link],
    constat_of: Mapping[Finding, Constat],
) -> dict[str, Sequence]:
    """The diagrams by scenario. One whose exchanges all go the same way has none: it would tell nothing.

    `links` are those of the exchanges; an exchange that has none is drawn without.
    """
    platform = Platform.of(recorded.exchanges.values())
    context = _Context(platform, links, constat_of)
    played = ((scenario, _played(scenario, recorded)) for scenario in scenarios)
    return {
        scenario.id: _view(scenario, exchanges, recorded, context)
        for scenario, exchanges in played
        if len({exchange.direction for exchange in exchanges}) > 1
    }


@dataclass(frozen=True, slots=True)
class _Context:
    platform: Platform
    links: Mapping[str, Link]
    constat_of: Mapping[Finding, Constat]


def _view(scenario: ScenarioResult, played: Collection[Exchange], recorded: Recorded, context: _Context) -> Sequence:
    findings = findings_by_exchange(scenario.findings)
    drawing = Drawing(recorded.exchanges, context.platform, findings)
    arrows = tuple(drawing.arrows(recorded.happened(scenario)))
    drawn = arrows[:DRAWN]
    actors = [actor for actor in Actor if any(actor in {arrow.source, arrow.target} for arrow in drawn)]
    place_of = {actor: _MARGIN + rank * _LANE for rank, actor in enumerate(actors)}
    bands, bottom = _Layout(place_of, context, findings).bands(drawn)
    more = len(arrows) - len(drawn)
    foot = bottom + (_ROW if more else _ROW // 3)
    return Sequence(
        lifelines=tuple(Lifeline(actor.value, place) for actor, place in place_of.items()),
        bands=bands,
        width=2 * _MARGIN + _LANE * (len(actors) - 1),
        height=foot + _ROW,
        foot=foot,
        exchanges=len(played),
        more=more,
        folded=_folded(played, arrows),
        opened=scenario.id.startswith(_OPEN_PREFIX),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    place_of: Mapping[Actor, int]
    context: _Context
    findings: Mapping[str, list[Finding]]

    def bands(self, arrows: Iterable[Arrow]) -> tuple[tuple[Band, ...], int]:
        """The bands, and where the last one ends."""
        bands: list[Band] = []
        y = _TOP
        for step, members in groupby(arrows, lambda arrow: arrow.step):
            top, y = y, y + _BAND
            placed: list[DrawnArrow] = []
            for arrow in members:
                y += _ROW
                placed.append(self._placed(arrow, y - _ROW // 3))
            bands.append(Band(one_line(step, _STEP_LENGTH), top + _BAND // 3, tuple(placed)))
        return tuple(bands), y

    def _placed(self, arrow: Arrow, y: int) -> DrawnArrow:
        start, end = self.place_of[arrow.source], self.place_of[arrow.target]
        back = -_HEAD if end > start else _HEAD
        name = arrow.recorded[0]
        return DrawnArrow(
            arrow=arrow,
            label=one_line(f"{arrow.method} {arrow.meaning}", LONGEST),
            link=self.context.links.get(name, Link("", name)),
            mark=self._mark(arrow),
            x=(start + end) // 2,
            y=y - 6,
            path=f"M{start} {y}H{end}m{back}-4 {-back} 4 {back} 4",
        )

    def _mark(self, arrow: Arrow) -> Mark | None:
        findings = [finding for name in arrow.recorded for finding in self.findings.get(name, ())]
        numbers = sorted({self.context.constat_of[finding].number for finding in findings})
        if not numbers:
            return None
        words = f"constat {numbers[0]}" if len(numbers) == 1 else count(len(numbers), "constat")
        return Mark(words, any(finding.outcome is Outcome.FAIL for finding in findings))


def _played(scenario: ScenarioResult, recorded: Recorded) -> list[Exchange]:
    """The exchanges of a scenario, those that led a browser to its pages included."""
    pages = (recorded.pages[name] for name in scenario.pages if name in recorded.pages)
    names = dict.fromkeys((*scenario.exchanges, *(hop for page in pages for hop in page.hops)))
    return [recorded.exchanges[name] for name in names if name in recorded.exchanges]


def _folded(played: Iterable[Exchange], arrows: Iterable[Arrow]) -> int:
    shown = {name for arrow in arrows for name in arrow.recorded}
    return sum(exchange.id not in shown and exchange.direction is Direction.BROWSED for exchange in played)
