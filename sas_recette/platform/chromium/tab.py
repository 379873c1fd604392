"""One tab: what a regulator does in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import BrowserLostError, MarkError, Seen
from sas_recette.platform.chromium.driving import act
from sas_recette.platform.chromium.faults import page_fault, timeout_fault
from sas_recette.platform.chromium.looking import Look, look_at
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.seeing import Action, Viewer
from sas_recette.platform.chromium.settling import Rest, Settling
from sas_recette.platform.chromium.watching import Watch
from sas_recette.platform.chromium.window import Window, guarded

if TYPE_CHECKING:
    from playwright.sync_api import Error as BrowserError
    from playwright.sync_api import Locator
    from playwright.sync_api import Page as BrowserPage

_BLANK: Final = "about:blank"

Work = Callable[[Window], Fault | None]


class ChromiumTab:
    """The tab behind the port. `new_page` gives a blank page of the profile. Used in the browser's thread only."""

    def __init__(self, viewer: Viewer, new_page: Callable[[], BrowserPage]) -> None:
        self._viewer = viewer
        self._patience = viewer.patience
        self._new_page = new_page
        self.watch = Watch(viewer.clock, max_hops=viewer.patience.max_hops, max_received=viewer.patience.max_received)
        self._windows = [Window(new_page(), self.watch)]

    def holds(self, page: BrowserPage) -> bool:
        """Whether a page is one of this tab's windows."""
        return any(window.page is page for window in self._windows)

    def adopt(self, page: BrowserPage) -> None:
        """A window that this tab opened: the regulator looks at it as long as it is there."""
        if sum(window.usable for window in self._windows) >= self._patience.max_windows:
            page.close()
            return
        self._windows.append(Window(page, self.watch))
        if page.url not in {"", _BLANK}:
            self.watch.committed(page.url)

    def open(self, url: str, *, step: str, patience: float | None = None) -> Seen:
        """See the port."""

        def leave(window: Window) -> None:
            if window.page.url != _BLANK or self.watch.awaited():
                window.page.goto(_BLANK, timeout=borne.page * 1000, wait_until="commit")
            self.watch.begin(blank=True)
            window.follow(url)

        borne = self._patience if patience is None else replace(self._patience, page=patience)
        return self._do(step, leave, asked=url, patience=borne)

    def click(self, selector: str, *, step: str) -> Seen:
        """See the port."""
        return self._do(step, lambda window: self._click(window, selector), allowed=self._patience.element)

    def fill(self, fields: Mapping[str, str], submit: str, *, step: str) -> Seen:
        """See the port."""

        def type_and_send(window: Window) -> Fault | None:
            for selector, value in fields.items():
                fault = self._type(window, selector, value)
                if fault is not None:
                    return fault
            return self._click(window, submit)

        return self._do(step, type_and_send, allowed=self._patience.element * (len(fields) + 1))

    def back(self, *, step: str) -> Seen:
        """See the port."""
        return self._do(step, lambda window: None if window.back() else page_fault("aucune page précédente"))

    def look(self, *, step: str) -> Seen:
        """See the port."""
        return self._do(step, None)

    def act(self, action: str, *, step: str, appointment: Appointment | None = None) -> Seen:
        """See the port."""

        def drive(window: Window) -> Fault | None:
            fault = act(self._viewer.driver, action, window.page, appointment)
            window.flush()
            return fault

        return self._do(step, drive, allowed=self._patience.driver)

    def _do(
        self,
        step: str,
        work: Work | None,
        *,
        asked: str = "",
        allowed: float = 0.0,
        patience: Patience | None = None,
    ) -> Seen:
        from playwright.sync_api import Error

        try:
            return self._done(step, work, asked, allowed, patience or self._patience)
        except Error as error:
            self._viewer.check_alive()
            raise BrowserLostError(error.message.partition("\n")[0]) from error

    def _done(self, step: str, work: Work | None, asked: str, allowed: float, borne: Patience) -> Seen:
        self._keep_one_window()
        self.watch.begin()
        done = Action(step, self._viewer.clock(), asked)
        # Twice: what a page shows is read once it is at rest, and may then hang as well.
        limit = borne.page + allowed + 2 * borne.hung
        with self._viewer.grouped(step), guarded(limit, self._current):
            rest = self._rest(work, borne, navigates=bool(asked))
            return self._viewer.seen(done, rest, self.watch, self._current(), self._spare)

    def _rest(self, work: Work | None, patience: Patience, *, navigates: bool) -> Rest:
        from playwright.sync_api import Error

        try:
            fault = work(self._current()) if work else None
            settling = Settling(
                self.watch,
                patience,
                look=self._look,
                wait=self._wait,
                acted=work is not None,
                navigates=navigates,
            )
            rest = settling.rest()
            return rest if fault is None else replace(rest, fault=fault)
        except Error as error:
            self._viewer.check_alive()
            return Rest(time.monotonic(), None, self._broken(error, patience))

    def _broken(self, error: BrowserError, patience: Patience) -> Fault:
        window = self._windows[-1]
        if self.watch.too_large:
            size = patience.max_received // (1024 * 1024)
            return page_fault(f"page de plus de {size}\u00a0Mio", FaultKind.TOO_LARGE)
        if any(one.hung for one in self._windows):
            return timeout_fault(patience.page, "la page ne répond plus")
        if any(one.crashed for one in self._windows):
            return page_fault("l’onglet s’est arrêté brutalement en affichant cette page")
        if window.page.is_closed():
            return page_fault("la page s’est fermée d’elle-même")
        return page_fault(error.message.partition("\n")[0])

    def _current(self) -> Window:
        return next((window for window in reversed(self._windows) if window.usable), self._windows[-1])

    def _spare(self) -> Window:
        self._keep_one_window()
        return self._windows[-1]

    def _keep_one_window(self) -> None:
        """Windows that were closed or died are gone; a regulator would open another tab."""
        for window in self._windows:
            if not window.usable:
                window.close()
        self._windows = [window for window in self._windows if window.usable]
        if not self._windows:
            self.watch.begin(blank=True)
            self._windows = [Window(self._new_page(), self.watch)]
        self._windows[-1].listen()

    def _look(self) -> Look | None:
        from playwright.sync_api import Error

        window = self._current()
        try:
            return look_at(window.page, self._viewer.marks)
        except Error:
            if window.usable or self._current() is not window:  # the document, or the window, is being replaced
                return None
            raise

    def _wait(self, seconds: float) -> None:
        from playwright.sync_api import Error

        window = self._current()
        try:
            window.listen()
            window.page.wait_for_timeout(seconds * 1000)
        except Error:
            if self._current() is window:
                raise

    def _visible(self, window: Window, selector: str) -> Locator | None:
        from playwright.sync_api import Error

        found = window.page.locator(selector).filter(visible=True)
        try:
            return found.first if found.count() else None
        except Error as error:
            if window.usable and "selector" in error.message:
                raise MarkError(f"«\u00a0{selector}\u00a0» n’est pas un sélecteur CSS.") from error
            raise

    def _type(self, window: Window, selector: str, value: str) -> Fault | None:
        from playwright.sync_api import TimeoutError as TooLateError

        field = self._visible(window, selector)
        if field is None:
            return _nobody(selector)
        try:
            if field.get_attribute("type", timeout=self._patience.element * 1000) == "password":
                self._viewer.hide(value)
            field.fill(value, timeout=self._patience.element * 1000)
        except TooLateError:
            return page_fault(f"le champ «\u00a0{selector}\u00a0» ne se laisse pas remplir", FaultKind.TIMEOUT)
        return None

    def _click(self, window: Window, selector: str) -> Fault | None:
        from playwright.sync_api import TimeoutError as TooLateError

        target = self._visible(window, selector)
        if target is None:
            return _nobody(selector)
        self.watch.begun = time.monotonic()
        try:
            target.click(timeout=self._patience.element * 1000, no_wait_after=True)
            window.flush()
        except TooLateError:
            return page_fault(
                f"«\u00a0{selector}\u00a0» ne se laisse pas cliquer (recouvert, ou inactif)", FaultKind.TIMEOUT
            )
        return None


def _nobody(selector: str) -> Fault:
    return page_fault(f"aucun élément visible ne répond à «\u00a0{selector}\u00a0»")
