"""The machinery of a campaign: selection, several processes, interruptions, two at once, judging again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import Occasion, Scenario, load_scenarios, scenario
from sas_recette.norm.requirements import Flow
from tests.cli.driving import Outcome, Reference, plain_document, process, sas_recette, write_candidate
from tests.platform.loopback import serving

Stalled = tuple[Path, Callable[[], bool], Callable[[], None]]


def verdicts(dossier: Path) -> dict[str, tuple[str, str]]:
    document = campaign(dossier)
    return {one["id"]: (one["verdict"], one["reason"]) for one in document["scenarios"]}


def requirements(dossier: Path) -> dict[str, str]:
    return {one["requirement"]["id"]: one["verdict"] for one in campaign(dossier)["requirements"]}


def campaign(dossier: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((dossier / "campaign.json").read_bytes())
    return document


def only_dossier(reports: Path) -> Path:
    (folder,) = reports.iterdir()
    return folder


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "rien ne s’est passé"
        time.sleep(0.02)


SEVERAL = ("R01-01", "R01-10", "R01-20", "R04-70", "SOS1-02", "SOS1-10", "SOS1-70", "R02-10", "SSO-S03", "SSO-S13a")


def test_two_processes_give_the_verdicts_of_one(reference: Reference, tmp_path: Path) -> None:
    chosen = [word for one in SEVERAL for word in ("--scenario", one)]
    arguments = ("run", "-c", reference.file(tmp_path), *chosen, "--reports", tmp_path / "reports")
    alone, done = sas_recette(*arguments), sas_recette(*arguments, "-n", 2)
    assert done.code == 0, done.out + done.err
    assert verdicts(done.dossier) == verdicts(alone.dossier)
    assert requirements(done.dossier) == requirements(alone.dossier)
    journals = {path.name for path in (done.dossier / "journal").iterdir()}
    assert journals == {"journal-contact.jsonl", "journal-gw0.jsonl", "journal-gw1.jsonl", "echanges.har"}
    assert sas_recette("verify", done.dossier).code == 0


def test_the_lines_of_progress_are_the_verdicts_of_the_dossier(whole: Outcome) -> None:
    _, *lines = whole.err.splitlines()
    told = {line[17:].split()[0]: line[2:16].strip() for line in lines}
    assert told == {name: verdict for name, (verdict, _) in verdicts(whole.dossier).items() if name[:3] != "PSC"}


def test_two_campaigns_at_once_do_not_meet(reference: Reference, tmp_path: Path) -> None:
    sound, faulty = tmp_path / "sain", tmp_path / "fautif"
    sound.mkdir()
    faulty.mkdir()
    files = (reference.file(sound), reference.file(faulty, "sans-fin"))
    reports = tmp_path / "reports"
    both = [process("run", "-c", file, "--scenario", "R01-10", "--reports", reports, folder=tmp_path) for file in files]
    outputs = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [0, 1], outputs
    assert len(list(reports.iterdir())) == 2
    assert all(sas_recette("verify", folder).code == 0 for folder in reports.iterdir())
    assert {verdicts(folder)["R01-10"][0] for folder in reports.iterdir()} == {"conforme", "non conforme"}


@pytest.fixture
def stalled(tmp_path: Path) -> Iterator[Stalled]:
    """A candidate that answers /metadata and then keeps silent, whether it is being waited for, and how to end it."""
    asked: list[bytes] = []

    def handle(connection: socket.socket, request: bytes) -> None:
        asked.append(request)
        if len(asked) <= 2:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            server.stopped.wait(30)

    with serving(handle) as server:
        file = write_candidate(tmp_path, plain_document(server.url("/fhir")))
        yield file, lambda: len(asked) > 2, server.stopped.set
        server.stopped.set()


def begun(file: Path, waited: Callable[[], bool], tmp_path: Path) -> subprocess.Popen[str]:
    """A campaign of which the first scenario is over, and the second waits for its answer."""
    chosen = [part for name in ("R01-01", "R01-02", "R01-04") for part in ("--scenario", name)]
    running = process("run", "-c", file, *chosen, "--reports", tmp_path / "reports", folder=tmp_path)
    wait_for(waited)
    return running


EXPECTED = {
    "R01-01": "réserve",
    "R01-02": "non vérifié",
    "R01-04": "non vérifié",
}


def test_a_killed_campaign_can_be_rendered(stalled: Stalled, tmp_path: Path) -> None:
    file, waited, _ = stalled
    running = begun(file, waited, tmp_path)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=20)
    dossier = only_dossier(tmp_path / "reports")
    assert not (dossier / "campaign.json").exists()
    done = sas_recette("report", dossier)
    assert done.code == 4
    assert campaign(dossier)["interrupted"] is True
    assert {name: verdict for name, (verdict, _) in verdicts(dossier).items()} == EXPECTED
    assert verdicts(dossier)["R01-02"][1] == "la campagne a été interrompue pendant ce scénario"
    assert verdicts(dossier)["R01-04"][1] == "la campagne a été interrompue avant ce scénario"
    assert "Campagne interrompue" in done.out
    assert sas_recette("verify", dossier).code == 0


def test_ctrl_c_leaves_a_dossier(stalled: Stalled, tmp_path: Path) -> None:
    file, waited, release = stalled
    running = begun(file, waited, tmp_path)
    os.kill(running.pid, signal.SIGINT)
    time.sleep(0.5)  # the interruption comes first; the thread that waits for the candidate ends with its answer
    release()
    out, err = running.communicate(timeout=20)
    dossier = only_dossier(tmp_path / "reports")
    assert running.returncode == 4, out + err
    assert "Traceback" not in err
    assert {name: verdict for name, (verdict, _) in verdicts(dossier).items()} == EXPECTED
    assert campaign(dossier)["interrupted"] is True
    assert sas_recette("verify", dossier).code == 0


def test_an_interrupted_campaign_is_never_green(whole: Outcome, tmp_path: Path) -> None:
    """The journal of a sound campaign, its end torn off."""
    dossier = tmp_path / "coupee"
    (dossier / "journal").mkdir(parents=True)
    for path in (whole.dossier / "journal").iterdir():
        content = path.read_bytes()
        kept = content if path.name == "journal-contact.jsonl" else content[: len(content) * 2 // 3]
        (dossier / "journal" / path.name).write_bytes(kept)
    done = sas_recette("report", dossier)
    assert done.code == 4
    told = verdicts(dossier)
    assert {verdict for verdict, _ in told.values()} == {"conforme", "sans objet", "non vérifié"}
    assert told["R01-01"][0] == "conforme"
    assert told["SSO-S70"] == ("non vérifié", "la campagne a été interrompue avant ce scénario")


def test_judging_again_gives_the_live_verdicts(whole: Outcome, tmp_path: Path) -> None:
    copy = tmp_path / "copie"
    (copy / "journal").mkdir(parents=True)
    for path in (whole.dossier / "journal").iterdir():
        (copy / "journal" / path.name).write_bytes(path.read_bytes())
    assert sas_recette("report", copy).code == 0
    assert (copy / "campaign.json").read_bytes() == (whole.dossier / "campaign.json").read_bytes()


@scenario(
    "R01-99",
    title="Panne du banc",
    flow=Flow.INT_R01,
    category="Essai",
    requirements=("AGR-COM-006",),
    steps=("Le banc tombe en panne.",),
    expected=("Erreur du banc.",),
)
def breaking_down(bench: Bench) -> None:
    raise RuntimeError("panne voulue")


def test_a_scenario_that_raises_is_a_bench_error(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scenarios.commun.interfacage as module

    known: dict[str, Scenario] = {**load_scenarios(), "R01-99": breaking_down}
    monkeypatch.setattr(module, "breaking_down", breaking_down, raising=False)
    for name in ("sas_recette.engine.scenario", "sas_recette.engine.campaign", "sas_recette.cli.progress"):
        monkeypatch.setattr(f"{name}.load_scenarios", lambda: known)
    arguments = ("run", "-c", reference.file(tmp_path), "--reports", tmp_path, "--scenario", "R01-99")
    done = sas_recette(*arguments, "--scenario", "R01-01")
    assert done.code == 5
    assert "! erreur du banc R01-99" in done.err
    assert "✔ conforme       R01-01" in done.err
    assert "Traceback" not in done.err
    verdict, reason = verdicts(done.dossier)["R01-99"]
    assert verdict == "erreur du banc"
    assert reason.startswith("RuntimeError\u00a0: panne voulue (test_campaigns.py, ligne ")
    assert verdicts(done.dossier)["R01-01"] == ("conforme", "")
    assert sas_recette(*arguments, "--allow-incomplete").code == 5


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), sum(one.occasion is Occasion.ALWAYS for one in load_scenarios().values())),
        (("--flow", "INT_R01"), sum(one.flow is Flow.INT_R01 for one in load_scenarios().values())),
        (("--flow", "int_r01", "--tag", "filtre par date"), 5),
        (("--scenario", "r01-10", "--scenario", "R01-01"), 2),
        (("--tag", "Filtre par date", "--scenario", "R01-10"), 1),
    ],
)
def test_dry_run_shows_the_selection_and_sends_nothing(tmp_path: Path, options: tuple[str, ...], count: int) -> None:
    with serving(lambda *_: None) as server:
        file = write_candidate(tmp_path, plain_document(server.url("/fhir")))
        done = sas_recette("run", "-c", file, "--dry-run", "--reports", tmp_path / "reports", *options)
        assert server.requests == []
    assert done.code == 0
    assert len(done.out.splitlines()) == count
    assert not (tmp_path / "reports").exists()


def test_dry_run_says_what_is_out_of_scope(tmp_path: Path) -> None:
    file = write_candidate(tmp_path, plain_document("http://127.0.0.1:1"))
    done = sas_recette("run", "-c", file, "--dry-run", "--scenario", "SOS1-70", "--scenario", "R01-01")
    assert done.out.splitlines()[1].endswith(
        "sans objet\u00a0: la solution ne déclare pas le cas d’usage «\u00a0sos\u00a0» (use_cases), "
        "dont relève le flux INT_SOS1"
    )


def test_dry_run_names_the_missing_data(tmp_path: Path) -> None:
    file = write_candidate(tmp_path, plain_document("http://127.0.0.1:1"))
    done = sas_recette("run", "-c", file, "--dry-run", "--scenario", "R01-32")
    assert done.out.splitlines()[0].endswith("à renseigner\u00a0: practitioners.two_sites.places")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--scenario", "R01_10"),
            "Scénario inconnu\u00a0: «\u00a0R01_10\u00a0» (vouliez-vous dire «\u00a0R01-10\u00a0»\u00a0?).",
        ),
        (
            ("--flow", "INT_R1"),
            "Flux sans scénario\u00a0: «\u00a0INT_R1\u00a0» (vouliez-vous dire «\u00a0INT_R01\u00a0»\u00a0?).",
        ),
        (("--tag", "Filtre par dates"), "(vouliez-vous dire «\u00a0Filtre par date\u00a0»\u00a0?). Possibles\u00a0: "),
        (("--tag", "Filtre par date", "--scenario", "R01-01"), "La sélection ne retient aucun scénario"),
    ],
)
def test_a_selection_of_nothing_exits_2(tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    file = write_candidate(tmp_path, plain_document("http://127.0.0.1:1"))
    done = sas_recette("run", "-c", file, "--reports", tmp_path / "reports", *options)
    assert done.code == 2
    assert sentence in done.err
    assert not (tmp_path / "reports").exists()


def test_use_cases_out_of_scope_are_an_error(tmp_path: Path) -> None:
    file = write_candidate(tmp_path, plain_document("http://127.0.0.1:1") | {"use_cases": ["sos"]})
    done = sas_recette("run", "-c", file, "--reports", tmp_path / "reports", "--flow", "INT_R01")
    assert done.code == 2
    assert "use_cases = sos" in done.err


def test_the_environment_of_the_users_own_tests_is_not_felt(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -k rien")
    monkeypatch.setenv("PYTEST_PLUGINS", "module_qui_n_existe_pas")
    file = reference.file(tmp_path)
    done = sas_recette("run", "-c", file, "--scenario", "R01-01", "--reports", tmp_path / "reports")
    assert done.code == 0, done.err
    assert os.environ["PYTEST_ADDOPTS"] == "--collect-only -k rien"
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
