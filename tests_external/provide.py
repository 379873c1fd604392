"""`python -m tests_external.provide`: have Apache with mod_auth_openidc, and Allure, on this machine, for `make test-external`.

As root on Debian and its like what is missing is installed; elsewhere it is said what to install. `apache2-bin` is the program
without its service: nothing starts to listen. Allure goes into the virtual environment, by npm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests_external import allure, apache

Command = Sequence[str]

_PATIENCE: Final = 600.0
_UPDATE: Final = ("apt-get", "update")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of others: `where` it is, or an error that says what to install; `attempts` to install it, in turn."""

    name: str
    where: Callable[[], str]
    attempts: Sequence[Sequence[Command]]

    def missing(self) -> str:
        """Why it cannot be used, empty when it can."""
        try:
            self.where()
        except (apache.NoApacheError, allure.NoAllureError) as error:
            return str(error)
        return ""


def _install(*packages: str) -> Command:
    return ("apt-get", "install", "-y", "--no-install-recommends", *packages)


def _with_update(install: Command) -> Sequence[Sequence[Command]]:
    return ((install,), (_UPDATE, install))


_NPM: Final = ("npm", "install", "--no-audit", "--no-fund", "--prefix", str(allure.FOLDER))
_TOOLS: Final = (
    Tool(
        "Apache",
        lambda: "{0.program}, modules dans {0.modules}".format(apache.installed()),
        _with_update(_install("apache2-bin", "libapache2-mod-auth-openidc")),
    ),
    Tool("Java", allure.java, _with_update(_install("default-jre-headless"))),
    Tool("Allure", allure.installed, (((*_NPM, f"allure-commandline@{allure.VERSION}"),),)),
)


def main() -> None:
    """Find or install each. Exits 1, and says what to install, when one cannot be had."""
    missing = [why for tool in _TOOLS if (why := _provided(tool))]
    if missing:
        raise SystemExit(1)


def _provided(tool: Tool) -> str:
    if tool.missing():
        sys.stdout.write(f"{tool.name} n’est pas sur cette machine\u00a0: installation…\n")
        next((attempt for attempt in tool.attempts if all(map(_run, attempt)) and not tool.missing()), None)
    why = tool.missing()
    sys.stdout.write(f"▲ {why}\n" if why else f"{tool.name}\u00a0: {tool.where()}\n")
    return why


def _run(command: Command) -> bool:
    """Whether a command could be run and went well; only root installs packages of the system."""
    if shutil.which(command[0]) is None or (command[0] == "apt-get" and os.geteuid() != 0):
        return False
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
