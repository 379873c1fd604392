"""Sessions of the agenda pages, in memory."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field

from sas_recette.editor.behaviour import Visitor


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated visitor and the token that their forms must bring back."""

    visitor: Visitor
    csrf: str

    def accepts(self, token: str) -> bool:
        """Whether a form comes from one of our own pages."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


@dataclass(slots=True)
class Sessions:
    """The open sessions, by the secret value of their cookie."""

    _open: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, visitor: Visitor) -> str:
        """A new session; returns the value of its cookie."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._open[key] = Session(visitor, secrets.token_urlsafe(32))
        return key

    def get(self, key: str) -> Session | None:
        """The session of a cookie, if it is open."""
        with self._lock:
            return self._open.get(key)

    def close(self, key: str) -> None:
        """Forget a session."""
        with self._lock:
            self._open.pop(key, None)
