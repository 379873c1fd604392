from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sas_recette.editor.defects import DEFECTS
from sas_recette.engine.candidate_file import read_candidate
from sas_recette.engine.scenario import Occasion, load_scenarios
from sas_recette.norm.requirements import Flow, load_catalogue
from tests.cli.driving import Outcome, Reference, plain_document, sas_recette, write_candidate
from tests.platform.loopback import free_port

SEALED = {"manifest.json", "manifest.sig", "cle-publique.pem"}
"""What bears the hour of the sealing and the key made for it."""


def documents(dossier: Path) -> dict[str, bytes]:
    """Everything that the command writes, by name, but its seal."""
    files = (path for path in dossier.rglob("*") if path.is_file() and path.name not in SEALED)
    return {path.relative_to(dossier).as_posix(): path.read_bytes() for path in files}


def unsigned(done: Outcome) -> list[str]:
    """What a command says, but for the key made for one dossier."""
    return [line for line in done.out.splitlines() if not line.startswith("Dossier signé")]


def test_a_campaign_against_a_sound_editor_exits_0(whole: Outcome) -> None:
    assert whole.code == 0, whole.out
    known = load_scenarios().items()
    assert all(
        (name in whole.err) == (one.occasion is not Occasion.ON_DEMAND)
        for name, one in known
        if one.flow is not Flow.INT_PSC
    )
    assert "Code de sortie 0" in whole.out
    assert "✔ conforme" in whole.err
    campaign = json.loads((whole.dossier / "campaign.json").read_bytes())
    assert campaign["verdict"] == "conforme"
    assert len(campaign["scenarios"]) == sum(one.occasion is not Occasion.ON_DEMAND for _, one in known)
    assert {path.name for path in whole.dossier.iterdir()} >= {"campaign.json", "journal", "junit.xml", "report.html"}
    assert sas_recette("verify", whole.dossier).code == 0


def test_run_with_a_defect_exits_1_and_names_the_requirement(reference: Reference, tmp_path: Path) -> None:
    file = reference.file(tmp_path, "sans-fin")
    done = sas_recette("run", "-c", file, "--scenario", "R01-10", "--reports", tmp_path)
    assert done.code == 1
    assert "AGR-COM-030" in done.out
    assert "✘ non conforme" in done.err


