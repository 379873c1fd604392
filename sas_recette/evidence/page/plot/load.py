"""A load run as the report shows it: its accounts, its latencies, and what happened second by second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from sas_recette.evidence.page.plot.scale import Scale, Tick
from sas_recette.evidence.page.plot.strip import AIM_MS, LIMIT_MS, WIDTH, Series, Strip, draw_strip
from sas_recette.evidence.reading.french import count, milliseconds
from sas_recette.evidence.reading.load import latency_facts, load_facts, origins
from sas_recette.exchange.load_account import account, failure, latency
from sas_recette.exchange.model import Arrival, FaultKind
from sas_recette.norm.typography import NBSP

_HEIGHT: Final = 220
_LEFT: Final = 70
_FOOT: Final = 180
_TOP: Final = 14
_RIGHT: Final = 20


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Latencies in French, under the instant that they count from."""

    origin: str
    count: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Second:
    """What was planned within one second of the run, and what came of it."""

    second: int
    sent: int
    failed: int
    median: str
    greatest: str


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a run: medians and greatest latencies by second as two paths, failures and losses as marks below."""

    width: int
    height: int
    left: int
    foot: int
    medians: str
    greatest: str
    failures: str
    ticks: tuple[Tick, ...]
    limits: tuple[Tick, ...]
    seconds: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class LoadView:
    """A run. `facts` are counts under their names; `course` is None when it all happened within a second."""

    facts: tuple[tuple[str, str], ...]
    percentiles: tuple[Percentiles, ...]
    strip: Strip
    course: Course | None
    seconds: tuple[Second, ...]


def view_load(arrivals: Sequence[Arrival]) -> LoadView | None:
    """The view of a scenario's run, None when it has none."""
    if not arrivals:
        return None
    kept = account(arrivals)
    timed = [one for one in arrivals if _is_timed(one)]
    seconds = _by_second(arrivals)
    return LoadView(
        facts=load_facts(kept),
        percentiles=tuple(
            Percentiles(origin, seen.count, tuple(value for _, value in latency_facts(seen)))
            for origin, seen in origins(kept)
        ),
        strip=draw_strip(
            [
                Series("Depuis l’instant prévu", tuple(latency(one) * 1000 for one in timed)),
                Series("Depuis l’envoi", tuple(_from_sent(one) for one in timed)),
            ]
        ),
        course=_course(arrivals) if len(seconds) > 1 else None,
        seconds=seconds,
    )


def _is_timed(arrival: Arrival) -> bool:
    return arrival.ended is not None and (not failure(arrival) or arrival.fault is FaultKind.TIMEOUT)


def _from_sent(arrival: Arrival) -> float:
    return ((arrival.ended or 0.0) - (arrival.sent or 0.0)) * 1000


def _grouped(arrivals: Sequence[Arrival]) -> dict[int, list[Arrival]]:
    groups: dict[int, list[Arrival]] = {}
    for one in sorted(arrivals, key=lambda arrival: arrival.planned):
        groups.setdefault(int(one.planned), []).append(one)
    return groups


def _by_second(arrivals: Sequence[Arrival]) -> tuple[Second, ...]:
    return tuple(
        Second(
            second,
            sum(one.sent is not None for one in members),
            sum(bool(failure(one)) for one in members),
            milliseconds(median(known) if known else None),
            milliseconds(max(known, default=None)),
        )
        for second, members in _grouped(arrivals).items()
        for known in [_latencies(members)]
    )


def _latencies(members: Sequence[Arrival]) -> list[float]:
    return [latency(one) * 1000 for one in members if _is_timed(one)]


def _course(arrivals: Sequence[Arrival]) -> Course:
    groups = _grouped(arrivals)
    last = max(groups)
    scale = Scale.holding([value for members in groups.values() for value in _latencies(members)], _FOOT, _TOP)

    def x(second: float) -> float:
        return round(_LEFT + (second + 0.5) / (last + 1) * (WIDTH - _LEFT - _RIGHT), 1)

    timed = {second: known for second, members in groups.items() if (known := _latencies(members))}
    troubled = [
        second for second, members in groups.items() if any(failure(one) or one.sent is None for one in members)
    ]
    step = max(1, -(-(last + 1) // 10))
    return Course(
        width=WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        foot=_FOOT,
        medians="".join(f"M{x(second):g} {scale.place(median(known)):g}h0" for second, known in timed.items()),
        greatest="".join(f"M{x(second):g} {scale.place(max(known)):g}h0" for second, known in timed.items()),
        failures="".join(f"M{x(second):g} {_FOOT + 6}v8" for second in troubled),
        ticks=scale.ticks(),
        limits=(Tick(scale.place(AIM_MS), f"1{NBSP}s"), Tick(scale.place(LIMIT_MS), f"7{NBSP}s")),
        seconds=tuple(Tick(x(second), count(second, "s", "s")) for second in range(0, last + 1, step)),
    )
