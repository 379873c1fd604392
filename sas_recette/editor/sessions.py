"""Sessions of the agenda pages, in memory: who, with what rights, and for how long."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sas_recette.editor.behaviour import Visitor

IDLE: Final = timedelta(minutes=30)
LIFE: Final = timedelta(hours=4)


class Kind(StrEnum):
    """How a session was opened."""

    LOCAL = "local"
    REGULATOR = "regulateur"


class Right(StrEnum):
    """What a session may do besides reading agendas."""

    BOOK = "réserver"
    MANAGE = "gérer l’agenda"
    REGULATE = "réserver pour un patient de la régulation"


STAFF: Final = frozenset({Right.BOOK, Right.MANAGE})
"""The rights of the accounts of the product itself."""


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated visitor and the token that their forms must bring back.

    `account` is the logical id of a regulator account, empty for an account of the product. `landed` is the page that the
    log-in led to. As long as `awaiting_terms`, the session opens nothing but the terms of use.
    """

    visitor: Visitor
    kind: Kind
    rights: frozenset[Right]
    opened_at: datetime
    seen_at: datetime
    account: str = ""
    landed: str = ""
    awaiting_terms: bool = False
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def accepts(self, token: str) -> bool:
        """Whether a form comes from one of our own pages."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())

    def may(self, right: Right) -> bool:
        """Whether it has a right now."""
        return right in self.rights and not self.awaiting_terms


@dataclass(slots=True)
class Sessions:
    """The open sessions, by the secret value of their cookie; they end after IDLE without a visit, and after LIFE."""

    clock: Callable[[], datetime]
    _open: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(
        self,
        visitor: Visitor,
        kind: Kind,
        rights: frozenset[Right],
        *,
        account: str = "",
        landed: str = "",
        awaiting_terms: bool = False,
    ) -> str:
        """A new session; returns the value of its cookie."""
        now = self.clock()
        session = Session(visitor, kind, rights, now, now, account, landed, awaiting_terms)
        with self._lock:
            self._forget_old(now)
            return self._record(session)

    def get(self, key: str) -> Session | None:
        """The session of a cookie, if it is open; it is visited by this."""
        now = self.clock()
        with self._lock:
            session = self._open.get(key)
            if session is None or _over(session, now):
                self._open.pop(key, None)
                return None
            self._open[key] = replace(session, seen_at=now)
            return session

    def accept_terms(self, key: str) -> str:
        """The same session once its terms are accepted, under a new value of its cookie; empty when it is not open."""
        with self._lock:
            session = self._open.pop(key, None)
            return "" if session is None else self._record(replace(session, awaiting_terms=False))

    def close(self, key: str) -> None:
        """Forget a session."""
        with self._lock:
            self._open.pop(key, None)

    def _record(self, session: Session) -> str:
        key = secrets.token_urlsafe(32)
        self._open[key] = session
        return key

    def _forget_old(self, now: datetime) -> None:
        for key in [key for key, session in self._open.items() if _over(session, now)]:
            del self._open[key]


def _over(session: Session, now: datetime) -> bool:
    return now - session.seen_at > IDLE or now - session.opened_at > LIFE
