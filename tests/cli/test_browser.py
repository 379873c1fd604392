"""A browser is found, or installed, or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sas_recette.cli import browser, doctor
from sas_recette.platform.browser import NoBrowserError
from sas_recette.platform.chromium import Found, find_browser
from sas_recette.platform.chromium.finding import NAMES

FOUND = Found("/usr/bin/chromium", "Chromium 156")


@dataclass
class Machine:
    """Where a browser appears once a command that ends with these words succeeded."""

    remedy: str = ""
    broken: tuple[str, ...] = ()
    ran: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    there: bool = False

    def find(self) -> Found:
        if not self.there:
            raise NoBrowserError("Aucun navigateur n’est installé.")
        return FOUND

    def run(self, command: Sequence[str]) -> bool:
        line = " ".join(command[-2:])
        self.ran.append(line)
        done = line not in self.broken
        self.there |= done and line == self.remedy
        if line == "apt-get update":
            self.broken = ()
        return done


def test_one_that_is_there_is_taken_without_a_word() -> None:
    machine = Machine(there=True)
    assert browser.provide(machine.find, machine.run, machine.said.append, may_install=True) is FOUND
    assert (machine.ran, machine.said) == ([], [])


def test_playwright_fetches_its_own() -> None:
    machine = Machine("install chromium")
    assert browser.provide(machine.find, machine.run, machine.said.append, may_install=True) is FOUND
    assert machine.ran == ["install chromium"]
    assert machine.said == ["Aucun navigateur sur cette machine\u00a0: installation de Chromium…"]


def test_the_distribution_s_after_an_update_when_it_needs_one() -> None:
    package = "--no-install-recommends chromium-headless-shell"
    machine = Machine(package, broken=("install chromium", package))
    assert browser.provide(machine.find, machine.run, machine.said.append, may_install=True) is FOUND
    assert machine.ran == ["install chromium", package, "apt-get update", package]


def test_nothing_of_the_machine_is_touched_without_the_right_to() -> None:
    machine = Machine()
    with pytest.raises(NoBrowserError):
        browser.provide(machine.find, machine.run, machine.said.append, may_install=False)
    assert machine.ran == ["install chromium"]


def test_in_vain_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine()
    monkeypatch.setattr(browser, "find_browser", machine.find)
    monkeypatch.setattr(browser, "_run", machine.run)
    with pytest.raises(SystemExit) as stopped:
        browser.main()
    assert stopped.value.code == 1
    assert "Les scénarios d’authentification ne pourront pas être joués." in capsys.readouterr().out


def test_which_one_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: FOUND)
    browser.main()
    assert capsys.readouterr().out == "Navigateur\u00a0: /usr/bin/chromium (Chromium 156)\n"


def _program(folder: Path, name: str, says: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


def test_the_first_that_path_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in NAMES[1:]:
        _program(tmp_path, name, f"{name} 1.0")
    assert find_browser() == Found(str(tmp_path / NAMES[1]), f"{NAMES[1]} 1.0")


def test_the_one_that_is_set_or_nothing(tmp_path: Path) -> None:
    _program(tmp_path, "mien", "Mien 2.0")
    assert find_browser(str(tmp_path / "mien")) == Found(str(tmp_path / "mien"), "Mien 2.0")
    with pytest.raises(NoBrowserError, match="absent n’existe pas, ou ne s’exécute pas\u00a0: installez Chromium"):
        find_browser(str(tmp_path / "absent"))


def test_a_machine_without_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(
        NoBrowserError, match="Aucun navigateur n’est installé\u00a0: installez Chromium ou Google Chrome"
    ):
        find_browser()
    said = doctor._browser()
    assert (said.hint, said.code) == (True, 0)
    assert "playwright install chromium" in said.sentence


def test_playwright_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NoBrowserError, match="pip install 'sas-recette\\[navigateur\\]'"):
        find_browser()
