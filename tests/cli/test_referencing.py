"""Declarations and documents, from recette.toml to a sealed dossier."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driving import Outcome, Reference, sas_recette

CERTIFICATE = b"%PDF-1.7 certificat"


@pytest.fixture(scope="module")
def done(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A campaign of declarations: one with a document, one without any proof, a document of its own."""
    folder = tmp_path_factory.mktemp("referencement")
    (folder / "hds.pdf").write_bytes(CERTIFICATE)
    said = [
        {"requirement": "SEC-022", "answer": "oui", "person": "Zoé Martin", "attachments": ["hds.pdf"]},
        {"requirement": "SEC-023", "answer": "oui", "person": "Zoé Martin"},
        {"requirement": "SEC-024", "answer": "non", "person": "Zoé Martin"},
    ]
    others = [one for one in reference.document()["attestations"] if not one["requirement"].startswith("SEC-")]
    file = reference.file(
        folder,
        attestations=[*others, *said],
        pieces=[{"piece": "rgpd", "attachments": ["hds.pdf"], "comment": "Extrait du registre."}],
        service={"availability": "99,5 %"},
    )
    chosen = [word for one in ("SEC-S70", "REF-S05") for word in ("--scenario", one)]
    return sas_recette("run", "-c", file, *chosen, "--reports", folder / "reports")


def campaign(outcome: Outcome) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((outcome.dossier / "campaign.json").read_bytes())
    return document


def test_documents_go_into_the_sealed_dossier(done: Outcome) -> None:
    assert done.code == 4, done.out
    found = campaign(done)
    verdicts = {one["requirement"]["id"]: one for one in found["requirements"]}
    assert verdicts["SEC-022"]["verdict"] == "conforme"
    assert verdicts["SEC-023"]["verdict"] == "à attester"
    assert verdicts["SEC-024"]["verdict"] == "réserve"
    (joined,) = verdicts["SEC-022"]["attestation"]["attachments"]
    assert joined == {
        "path": "pieces/SEC-022-1-hds.pdf",
        "name": "hds.pdf",
        "size": len(CERTIFICATE),
        "sha256": hashlib.sha256(CERTIFICATE).hexdigest(),
    }
    assert (done.dossier / joined["path"]).read_bytes() == CERTIFICATE
    sealed = {one["path"]: one for one in json.loads((done.dossier / "manifest.json").read_bytes())["files"]}
    assert sealed[joined["path"]]["sha256"] == joined["sha256"]
    assert "pieces/rgpd-1-hds.pdf" in sealed
    page = (done.dossier / "report.html").read_text("utf-8")
    assert f'<a href="{joined["path"]}">hds.pdf</a>' in page
    assert found["service"]["Disponibilité"] == "99,5 %"


def test_what_waits_is_said_with_the_command_that_asks_it(done: Outcome) -> None:
    assert "1\u00a0déclaration attend une réponse, ou sa preuve" in done.out
    assert "sas-recette attest -c " in done.out


def test_it_is_judged_again_alike(done: Outcome) -> None:
    again = sas_recette("rejudge", done.dossier)
    assert again.out.startswith("Rien ne change")
    assert sas_recette("verify", done.dossier).code == 0


def test_a_document_that_changes_is_told(done: Outcome, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copie"
    shutil.copytree(done.dossier, copy)
    (copy / "pieces" / "SEC-022-1-hds.pdf").write_bytes(CERTIFICATE[::-1])
    told = sas_recette("verify", copy)
    assert told.code == 1
    assert "pieces/SEC-022-1-hds.pdf" in told.out
    sas_recette("report", copy)
    page = (copy / "report.html").read_text("utf-8")
    assert "elle n’a plus l’empreinte que dit le journal" in page
    assert 'href="pieces/SEC-022-1-hds.pdf"' not in page


def test_a_document_that_is_not_there_stops_before_anything_is_sent(reference: Reference, tmp_path: Path) -> None:
    said = [{"requirement": "SEC-022", "answer": "oui", "person": "Zoé", "attachments": ["absente.pdf"]}]
    file = reference.file(tmp_path, attestations=said)
    refused = sas_recette("run", "-c", file, "--reports", tmp_path / "reports")
    assert refused.code == 2
    assert "absente.pdf n’existe pas" in refused.err
    assert not (tmp_path / "reports").exists()
