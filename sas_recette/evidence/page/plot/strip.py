"""A strip plot: each duration a dot on the line of its series, with the delays of the specification across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.evidence.page.plot.scale import Scale, Tick
from sas_recette.norm.typography import NBSP

WIDTH: Final = 760
_LEFT: Final = 210
_RIGHT: Final = 30
_TOP: Final = 26
_ROW: Final = 34
_SPREAD: Final = (0, -5, 5, -9, 9)

AIM_MS: Final = 1000.0
LIMIT_MS: Final = 7000.0


@dataclass(frozen=True, slots=True)
class Series:
    """Durations (milliseconds) under a name; the `first` of them is told apart where that means something."""

    name: str
    durations: tuple[float, ...]
    first: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A series drawn: its dots as one path, and the mark of the first."""

    name: str
    y: int
    dots: str
    first: float | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The plot. `limits` are the second of the ANS kit and the seven seconds of the IG."""

    width: int
    height: int
    left: int
    foot: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    limits: tuple[Tick, ...]


def draw_strip(series: Sequence[Series]) -> Strip:
    """Lay series out, one a line."""
    durations = [one for each in series for one in (*each.durations, each.first or 0.0)]
    scale = Scale.holding(durations, _LEFT, WIDTH - _RIGHT)
    foot = _TOP + _ROW * len(series)
    rows = tuple(_row(each, _TOP + _ROW * rank + _ROW // 2, scale) for rank, each in enumerate(series))
    limits = (Tick(scale.place(AIM_MS), f"1{NBSP}s"), Tick(scale.place(LIMIT_MS), f"7{NBSP}s"))
    return Strip(WIDTH, foot + 24, _LEFT, foot, rows, scale.ticks(), limits)


def _row(series: Series, y: int, scale: Scale) -> Row:
    places = dict.fromkeys((scale.place(one), y + _SPREAD[rank % 5]) for rank, one in enumerate(series.durations))
    dots = "".join(f"M{x:g} {height}h0" for x, height in places)
    return Row(series.name, y, dots, None if series.first is None else scale.place(series.first))
