"""The port, as the rest of the harness calls it from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import Browser, BrowserLostError, Carried, Mark, Profile, Seen, Tab
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.process import Process, Setup
from sas_recette.platform.chromium.profile import ChromiumProfile
from sas_recette.platform.chromium.tab import ChromiumTab
from sas_recette.platform.chromium.thread import BrowserThread

T = TypeVar("T")

_START: Final = 60.0
_MARGIN: Final = 30.0
"""Seconds granted beyond what an action may take, before the browser itself is held to be lost."""


@contextmanager
def running_chromium(
    *,
    clock: Callable[[], datetime],
    ids: Callable[[], str],
    screenshots: Path | None,
    secrets: Callable[[], Iterable[str]],
    executable: str | None = None,
    patience: Patience | None = None,
    traces: Callable[[str], Path | None] | None = None,
) -> Iterator[Browser]:
    """Chromium, started on entering and stopped on leaving; usable from any thread, one action at a time.

    `clock` gives aware datetimes, `ids` the ids of exchanges and pages. Pictures go into the folder `screenshots`, by the id
    of their page; None takes no picture. `executable` is a path, or a name that PATH has. `traces` gives the file where the next profile of a
    scenario writes its trace when it is left, None when it records none; `secrets` gives what must not be found there.
    Raises NoBrowserError. Each action may raise BrowserLostError: the browser stopped, and the next profile starts it again.
    """
    if screenshots is not None:
        screenshots.mkdir(parents=True, exist_ok=True)
    setup = Setup(
        clock=clock,
        ids=ids,
        screenshots=screenshots,
        executable=executable,
        secrets=secrets,
        patience=patience or Patience(),
        traces=traces or (lambda _: None),
    )
    chromium = _Chromium(setup)
    try:
        chromium.start()
        yield chromium
    finally:
        chromium.stop()


class _Chromium:
    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._thread, self._process = BrowserThread(), Process(setup)

    def start(self) -> None:
        if self._thread.stuck:  # whatever it hangs on is left to itself
            self._thread, self._process = BrowserThread(), Process(self._setup)
        self._thread.call(self._process.start, _START)

    def stop(self) -> None:
        if not self._thread.stuck:
            with suppress(BrowserLostError):
                self._thread.call(self._process.stop, _START)
        self._thread.stop()

    @contextmanager
    def profile(
        self, scenario: str, marks: Sequence[Mark], driver: object | None = None, carried: Carried | None = None
    ) -> Iterator[Profile]:
        self.start()
        process, thread = self._process, self._thread
        held = thread.call(lambda: process.profile(scenario, marks, driver, carried), _START)
        try:
            yield _Profile(thread, held, self._setup.patience)
        finally:
            if not thread.stuck:
                with suppress(BrowserLostError):
                    thread.call(held.close, _START)


class _Profile:
    def __init__(self, thread: BrowserThread, profile: ChromiumProfile, patience: Patience) -> None:
        self._thread = thread
        self._profile = profile
        self._patience = patience

    def tab(self) -> Tab:
        return _Tab(self._thread, self._profile, self._thread.call(self._profile.tab, _START), self._patience)

    def forget(self) -> None:
        self._thread.call(self._profile.forget, _START)


class _Tab:
    def __init__(self, thread: BrowserThread, profile: ChromiumProfile, tab: ChromiumTab, patience: Patience) -> None:
        self._thread = thread
        self._profile = profile
        self._tab = tab
        self._patience = patience

    def open(self, url: str, *, step: str, patience: float | None = None) -> Seen:
        return self._call(lambda tab: tab.open(url, step=step, patience=patience), patience or 0.0)

    def click(self, selector: str, *, step: str) -> Seen:
        return self._call(lambda tab: tab.click(selector, step=step))

    def fill(self, fields: Mapping[str, str], submit: str, *, step: str) -> Seen:
        given = dict(fields)
        return self._call(lambda tab: tab.fill(given, submit, step=step), len(given) * self._patience.element)

    def back(self, *, step: str) -> Seen:
        return self._call(lambda tab: tab.back(step=step))

    def look(self, *, step: str) -> Seen:
        return self._call(lambda tab: tab.look(step=step))

    def act(self, action: str, *, step: str, appointment: Appointment | None = None) -> Seen:
        return self._call(lambda tab: tab.act(action, step=step, appointment=appointment), self._patience.driver)

    def _call(self, work: Callable[[ChromiumTab], Seen], allowed: float = 0.0) -> Seen:
        def done() -> Seen:
            self._profile.begin(self._tab)
            return work(self._tab)

        return self._thread.call(done, self._patience.page + allowed + _MARGIN)
