"""`python -m sas_recette.cli.browser`: have a browser on this machine, for `make demo` and `make test`.

Looks for one; else asks Playwright to fetch its own; else, as root on Debian and its like, installs the distribution's. Exits 1,
and says what to install, when all of that is in vain.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sas_recette.platform.browser import NoBrowserError
from sas_recette.platform.chromium import Found, find_browser

Run = Callable[[Sequence[str]], bool]

_PATIENCE: Final = 600.0
_FETCH: Final = (sys.executable, "-m", "playwright", "install", "chromium")
_INSTALL: Final = ("apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell")
_INSTALL_WHOLE: Final = (*_INSTALL[:-1], "chromium")
_UPDATE: Final = ("apt-get", "update")


def provide(find: Callable[[], Found], run: Run, say: Callable[[str], None], *, may_install: bool) -> Found:
    """A browser, installed if need be; `may_install` is for one of the whole machine. Raises NoBrowserError in the end."""
    try:
        return find()
    except NoBrowserError:
        say("Aucun navigateur sur cette machine\u00a0: installation de Chromium…")
    for attempt in _attempts(may_install=may_install):
        if all(run(command) for command in attempt):
            try:
                return find()
            except NoBrowserError:
                continue
    return find()


def main() -> None:
    """Find or install a browser, and say which."""
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
    try:
        found = provide(find_browser, _run, print_line, may_install=may_install)
    except NoBrowserError as error:
        print_line(f"▲ {error} Les scénarios d’authentification ne pourront pas être joués.")
        raise SystemExit(1) from None
    print_line(f"Navigateur\u00a0: {found.path} ({found.version or 'version inconnue'})")


def print_line(sentence: str) -> None:
    """Say something at once, before what is run says more."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _attempts(*, may_install: bool) -> Iterator[Sequence[Sequence[str]]]:
    yield (_FETCH,)
    if may_install:
        yield (_INSTALL,)
        yield (_UPDATE, _INSTALL)
        yield (_INSTALL_WHOLE,)


def _run(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, timeout=_PATIENCE, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
