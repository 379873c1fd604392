"""`python -m tests_external.provide`: have Apache and mod_auth_openidc on this machine, for `make test-external`.

As root on Debian and its like they are installed; elsewhere it is said what to install. `apache2-bin` is the program without its
service: nothing starts to listen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from tests_external.apache import NoApacheError, installed

_PATIENCE: Final = 600.0
_INSTALL: Final = (
    *("apt-get", "install", "-y", "--no-install-recommends"),
    *("apache2-bin", "libapache2-mod-auth-openidc"),
)
_ATTEMPTS: Final[Sequence[Sequence[Sequence[str]]]] = ((_INSTALL,), (("apt-get", "update"), _INSTALL))


def main() -> None:
    """Find or install it. Exits 1, and says what to install, when it cannot."""
    if os.geteuid() == 0 and shutil.which("apt-get") is not None and not _there():
        sys.stdout.write("Apache n’est pas sur cette machine\u00a0: installation…\n")
        next((attempt for attempt in _ATTEMPTS if all(map(_run, attempt)) and _there()), None)
    try:
        found = installed()
    except NoApacheError as error:
        sys.stdout.write(f"▲ {error}\n")
        raise SystemExit(1) from None
    sys.stdout.write(f"Apache\u00a0: {found.program}, modules dans {found.modules}\n")


def _there() -> bool:
    try:
        installed()
    except NoApacheError:
        return False
    return True


def _run(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(  # noqa: S603
            command, timeout=_PATIENCE, check=False, stdout=subprocess.DEVNULL, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
