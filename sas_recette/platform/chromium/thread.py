"""The one thread that talks to the browser: Playwright's objects belong to it, and so does the event loop beneath them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from sas_recette.platform.browser import BrowserLostError

T = TypeVar("T")


class BrowserThread:
    """Runs what it is given, one thing after the other. A daemon: a browser that hangs never keeps the program alive.

    `stuck` says that it did not come back from something in time, and will run nothing more.
    """

    def __init__(self) -> None:
        self.stuck = False
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="sas-recette-navigateur", daemon=True).start()

    def call(self, work: Callable[[], T], limit: float) -> T:
        """What `work` gives or raises. Raises BrowserLostError when it is not over after `limit` seconds."""
        future: Future[T] = Future()
        self._jobs.put(lambda: _fulfil(future, work))
        try:
            return future.result(limit)
        except TimeoutError:
            if future.done():
                raise
            self.stuck = True
            raise BrowserLostError(f"le navigateur ne répond plus depuis {limit:g}\u00a0s") from None

    def stop(self) -> None:
        """Lets the thread end once everything it was given is done."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
