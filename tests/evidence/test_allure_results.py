from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence import allure_results
from sas_recette.evidence.allure_results import render_allure_results, severity
from sas_recette.evidence.dossier import write_dossier
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Response
from sas_recette.exchange.screenshot import Screenshot
from sas_recette.norm.requirements import Level
from tests.evidence.sample import CONTENT_TYPE, ORDER, START, bundle, campaign, exchanges, journal, requirement
from tests.evidence.sso_sample import ARRIVAL, IMAGES, LOST, sso_campaign, sso_exchanges, sso_pages

SCHEMA: Final = Draft202012Validator(
    json.loads((Path(__file__).parent / "allure_result.schema.json").read_text(encoding="utf-8"))
)


def rendered(result: CampaignResult, recorded: Recorded) -> tuple[dict[str, dict[str, Any]], Mapping[str, bytes]]:
    """Results by the id of their scenario, and attachments by file name."""
    files = list(render_allure_results(result, recorded))
    assert len({name for name, _ in files}) == len(files), "no file is written twice"
    results = [json.loads(content) for name, content in files if name.endswith("-result.json")]
    for one in results:
        SCHEMA.validate(one)
    by_id = {one["fullName"].partition("#")[2]: one for one in results}
    return by_id, {name: content for name, content in files if not name.endswith(".json")}


