"""The open model, in virtual time: what leaves when, what is late, what is lost, and what ends a run early."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.exchange.load_account import account, failure, latency, lateness
from sas_recette.exchange.model import Arrival, Fault, FaultKind, Request, Response
from sas_recette.platform.load.firing import LEAD, Bounds, Landed, Shot, Stop, fire
from tests.virtual_time import run_at_once

ANSWERED = Landed(Response(200), size=2)
REFUSED = Landed(Response(503))


@dataclass(slots=True)
class Server:
    """Answers after a delay that depends on the instant of the request; `frozen` is a span in which nothing is answered."""

    delay: float = 0.1
    frozen: tuple[float, float] = (0.0, 0.0)
    answer: Callable[[int], Landed] = lambda _: ANSWERED
    asked: list[float] = field(default_factory=list)

    async def send(self, request: Request, *, whole: bool) -> Landed:
        now = asyncio.get_running_loop().time() - LEAD
        self.asked.append(now)
        number = len(self.asked)
        begun, over = self.frozen
        await asyncio.sleep(self.delay + (over - now if begun <= now < over else 0.0))
        return self.answer(number)


def shots(times: Sequence[float]) -> list[Shot]:
    return [Shot(rank, at, 1, lambda _: Request("GET", "https://e.example/Slot")) for rank, at in enumerate(times, 1)]


def flown(server: Server, times: Sequence[float], bounds: Bounds | None = None) -> tuple[Stop, list[Arrival]]:
    arrivals: list[Arrival] = []
    stop = run_at_once(
        fire(
            shots(times),
            server,
            lambda _, arrival, __: arrivals.append(arrival),
            scenario="PERF-C01",
            bounds=bounds or Bounds(),
            whole=lambda _: False,
        )
    )
    return stop, arrivals


def test_each_request_leaves_at_its_instant_whatever_the_others_do() -> None:
    server = Server(delay=5.0)
    stop, arrivals = flown(server, (0.0, 0.5, 2.0))
    assert stop is Stop.NONE
    assert server.asked == pytest.approx([0.0, 0.5, 2.0])
    assert [one.ended for one in arrivals] == pytest.approx([5.0, 5.5, 7.0])
    assert account(arrivals).late == 0


def test_a_frozen_server_gives_latencies_from_the_planned_instant() -> None:
    times = [rank / 10 for rank in range(100)]
    _, arrivals = flown(Server(delay=0.01, frozen=(3.0, 6.0)), times)
    kept = account(arrivals)
    assert (kept.planned, kept.sent, kept.lost, kept.late, kept.failed) == (100, 100, 0, 0, 0)
    assert kept.from_planned is not None
    assert kept.from_planned.greatest == pytest.approx(3.01)
    assert kept.from_planned.p95 == pytest.approx(2.51)
    assert kept.from_planned.median == pytest.approx(0.01)


def test_too_many_errors_stop_the_run_and_the_rest_is_lost() -> None:
    stop, arrivals = flown(Server(answer=lambda _: REFUSED), [rank / 1 for rank in range(20)], Bounds(errors=4))
    kept = account(arrivals)
    assert stop is Stop.ERRORS
    assert (kept.planned, kept.sent, kept.lost, kept.failed) == (20, 5, 15, 5)
    assert kept.failures == {"HTTP 503": 5}
    assert kept.from_planned is None


def test_too_many_requests_without_an_answer_stop_the_run() -> None:
    stop, arrivals = flown(Server(delay=100.0), [rank / 10 for rank in range(50)], Bounds(outstanding=8))
    kept = account(arrivals)
    assert stop is Stop.OUTSTANDING
    assert (kept.sent, kept.unfinished, kept.lost) == (9, 9, 41)


def test_a_volley_stops_as_soon_as_the_bound_is_passed() -> None:
    server = Server(delay=100.0)
    stop, arrivals = flown(server, [0.0] * 50, Bounds(outstanding=8))
    assert stop is Stop.OUTSTANDING
    assert account(arrivals).sent == 9


def test_the_time_allowed_ends_the_run() -> None:
    stop, arrivals = flown(Server(delay=100.0), (0.0, 1.0, 20.0), Bounds(seconds=10.0))
    kept = account(arrivals)
    assert stop is Stop.TIME
    assert (kept.sent, kept.unfinished, kept.lost) == (2, 2, 1)


def test_a_cancelled_run_tells_of_every_request_once() -> None:
    arrivals: list[Arrival] = []

    async def cancelled() -> None:
        flight = asyncio.create_task(
            fire(
                shots((0.0, 1.0, 2.0, 3.0)),
                Server(delay=1.5),
                lambda _, arrival, __: arrivals.append(arrival),
                scenario="s",
                bounds=Bounds(),
                whole=lambda _: False,
            )
        )
        await asyncio.sleep(2.2)
        flight.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flight

    run_at_once(cancelled())
    kept = account(arrivals)
    assert sorted(one.rank for one in arrivals) == [1, 2, 3, 4]
    assert (kept.answered, kept.unfinished, kept.lost) == (1, 2, 1)


def test_a_fault_of_the_harness_is_not_swallowed() -> None:
    def broken(_: int) -> Landed:
        raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        flown(Server(answer=broken), (0.0, 1.0))


def test_a_sender_that_blocks_makes_those_that_follow_late() -> None:
    async def blocking() -> list[Arrival]:
        arrivals: list[Arrival] = []
        loop = asyncio.get_running_loop()
        server = Server(delay=0.0)

        def landing(shot: Shot, arrival: Arrival, _: Landed | None) -> None:
            arrivals.append(arrival)
            if shot.rank == 1:  # the harness at work, during which nothing leaves
                loop._skipping.now += 0.4  # type: ignore[attr-defined]

        await fire(shots((0.0, 0.2, 1.0)), server, landing, scenario="s", bounds=Bounds(), whole=lambda _: False)
        return arrivals

    arrivals = run_at_once(blocking())
    assert [round(lateness(one), 2) for one in arrivals] == [0.0, 0.2, 0.0]
    assert account(arrivals).late == 1
    assert latency(arrivals[1]) == pytest.approx(0.2)


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=25).map(sorted),
    st.floats(0, 20),
    st.integers(0, 5),
    st.integers(1, 6),
    st.floats(1, 40),
)
def test_planned_is_sent_and_lost_whatever_happens(
    times: list[float], delay: float, errors: int, outstanding: int, seconds: float
) -> None:
    late = Landed(fault=Fault(FaultKind.TIMEOUT, "receive", "délai"))
    server = Server(delay=delay, answer=lambda number: (ANSWERED, REFUSED, late)[number % 3])
    _, arrivals = flown(server, times, Bounds(errors, outstanding, seconds))
    kept = account(arrivals)
    assert sorted(one.rank for one in arrivals) == list(range(1, len(times) + 1))
    assert kept.planned == len(times) == kept.sent + kept.lost
    assert kept.sent == kept.answered + kept.failed + kept.unfinished == len(server.asked)
    assert all(latency(one) >= -1e-9 for one in arrivals)
    assert sum(kept.failures.values()) == kept.failed == sum(bool(failure(one)) for one in arrivals)
