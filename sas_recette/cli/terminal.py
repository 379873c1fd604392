"""The person at the terminal: an instruction, a countdown, and an answer in one line."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from sas_recette.engine.person import Answer, Ending, Instruction, NobodyError

if TYPE_CHECKING:
    import pytest

_REST: Final = 0.2
"""Seconds between two looks at whether the message has arrived."""

_LONGEST: Final = 4096
_YES: Final = {"", "f", "fait", "o", "oui", "ok"}
_HELP: Final = "Entrée\u00a0: c’est fait · i et la raison, puis Entrée\u00a0: impossible"


class Terminal:
    """Somebody who reads and types here: a context manager, and a pytest plugin of the campaign.

    It keeps descriptors of its own on the terminal: pytest takes the usual ones for itself while scenarios play. `pause` holds
    back whatever else writes there.
    """

    def __init__(self, pause: Callable[[], AbstractContextManager[object]], keyboard: int = 0, screen: int = 2) -> None:
        self._pause = pause
        self._input = _duplicate(keyboard)
        self._output = os.fdopen(_duplicate(screen), "w", encoding="utf-8", buffering=1)
        self._console = Console(file=self._output, force_terminal=self._output.isatty())

    def pytest_configure(self, config: pytest.Config) -> None:
        """Let the scenarios of this process know that somebody is there."""
        from sas_recette.engine.plugin import PERSON_KEY

        config.stash[PERSON_KEY] = self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give the descriptors back."""
        os.close(self._input)
        self._output.close()

    def ask(self, what: Instruction, seconds: float, arrived: Callable[[], bool]) -> Answer:
        """See the port."""
        if not os.isatty(self._input):
            raise NobodyError(
                "Personne n’est au terminal pour agir dans la solution\u00a0: lancez la campagne depuis un terminal, ou "
                'écrivez un pilote (appointments.booking = "driver", sso.driver).'
            )
        with self._pause():
            lines = "\n".join(escape(line) for line in what.lines)
            self._console.print(Panel(lines, title=escape(what.title), title_align="left", subtitle=_HELP))
            answer = self._answer(time.monotonic() + seconds, arrived)
            self._console.print(_ENDINGS[answer.ending])
        return answer

    def _answer(self, deadline: float, arrived: Callable[[], bool]) -> Answer:
        self._output.write("\n > ")
        while (left := deadline - time.monotonic()) > 0:
            if arrived():
                self._output.write("\n")
                return Answer(Ending.ARRIVED)
            self._count_down(left)
            if select.select([self._input], [], [], min(_REST, left))[0]:
                typed = os.read(self._input, _LONGEST)
                if not typed:  # the terminal was closed
                    return Answer(Ending.LATE)
                answer = _read(typed.decode("utf-8", "replace").strip())
                if answer is not None:
                    return answer
                self._output.write(f"{_HELP}\n\n > ")
        return Answer(Ending.LATE)

    def _count_down(self, seconds: float) -> None:
        """On the line above the one where the person types, which keeps what was typed."""
        self._output.write(f"\x1b7\x1b[1A\r\x1b[2K{_remaining(seconds)}\x1b8")
        self._output.flush()


def _duplicate(descriptor: int) -> int:
    """A descriptor of one's own; on nothing when the process was started without it."""
    try:
        return os.dup(descriptor)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)


_ENDINGS: Final = {
    Ending.DONE: "Fait\u00a0: la plateforme attend le message…",
    Ending.IMPOSSIBLE: "Noté\u00a0: impossible.",
    Ending.ARRIVED: "Le message est arrivé.",
    Ending.LATE: "Le temps imparti est écoulé.",
}


def _read(typed: str) -> Answer | None:
    first, _, why = typed.partition(" ")
    word = first.lower().rstrip(",:")
    if word in {"i", "impossible"}:
        return Answer(Ending.IMPOSSIBLE, why.strip() or "sans raison donnée")
    return Answer(Ending.DONE) if word in _YES else None


def _remaining(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
