"""A real browser for the tests: without one they fail, and say what to install."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sas_recette.platform.browser import Browser, NoBrowserError
from sas_recette.platform.chromium import Patience, running_chromium

SECRET = "un-secret bien gardé/+="


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def started(
    folder: Path, patience: Patience | None = None, traces: Callable[[str], Path | None] | None = None
) -> Iterator[Browser]:
    """A browser whose pictures go to `folder/pages`, and to which `SECRET` is one; `traces` as in `running_chromium`."""
    numbers = itertools.count(1)
    running = running_chromium(
        clock=now,
        ids=lambda: f"n{next(numbers)}",
        screenshots=folder / "pages",
        secrets=lambda: (SECRET,),
        patience=patience,
        traces=traces,
    )
    with ExitStack() as kept:
        why = ""
        try:
            browser = kept.enter_context(running)
        except NoBrowserError as error:
            why = str(error)
        if why:
            pytest.fail(why, pytrace=False)
        yield browser
