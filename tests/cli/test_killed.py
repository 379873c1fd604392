"""A campaign killed by the system: its journal holds to the last whole line, and every rendering says that it was interrupted."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from openpyxl import load_workbook

from sas_recette.engine.assessment import assess
from sas_recette.engine.scenario import load_scenarios
from sas_recette.evidence.pdf.view import view_dossier
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.journal import read_journal
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import Outcome, plain_document, sas_recette, write_candidate
from tests.platform.loopback import answering, http, serving

_PLAYED: Final = ("R01-01", "R01-02", "R01-04", "R01-10")
_TOLD: Final = "Campagne interrompue"
_RUN: Final = "from sas_recette.cli.main import main; main()"
_DYING: Final = f"""
import os, signal
from sas_recette.exchange import lines
from sas_recette.exchange.journal import JournalWriter

write = JournalWriter._write

def dying(self, record):
    if record["type"] == "exchange" and record["scenario"] == "R01-02":
        line = lines.to_bytes({{**record, "at": self._clock()}})
        self._file.write(line[: len(line) // 2])
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, record)

JournalWriter._write = dying
{_RUN}
"""
"""A campaign that the system kills while it writes the exchange of its second scenario."""


def begun(code: str, base_url: str, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """A campaign in a process of its own, at the head of a group."""
    file = write_candidate(folder, plain_document(base_url))
    chosen = [word for one in _PLAYED for word in ("--scenario", one)]
    command = ("run", "-c", str(file), "--reports", str(folder / "reports"), *chosen, *options)
    return subprocess.Popen([sys.executable, "-c", code, *command], start_new_session=True)  # noqa: S603


def only_dossier(folder: Path) -> Path:
    (dossier,) = (folder / "reports").iterdir()
    return dossier


def waits_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "rien ne s’est passé"
        time.sleep(0.02)


def assert_told_everywhere(dossier: Path, said: Outcome) -> None:
    assert _TOLD in said.out
    assert _TOLD in (dossier / "report.html").read_text(encoding="utf-8")
    assert _TOLD in (dossier / "resume.md").read_text(encoding="utf-8")
    suites = ET.parse(dossier / "junit.xml").getroot()  # noqa: S314 - our own file
    assert suites.find(".//property[@name='campagne interrompue']") is not None
    first = load_workbook(dossier / "cahier-de-recette.xlsx").worksheets[0]
    assert [cell for row in first.iter_rows(values_only=True) for cell in row if _TOLD in str(cell)]
    assert "Campagne\\ interrompue=" in (dossier / "allure-results" / "environment.properties").read_text("ascii")
    assert ", interrompue, " in json.loads((dossier / "journal" / "echanges.har").read_bytes())["log"]["comment"]
    assert json.loads((dossier / "campaign.json").read_bytes())["interrupted"] is True
    journal = read_journal(dossier / "journal")
    result = assess(journal, load_catalogue(), load_scenarios())
    assert view_dossier(result, Recorded.of(journal, dossier), "")["interrupted"] is True
    assert (dossier / "dossier.pdf").read_bytes().startswith(b"%PDF-")


def reasons(dossier: Path, scenarios: Sequence[str]) -> list[str]:
    document = json.loads((dossier / "campaign.json").read_bytes())
    return [one["reason"] for one in document["scenarios"] if one["id"] in scenarios]


def test_killed_in_the_middle_of_a_line(tmp_path: Path) -> None:
    with serving(answering(http(b"{}", "Content-Type: application/fhir+json"))) as server:
        running = begun(_DYING, server.url("/fhir"), tmp_path)
        assert running.wait(60) == -signal.SIGKILL
    dossier = only_dossier(tmp_path)
    lines = (dossier / "journal" / "journal-main.jsonl").read_bytes().split(b"\n")
    assert lines[-1].startswith(b'{"type":"exchange"')
    assert all(json.loads(line) for line in lines[:-1])
    journal = read_journal(dossier / "journal")
    assert journal.interrupted
    assert [one.scenario for one in journal.exchanges.values() if one.scenario in _PLAYED] == ["R01-01"]
    assert [json.loads(line)["type"] for line in lines[:-1]][-1] == "scenario"
    said = sas_recette("report", dossier)
    assert said.code == 4
    assert reasons(dossier, ["R01-02", "R01-04"]) == [
        "la campagne a été interrompue pendant ce scénario",
        "la campagne a été interrompue avant ce scénario",
    ]
    assert_told_everywhere(dossier, said)
    assert sas_recette("verify", dossier).code == 0


def test_killed_while_two_processes_play(tmp_path: Path) -> None:
    asked: list[bytes] = []

    def silent_to_searches(connection: socket.socket, request: bytes) -> None:
        if b"/metadata" in request:
            connection.sendall(http(b"{}", "Content-Type: application/fhir+json"))
        else:
            asked.append(request)
            server.stopped.wait(30)

    with serving(silent_to_searches) as server:
        running = begun(_RUN, server.url("/fhir"), tmp_path, "-n", "2")
        waits_for(lambda: len(asked) >= 2)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(20)
        server.stopped.set()
    dossier = only_dossier(tmp_path)
    names = {path.name for path in (dossier / "journal").iterdir()}
    assert {"journal-gw0.jsonl", "journal-gw1.jsonl"} <= names
    for name in ("journal-gw0.jsonl", "journal-gw1.jsonl"):
        path = dossier / "journal" / name
        path.write_bytes(path.read_bytes() + b'{"type":"exchange","id":"coup')
    said = sas_recette("report", dossier)
    assert said.code == 4
    assert set(reasons(dossier, _PLAYED[1:])) == {
        "la campagne a été interrompue pendant ce scénario",
        "la campagne a été interrompue avant ce scénario",
    }
    assert_told_everywhere(dossier, said)
    assert sas_recette("verify", dossier).code == 0
