"""Single sign-on as a user plays it: a real browser, a real TLS, the real command line."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from sas_recette.editor.defects import defect
from sas_recette.engine.scenario import load_scenarios
from sas_recette.exchange.journal import read_journal
from sas_recette.norm.requirements import Flow
from sas_recette.platform.browser import NoBrowserError
from tests.cli.driving import VARIANTS, Outcome, Reference, sas_recette, write_candidate
from tests.cli.secrecy import Watched, leaks

PLAYED = {"tls": "SSO-S40", "state": "SSO-S18", "agenda": "SSO-S26", "local": "SSO-S27"}


def campaign(done: Outcome) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((done.dossier / "campaign.json").read_bytes())
    return document


def verdicts(done: Outcome) -> dict[str, str]:
    return {one["requirement"]["id"]: one["verdict"] for one in campaign(done)["requirements"]}


@pytest.mark.parametrize("variant", PLAYED)
def test_chromium_sees_what_the_scripted_browser_sees(variant: str, reference: Reference, tmp_path: Path) -> None:
    scenario, (name,) = PLAYED[variant], VARIANTS[variant]
    file = reference.file(tmp_path, variant)
    found = verdicts(sas_recette("run", "-c", file, "--scenario", scenario, "--reports", tmp_path / "reports"))
    named, declared = set(load_scenarios()[scenario].requirements), defect(name)
    assert {one for one, verdict in found.items() if verdict == "non conforme"} == named & set(declared.failures)
    assert {one for one, verdict in found.items() if verdict == "réserve"} & named == named & set(declared.reserves)
    assert "erreur du banc" not in found.values()


def test_the_whole_cahier_in_chromium(whole: Outcome) -> None:
    flows: dict[str, set[str]] = {one["flow"]: set() for one in campaign(whole)["scenarios"]}
    for one in campaign(whole)["scenarios"]:
        flows[one["flow"]].add(one["verdict"])
    assert flows["INT_SSO"] == {"conforme"}
    assert flows["INT_PSC"] == {"sans objet"}
    pictures = list((whole.dossier / "pages").glob("*.jpg"))
    assert len(pictures) >= 100
    assert all(picture.read_bytes()[:2] == b"\xff\xd8" for picture in pictures)


def test_appointments_play_beside_the_log_ins_and_beside_nothing_else(whole: Outcome) -> None:
    known, timings = load_scenarios(), read_journal(whole.dossier / "journal").scenarios.values()
    played = [
        (known[one.id], one) for one in timings if one.id in known and known[one.id].in_scope(("ps", "cpts", "sos"))
    ]
    before = [one.ended for scenario, one in played if not scenario.on_stage and one.ended is not None]
    log_ins = [one for scenario, one in played if scenario.flow is Flow.INT_SSO]
    appointments = [one for scenario, one in played if scenario.flow is Flow.INT_R03]
    assert max(before) <= min(one.started for one in (*log_ins, *appointments))
    assert min(one.started for one in appointments) < max(one.started for one in log_ins)
    assert min(one.started for one in log_ins) < max(one.started for one in appointments)


def test_no_secret_is_in_the_dossier(reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    scenarios = ("SSO-S02", "SSO-S13a", "SSO-S18", "SSO-S19", "SSO-S27")
    chosen = [word for one in scenarios for word in ("--scenario", one)]
    arguments = (*chosen, "--traces", "toujours", "--reports", tmp_path / "reports")
    done = sas_recette("run", "-c", reference.file(tmp_path), *arguments)
    assert done.code == 0, done.out
    traces = {f"traces/{path.name}" for path in (done.dossier / "traces").iterdir()}
    assert {name.rpartition("-")[0] for name in traces} == {f"traces/{one}" for one in scenarios}
    sealed = json.loads((done.dossier / "manifest.json").read_bytes())["files"]
    assert traces <= {one["path"] for one in sealed}
    report = (done.dossier / "report.html").read_text("utf-8")
    assert all(f'<a href="{name}">trace Playwright</a>' in report for name in traces)
    secrets = watched.all() | {
        reference.agreed.registration.secret.read_text(),
        reference.agreed.registration.local_password.read_text(),
    }
    assert len(secrets) > 50
    assert leaks(done.dossier, secrets) == set()


def test_traces_of_scenarios_that_fail_are_kept(reference: Reference, tmp_path: Path) -> None:
    chosen = ("--scenario", "SSO-S40", "--scenario", "SSO-S16", "--traces", "echec")
    done = sas_recette("run", "-c", reference.file(tmp_path, "tls"), *chosen, "--reports", tmp_path / "reports")
    assert done.code == 1, done.out
    kept = sorted(path.name for path in (done.dossier / "traces").iterdir())
    assert kept[0] == "SSO-S40-01.zip"
    assert {name[:7] for name in kept} == {"SSO-S40"}
    report = (done.dossier / "report.html").read_text("utf-8")
    assert "playwright show-trace traces/SSO-S40-01.zip" in report
    assert "traces/SSO-S16" not in report


def test_the_platform_signs_with_a_key_that_lasts(reference: Reference, tmp_path: Path) -> None:
    key = RSAKey.generate_key(2048, auto_kid=True)
    (tmp_path / "signature.pem").write_bytes(key.as_pem(private=True))
    document = reference.document()
    document["sso"]["signing_key"] = "signature.pem"
    arguments = ("--scenario", "SSO-S01", "--scenario", "SSO-S22", "--reports", tmp_path / "reports")
    done = sas_recette("run", "-c", write_candidate(tmp_path, document), *arguments)
    assert done.code == 0, done.out
    exchanges = read_journal(done.dossier / "journal").exchanges.values()
    given = [json.loads(one.facts["id_token"])["header"]["kid"] for one in exchanges if "id_token" in one.facts]
    assert given[0] == key.thumbprint()
    assert len(set(given)) == 2, "the rotation makes a key of its own"
    journal = b"".join(path.read_bytes() for path in (done.dossier / "journal").iterdir())
    assert b'"signing_key":"signature.pem"' in journal


def test_without_a_browser_it_is_not_verified(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(**_: object) -> None:
        raise NoBrowserError("Aucun navigateur\u00a0: installez chromium.")

    monkeypatch.setattr("sas_recette.engine.stage.running_chromium", nothing)
    arguments = ("--scenario", "SSO-S01", "--scenario", "SSO-S13a", "--reports", tmp_path / "reports")
    done = sas_recette("run", "-c", reference.file(tmp_path), *arguments)
    assert done.code == 4
    assert {one["verdict"] for one in campaign(done)["scenarios"]} == {"non vérifié"}
    assert "installez chromium" in done.out


def test_a_taken_port_is_told_before_anything_is_sent(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        document["sso"]["listen"] = f"127.0.0.1:{port}"
        arguments = ("--scenario", "SSO-S01", "--reports", tmp_path / "reports")
        done = sas_recette("run", "-c", write_candidate(tmp_path, document), *arguments)
    assert done.code == 2
    assert f"port {port}\u00a0: ce port est déjà pris" in done.err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_secret_file": "absent.txt"}, "sso.client_secret_file"),
        ({"signing_key": "absente.pem"}, "sso.signing_key"),
        ({"driver": "absent.py:Pilote"}, "absent.py n’existe pas"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_sent(
    changes: dict[str, str], sentence: str, reference: Reference, tmp_path: Path
) -> None:
    document = reference.document()
    document["sso"] |= changes
    done = sas_recette("run", "-c", write_candidate(tmp_path, document), "--scenario", "SSO-S01")
    assert done.code == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
