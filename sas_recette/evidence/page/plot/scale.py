"""A logarithmic scale of durations: from a millisecond to ten seconds, or more where something took longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log10
from typing import Final, Self

from sas_recette.norm.typography import NBSP

_LEAST: Final = 1.0
_SHORTEST_TOP: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A graduation: its place, and its French words."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Milliseconds onto places between `start` and `end`, units of an SVG; what is off the scale is put at its edge."""

    start: float
    end: float
    top: float = _SHORTEST_TOP

    @classmethod
    def holding(cls, durations: Iterable[float], start: float, end: float) -> Self:
        """The scale of some durations (milliseconds)."""
        greatest = max(durations, default=0.0)
        return cls(start, end, max(_SHORTEST_TOP, 10.0 ** ceil(log10(max(greatest, _LEAST)))))

    def place(self, milliseconds: float) -> float:
        """Where a duration goes, to a tenth of a unit."""
        share = log10(max(milliseconds, _LEAST) / _LEAST) / log10(self.top / _LEAST)
        return round(self.start + min(share, 1.0) * (self.end - self.start), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """The powers of ten."""
        powers = (10.0**power for power in range(round(log10(self.top)) + 1))
        return tuple(Tick(self.place(one), _label(one)) for one in powers)


def _label(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:g}{NBSP}ms"
    return f"{milliseconds / 1000:g}{NBSP}s"