def test_run_without_all_the_data_exits_4_unless_it_is_allowed(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    document["practitioners"] = {"one_site": document["practitioners"]["one_site"]}
    file = write_candidate(tmp_path, document)
    arguments = ("run", "-c", file, "--reports", tmp_path, "--scenario", "R01-02", "--scenario", "R01-32")
    refused = sas_recette(*arguments)
    assert refused.code == 4
    assert "practitioners.two_sites" in refused.out
    allowed = sas_recette(*arguments, "--allow-incomplete")
    assert allowed.code == 0
    assert "admis par --allow-incomplete" in allowed.out


def test_run_when_nobody_listens_exits_3_with_a_dossier_that_says_so(tmp_path: Path) -> None:
    file = write_candidate(tmp_path, plain_document(f"http://127.0.0.1:{free_port()}/fhir"))
    done = sas_recette("run", "-c", file, "--reports", tmp_path)
    assert done.code == 3
    campaign = json.loads((done.dossier / "campaign.json").read_bytes())
    told = {(one["flow"], one["verdict"]) for one in campaign["scenarios"]}
    assert told == {
        ("INT_R01", "non vérifié"),
        ("INT_R02", "non vérifié"),
        ("INT_R04", "sans objet"),
        ("INT_PSC", "sans objet"),
        ("INT_SSO", "non vérifié"),
        ("INT_SOS1", "sans objet"),
        ("INT_R03", "non vérifié"),
        ("SECURITE", "non vérifié"),
        ("PERFORMANCE", "non vérifié"),
        ("REFERENCEMENT", "non vérifié"),
    }
    assert "n’est pas joignable" in next(one["reason"] for one in campaign["scenarios"] if one["flow"] == "INT_R01")
    assert "n’a pas pu être jointe" in done.out
    assert sas_recette("verify", done.dossier).code == 0
    assert sas_recette("run", "-c", file, "--reports", tmp_path, "--allow-incomplete").code == 3


@pytest.mark.parametrize("name", ["recette.toml", "dossier/absent.toml"])
def test_run_without_a_candidate_file_exits_2(tmp_path: Path, name: str) -> None:
    done = sas_recette("run", "-c", tmp_path / name)
    assert done.code == 2
    assert done.err == (
        f"{tmp_path / name}\u00a0: ce fichier n’existe pas. «\u00a0sas-recette init\u00a0» en écrit un, commenté.\n"
    )


def test_reports_that_cannot_be_written_exit_2(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("un fichier")
    done = sas_recette("run", "-c", reference.file(tmp_path), "--reports", tmp_path / "reports")
    assert done.code == 2
    assert "n’est pas un dossier" in done.err
    assert "Traceback" not in done.err


def test_report_makes_the_same_dossier_again(reference: Reference, tmp_path: Path) -> None:
    file = reference.file(tmp_path, "sans-fin")
    first = sas_recette("run", "-c", file, "--scenario", "R01-02", "--scenario", "R01-26", "--reports", tmp_path)
    before = documents(first.dossier)
    (first.dossier / "campaign.json").unlink()
    (first.dossier / "report.html").unlink()
    again = sas_recette("report", first.dossier)
    assert (again.code, unsigned(again)) == (first.code, unsigned(first))
    assert documents(first.dossier) == before
    assert sas_recette("verify", first.dossier).code == 0


@pytest.mark.parametrize("command", ["report", "verify", "rejudge", "baseline"])
def test_a_folder_that_is_no_dossier_exits_2(tmp_path: Path, command: str) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        done = sas_recette(command, folder)
        assert done.code == 2
        assert len(done.err.splitlines()) == 1
        assert "dossier" in done.err


def test_verify_says_what_was_altered_added_and_removed(tmp_path: Path) -> None:
    file = write_candidate(tmp_path, plain_document(f"http://127.0.0.1:{free_port()}/fhir"))
    dossier = sas_recette("run", "-c", file, "--reports", tmp_path / "reports").dossier
    with (dossier / "report.html").open("a") as page:
        page.write("<!-- -->")
    (dossier / "note.txt").write_text("ajout")
    (dossier / "junit.xml").unlink()
    done = sas_recette("verify", dossier)
    assert done.code == 1
    sentences = done.out.splitlines()
    assert [sentence.split("\u00a0")[1] for sentence in sentences] == ["junit.xml", "note.txt", "report.html"]
    assert ["a disparu" in sentences[0], "a été ajouté" in sentences[1], "a été modifié" in sentences[2]] == [True] * 3


@pytest.mark.parametrize("declared", ["ps", "cpts", "sos", "ps,cpts,sos", " ps , ps "])
def test_init_writes_a_file_that_is_read(tmp_path: Path, declared: str) -> None:
    output = tmp_path / "recette.toml"
    done = sas_recette("init", "--use-case", declared, "--output", output)
    assert done.code == 0
    assert read_candidate(output).use_cases == tuple(dict.fromkeys(one.strip() for one in declared.split(",")))
    written = output.read_bytes()
    again = sas_recette("init", "--output", output)
    assert again.code == 2
    assert "existe déjà" in again.err
    assert output.read_bytes() == written


@pytest.mark.parametrize("declared", ["pss", "", "ps,autre"])
def test_init_refuses_unknown_use_cases(tmp_path: Path, declared: str) -> None:
    done = sas_recette("init", "--use-case", declared, "--output", tmp_path / "recette.toml")
    assert done.code == 2
    assert "ps, cpts, sos" in done.err
    assert not (tmp_path / "recette.toml").exists()


def test_the_commented_keys_of_init_are_all_known(tmp_path: Path) -> None:
    output = tmp_path / "recette.toml"
    sas_recette("init", "--output", output)
    lines = output.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line == "# [sso]")
    uncommented = [
        line.removeprefix("# ") if number >= first and (line.startswith("# [") or " = " in line) else line
        for number, line in enumerate(lines)
    ]
    output.write_text("\n".join(uncommented), encoding="utf-8")
    (tmp_path / "pieces").mkdir()
    for name in ("certificat-hds.pdf", "registre.pdf"):
        (tmp_path / "pieces" / name).write_bytes(b"%PDF")
    candidate = read_candidate(output)
    assert len(candidate.agenda) == 1
    assert candidate.sso is not None
    assert [one.name for one in candidate.sso.marks()] == [
        "session",
        "login",
        "terms",
        "error",
        "agenda:899900000011",
        "agenda:378467169000014:Centre de consultation Armor Nord",
        "local",
    ]
    assert candidate.sso.address == ("10.0.0.7", 8445)
    assert candidate.appointments is not None
    assert candidate.appointments.address == ("10.0.0.7", 8446)
    assert [one.requirement for one in candidate.attestations] == ["SEC-022"]
    assert [one.piece for one in candidate.pieces] == ["rgpd"]
    assert candidate.security.lockout is not None
    assert candidate.security.lockout.attempts == 5
    assert candidate.referencing.sons
    assert candidate.service.named["Correction d’une anomalie majeure"] == "2 jours ouvrés"


def test_certs_writes_a_pki_and_refuses_names_that_no_certificate_holds(tmp_path: Path) -> None:
    done = sas_recette("certs", "--folder", tmp_path / "pki", "--host", "localhost")
    assert done.code == 0
    assert {"client.pem", "client.key", "serveur.pem", "ac-chaine.pem"} <= {
        path.name for path in (tmp_path / "pki").iterdir()
    }
    refused = sas_recette("certs", "--folder", tmp_path / "autre", "--cn", "x" * 65)
    assert refused.code == 2
    assert not (tmp_path / "autre").exists()


def test_editor_lists_every_defect_and_refuses_an_unknown_one(tmp_path: Path) -> None:
    done = sas_recette("editor", "--list-defects")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(DEFECTS)
    refused = sas_recette("editor", "--defect", "end-mising", "--folder", tmp_path)
    assert refused.code == 2
    assert "end-missing" in refused.err


def test_editor_names_the_ports_that_are_taken(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = sas_recette("editor", "--port", port, "--web-port", 0, "--folder", tmp_path)
    assert done.code == 2
    assert str(port) in done.err
    assert "--port" in done.err


@pytest.mark.parametrize("command", ["list", "matrix"])
def test_tables_and_json_name_every_requirement(command: str) -> None:
    table, document = sas_recette(command), sas_recette(command, "--format", "json")
    assert (table.code, document.code) == (0, 0)
    parsed: Any = json.loads(document.out)
    rows = parsed if command == "matrix" else parsed["requirements"]
    assert [row["exigence" if command == "matrix" else "id"] for row in rows] == list(load_catalogue())
    assert all(name in table.out for name in load_catalogue())


@pytest.mark.parametrize("command", ["list", "matrix"])
def test_a_flow_keeps_its_own_and_an_unknown_one_is_refused(command: str) -> None:
    kept = sas_recette(command, "--flow", "int_r01", "--format", "json")
    assert kept.code == 0
    assert "AGR-PS-001" in kept.out
    assert "ACC-001" not in kept.out
    refused = sas_recette(command, "--flow", "INT_R99")
    assert refused.code == 2
    assert "INT_R99" in refused.err
    assert "INT_R01" in refused.err


@pytest.mark.parametrize(("name", "title"), [("R01-10", "Bornes exactes"), ("agr-com-029", "AGR-COM-029")])
def test_show_prints_a_scenario_or_a_requirement(name: str, title: str) -> None:
    assert title in sas_recette("show", name).out
    assert json.loads(sas_recette("show", name, "--format", "json").out)["id"] == name.upper()


@pytest.mark.parametrize(("name", "nearest"), [("R01_10", "R01-10"), ("AGR-COM-O29", "AGR-COM-029"), ("xyz", "")])
def test_show_names_the_nearest(name: str, nearest: str) -> None:
    done = sas_recette("show", name)
    assert done.code == 2
    assert name in done.err
    assert nearest in done.err


def test_verify_prints_one_sentence_when_all_is_well(whole: Outcome) -> None:
    first, second = sas_recette("verify", whole.dossier).out.splitlines()
    assert first == "Le dossier est entier et inaltéré."
    assert second.startswith("Signé par la clé d’empreinte ")
    assert second.endswith("Qui a signé, seule une clé que vous tenez d’ailleurs le prouve (--key).")


def test_the_whole_cahier_judged_again_is_the_same_byte_for_byte(whole: Outcome) -> None:
    again = sas_recette("rejudge", whole.dossier)
    assert again.out == "Rien ne change\u00a0: le journal redonne campaign.json à l’octet près.\n"
    assert (again.code, again.err) == (whole.code, "")
