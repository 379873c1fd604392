"""One window of the browser: a page of Playwright, its developer tools, and the way out when it hangs."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from sas_recette.exchange.model import Cookie
from sas_recette.platform.chromium.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Frame, Page

_LINK: Final = """url => {
  const link = document.createElement('a');
  link.href = url;
  link.rel = 'noopener noreferrer';
  link.click();
}"""
_BLANK: Final = "about:blank"
_PASSWORDS: Final = "input[type=password]"
_JPEG_QUALITY: Final = 60
_SHOT_SECONDS: Final = 3.0


class Window:
    """A page, told of to `watch`. Every method may raise Playwright's Error; used in the browser's thread only."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.crashed = False
        self.hung = False
        self._watch = watch
        self._tools: CDPSession | None = None
        self._frame = ""
        self._overflowed = False
        page.on("framenavigated", self._navigated)
        page.on("crash", self._crashed)

    @property
    def usable(self) -> bool:
        """Whether it is still there and answers."""
        return not (self.crashed or self.hung or self.page.is_closed())

    @property
    def tools(self) -> CDPSession:
        """Its developer tools, which also count the bytes that come, and close it when they are too many."""
        if self._tools is None:
            self._tools = self.page.context.new_cdp_session(self.page)
            self._tools.on("Network.dataReceived", self._received)
            self._tools.on("Page.frameRequestedNavigation", self._announced)
            self._tools.on("Page.windowOpen", lambda _: self._watch.announce())
            self._tools.send("Network.enable")
            self._tools.send("Page.enable")
            self._frame = self._tools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        return self._tools

    def listen(self) -> None:
        """Counts the bytes that come from now on."""
        _ = self.tools

    def follow(self, url: str) -> None:
        """Leaves for an address as by a link of another site that gives no Referer."""
        from playwright.sync_api import Error

        with suppress(Error):  # it may have left before it could answer
            self.page.evaluate(_LINK, url)

    def flush(self) -> None:
        """Lets what an action started be announced: it is, before the page answers this."""
        from playwright.sync_api import Error

        with suppress(Error):  # it is already elsewhere
            self.page.evaluate("new Promise(done => setTimeout(() => setTimeout(done)))")

    def back(self) -> bool:
        """Starts going back to the page before; False when there is none."""
        history = self.tools.send("Page.getNavigationHistory")
        before = history["entries"][: history["currentIndex"]]
        target = next((entry for entry in reversed(before) if entry["url"] != _BLANK), None)
        if target is None:
            return False
        self.tools.send("Page.navigateToHistoryEntry", {"entryId": target["id"]})
        return True

    def picture(self) -> bytes:
        """A JPEG of what it shows, at once: Playwright would wait for the fonts of a document that never ends."""
        shot = self.tools.send("Page.captureScreenshot", {"format": "jpeg", "quality": _JPEG_QUALITY})
        return base64.b64decode(shot["data"])

    def masked_picture(self) -> bytes:
        """The same, password fields covered."""
        return self.page.screenshot(
            type="jpeg", quality=_JPEG_QUALITY, mask=[self.page.locator(_PASSWORDS)], timeout=_SHOT_SECONDS * 1000
        )

    def cookies(self) -> tuple[dict[str, Any], ...]:
        """Every cookie of the profile, values included, as the developer tools tell them."""
        return tuple(self.tools.send("Network.getAllCookies")["cookies"])

    def give_up(self) -> None:
        """Closes it, from outside what waits for it: a page that never lets go of its scripts would answer nothing, ever."""
        from greenlet import greenlet  # type: ignore[import-untyped]  # what Playwright runs its own handlers in

        self.hung = True
        greenlet(self.close).switch()

    def halt(self) -> None:
        """Closes it though it never stops leaving for elsewhere, which Chromium alone would wait for the end of."""
        from playwright.sync_api import Error

        with suppress(Error):
            self.tools.send("Emulation.setScriptExecutionDisabled", {"value": True})
            self.tools.send("Page.stopLoading")
        self.close()

    def close(self) -> None:
        """Closes it, whatever it shows."""
        from playwright.sync_api import Error

        with suppress(Error):
            self.page.close()

    def _navigated(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self._watch.committed(frame.url)

    def _crashed(self, _: Page) -> None:
        self.crashed = True

    def _announced(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self._frame:
            self._watch.announce()

    def _received(self, event: dict[str, Any]) -> None:
        self._watch.received += int(event["dataLength"])
        if self._watch.too_large and not self._overflowed:
            self._overflowed = True
            self.close()


@contextmanager
def guarded(seconds: float, current: Callable[[], Window]) -> Iterator[None]:
    """Gives up the current window when it is still being waited for after so many seconds."""
    timer = asyncio.get_running_loop().call_later(seconds, lambda: current().give_up())
    try:
        yield
    finally:
        timer.cancel()


def cookie_facts(cookie: dict[str, Any]) -> Cookie:
    """A cookie of the developer tools without its value; `same_site` is empty when the candidate does not say."""
    return Cookie(
        name=cookie["name"],
        domain=cookie["domain"],
        path=cookie["path"],
        secure=cookie["secure"],
        http_only=cookie["httpOnly"],
        same_site=cookie.get("sameSite", ""),
    )
