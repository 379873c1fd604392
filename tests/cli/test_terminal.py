"""The person at the terminal, through a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from sas_recette.cli.terminal import Terminal
from sas_recette.engine.person import Answer, Ending, Instruction, NobodyError

WHAT = Instruction("Prenez un rendez-vous", ("Créneau : 23/06/2026 à 09:00.", "Patient : Zoé [Essai] A1."))


@dataclass
class Screen:
    """What was shown, and the keyboard; `read` waits for nothing."""

    master: int
    shown: bytearray = field(default_factory=bytearray)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def watch(self) -> None:
        with contextlib.suppress(OSError):  # the other side is closed
            while chunk := os.read(self.master, 4096):
                self.shown += chunk

    @property
    def text(self) -> str:
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\x1b[78]", "", self.shown.decode("utf-8", "replace"))


@pytest.fixture
def terminal() -> Iterator[tuple[Terminal, Screen, list[str]]]:
    master, slave = pty.openpty()
    screen, pauses = Screen(master), []
    watcher = threading.Thread(target=screen.watch, daemon=True)
    watcher.start()

    @contextlib.contextmanager
    def pause() -> Iterator[None]:
        pauses.append("pause")
        yield
        pauses.append("resume")

    with Terminal(pause, slave, slave) as at_it:
        yield at_it, screen, pauses
    os.close(slave)
    watcher.join(5)
    os.close(master)


def never() -> bool:
    return False


def after(times: int) -> Callable[[], bool]:
    left = iter([False] * times)
    return lambda: next(left, True)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("\n", Answer(Ending.DONE)),
        ("fait\n", Answer(Ending.DONE)),
        ("OK\n", Answer(Ending.DONE)),
        ("i l’agenda est fermé\n", Answer(Ending.IMPOSSIBLE, "l’agenda est fermé")),
        ("impossible, pas de droit\n", Answer(Ending.IMPOSSIBLE, "pas de droit")),
        ("i\n", Answer(Ending.IMPOSSIBLE, "sans raison donnée")),
        ("quoi ?\nfait\n", Answer(Ending.DONE)),
    ],
)
def test_what_is_typed_is_the_answer(terminal: tuple[Terminal, Screen, list[str]], typed: str, answer: Answer) -> None:
    at_it, screen, pauses = terminal
    screen.type(typed)
    assert at_it.ask(WHAT, 20, never) == answer
    assert pauses == ["pause", "resume"]


def test_the_instruction_is_shown_as_it_is(terminal: tuple[Terminal, Screen, list[str]]) -> None:
    at_it, screen, _ = terminal
    screen.type("\n")
    at_it.ask(WHAT, 20, never)
    with Terminal(contextlib.nullcontext, 0, 2):
        pass
    for expected in ("Prenez un rendez-vous", "Créneau : 23/06/2026 à 09:00.", "Patient : Zoé [Essai] A1."):
        assert wait_for(lambda wanted=expected: wanted in screen.text), screen.text  # type: ignore[misc]


def test_the_message_ends_the_wait(terminal: tuple[Terminal, Screen, list[str]]) -> None:
    at_it, screen, _ = terminal
    assert at_it.ask(WHAT, 20, after(2)) == Answer(Ending.ARRIVED)
    assert wait_for(lambda: "Le message est arrivé." in screen.text)


def test_time_runs_out(terminal: tuple[Terminal, Screen, list[str]]) -> None:
    at_it, _, _ = terminal
    assert at_it.ask(WHAT, 0.05, never) == Answer(Ending.LATE)


def test_nobody_is_there() -> None:
    reading, writing = os.pipe()
    try:
        with Terminal(contextlib.nullcontext, reading, writing) as at_it:
            with pytest.raises(NobodyError) as raised:
                at_it.ask(WHAT, 1, never)
            assert "sso.driver" in str(raised.value)
    finally:
        os.close(reading)
        os.close(writing)


def wait_for(holds: Callable[[], bool]) -> bool:
    for _ in range(200):
        if holds():
            return True
        threading.Event().wait(0.01)
    return False
