"""Authorization codes: what each stands for, and that it serves once, within a minute (sso.md §7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sas_recette.platform.identity.memory import Shelf
from sas_recette.platform.identity.person import Person

CODE_LIFE: Final = timedelta(seconds=60)
_REMEMBERED: Final = timedelta(minutes=15)
"""How long a code that is used or expired is told from one that never was."""


@dataclass(frozen=True, slots=True)
class Login:
    """A person who is logged in at the platform: since when, and the name of that session."""

    person: Person
    since: datetime
    sid: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for: who is logged in, and the request that it answers. `challenge` is S256, or empty.

    `lane` is that of the browser which asked (`Stage.lane`).
    """

    login: Login
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str = field(repr=False)
    challenge: str
    issued: datetime
    lane: str = ""


class CodeState(StrEnum):
    """What a code is worth."""

    NEW = "new"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Codes:
    """The codes issued lately."""

    def __init__(self) -> None:
        self._grants: Shelf[Grant] = Shelf(_REMEMBERED)
        self._used: Shelf[bool] = Shelf(_REMEMBERED)

    def issue(self, code: str, grant: Grant) -> None:
        """Let a code stand for a grant."""
        self._grants.put(code, grant, grant.issued)

    def look(self, code: str, now: datetime) -> tuple[CodeState, Grant | None]:
        """What a code is worth now, and what it stands for if it is known."""
        grant = self._grants.get(code, now)
        if grant is None:
            return CodeState.UNKNOWN, None
        if self._used.get(code, now):
            return CodeState.USED, grant
        return (CodeState.EXPIRED if now > grant.issued + CODE_LIFE else CodeState.NEW), grant

    def lane(self, code: str, now: datetime) -> str | None:
        """The lane of the browser that a code was given to; None for a code that is not known."""
        grant = self._grants.get(code, now)
        return None if grant is None else grant.lane

    def use(self, code: str, now: datetime) -> None:
        """A code that was presented serves no more, whatever came of it."""
        self._used.put(code, True, now)
