"""Allure 2 itself reads the results of a campaign, and shows what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.dossier import write_dossier
from tests.evidence.sample import CONTENT_TYPE, ORDER, START, campaign, exchanges, journal
from tests_external.allure import NoAllureError, generated


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a campaign with every verdict, and hostile text wherever there can be."""
    folder = tmp_path_factory.mktemp("allure")
    write_dossier(folder / "dossier", campaign(), journal(exchanges()), created=START)
    try:
        said = generated(folder / "dossier" / "allure-results", folder / "page")
    except NoAllureError as error:
        pytest.fail(str(error), pytrace=False)
    assert re.fullmatch(r"Report successfully generated to \S+\s*", said), "Allure warns of nothing"
    return folder / "page"


@pytest.fixture(scope="module")
def cases(page: Path) -> Mapping[str, dict[str, Any]]:
    read = [json.loads(path.read_bytes()) for path in (page / "data" / "test-cases").iterdir()]
    return {case["fullName"].partition("#")[2]: case for case in read}


def test_every_scenario_is_shown_with_its_status(cases: Mapping[str, dict[str, Any]]) -> None:
    assert {name: case["status"] for name, case in cases.items()} == {
        "AGR-PS-01": "failed",
        "AGR-PS-02": "skipped",
        "AGR-PS-03": "passed",
        "AGR-PS-04": "passed",
        "AGR-SOS-01": "skipped",
        "ACC-01": "broken",
        "RDV-01": "failed",
        "SEC-01": "skipped",
    }


def test_a_case_holds_steps_attachments_links_and_labels(page: Path, cases: Mapping[str, dict[str, Any]]) -> None:
    case = cases["AGR-PS-01"]
    assert [(step["name"], step["status"]) for step in case["testStage"]["steps"]] == [
        ("Recherche des créneaux – GET E0001 → 200", "failed"),
        ("Recherche des créneaux – GET E0002 → 502", "failed"),
        ("Recherche répétée – GET E0003 → 200", "passed"),
    ]
    attached = [*case["testStage"]["attachments"], *case["testStage"]["steps"][0]["attachments"]]
    assert [one["name"] for one in attached] == ["Constats", "Requête", "En-têtes de la réponse", "Corps de la réponse"]
    for one in attached:
        assert (page / "data" / "attachments" / one["source"]).stat().st_size == one["size"] > 0
    assert [link["name"] for link in case["links"]][-1] == ORDER.id
    assert {(label["name"], label["value"]) for label in case["labels"]} >= {
        ("epic", "Agrégation de créneaux – professionnels de santé"),
        ("feature", "nominal"),
        ("story", "AGR-PS-01 – Scénario AGR-PS-01"),
        ("severity", "critical"),
        ("tag", CONTENT_TYPE.id),
    }
    assert case["extra"]["severity"] == "critical"
    assert "<li>La plateforme recherche les créneaux.</li>" in case["descriptionHtml"]


def test_each_verdict_but_conforme_is_a_category(page: Path, cases: Mapping[str, dict[str, Any]]) -> None:
    verdicts = {one.id: one.verdict for one in campaign().scenarios}
    for name, case in cases.items():
        wanted = [] if verdicts[name] is Verdict.CONFORME else [verdicts[name].value.capitalize()]
        assert [one["name"] for one in case["extra"]["categories"]] == wanted, name
    widget = json.loads((page / "widgets" / "categories.json").read_bytes())
    counted = {item["name"]: item["statistic"]["total"] for item in widget["items"]}
    assert counted == {
        "Non conforme": 2,
        "Erreur du banc": 1,
        "Non vérifié": 1,
        "À attester": 1,
        "Sans objet": 1,
        "Réserve": 1,
    }


def test_the_environment_and_the_tree_are_told(page: Path) -> None:
    environment = {
        item["name"]: item["values"] for item in json.loads((page / "widgets" / "environment.json").read_bytes())
    }
    assert environment["Solution"] == ["Mon Agenda"]
    assert environment["Environnement"] == ["préproduction"]
    assert (environment["Édition"], environment["Version du banc"]) == (["1.2.0"], [campaign().tool_version])
    behaviours = json.loads((page / "data" / "behaviors.json").read_bytes())
    assert "Gestion des comptes régulateurs" in [child["name"] for child in behaviours["children"]]


def test_the_page_is_french_and_calls_nobody(page: Path) -> None:
    index = (page / "index.html").read_text(encoding="utf-8")
    assert 'lang="fr"' in index
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", index)
    assert "googletagmanager" not in index
