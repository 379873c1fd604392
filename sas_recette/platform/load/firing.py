"""The open model: each search leaves at its planned instant, whether or not those before it have been answered.

A closed model, where a user waits for an answer before asking again, slows down with the candidate and hides what it does:
the latency here counts from the planned instant. Times are those of the running event loop, so that a test brings its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from sas_recette.exchange.model import Arrival, Fault, Request, Response, TlsFacts

LEAD: Final = 0.05
"""Seconds before the first planned instant, so that it is not late already."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One planned search: its rank from 1, when it leaves (seconds), of how many, and its request when it leaves in so long."""

    rank: int
    planned: float
    identifiers: int
    request: Callable[[float], Request]


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a request. `first_byte` is an instant of the event loop; `opened` tells that a connection was made for it.

    `response` has its whole body only where that was asked for; `size` counts all the bytes received.
    """

    response: Response | None = None
    fault: Fault | None = None
    first_byte: float | None = None
    size: int = 0
    opened: bool = False
    tls: TlsFacts | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it is a complete answer of status 200."""
        return self.fault is None and self.response is not None and self.response.status == 200


class AsyncSender(Protocol):
    """What carries the requests of a load run."""

    async def send(self, request: Request, *, whole: bool) -> Landed:
        """Send a request; never raises for the candidate’s faults. The body is kept when it is wanted `whole`."""
        ...


class Stop(StrEnum):
    """Why a run ended before its plan did."""

    NONE = ""
    ERRORS = "errors"
    OUTSTANDING = "outstanding"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Past what a run stops by itself: so many errors, so many requests without an answer, so many seconds."""

    errors: int = 50
    outstanding: int = 100
    seconds: float = 3600.0


Landing = Callable[[Shot, Arrival, Landed | None], None]


async def fire(
    shots: Sequence[Shot],
    sender: AsyncSender,
    landing: Landing,
    *,
    scenario: str,
    bounds: Bounds,
    whole: Callable[[Shot], bool],
) -> Stop:
    """Send every shot at its time, and tell of each as it ends; `whole` says whose body is wanted.

    When it stops early, cancellation included, `landing` is told of those under way and of those that were never sent (lost):
    it hears of every shot exactly once.
    """
    run = _Run(sender, landing, scenario, bounds, whole)
    try:
        await run.fly(shots)
    finally:
        await run.settle(shots)
    return run.stop


class _Run:
    def __init__(
        self, sender: AsyncSender, landing: Landing, scenario: str, bounds: Bounds, whole: Callable[[Shot], bool]
    ) -> None:
        self._sender = sender
        self._landing = landing
        self._scenario = scenario
        self._bounds = bounds
        self._whole = whole
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time() + LEAD
        self._under_way: dict[asyncio.Task[None], tuple[Shot, float]] = {}
        self._told: set[int] = set()
        self._errors = 0
        self._stopped = asyncio.Event()
        self._broken: BaseException | None = None
        self.stop = Stop.NONE

    async def fly(self, shots: Sequence[Shot]) -> None:
        """Fire, then wait for the answers, within the time allowed. Raises what the harness itself breaks down on."""
        flight, stopped = asyncio.create_task(self._flight(shots)), asyncio.create_task(self._stopped.wait())
        try:
            done, _ = await asyncio.wait(
                [flight, stopped], timeout=LEAD + self._bounds.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                self.stop = Stop.TIME
        finally:
            flight.cancel()
            stopped.cancel()
        if self._broken is not None:
            raise self._broken

    async def _flight(self, shots: Sequence[Shot]) -> None:
        for shot in shots:
            ahead = self._origin + shot.planned - self._loop.time()
            if ahead > 0:  # what is due leaves at once: a volley does not wait for its own first requests
                await asyncio.sleep(ahead)
            if self._stopped.is_set():
                return
            self._launch(shot)
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def settle(self, shots: Sequence[Shot]) -> None:
        """Cancel what is under way, and tell of it and of what was never sent."""
        unfinished = dict(self._under_way)
        for task in unfinished:
            task.cancel()
        for shot, sent in unfinished.values():
            self._tell(shot, Arrival(self._scenario, shot.rank, shot.planned, shot.identifiers, sent=sent))
        for shot in shots:
            if shot.rank not in self._told:
                self._tell(shot, Arrival(self._scenario, shot.rank, shot.planned, shot.identifiers))
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _launch(self, shot: Shot) -> None:
        sent = self._loop.time() - self._origin
        task = asyncio.create_task(self._one(shot, sent))
        self._under_way[task] = (shot, sent)
        task.add_done_callback(self._over)
        if len(self._under_way) > self._bounds.outstanding:
            self._halt(Stop.OUTSTANDING)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = error
            self._stopped.set()

    async def _one(self, shot: Shot, sent: float) -> None:
        landed = await self._sender.send(shot.request(0.0), whole=self._whole(shot))
        ended = self._loop.time() - self._origin
        arrival = Arrival(
            scenario=self._scenario,
            rank=shot.rank,
            planned=shot.planned,
            identifiers=shot.identifiers,
            sent=sent,
            first_byte=None if landed.first_byte is None else landed.first_byte - self._origin,
            ended=ended,
            status=landed.response.status if landed.response else None,
            fault=landed.fault.kind if landed.fault else None,
            size=landed.size,
            opened=landed.opened,
        )
        self._tell(shot, arrival, landed)
        if not landed.succeeded:
            self._errors += 1
            if self._errors > self._bounds.errors:
                self._halt(Stop.ERRORS)

    def _tell(self, shot: Shot, arrival: Arrival, landed: Landed | None = None) -> None:
        if shot.rank not in self._told:
            self._told.add(shot.rank)
            self._landing(shot, arrival, landed)

    def _halt(self, why: Stop) -> None:
        self.stop = self.stop or why
        self._stopped.set()
