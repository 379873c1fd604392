"""What an editor's driver asks of a page, on the scripted browser: the same class acts there and in Chromium."""

from __future__ import annotations

from typing import Protocol

from sas_recette.exchange.model import Fault
from sas_recette.platform.chromium.faults import page_fault


class NotThereError(Exception):
    """An action that the page does not allow."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


class Gestures(Protocol):
    """What a tab can do while a driver acts."""

    def go(self, url: str) -> Fault | None: ...

    def press(self, selector: str) -> Fault | None: ...

    def put(self, selector: str, value: str) -> Fault | None: ...


class DrivenPage:
    """The part of `playwright.sync_api.Page` that the driver of the reference editor relies on."""

    def __init__(self, gestures: Gestures) -> None:
        self._gestures = gestures

    def goto(self, url: str) -> None:
        _must(self._gestures.go(url))

    def click(self, selector: str) -> None:
        _must(self._gestures.press(selector))

    def fill(self, selector: str, value: str) -> None:
        _must(self._gestures.put(selector, value))

    def select_option(self, selector: str, value: str) -> None:
        _must(self._gestures.put(selector, value))


def _must(fault: Fault | None) -> None:
    if fault is not None:
        raise NotThereError(fault)


def not_there(selector: str) -> Fault:
    """Nothing visible answers to a selector."""
    return page_fault(f"aucun élément visible ne répond à «\u00a0{selector}\u00a0»")
