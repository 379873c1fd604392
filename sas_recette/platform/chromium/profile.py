"""One person's browser: its tabs, its cookies, its trace."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sas_recette.platform.chromium.seeing import Viewer
from sas_recette.platform.chromium.tab import ChromiumTab
from sas_recette.platform.chromium.trace import write_scrubbed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Response
    from playwright.sync_api import Page as BrowserPage


class ChromiumProfile:
    """The profile behind the port, around a context of Playwright. Used in the browser's thread only.

    `trace` is the file of the trace, written when the profile is closed; None when none is recorded.
    """

    def __init__(self, context: BrowserContext, viewer: Viewer, trace: Path | None) -> None:
        self._context = context
        self._viewer = viewer
        self._trace = trace
        self._opening = False
        self._tabs: list[ChromiumTab] = []
        self._acting: ChromiumTab | None = None
        if trace is not None:
            context.tracing.start(snapshots=True)
        context.on("page", self._page)
        context.on("request", self._requested)
        context.on("response", self._responded)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)

    def tab(self) -> ChromiumTab:
        """See the port."""
        tab = ChromiumTab(self._viewer, self._blank)
        self._tabs.append(tab)
        return tab

    def begin(self, tab: ChromiumTab) -> None:
        """What belongs to no window yet belongs to this tab from now on: only one acts at a time."""
        self._acting = tab

    def forget(self) -> None:
        """See the port."""
        self._context.clear_cookies()

    def close(self) -> None:
        """Everything of it is gone afterwards, but its trace. Does nothing more when the browser is gone."""
        from playwright.sync_api import Error

        with suppress(Error):
            if self._trace is not None:
                self._end_trace(self._trace)
        with suppress(Error):
            self._context.close()

    def _end_trace(self, trace: Path) -> None:
        viewer = self._viewer
        viewer.cookie_values.update((one.get("name", ""), one.get("value", "")) for one in self._context.cookies())
        with tempfile.TemporaryDirectory(prefix="sas-recette-") as folder:  # never in the dossier: it holds secrets
            raw = Path(folder, trace.name)
            self._context.tracing.stop(path=raw)
            trace.parent.mkdir(parents=True, exist_ok=True)
            write_scrubbed(raw, trace, viewer.secrets(), viewer.cookie_values)

    def _blank(self) -> BrowserPage:
        self._opening = True
        try:
            return self._context.new_page()
        finally:
            self._opening = False

    def _page(self, page: BrowserPage) -> None:
        if self._opening:
            return
        opener = page.opener()
        owner = next((tab for tab in self._tabs if opener is not None and tab.holds(opener)), self._acting)
        if owner is not None:
            owner.adopt(page)

    def _requested(self, request: Request) -> None:
        from playwright.sync_api import Error

        try:
            frame = request.frame
        except Error:  # a window that is only being opened, or a service worker
            owner, main = self._acting, request.is_navigation_request()
        else:
            owner = self._owner(frame.page)
            main = request.is_navigation_request() and frame.parent_frame is None
        if owner is not None:
            owner.watch.requested(request, main=main)

    def _owner(self, page: BrowserPage) -> ChromiumTab | None:
        return next((tab for tab in self._tabs if tab.holds(page)), self._acting)

    def _responded(self, response: Response) -> None:
        for tab in self._tabs:
            tab.watch.responded(response)

    def _finished(self, request: Request) -> None:
        for tab in self._tabs:
            tab.watch.finished(request)

    def _failed(self, request: Request) -> None:
        for tab in self._tabs:
            tab.watch.finished(request, request.failure or "net::ERR_FAILED")
