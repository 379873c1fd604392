"""The arrows of a diagram: exchanges in the order in which one led to another, each from one actor to another."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from sas_recette.evidence.page.facts_view import ENDPOINT, by_browser
from sas_recette.evidence.page.sequence.meaning import browsed, endpoint, outcome, returns, served, shown, told
from sas_recette.exchange.model import Direction, Exchange, Page

_AUTHORITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#\\]*)")


class Actor(StrEnum):
    """A lifeline, in the order in which lifelines stand."""

    BROWSER = "Régulateur (navigateur)"
    PLATFORM = "Plateforme SAS (banc)"
    CANDIDATE = "Solution candidate"

    @property
    def short(self) -> str:
        """A word for it, where the lifelines are known."""
        return self.value.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Arrow:
    """One call. `recorded` are the ids of what it stands for, the first of which is the exchange that it leads to.

    A browser's call to the platform is recorded twice, on both sides: it is one arrow. The last arrow of a navigation
    stands for its page too.
    """

    source: Actor
    target: Actor
    method: str
    meaning: str
    outcome: str
    failed: bool
    step: str
    recorded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """The addresses at which the platform was called in a campaign: the endpoint of each, and their hosts."""

    endpoints: Mapping[str, str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, exchanges: Iterable[Exchange]) -> Platform:
        """Gather what the calls received tell."""
        received = [one for one in exchanges if one.direction is Direction.RECEIVED]
        endpoints = {one.request.path: one.facts.get(ENDPOINT, "") for one in received}
        return cls(endpoints, frozenset(host for url in endpoints if (host := _host(url))))

    def holds(self, exchange: Exchange) -> bool:
        """Whether the address of an exchange is one of the platform's hosts."""
        return _host(exchange.request.url) in self.hosts


@dataclass(frozen=True, slots=True)
class Drawing:
    """How arrows are made: the exchanges by id, the platform's addresses, and the ids that a finding names."""

    known: Mapping[str, Exchange]
    platform: Platform
    named: Collection[str]

    def arrows(self, happened: Iterable[Exchange | Page]) -> Iterator[Arrow]:
        """The arrows of what happened, in order; redirections without a meaning of their own are left out."""
        waiting: list[Exchange] = []
        for one in happened:
            if isinstance(one, Exchange) and one.direction is Direction.RECEIVED:
                waiting.append(one)
                continue
            page = one if isinstance(one, Page) else None
            yield from map(_called, (call for call in waiting if not page or call.started < page.started))
            if page:
                yield from self._navigation(page, [call for call in waiting if call.started >= page.started])
            elif isinstance(one, Exchange):
                yield _sent(one) if one.direction is Direction.SENT else self._hop(one, self._asked(one))
            waiting = []
        yield from map(_called, waiting)

    def _navigation(self, page: Page, during: Iterable[Exchange]) -> Iterator[Arrow]:
        """The hops of a navigation with the calls that they led to.

        A call of the solution follows the hop to the solution that led to it. Instants do not say so: a browser's clock and
        the platform's differ by tens of milliseconds.
        """
        calls = deque(during)
        hops = [self.known[name] for name in page.hops if name in self.known]
        for rank, hop in enumerate(hops):
            last = rank == len(hops) - 1
            after_platform = rank > 0 and self.platform.holds(hops[rank - 1])
            if self.platform.holds(hop):
                yield from self._to_platform(hop, calls, page if last else None)
                continue
            meaning = _meaning(hop, page if last else None, after_platform=after_platform)
            if rank == 0 or last or after_platform or self._matters(hop):
                yield self._hop(hop, meaning, page if last else None)
            while calls and not by_browser(calls[0].facts):
                yield _called(calls.popleft())
        yield from map(_called, calls)

    def _to_platform(self, hop: Exchange, calls: deque[Exchange], page: Page | None) -> Iterator[Arrow]:
        same = next((call for call in calls if by_browser(call.facts) and _same_call(call, hop)), None)
        if same is None:
            yield self._hop(hop, self._asked(hop), page)
            return
        while (call := calls.popleft()) is not same:
            yield _called(call)
        yield _called(same, hop.id, *([page.id] if page else []))

    def _asked(self, hop: Exchange) -> str:
        held = self.platform.holds(hop)
        return endpoint(self.platform.endpoints.get(hop.request.path, "")) if held else browsed(hop)

    def _hop(self, hop: Exchange, meaning: str, page: Page | None = None) -> Arrow:
        target = Actor.PLATFORM if self.platform.holds(hop) else Actor.CANDIDATE
        return _arrow(hop, Actor.BROWSER, target, meaning, *([page.id] if page else []))

    def _matters(self, hop: Exchange) -> bool:
        return hop.id in self.named or hop.request.method != "GET" or returns(hop) or _failed(hop)


def _meaning(hop: Exchange, page: Page | None, *, after_platform: bool) -> str:
    if after_platform or returns(hop):
        return "Retour de la plateforme"
    return shown(page) if page and hop.request.method == "GET" else browsed(hop)


def _sent(exchange: Exchange) -> Arrow:
    return _arrow(exchange, Actor.PLATFORM, Actor.CANDIDATE, served(exchange))


def _called(exchange: Exchange, *others: str) -> Arrow:
    source = Actor.BROWSER if by_browser(exchange.facts) else Actor.CANDIDATE
    return _arrow(exchange, source, Actor.PLATFORM, told(exchange), *others)


def _arrow(exchange: Exchange, source: Actor, target: Actor, meaning: str, *others: str) -> Arrow:
    return Arrow(
        source=source,
        target=target,
        method=exchange.request.method,
        meaning=meaning,
        outcome=outcome(exchange),
        failed=_failed(exchange),
        step=exchange.step,
        recorded=(exchange.id, *others),
    )


def _failed(exchange: Exchange) -> bool:
    response = exchange.response
    return exchange.fault is not None or response is None or response.status >= HTTPStatus.BAD_REQUEST


def _same_call(call: Exchange, hop: Exchange) -> bool:
    return (call.request.method, call.request.path) == (hop.request.method, hop.request.path)


def _host(url: str) -> str:
    match = _AUTHORITY.match(url)
    return match[1].lower() if match else ""
