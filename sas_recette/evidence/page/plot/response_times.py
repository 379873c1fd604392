"""The response times of a scenario that times searches: a plot of each series, and its phases in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from sas_recette.engine.timed import series_of
from sas_recette.evidence.page.plot.strip import Series, Strip, draw_strip
from sas_recette.evidence.reading.french import milliseconds
from sas_recette.exchange.distribution import Distribution
from sas_recette.exchange.model import Exchange, Timings

PHASES: tuple[tuple[str, Callable[[Timings], float | None]], ...] = (
    ("DNS", lambda one: one.dns),
    ("Connexion", lambda one: one.connect),
    ("TLS", lambda one: one.tls),
    ("1er octet", lambda one: one.first_byte),
    ("Réponse", lambda one: one.total),
)
"""The phases, the last two from the first byte of the request."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series in the table, all durations in French: the medians of its phases, then everything included."""

    name: str
    count: int
    phases: tuple[str, ...]
    first: str
    least: str
    median: str
    p95: str
    greatest: str


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """The plot and the table. `headings` are those of the phases."""

    strip: Strip
    headings: tuple[str, ...]
    rows: tuple[SeriesRow, ...]


def view_response_times(exchanges: Iterable[Exchange]) -> ResponseTimes | None:
    """The response times of a scenario, None when it times nothing. Everything included is what the seven seconds bound."""
    timed = [one for one in exchanges if series_of(one.step) and one.timings.whole is not None]
    gathered = [(name, tuple(members)) for name, members in groupby(timed, lambda one: series_of(one.step))]
    if not gathered:
        return None
    strip = draw_strip([_series(name, members) for name, members in gathered])
    headings = tuple(heading for heading, _ in PHASES)
    return ResponseTimes(strip, headings, tuple(_row(name, members) for name, members in gathered))


def _series(name: str, members: tuple[Exchange, ...]) -> Series:
    first, *others = _whole(members)
    return Series(name, tuple(others), first)


def _row(name: str, members: tuple[Exchange, ...]) -> SeriesRow:
    whole = _whole(members)
    seen = Distribution.of(whole)
    return SeriesRow(
        name=name,
        count=len(whole),
        phases=tuple(_median(phase(one.timings) for one in members) for _, phase in PHASES),
        first=milliseconds(whole[0]),
        least=milliseconds(seen.least if seen else None),
        median=milliseconds(seen.median if seen else None),
        p95=milliseconds(seen.p95 if seen else None),
        greatest=milliseconds(seen.greatest if seen else None),
    )


def _whole(members: Iterable[Exchange]) -> list[float]:
    return [one.timings.whole or 0.0 for one in members]


def _median(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return milliseconds(median(known) if known else None)
