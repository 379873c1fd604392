"""A regulator's browser, as a scenario drives it: what it is asked to do, and what it reports (sso.md §8).

The port only: `platform.chromium` drives a real browser behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sas_recette.errors import UserError
from sas_recette.exchange.model import Exchange, Page


class NoBrowserError(UserError):
    """No browser can be started on this machine. The message is French and says what to install."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a page of the candidate: every criterion that is given must hold.

    `url` is a pattern of the address with `*` for anything; `text` is found in what the page shows, whatever its spacing;
    `selector` is a CSS selector that a visible element answers to.
    """

    name: str
    url: str = ""
    text: str = ""
    selector: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, and the exchanges of the browser that led to it, in their order."""

    page: Page
    exchanges: tuple[Exchange, ...]


class Tab(Protocol):
    """One tab. Nothing here raises for what the candidate does: it is told in the page."""

    def open(self, url: str, *, step: str) -> Seen:
        """Go to an address, as by a click on a link of the platform (no Referer), until the page is at rest."""
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

    def profile(self, scenario: str, marks: Sequence[Mark]) -> AbstractContextManager[Profile]:
        """A new person's browser, whose pages are looked at for `marks`; everything of it is gone afterwards."""
        ...
