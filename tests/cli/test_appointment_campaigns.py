"""Appointments as a user plays them: a real browser, the driver beside the candidate file, real mutual TLS both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sas_recette.editor.defects import defect
from sas_recette.engine.scenario import load_scenarios
from tests.cli.driving import VARIANTS, Outcome, Reference, sas_recette, write_candidate
from tests.cli.secrecy import Watched, leaks

PLAYED = {"rdv-tls": "RDV-S31", "rdv-perdu": "RDV-S20"}


def campaign(done: Outcome) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((done.dossier / "campaign.json").read_bytes())
    return document


def verdicts(done: Outcome) -> dict[str, str]:
    return {one["requirement"]["id"]: one["verdict"] for one in campaign(done)["requirements"]}


def played(file: Path, folder: Path, *scenarios: str) -> Outcome:
    chosen = [word for one in scenarios for word in ("--scenario", one)]
    return sas_recette("run", "-c", file, *chosen, "--reports", folder / "reports")


def test_a_journey_leaves_no_secret(reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    done = played(reference.file(tmp_path), tmp_path, "RDV-J01", "RDV-S13", "RDV-S22")
    assert done.code == 0, done.out
    assert {one["verdict"] for one in campaign(done)["scenarios"]} == {"conforme"}
    report = (done.dossier / "report.html").read_text("utf-8")
    assert "Diagramme de séquence" in report
    secrets = watched.all() | {reference.agreed.registration.local_password.read_text()}
    assert len(secrets) > 10
    assert leaks(done.dossier, secrets) == set()


@pytest.mark.parametrize("variant", PLAYED)
def test_real_tls_shows_what_the_matrix_shows(variant: str, reference: Reference, tmp_path: Path) -> None:
    scenario, (name,) = PLAYED[variant], VARIANTS[variant]
    document = reference.document(variant)
    document["appointments"] |= {"window": 3}
    found = verdicts(played(write_candidate(tmp_path, document), tmp_path, scenario))
    named, declared = set(load_scenarios()[scenario].requirements), defect(name)
    assert {one for one, verdict in found.items() if verdict == "non conforme"} & named == named & set(
        declared.failures
    )
    assert {one for one, verdict in found.items() if verdict == "réserve"} & named == named & set(declared.reserves)
    assert "erreur du banc" not in found.values()


def test_a_certificate_of_somebody_else_is_told(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    document["appointments"] |= {"client_cn": "un-autre-editeur", "window": 2}
    done = played(write_candidate(tmp_path, document), tmp_path, "RDV-S30")
    assert done.code == 1, done.out
    (finding,) = {
        one["message"]
        for one in campaign(done)["findings"]
        if one["requirement"] == "SEC-019" and one["level"] == "SHALL"
    }
    assert finding == (
        "La plateforme refuse le certificat client de la solution\u00a0: le CN du certificat client vaut "
        "«\u00a0editeur-en-recette\u00a0», et non «\u00a0un-autre-editeur\u00a0»."
    )


def test_nobody_is_at_the_terminal(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    document["appointments"] |= {"booking": "person"}
    done = played(write_candidate(tmp_path, document), tmp_path, "RDV-S02")
    assert done.code == 4, done.out
    assert "Personne n’est au terminal pour agir dans la solution" in done.out
    told = "".join(path.read_text("utf-8") for path in (done.dossier / "allure-results").glob("*-result.json"))
    assert "Personne n’est au terminal" in told
    assert "plugin.py" not in told
