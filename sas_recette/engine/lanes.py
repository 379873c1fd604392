"""Scenarios that play beside the others, in a thread of their own: appointments, while regulators log in.

Both spend their time waiting for pages. Each lane has a browser, and the platform tells their log-ins from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.bench import Bench
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.scenario import Scenario
from sas_recette.engine.turns import Turns
from sas_recette.norm.requirements import Flow

LANE: Final = "rendez-vous"
"""The lane of the scenarios that play beside."""

_LOG_INS: Final = frozenset({Flow.INT_SSO, Flow.INT_PSC})


def beside(candidate: Candidate, scenarios: Collection[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios that can play beside the others; none when a person acts, who has one pair of eyes."""
    declared = candidate.appointments
    driven = declared is not None and declared.booking == "driver"
    if not driven or not any(one.flow in _LOG_INS for one in scenarios):
        return ()
    return tuple(one for one in scenarios if one.flow is Flow.INT_R03)


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was played, and how long it took, in seconds."""

    bench: Bench
    duration: float


class Lane:
    """Plays scenarios one after the other, in a thread of its own, while others play.

    `turns` keep it from those who must be alone.
    """

    def __init__(self, scenarios: Sequence[Scenario], play: Callable[[Scenario], Played], turns: Turns) -> None:
        self._play = play
        self._turns = turns
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sas-recette-piste")
        self._played = {one.id: self._pool.submit(self._in_turn, one) for one in scenarios}

    def __contains__(self, scenario: str) -> bool:
        return scenario in self._played

    def result(self, scenario: str) -> Played:
        """A scenario once it is over; raises what playing it raised."""
        return self._played[scenario].result()

    def stop(self) -> None:
        """Begin no other scenario, and wait for the one under way."""
        self._pool.shutdown(cancel_futures=True)

    def _in_turn(self, scenario: Scenario) -> Played:
        with self._turns.together():
            return self._play(scenario)
