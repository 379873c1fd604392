from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sas_recette.engine.campaign import transport_for, utc_now
from sas_recette.engine.candidate_file import read_candidate
from sas_recette.exchange.model import Request
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import SlotQuery, search_window
from tests.cli.driving import Reference, sas_recette

FINDING = ["requirement", "level", "outcome", "location", "message", "expected", "observed"]


@pytest.fixture(scope="module")
def asked(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Request:
    candidate = read_candidate(reference.file(tmp_path_factory.mktemp("candidat")))
    assert candidate.practitioners.one_site is not None
    window = search_window(utc_now())
    return SlotQuery(
        candidate.candidate.base_url, Flow.INT_R01, (candidate.practitioners.one_site.id,), window
    ).request()


@pytest.fixture(scope="module")
def bundle(reference: Reference, asked: Request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the reference editor really answers to a search."""
    folder = tmp_path_factory.mktemp("bundle")
    candidate = read_candidate(reference.file(folder))
    exchange = transport_for(candidate, "essai", utc_now).send(asked, scenario="essai", step="essai")
    assert exchange.response is not None
    assert exchange.response.status == httpx.codes.OK
    path = folder / "bundle.json"
    path.write_bytes(exchange.response.body)
    return path


def broken(bundle: Path, folder: Path) -> Path:
    """The same answer without the end of its slots."""
    document: Any = json.loads(bundle.read_bytes())
    for entry in document["entry"]:
        entry["resource"].pop("end", None)
    path = folder / "sans-fin.json"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


def test_a_sound_bundle_exits_0(bundle: Path, asked: Request) -> None:
    done = sas_recette("validate", bundle, "--request", asked.url, "--format", "json")
    assert done.code == 0
    assert json.loads(done.out) == {
        "file": str(bundle),
        "profile": "BundleAgregateur",
        "edition": "1.2.0",
        "verdict": "conforme",
        "findings": [],
    }


def test_a_broken_bundle_exits_1_with_one_finding_a_slot(bundle: Path, tmp_path: Path) -> None:
    path = broken(bundle, tmp_path)
    done = sas_recette("validate", path, "--format", "json")
    assert done.code == 1
    document = json.loads(done.out)
    assert list(document) == ["file", "profile", "edition", "verdict", "findings"]
    assert document["verdict"] == "non conforme"
    assert all(list(finding) == FINDING for finding in document["findings"])
    slots = [
        number
        for number, entry in enumerate(json.loads(bundle.read_bytes())["entry"])
        if entry["resource"]["resourceType"] == "Slot"
    ]
    ends = [one["location"] for one in document["findings"] if one["requirement"] == "AGR-COM-030"]
    assert ends == [f"Bundle.entry[{number}].resource.end" for number in slots]
    assert {one["outcome"] for one in document["findings"]} <= {"fail", "warn"}


def test_text_names_file_line_requirement_and_source(bundle: Path, tmp_path: Path) -> None:
    path = broken(bundle, tmp_path)
    done = sas_recette("validate", path)
    assert done.code == 1
    assert done.out.startswith(f"{path}\u00a0: non conforme (profil BundleAgregateur, édition 1.2.0)\n")
    assert "✘ AGR-COM-030 (SHALL)" in done.out
    assert f"  {path}:" in done.out
    assert all(
        word in done.out for word in ("attendu\u00a0:", "observé\u00a0:", "source\u00a0:", "exigences examinées")
    )


def test_several_files_give_json_lines_and_the_gravest_code(bundle: Path, tmp_path: Path) -> None:
    path = broken(bundle, tmp_path)
    done = sas_recette("validate", bundle, path, "--format", "json")
    assert done.code == 1
    assert [json.loads(line)["verdict"] for line in done.out.splitlines()] == ["conforme", "non conforme"]


def test_a_request_lets_the_answer_be_compared_with_it(bundle: Path, asked: Request) -> None:
    other = asked.url.replace("899", "898")
    without = json.loads(sas_recette("validate", bundle, "--format", "json").out)
    judged = json.loads(sas_recette("validate", bundle, "--request", other, "--format", "json").out)
    assert without["findings"] == []
    assert {one["requirement"] for one in judged["findings"]} >= {"AGR-PS-010"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "BundleAgregatuer"], "vouliez-vous dire «\u00a0BundleAgregateur\u00a0»"),
        (["--profile", "zzz"], "Profil inconnu dans l’édition 1.2.0\u00a0: «\u00a0zzz\u00a0»."),
        (["--edition", "9.9"], "Édition inconnue\u00a0: «\u00a09.9\u00a0»"),
        (["absent.json"], "absent.json\u00a0: ce fichier n’existe pas."),
        (["--request", "pas une url"], "--request"),
    ],
)
def test_names_that_do_not_exist_exit_2(bundle: Path, arguments: list[str], sentence: str) -> None:
    done = sas_recette("validate", bundle, *arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert sentence in done.err


def test_one_resource_is_judged_by_its_own_profile(bundle: Path, tmp_path: Path) -> None:
    document: Any = json.loads(bundle.read_bytes())
    slot = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Slot")
    path = tmp_path / "slot.json"
    path.write_text(json.dumps(slot), encoding="utf-8")
    by_content = json.loads(sas_recette("validate", path, "--format", "json").out)
    assert by_content["profile"] == "FrSlotAgregateur"
    wrong = sas_recette("validate", path, "--profile", "FrPractitionerAgregateur")
    assert wrong.code == 1


def test_editions_are_told_apart(bundle: Path) -> None:
    document = json.loads(sas_recette("validate", bundle, "--edition", "1.1.0", "--format", "json").out)
    assert document["edition"] == "1.1.0"


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000])
def test_what_is_no_fhir_at_all_is_a_finding_not_a_traceback(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "corps.json"
    path.write_bytes(body)
    done = sas_recette("validate", path, "--format", "json")
    assert done.code == 1
    assert json.loads(done.out)["findings"]
    assert done.err == ""


def test_an_empty_searchset_is_no_proof_of_conformity(tmp_path: Path) -> None:
    """Nothing green by accident: a Slot profile that examined nothing is not verified."""
    path = tmp_path / "autre.json"
    path.write_text('{"resourceType": "Appointment", "status": "booked"}', encoding="utf-8")
    done = sas_recette("validate", path, "--format", "json")
    assert done.code in {1, 4}
    assert json.loads(done.out)["verdict"] in {"non conforme", "non vérifié"}
