"""Which browser can be driven on this machine."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sas_recette.platform.browser import NoBrowserError

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The fastest first: the same engine without a window costs a third of the time."""
WHAT_TO_INSTALL: Final = (
    "installez Chromium ou Google Chrome, ou lancez «\u00a0playwright install chromium\u00a0»"
    " (sous Debian\u00a0: apt-get install chromium-headless-shell)"
)
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Found:
    """An executable, and what it says of its version (empty when it says nothing)."""

    path: str
    version: str


def executables(setting: str | None) -> Iterator[str]:
    """Executables to try in turn: the one that is set alone, or those that PATH has.

    Raises NoBrowserError when the one that is set does not exist, or Playwright is not installed.
    """
    if importlib.util.find_spec("playwright") is None:
        raise NoBrowserError(
            "Playwright n’est pas installé\u00a0: lancez «\u00a0pip install 'sas-recette[navigateur]'\u00a0»."
        )
    if setting:
        if shutil.which(setting) is None:
            raise NoBrowserError(f"Le navigateur {setting} n’existe pas, ou ne s’exécute pas\u00a0: {WHAT_TO_INSTALL}.")
        yield setting
        return
    yield from (path for name in NAMES if (path := shutil.which(name)))


def find_browser(setting: str | None = None) -> Found:
    """The first browser that there is. Raises NoBrowserError, which says what to install."""
    path = next(executables(setting), None) or _fetched()
    if path is None:
        raise NoBrowserError(f"Aucun navigateur n’est installé\u00a0: {WHAT_TO_INSTALL}.")
    return Found(path, _version(path))


def own_executable(playwright: Playwright) -> str | None:
    """The Chromium that « playwright install » fetched, if it did."""
    path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _fetched() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return own_executable(playwright)


def _version(path: str) -> str:
    try:
        told = subprocess.run(  # noqa: S603 - a browser that this machine's administrator installed
            [path, "--version"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip()
