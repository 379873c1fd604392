"""`validate` on what INT_R02 exchanges: the account of a regulator, and the reason of a failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sas_recette.engine.validation import validate_body
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import sas_recette
from tests.norm.cases_regul import TECHNICAL
from tests.norm.validation import DELETE, Changes, changed, example

ACCOUNT = "https://editeur.example/fhir/Practitioner?identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581/11242343"
SEARCH = "https://editeur.example/fhir/Slot?status=free"
ID = ("identifier", 0)


def written(folder: Path, content: object) -> Path:
    path = folder / "corps.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return path


def regulator(changes: Changes) -> dict[str, Any]:
    return changed(example("regulateur"), changes)


def outcome(**members: object) -> dict[str, Any]:
    issue = {"severity": "error", "code": "invalid", "diagnostics": "identifier absent", **members}
    return {"resourceType": "OperationOutcome", "issue": [{key: one for key, one in issue.items() if one is not None}]}


def judged(content: object, **options: str) -> tuple[str, str, list[tuple[str, str, str]]]:
    """Profile, verdict and findings (requirement, outcome, location)."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    done = validate_body(body, "corps.json", load_catalogue(), **{"edition": "1.2.0", **options})
    found = [(one.requirement, one.outcome.value, one.location) for one in done.findings]
    return done.profile, done.verdict.value, found


@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
def test_the_reference_account_is_conformant(edition: str) -> None:
    assert judged(example("regulateur"), edition=edition) == ("FrPractitionerRegul", "conforme", [])


@pytest.mark.parametrize(
    "changes",
    [
        {("meta",): DELETE},
        {("meta", "profile"): DELETE},
        {("meta",): DELETE, ("identifier",): [TECHNICAL], ("telecom",): DELETE, ("active",): DELETE},
        {("meta",): DELETE, ("identifier", 0, "value"): "810002673899"},
    ],
)
def test_an_account_is_recognised_by_what_it_holds(changes: Changes) -> None:
    assert judged(regulator(changes))[0] == "FrPractitionerRegul"


def test_a_practitioner_of_a_search_stays_one() -> None:
    other: Changes = {("meta",): DELETE, ("active",): DELETE, ("identifier", 0, "value"): "810002673899"}
    practitioner = regulator(other)
    assert judged(practitioner)[0] == "FrPractitionerAgregateur"
    assert judged(practitioner, request=ACCOUNT)[0] == "FrPractitionerRegul"
    assert judged(practitioner, profile="FrPractitionerRegul")[0] == "FrPractitionerRegul"
    declared = changed(practitioner, {("meta",): {"profile": [canonicals.PRACTITIONER]}})
    assert judged(declared, request=ACCOUNT)[0] == "FrPractitionerAgregateur"


@pytest.mark.parametrize(
    ("changes", "verdict", "findings"),
    [
        ({("identifier",): DELETE}, "non conforme", [("ACC-028", "fail", "Practitioner.identifier")]),
        ({("active",): DELETE}, "non conforme", [("ACC-031", "fail", "Practitioner.active")]),
        ({("name",): DELETE}, "réserve", [("ACC-029", "warn", "Practitioner.name")]),
        ({("telecom",): []}, "réserve", [("ACC-030", "warn", "Practitioner.telecom")]),
        (
            {("name", 0, "family"): ""},
            "non conforme",
            [("ACC-035", "fail", "Practitioner.name[0].family")],
        ),
        ({("active",): "true"}, "réserve", [("ACC-061", "warn", "Practitioner.active")]),
        ({("telecom", 0, "system"): DELETE}, "non conforme", [("ACC-037", "fail", "Practitioner.telecom[0].system")]),
        (
            {(*ID, "system"): canonicals.IDNST_SYSTEM},
            "réserve",
            [("ACC-059", "warn", "Practitioner.identifier[0].system")],
        ),
        ({("birthDate",): "hier"}, "non conforme", [("ACC-056", "fail", "Practitioner.birthDate")]),
        ({("qualification",): []}, "non conforme", [("ACC-056", "fail", "Practitioner.qualification")]),
    ],
)
def test_each_fault_is_said_once(changes: Changes, verdict: str, findings: list[tuple[str, str, str]]) -> None:
    assert judged(regulator(changes)) == ("FrPractitionerRegul", verdict, findings)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", {"resourceType": "Patient"}, {"resourceType": "Bundle"}]
)
def test_what_is_no_account_at_all(content: object) -> None:
    profile, verdict, findings = judged(content, profile="FrPractitionerRegul")
    assert (profile, verdict) == ("FrPractitionerRegul", "non conforme")
    assert {requirement for requirement, _, _ in findings} == {"ACC-056"}


@pytest.mark.parametrize(
    ("request_url", "requirement"), [("", "AGR-COM-015"), (SEARCH, "AGR-COM-015"), (ACCOUNT, "ACC-032")]
)
def test_a_failure_is_judged_by_the_flow_of_its_request(request_url: str, requirement: str) -> None:
    assert judged(outcome(), request=request_url) == ("OperationOutcome", "conforme", [])
    place = "OperationOutcome.issue[0].code"
    expected = ("OperationOutcome", "non conforme", [(requirement, "fail", place)])
    assert judged(outcome(code="bad"), request=request_url) == expected


def test_what_an_account_failure_should_say_is_a_reserve() -> None:
    place = "OperationOutcome.issue"
    silent = outcome(diagnostics=None)
    assert judged(silent, request=ACCOUNT) == ("OperationOutcome", "réserve", [("ACC-032", "warn", place)])
    assert judged(silent, request=SEARCH) == ("OperationOutcome", "conforme", [])


def test_a_failure_asked_for_and_not_given() -> None:
    for request, requirement in ((ACCOUNT, "ACC-032"), (SEARCH, "AGR-COM-015")):
        for content in (example("regulateur"), b"", b"{"):
            profile, verdict, findings = judged(content, profile="OperationOutcome", request=request)
            assert (profile, verdict) == ("OperationOutcome", "non conforme")
            assert {one for one, _, _ in findings} == {requirement}


def test_the_command_line(tmp_path: Path) -> None:
    done = sas_recette("validate", written(tmp_path, example("regulateur")), "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["profile"] == "FrPractitionerRegul"
    broken = sas_recette("validate", written(tmp_path, regulator({("active",): DELETE})))
    assert broken.code == 1
    assert "✘ ACC-031 (SHALL)" in broken.out
    assert "(profil FrPractitionerRegul, édition 1.2.0)" in broken.out
    failure = sas_recette("validate", written(tmp_path, outcome()), "--request", ACCOUNT)
    assert failure.code == 0
    assert "(profil OperationOutcome, édition 1.2.0)" in failure.out


def test_an_unknown_edition_is_refused_for_a_failure_too(tmp_path: Path) -> None:
    done = sas_recette("validate", written(tmp_path, outcome()), "--edition", "9.9.9")
    assert done.code == 2
    assert "Édition inconnue" in done.err
