"""What is seen once an action is over: the page, the exchanges that led to it, the cookies, a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sas_recette.exchange.model import Cookie, Page
from sas_recette.platform.browser import BrowserLostError, Mark, Seen
from sas_recette.platform.chromium.driving import driver_marks
from sas_recette.platform.chromium.faults import page_fault
from sas_recette.platform.chromium.hops import Recorder
from sas_recette.platform.chromium.looking import Look, shown_lines
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.settling import Rest
from sas_recette.platform.chromium.watching import ERROR_PAGE, Watch
from sas_recette.platform.chromium.window import Window, cookie_facts

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@dataclass(frozen=True, slots=True)
class Action:
    """What was asked of a tab; `asked` is the address it was sent to, empty for anything else."""

    step: str
    started: datetime
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Looks for one person. `trace` is the file of the trace, empty when none is recorded.

    `cookie_values` and `typed` learn what must never be shown; `untold` is the name of a cookie of the bench's own.
    """

    context: BrowserContext
    scenario: str
    marks: Sequence[Mark]
    driver: object | None
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    screenshots: Path | None
    patience: Patience
    recorder: Recorder
    trace: str
    secrets: Callable[[], Iterable[str]]
    cookie_values: set[tuple[str, str]]
    typed: set[str]
    untold: str = ""

    @contextmanager
    def grouped(self, step: str) -> Iterator[None]:
        """Gives the actions of one step their name in the trace."""
        from playwright.sync_api import Error

        if not self.trace:
            yield
            return
        self.context.tracing.group(step, location={"file": self.scenario})
        try:
            yield
        finally:
            with suppress(Error):
                self.context.tracing.group_end()

    def hide(self, value: str) -> None:
        """A password that was typed."""
        self.typed.add(value)

    def check_alive(self) -> None:
        """Raises BrowserLostError when it is the browser that stopped, and not a page."""
        from playwright.sync_api import Error

        try:
            self.context.cookies()
        except Error as error:
            raise BrowserLostError(error.message.partition("\n")[0]) from error

    def seen(self, action: Action, rest: Rest, watch: Watch, window: Window, spare: Callable[[], Window]) -> Seen:
        """The page at rest in a window, and all that led to it; `spare` gives another window when this one died."""
        if rest.ruined:
            window.halt()
        alive = window.usable
        address = watch.address or action.asked
        light = not alive or watch.received > self.patience.max_body
        hops, referrers = watch.taken()
        exchanges = tuple(
            self.recorder.exchange(hop, scenario=self.scenario, step=action.step, light=light) for hop in hops
        )
        name, look, fault = self.ids(), rest.look, rest.fault
        if look is not None and look.url.startswith(ERROR_PAGE):
            look, fault = (
                None,
                fault or page_fault("aucune page\u00a0: le navigateur montre son propre message d’erreur"),
            )
        page = Page(
            id=name,
            scenario=self.scenario,
            step=action.step,
            started=action.started,
            url=look.url if look else address,
            status=watch.status if look is not None else _answered(watch),
            title=look.title if look else "",
            text=shown_lines(look.text, self.patience.max_text) if look else "",
            marks=self._marks(look, window) if look and alive else (),
            hops=tuple(exchange.id for exchange in exchanges),
            cookies=(),
            referrers=referrers,
            duration=round(max(0.0, rest.at - watch.begun) * 1000, 1),
            fault=fault,
            screenshot=self._picture(name, window, look) if alive else "",
            trace=self.trace,
        )
        return Seen(replace(page, cookies=self._cookies(window if alive else spare())), exchanges)

    def _marks(self, look: Look, window: Window) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*look.marks, *driver_marks(self.driver, window.page))))

    def _cookies(self, window: Window) -> tuple[Cookie, ...]:
        from playwright.sync_api import Error

        try:
            held = [one for one in window.cookies() if one["name"] != self.untold]
        except Error:
            self.check_alive()
            return ()
        self.cookie_values.update((one["name"], one["value"]) for one in held)
        return tuple(sorted(map(cookie_facts, held), key=lambda one: (one.domain, one.path, one.name)))

    def _picture(self, name: str, window: Window, look: Look | None) -> str:
        from playwright.sync_api import Error

        if self.screenshots is None or (look is not None and not look.parsed):
            return ""  # none is wanted, or not a thing may be drawn before more of it comes
        try:
            picture = window.masked_picture() if look and look.password else window.picture()
        except Error:  # a page without a picture is still a page
            return ""
        (self.screenshots / f"{name}.jpg").write_bytes(picture)
        return f"{self.screenshots.name}/{name}.jpg"


def _answered(watch: Watch) -> int | None:
    """The status of a document that came without being shown: nothing to show, or a file to keep."""
    navigation = watch.navigation
    return navigation.response.status if navigation is not None and navigation.response is not None else None