def steps(of: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    for step in of.get("steps", ()):
        yield depth, step
        yield from steps(step, depth + 1)


def labels(of: Mapping[str, Any], name: str) -> list[str]:
    return [label["value"] for label in of["labels"] if label["name"] == name]


def test_every_scenario_has_its_result_and_every_attachment_its_file() -> None:
    results, files = rendered(campaign(), Recorded(exchanges()))
    assert list(results) == [one.id for one in campaign().scenarios]
    attached = [
        item["source"]
        for one in results.values()
        for holder in (one, *(step for _, step in steps(one)))
        for item in holder.get("attachments", ())
    ]
    assert sorted(attached) == sorted(files)


def test_a_scenario_that_fails() -> None:
    results, files = rendered(campaign(), Recorded(exchanges()))
    one = results["AGR-PS-01"]
    assert (one["status"], one["statusDetails"]["message"]) == ("failed", "non conforme\u00a0: ")
    assert labels(one, "epic") == labels(one, "parentSuite") == ["Agrégation de créneaux – professionnels de santé"]
    assert labels(one, "feature") == labels(one, "suite") == ["nominal"]
    assert labels(one, "story") == ["AGR-PS-01 – Scénario AGR-PS-01"]
    assert labels(one, "severity") == ["critical"]
    assert labels(one, "tag")[:3] == ["non conforme", "INT_R01", CONTENT_TYPE.id]
    assert one["links"][-1] == {
        "name": ORDER.id,
        "type": "requirement",
        "url": f"../{campaign().id}/report.html#exigence-{ORDER.id}",
    }
    assert "**Étapes**\n\n1. La plateforme recherche les créneaux.\n2. La solution répond." in one["description"]
    assert [(step["name"], step["status"]) for _, step in steps(one)] == [
        ("Recherche des créneaux – GET E0001 → 200", "failed"),
        ("Recherche des créneaux – GET E0002 → 502", "failed"),
        ("Recherche répétée – GET E0003 → 200", "passed"),
    ]
    (findings,) = one["attachments"]
    assert "La fin du créneau précède son début." in files[findings["source"]].decode()
    assert results["AGR-PS-04"]["status"] == "passed"
    assert results["AGR-PS-04"]["statusDetails"]["message"].startswith("réserve\u00a0: ")


def test_a_scenario_keeps_its_history_whatever_its_verdict() -> None:
    before, _ = rendered(campaign(), Recorded(exchanges()))
    scenarios = tuple(replace(one, verdict=Verdict.CONFORME, title="Autre") for one in campaign().scenarios)
    after, _ = rendered(replace(campaign(), id="autre", scenarios=scenarios), Recorded())
    for name, one in before.items():
        assert (one["historyId"], one["testCaseId"]) == (after[name]["historyId"], after[name]["testCaseId"])
        assert one["uuid"] != after[name]["uuid"]
    assert len({one["historyId"] for one in before.values()}) == len(before)


def test_severity_is_that_of_the_most_binding_requirement() -> None:
    may = requirement("AGR-COM-001", "Possible", Level.MAY)
    assert severity((may, CONTENT_TYPE, ORDER)).value == "critical"
    assert severity((may, CONTENT_TYPE)).value == "minor"
    assert severity((may,)).value == "trivial"
    assert severity(()).value == "normal"


def test_pages_are_steps_with_their_screenshot() -> None:
    image = (IMAGES / "agenda.jpg").read_bytes()
    recorded = Recorded(
        sso_exchanges(), sso_pages(), {ARRIVAL.screenshot: Screenshot(image, 1, 1)}, {LOST.screenshot: "aucune"}
    )
    results, files = rendered(sso_campaign(), recorded)
    found = list(steps(results["SSO-01"]))
    arrival = "Arrivée depuis la plateforme"
    names = [(depth, step["name"]) for depth, step in found]
    assert names[:3] == [
        (0, f"{arrival} – GET SSO-01-r1 → 302"),
        (0, f"{arrival} – POST SSO-01-r2 → 200"),
        (0, f"{arrival} – page «\u00a0Agenda du Dr Camille MARTIN\u00a0» SSO-01-p1 → 200"),
    ]
    assert names[3:7] == [
        (1, f"{arrival} – GET SSO-01-n{rank} → {status}") for rank, status in ((1, 302), (2, 302), (3, 303), (4, 200))
    ]
    assert {content for name, content in files.items() if name.endswith(".jpg")} == {image}
    told = b"\n".join(files.values()).decode("utf-8", "replace")
    assert "Repères\u00a0: session, agenda:899700218896:Cabinet des Lilas, autre" in told
    assert "authenticated\u00a0: yes" in told
    (lost,) = (step for _, step in steps(results["SSO-02"]) if LOST.id in step["name"])
    assert lost["name"].endswith("→ aucun document")
    assert [item["name"] for item in lost["attachments"]][:2] == ["Page vue", "Pas de copie d’écran"]


def test_a_long_body_is_cut() -> None:
    known = exchanges()["E0003"]
    long = replace(known, response=Response(200, (), bundle(40) + b"\xff" * 40_000))
    results, files = rendered(campaign(), Recorded({known.id: long}))
    (step,) = results["AGR-PS-03"]["steps"]
    (body,) = (item for item in step["attachments"] if item["name"] == "Corps de la réponse")
    content = files[body["source"]].decode()
    assert len(content) < 33_000
    assert content.endswith(f"\n… ({len(bundle(40)) + 40_000} octets, le journal les garde tous)")


def test_writing_a_dossier_again_leaves_no_older_result(tmp_path: Path) -> None:
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
    (tmp_path / "allure-results" / "vieux-result.json").write_bytes(b"{}")
    (tmp_path / "allure-results" / "vieux-attachment.txt").write_bytes(b"")
    before = {path.name for path in (tmp_path / "allure-results").iterdir()}
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
    after = {path.name for path in (tmp_path / "allure-results").iterdir()}
    assert before - after == {"vieux-result.json", "vieux-attachment.txt"}
    assert {"environment.properties", "categories.json"} < after


def test_beyond_so_many_files_a_step_says_where_its_proof_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allure_results, "FILES", 6)
    results, files = rendered(campaign(), Recorded(exchanges()))
    blamed, other = results["AGR-PS-01"]["steps"][0], results["AGR-PS-03"]["steps"][0]
    assert len(blamed["attachments"]) == 3
    assert "parameters" not in blamed
    assert "attachments" not in other
    assert other["parameters"] == [{"name": "preuve", "value": "dans report.html et journal/"}]
    assert len([name for name in files if "-attachment" in name]) < len(
        rendered(sso_campaign(), Recorded(exchanges()))[1]
    )
