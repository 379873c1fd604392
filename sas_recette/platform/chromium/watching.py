"""What the network of a tab does between two instants: requests under way, the navigation, what other hosts were told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Request, Response

_HOPS: Final = frozenset({"document", "xhr", "fetch"})
_AWAITED: Final = frozenset({*_HOPS, "script", "stylesheet"})
_MAX_REFERRERS: Final = 60
ERROR_PAGE: Final = "chrome-error:"
"""What the address of the browser's own error page begins with."""


@dataclass(slots=True, eq=False)
class Hop:
    """One request of the browser, under way or over. `failure` is Chromium's word for it, empty when there is none."""

    request: Request
    started: datetime
    begun: float
    response: Response | None = None
    over: bool = False
    failure: str = ""


class Watch:
    """Filled in by the events of the browser, in its thread; times are those of a monotonic clock, in seconds.

    `navigation` is the last request for the main document since the action began, `shown` whether its document is the one on
    the screen; `status` is that of the document on the screen and `address` the last that was asked for; `changed` is when something last
    happened, `asked` whether the page asked for anything since the action began.
    """

    def __init__(self, clock: Callable[[], datetime], *, max_hops: int, max_received: int) -> None:
        self._clock = clock
        self._max_hops = max_hops
        self._max_received = max_received
        self._pending: dict[Request, Hop] = {}
        self.hops: list[Hop] = []
        self.referrers: list[str] = []
        self.status: int | None = None
        self.address = ""
        self.begin()

    def begin(self, *, blank: bool = False) -> None:
        """A new action begins; what happened since the last one belongs to it, unless the tab starts from `blank`."""
        self.begun = self.changed = time.monotonic()
        self.navigation: Hop | None = None
        self.shown = False
        self.navigations = 0
        self.received = 0
        self.asked = False
        self.announced: float | None = None
        self.error_page = False
        if blank:
            self.hops.clear()
            self._pending.clear()
            self.status, self.address = None, ""

    @property
    def too_large(self) -> bool:
        """Whether more bytes came than are borne."""
        return self.received > self._max_received

    def taken(self) -> tuple[tuple[Hop, ...], tuple[str, ...]]:
        """The hops and the referrers since the last call."""
        hops, referrers = tuple(self.hops), tuple(self.referrers)
        self.hops.clear()
        self.referrers.clear()
        return hops, referrers

    def requested(self, request: Request, *, main: bool) -> None:
        """A request leaves, that of the main document if `main`."""
        hop = Hop(request, self._clock(), time.monotonic())
        self._note_referrer(request)
        kind = request.resource_type
        if kind in _HOPS and len(self.hops) < self._max_hops:
            self.hops.append(hop)
        if kind in _AWAITED:
            self._pending[request] = hop
            self.changed, self.asked = hop.begun, True
        if main:
            self.navigation, self.shown, self.address = hop, False, request.url
            self.navigations += 1
            self.announced = None

    def announce(self) -> None:
        """A page says that it is about to leave, or to open a window: the request follows, sooner or later."""
        self.announced = self.changed = time.monotonic()

    def responded(self, response: Response) -> None:
        """The head of a response came."""
        hop = self._hop(response.request)
        if hop is not None:
            hop.response = response

    def finished(self, request: Request, failure: str = "") -> None:
        """A request is over, badly if `failure` says so."""
        hop = self._hop(request)
        self._pending.pop(request, None)
        if hop is not None:
            hop.over, hop.failure = True, failure
            self.changed = time.monotonic()

    def committed(self, url: str) -> None:
        """The main document changed, or its address alone did."""
        self.changed, self.announced = time.monotonic(), None
        self.error_page = url.startswith(ERROR_PAGE)
        if url.startswith(("about:", "data:", "blob:", ERROR_PAGE)):
            self.status = None
        if self.navigation is not None and self.navigation.response is not None and not self.shown:
            self.shown, self.status = True, self.navigation.response.status

    def awaited(self, longer_than: float | None = None) -> bool:
        """Whether a request that a page waits for is under way, for no longer than so many seconds if given."""
        now = time.monotonic()
        return any(longer_than is None or now - hop.begun < longer_than for hop in self._pending.values())

    def unanswered(self) -> bool:
        """Whether a request that a page waits for has not even a beginning of an answer."""
        return any(hop.response is None for hop in self._pending.values())

    def _hop(self, request: Request) -> Hop | None:
        if request in self._pending:
            return self._pending[request]
        if self.navigation is not None and self.navigation.request is request:
            return self.navigation
        return next((hop for hop in self.hops if hop.request is request), None)

    def _note_referrer(self, request: Request) -> None:
        referrer = request.headers.get("referer", "")
        told = referrer and _origin(referrer) != _origin(request.url)
        if told and referrer not in self.referrers and len(self.referrers) < _MAX_REFERRERS:
            self.referrers.append(referrer)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
