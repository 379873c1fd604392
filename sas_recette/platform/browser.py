"""A regulator's browser, as a scenario drives it: what it is asked to do, and what it reports (sso.md §8).

The port only: `platform.chromium` drives a real browser behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sas_recette.errors import UserError
from sas_recette.exchange.model import Exchange, Page
from sas_recette.platform.appointment import Appointment


class NoBrowserError(UserError):
    """No browser can be started on this machine. The message is French and says what to install."""


class BrowserLostError(Exception):
    """The browser itself stopped, or no longer answers: nobody can say what the candidate would have shown."""


class DriverError(UserError):
    """The editor's own driver cannot be used, or failed. The message is French and holds what the driver said."""


class MarkError(UserError):
    """A mark cannot be looked for: its selector is not one. The message is French."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a page of the candidate: every criterion that is given must hold.

    `url` is a pattern of the whole address with `*` for anything: its query and its fragment are looked at only where the
    pattern has them (`?`, `#`), so that the address of a page is not found in the parameter of another. `text` is found in
    what the page shows, whatever its spacing; `selector` is a CSS selector that a visible element answers to.
    """

    name: str
    url: str = ""
    text: str = ""
    selector: str = ""

    def tells(self, url: str, text: str) -> bool:
        """Whether the criteria `url` and `text` hold for a page at that address which shows that text."""
        return (not self.url or _matches(self.url, url)) and folded(self.text) in folded(text)


def folded(text: str) -> str:
    """A text whose runs of white space, non-breaking spaces among them, are one blank each."""
    return " ".join(text.split())


def _matches(pattern: str, url: str) -> bool:
    parts = zip(_parts(pattern), _parts(url), strict=True)
    return all(not wanted or _glob(wanted, given) for wanted, given in parts)


def _parts(url: str) -> tuple[str, str, str]:
    before, sharp, fragment = url.partition("#")
    base, mark, query = before.partition("?")
    return base, mark + query, sharp + fragment


def _glob(pattern: str, value: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, and the exchanges of the browser that led to it, in their order."""

    page: Page
    exchanges: tuple[Exchange, ...]


class Tab(Protocol):
    """One tab. Nothing here raises for what the candidate does: it is told in the page."""

    def open(self, url: str, *, step: str, patience: float | None = None) -> Seen:
        """Go to an address, as by a click on a link of the platform (no Referer), until the page is at rest.

        `patience` is how many seconds are waited for, where it is not what the browser waits by default.
        """
        ...

    def click(self, selector: str, *, step: str) -> Seen:
        """Click on the first visible element of a selector; a page with a fault when there is none."""
        ...

    def fill(self, fields: Mapping[str, str], submit: str, *, step: str) -> Seen:
        """Fill fields by selector, then click on `submit`."""
        ...

    def back(self, *, step: str) -> Seen:
        """The browser's back button."""
        ...

    def look(self, *, step: str) -> Seen:
        """What the tab shows now, without doing anything."""
        ...

    def act(self, action: str, *, step: str, appointment: Appointment | None = None) -> Seen:
        """Have the editor's driver do something, by the name of its method; some are told which appointment it is about.

        Raises DriverError when it cannot, or fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class Carried:
    """A cookie by which the bench knows its own browsers at `url`; no page tells of it."""

    url: str
    name: str
    value: str


class Profile(Protocol):
    """The browser of one person: its own cookies, storage and history."""

    def tab(self) -> Tab:
        """A new tab."""
        ...

    def forget(self) -> None:
        """Lose every cookie, as a session that expired."""
        ...


class Browser(Protocol):
    """A browser that is running."""

    def profile(
        self, scenario: str, marks: Sequence[Mark], driver: object | None = None, carried: Carried | None = None
    ) -> AbstractContextManager[Profile]:
        """A new person's browser, whose pages are looked at for `marks`; everything of it is gone afterwards.

        `driver` is the editor's own: it acts, and its method `marks` may name marks that pages bear. `carried` is there from
        the start. Raises MarkError from the first page that is looked at.
        """
        ...
