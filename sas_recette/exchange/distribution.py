"""What is told of many durations: how many, the middle, the high percentiles, the greatest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Distribution:
    """`count` durations, all in one unit."""

    count: int
    least: float
    median: float
    p95: float
    p99: float
    greatest: float

    @classmethod
    def of(cls, durations: Iterable[float]) -> Self | None:
        """The distribution of some durations, None when there is none."""
        known = sorted(durations)
        if not known:
            return None
        return cls(len(known), known[0], median(known), percentile(known, 95), percentile(known, 99), known[-1])


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of an ordered, non-empty sequence: a value that was really seen, never between two.

    At least `share` percent of the values are not above it.
    """
    rank = ceil(round(share * len(ordered) / 100, 9))
    return ordered[max(1, rank) - 1]
