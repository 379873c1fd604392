"""What plays beside the rest, and who waits for whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import pytest

from sas_recette.engine.lanes import Lane, Played, beside
from sas_recette.engine.scenario import Scenario, load_scenarios
from sas_recette.engine.turns import Turns
from sas_recette.norm.requirements import Flow

PATIENCE = 20.0


def of(*flows: Flow) -> list[Scenario]:
    return [one for one in load_scenarios().values() if one.flow in flows]


def candidate(booking: str) -> Any:  # noqa: ANN401 # the one thing that is looked at
    return type("Declared", (), {"appointments": type("Table", (), {"booking": booking})})


def test_appointments_play_beside_log_ins_when_a_driver_books() -> None:
    apart = beside(candidate("driver"), of(Flow.INT_R01, Flow.INT_R03, Flow.INT_SSO))
    assert list(apart) == of(Flow.INT_R03)


@pytest.mark.parametrize(
    ("booking", "flows"), [("person", (Flow.INT_R03, Flow.INT_SSO)), ("driver", (Flow.INT_R03, Flow.INT_R01))]
)
def test_nothing_plays_beside(booking: str, flows: tuple[Flow, ...]) -> None:
    assert beside(candidate(booking), of(*flows)) == ()


def test_those_together_do_not_wait_for_each_other() -> None:
    turns, both = Turns(), threading.Barrier(2)

    def stay() -> None:
        with turns.together():
            both.wait(PATIENCE)

    threads = [started(stay), started(stay)]
    assert all(ended(one) for one in threads)


def test_one_alone_waits_for_the_others_and_goes_before_those_who_come_after() -> None:
    turns, leave, order = Turns(), threading.Event(), list[str]()
    entered = threading.Event()

    def first() -> None:
        with turns.together():
            entered.set()
            leave.wait(PATIENCE)
            order.append("ensemble")

    def alone() -> None:
        with turns.alone():
            order.append("seul")

    def later() -> None:
        with turns.together():
            order.append("après")

    threads = [started(first)]
    entered.wait(PATIENCE)
    threads.append(started(alone))
    while not turns.wanted:
        threading.Event().wait(0.001)
    threads.append(started(later))
    leave.set()

    assert all(ended(one) for one in threads)
    assert order == ["ensemble", "seul", "après"]


def test_a_lane_gives_each_result_or_raises_what_was_raised() -> None:
    good, bad = of(Flow.INT_R03)[:2]
    played: Any = object()

    def play(one: Scenario) -> Played:
        if one is bad:
            raise ZeroDivisionError
        return played  # type: ignore[no-any-return]

    lane = Lane((good, bad), play, Turns())
    assert lane.result(good.id) is played
    with pytest.raises(ZeroDivisionError):
        lane.result(bad.id)
    assert [good.id in lane, "SSO-S01" in lane] == [True, False]
    lane.stop()


def test_a_lane_that_is_stopped_begins_nothing_more() -> None:
    begun, leave = threading.Event(), threading.Event()
    seen = list[str]()

    def play(one: Scenario) -> Any:  # noqa: ANN401 # nobody looks at it
        seen.append(one.id)
        begun.set()
        leave.wait(PATIENCE)

    scenarios = of(Flow.INT_R03)[:3]
    lane = Lane(scenarios, play, Turns())
    begun.wait(PATIENCE)
    stopping = started(lane.stop)
    with pytest.raises(CancelledError):
        lane.result(scenarios[-1].id)
    leave.set()

    assert ended(stopping)
    assert seen == [scenarios[0].id]


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def ended(thread: threading.Thread) -> bool:
    thread.join(PATIENCE)
    return not thread.is_alive()
