"""The browser's process: found, started, and started again when it stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sas_recette.platform.browser import BrowserLostError, Carried, Mark, NoBrowserError
from sas_recette.platform.chromium.finding import WHAT_TO_INSTALL, executables, own_executable
from sas_recette.platform.chromium.hops import Recorder
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.profile import ChromiumProfile
from sas_recette.platform.chromium.seeing import Viewer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

_LOG: Final = logging.getLogger(__name__)
_ARGUMENTS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-auto-reload",
    "--lang=fr-FR",
)
_NOT_LIKE_A_REGULATOR: Final = ("--disable-popup-blocking", "--disable-ipc-flooding-protection")
"""What Playwright adds and a regulator's browser does not have."""


_WINDOWS_ARE_FOR_CLICKS: Final = """
{
  const open = window.open;
  window.open = (...how) => navigator.userActivation.isActive ? open.apply(window, how) : null;
}
"""
"""What every browser with a window does of itself, and the one without does not: no window opens but by a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a browser is started with: see `running_chromium`."""

    clock: Callable[[], datetime]
    ids: Callable[[], str]
    screenshots: Path | None
    executable: str | None
    secrets: Callable[[], Iterable[str]]
    patience: Patience
    traces: Callable[[str], Path | None]


class Process:
    """Playwright and the browser under it. Used in the browser's thread only."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> None:
        """Starts what is not running. Raises NoBrowserError."""
        if self._browser is not None and self._browser.is_connected():
            return
        candidates = list(executables(self._setup.executable))
        self.stop()
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        asyncio.get_running_loop().set_exception_handler(_untold)
        own = None if self._setup.executable else own_executable(self._playwright)
        candidates += [own] if own else []
        self._browser = _launched(self._playwright, candidates)

    def stop(self) -> None:
        """Stops everything, whatever state it is in."""
        if self._playwright is None:
            return
        from playwright.sync_api import Error

        if self._browser is not None:
            with suppress(Error):
                self._browser.close()
        with suppress(Error):
            self._playwright.stop()
        self._browser = self._playwright = None

    def profile(
        self, scenario: str, marks: Sequence[Mark], driver: object | None, carried: Carried | None
    ) -> ChromiumProfile:
        """A new profile. Raises BrowserLostError when the browser has just stopped."""
        from playwright.sync_api import Error

        try:
            return self._profile(scenario, marks, driver, carried)
        except Error as error:
            raise BrowserLostError(error.message.partition("\n")[0]) from error

    def _profile(
        self, scenario: str, marks: Sequence[Mark], driver: object | None, carried: Carried | None
    ) -> ChromiumProfile:
        setup, typed, trace = self._setup, set[str](), self._setup.traces(scenario)

        def secrets() -> Iterable[str]:
            return {*setup.secrets(), *typed}

        context = self._context()
        if carried is not None:
            secure = carried.url.startswith("https:")  # SameSite=None is for such cookies only
            context.add_cookies(
                [
                    {
                        "name": carried.name,
                        "value": carried.value,
                        "url": carried.url,
                        "secure": secure,
                        "sameSite": "None" if secure else "Lax",
                    }
                ]
            )
        viewer = Viewer(
            context=context,
            scenario=scenario,
            marks=tuple(marks),
            driver=driver,
            clock=setup.clock,
            ids=setup.ids,
            screenshots=setup.screenshots,
            patience=setup.patience,
            recorder=Recorder(ids=setup.ids, patience=setup.patience, passwords=typed),
            trace=f"{trace.parent.name}/{trace.name}" if trace is not None else "",
            secrets=secrets,
            cookie_values=set(),
            typed=typed,
            untold=carried.name if carried is not None else "",
        )
        return ChromiumProfile(context, viewer, trace)

    def _context(self) -> BrowserContext:
        if self._browser is None:
            raise BrowserLostError("le navigateur n’est pas démarré")
        context = self._browser.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            ignore_https_errors=True,
            accept_downloads=False,
            viewport={"width": 1100, "height": 800},
        )
        context.add_init_script(_WINDOWS_ARE_FOR_CLICKS)
        return context


def _untold(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody waited for any more when the browser stopped, after Ctrl-C for one: no news for who is at the terminal."""
    del loop
    _LOG.debug("%s: %r", context["message"], context.get("exception"))


def _launched(playwright: Playwright, candidates: Sequence[str]) -> Browser:
    from playwright.sync_api import Error

    failures = []
    for path in candidates:
        try:
            return playwright.chromium.launch(
                executable_path=path, args=list(_ARGUMENTS), ignore_default_args=list(_NOT_LIKE_A_REGULATOR)
            )
        except Error as error:
            failures.append(f"{path}\u00a0: {error.message.partition(chr(10))[0]}")
    if failures:
        told = "\u00a0; ".join(failures)
        raise NoBrowserError(f"Aucun navigateur ne démarre ({told})\u00a0: {WHAT_TO_INSTALL}.")
    raise NoBrowserError(f"Aucun navigateur n’est installé\u00a0: {WHAT_TO_INSTALL}.")
