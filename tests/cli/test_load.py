"""`load`: who is refused, and a short run against the reference editor whose dossier tells what happened."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from sas_recette.exchange.journal import read_journal
from sas_recette.exchange.load_account import account
from tests.cli.driving import Reference, plain_document, process, sas_recette, write_candidate

AGREED = {"agreed": True, "hosts": ["127.0.0.1"], "person": "Ada Martin"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Charge refusée\u00a0: l’éditeur n’a pas donné son accord"),
        ({"load": {**AGREED, "agreed": False}}, "Charge refusée\u00a0: l’éditeur n’a pas donné son accord"),
        ({"load": {**AGREED, "hosts": ["e.test"]}}, "ne porte pas sur l’hôte «\u00a0127.0.0.1\u00a0»"),
        ({"load": AGREED, "environment": "production"}, "production"),
    ],
)
def test_a_candidate_that_did_not_agree_is_left_alone(
    changes: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    file = write_candidate(tmp_path, {**plain_document("http://127.0.0.1:9/fhir"), **changes})
    done = sas_recette("load", "-c", file, "--reports", tmp_path / "reports")
    assert (done.code, sentence in done.err) == (2, True), done.err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--profile", "ouragan"), "nominal, pointe ou rafale"),
        (("--profile", "rafale", "--duration", "3"), "ni débit ni durée"),
        (("--rate", "0"), "nombres positifs"),
        (("--rate", "vite"), "un nombre est attendu"),
    ],
)
def test_a_volume_without_sense_is_a_mistake_of_usage(options: tuple[str, ...], sentence: str) -> None:
    done = sas_recette("load", *options)
    assert (done.code, sentence in done.err) == (2, True), done.err


def test_a_short_run_is_a_campaign_like_another(reference: Reference, tmp_path: Path) -> None:
    options = ("--rate", 36_000, "--duration", 0.6, "--seed", "graine")
    done = sas_recette("load", "-c", reference.file(tmp_path), *options, "--reports", tmp_path / "reports")
    assert done.code == 4, done.out + done.err
    kept = account(read_journal(done.dossier / "journal").arrivals)
    assert (kept.planned, kept.sent, kept.lost, kept.failed) == (6, 6, 0, 0)
    assert "Envoyées             6" in done.out
    assert "Latence de l’instant prévu (n = 6)" in done.out
    document = json.loads((done.dossier / "campaign.json").read_bytes())
    [one] = document["scenarios"]
    assert (one["id"], one["verdict"]) == ("PERF-C01", "non vérifié")
    assert "essai écourté\u00a0: 6 recherches en 0,6\u00a0s" in one["reason"]
    page = (done.dossier / "report.html").read_text(encoding="utf-8")
    assert "Latences sous charge" in page
    again = sas_recette("report", done.dossier)
    assert (again.code, (done.dossier / "report.html").read_text(encoding="utf-8").count("Latences sous charge")) == (
        4,
        1,
    )


def test_ctrl_c_keeps_what_was_recorded(reference: Reference, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    running = process(
        *("load", "-c", reference.file(tmp_path), "--rate", 72_000, "--duration", 60, "--reports", reports),
        folder=tmp_path,
    )
    deadline = time.monotonic() + 20
    while not any(b'"arrival"' in one.read_bytes() for one in reports.glob("*/journal/journal-main.jsonl")):
        assert time.monotonic() < deadline, "rien n’a été envoyé"
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 4, out + err
    [dossier] = reports.iterdir()
    kept = account(read_journal(dossier / "journal").arrivals)
    assert (kept.planned, kept.sent + kept.lost) == (1200, 1200)
    assert 0 < kept.sent < 1200
    assert (dossier / "manifest.json").is_file()
