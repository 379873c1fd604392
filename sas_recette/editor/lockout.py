"""Failed log-ins with a password: a name that fails too often is locked for a while, in memory.

A name is locked whether or not an account bears it, so that a refusal tells nobody which names exist.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

BORNE: Final = 5
"""Failures in a row that lock a name."""

LOCKED_FOR: Final = timedelta(minutes=15)
_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Lockout:
    """The failures of each name since its last success; `borne` of 0 never locks. Thread-safe."""

    clock: Callable[[], datetime]
    borne: int = BORNE
    _failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def locked(self, name: str) -> bool:
        """Whether a name is refused now, whatever the password."""
        with self._lock:
            failures, last = self._failures.get(_key(name), (0, self.clock()))
            return bool(self.borne) and failures >= self.borne and self.clock() - last < LOCKED_FOR

    def failed(self, name: str) -> None:
        """Count a failure; those older than the lock are forgotten."""
        now = self.clock()
        with self._lock:
            failures, last = self._failures.pop(_key(name), (0, now))
            self._failures[_key(name)] = (failures + 1 if now - last < LOCKED_FOR else 1, now)
            if len(self._failures) > _REMEMBERED:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        with self._lock:
            self._failures.pop(_key(name), None)


def _key(name: str) -> str:
    return name.strip().casefold()[:320]
