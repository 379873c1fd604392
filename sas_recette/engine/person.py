"""The person who acts in the solution when no driver does: what is asked, and what may be answered (appointments.md §10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sas_recette.errors import UserError


class NobodyError(UserError):
    """Nobody can be asked. The message is French."""


class Ending(Enum):
    """How a wait for a person ended."""

    DONE = "done"
    IMPOSSIBLE = "impossible"
    ARRIVED = "arrived"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request; `why` is what the person says when it is impossible."""

    ending: Ending
    why: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a person is asked to do, in French: what it is about, then one line a step."""

    title: str
    lines: tuple[str, ...]


class Person(Protocol):
    """Somebody at a terminal."""

    def ask(self, what: Instruction, seconds: float, arrived: Callable[[], bool]) -> Answer:
        """Show what to do, and wait: for an answer, for `arrived` to hold, or for that many seconds.

        Raises NobodyError when nobody is there to be asked.
        """
        ...
