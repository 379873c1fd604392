"""Log-ins under way: what the product keeps between the departure to the platform and the return from it.

Each attempt belongs to one browser, by a cookie of its own: two tabs that leave together both come back, each to its page.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

LIFE: Final = timedelta(minutes=10)
_MOST: Final = 2_000
_PREFIX: Final = "agenda_depart_"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A departure. `key` is in the name of its cookie and `secret` is the cookie's value; `target` is a path of ours.

    `state`, `nonce` and `verifier` (of PKCE) are empty when a version of the product does not send them.
    """

    key: str
    secret: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    target: str
    started_at: datetime

    @property
    def cookie(self) -> str:
        """The name of its cookie."""
        return _PREFIX + self.key


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brings back: the parameters of the response, each once, and its cookies."""

    parameters: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)

    @property
    def state(self) -> str:
        """The `state` of the response; empty when there is none."""
        return self.parameters.get("state", "")


@dataclass(slots=True)
class Attempts:
    """The attempts that are not over: a bounded number, the oldest go first."""

    clock: Callable[[], datetime]
    _pending: dict[str, Attempt] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, target: str, state: str, nonce: str, verifier: str) -> Attempt:
        """Note a departure."""
        now = self.clock()
        attempt = Attempt(secrets.token_hex(8), secrets.token_urlsafe(32), state, nonce, verifier, target, now)
        with self._lock:
            self._forget_old(now)
            while len(self._pending) >= _MOST:
                del self._pending[next(iter(self._pending))]
            self._pending[attempt.key] = attempt
        return attempt

    def pending(self) -> tuple[Attempt, ...]:
        """Those that wait for their return, the oldest first."""
        with self._lock:
            self._forget_old(self.clock())
            return tuple(self._pending.values())

    def end(self, attempt: Attempt) -> bool:
        """Forget an attempt; False when it was over already: of two returns at the same time, one succeeds."""
        with self._lock:
            return self._pending.pop(attempt.key, None) is not None

    def _forget_old(self, now: datetime) -> None:
        for key in [key for key, one in self._pending.items() if now - one.started_at > LIFE]:
            del self._pending[key]


def of_browser(attempts: Attempts, back: Return) -> tuple[Attempt, ...]:
    """The attempts that this very browser started, the oldest first."""
    return tuple(one for one in attempts.pending() if _same(back.cookies.get(one.cookie, ""), one.secret))


def bound(attempts: Attempts, back: Return) -> Attempt | None:
    """The attempt of this browser that sent this `state` (sso.md R2 and R3)."""
    return next((one for one in of_browser(attempts, back) if one.state and _same(back.state, one.state)), None)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
