"""`validate` on a pasted Appointment (appointments.md R-S17): the profile it claims, the same rules as a message received."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sas_recette.engine.validation import validate_body
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import sas_recette
from tests.norm.validation import DELETE, Changes
from tests.rules.appointments.building import (
    ACTOR_ID,
    BASE,
    BOOKED,
    BOOKED_SOS,
    OPERATOR_ID,
    OTHER,
    PENDING_SOS,
    PROFILE,
    SAS,
    SOS_PROFILE,
    SYSTEM,
    VALUE,
    criterion,
    published,
    with_,
)
from tests.rules.building import Json

PS, SOS = "FrAppointmentSAS", "sas-sos-appointment"
UPDATE = f"{BASE}/Appointment{criterion()}"


def judged(content: Json | bytes, **options: str) -> tuple[str, str, list[tuple[str, str, str]]]:
    """Profile, verdict and findings (requirement, outcome, location)."""
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    done = validate_body(body, "rdv.json", load_catalogue(), **{"edition": "1.2.0", **options})
    found = [(one.requirement, one.outcome.value, one.location) for one in done.findings]
    return done.profile, done.verdict.value, found


@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
@pytest.mark.parametrize(("body", "profile"), [(BOOKED, PS), (BOOKED_SOS, SOS), (PENDING_SOS, SOS)])
def test_the_reference_bodies_are_conformant(body: Json, profile: str, edition: str) -> None:
    assert judged(body, edition=edition) == (profile, "conforme", [])


@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
def test_the_published_examples_are_under_reserve(edition: str) -> None:
    offsets = [("RDV-024", "warn", f"Appointment.{key}") for key in ("start", "end")]
    created = [("RDV-025", "warn", "Appointment.created")] if edition == "1.1.0" else []
    for sos, name in ((False, PS), (True, SOS)):
        profile, verdict, findings = judged(published(edition=edition, sos=sos), edition=edition)
        assert (profile, verdict) == (name, "réserve")
        assert sorted(findings) == sorted([*offsets, *created])


@pytest.mark.parametrize(
    ("declared", "profile", "reserved"),
    [
        ([PROFILE], PS, False),
        ([f"{SOS_PROFILE}|1.2.0"], SOS, False),
        (["http://interopsante.org/fhir/StructureDefinition/FrAppointmentSAS"], PS, True),
        (["http://sas.fr/fhir/StructureDefinition/sas-sos-appointment"], SOS, True),
        (["http://interopsante.org/fhir/StructureDefinition/FrAppointment"], PS, True),
        ([], PS, True),
    ],
)
def test_the_profile_is_the_one_that_is_claimed(declared: list[str], profile: str, *, reserved: bool) -> None:
    body = {**BOOKED, "meta": {"profile": declared}} if declared else with_({("meta",): DELETE})
    place = "Appointment.meta.profile" if declared else "Appointment.meta"
    warned = [("RDV-012", "warn", place)] if reserved else []
    assert judged(body) == (profile, "réserve" if reserved else "conforme", warned)


def test_the_use_case_may_be_imposed() -> None:
    profile, verdict, findings = judged(with_({("meta",): DELETE}, PENDING_SOS), profile=SOS)
    assert (profile, verdict, [one for one, _, _ in findings]) == (SOS, "réserve", ["RDV-012"])
    profile, verdict, findings = judged(PENDING_SOS, profile=PS)
    assert (profile, verdict) == (PS, "non conforme")
    assert {one for one, outcome, _ in findings if outcome == "fail"} == {"RDV-027"}


@pytest.mark.parametrize(
    ("changes", "edition", "findings"),
    [
        ({("identifier",): DELETE}, "1.2.0", [("RDV-013", "fail", "Appointment.identifier")]),
        (
            {(*OPERATOR_ID, "system"): SAS},
            "1.2.0",
            [("RDV-017", "fail", "Appointment.extension[0].valueReference.identifier.system")],
        ),
        ({("status",): "BOOKED"}, "1.1.0", [("RDV-020", "fail", "Appointment.status")]),
        (
            {(*ACTOR_ID, "value"): "12"},
            "1.2.0",
            [("RDV-028", "fail", "Appointment.participant[0].actor.identifier.value")],
        ),
        ({("slot",): []}, "1.2.0", [("RDV-035", "fail", "Appointment.slot")]),
        ({("end",): "demain"}, "1.2.0", [("RDV-022", "fail", "Appointment.end")]),
        ({("priority",): -1}, "1.2.0", [("RDV-011", "fail", "Appointment.priority")]),
        ({("comment",): "Rappeler Mme Martin"}, "1.2.0", [("RDV-034", "warn", "Appointment.comment")]),
        (
            {("participant", 0, "status"): "needs-action", ("status",): "cancelled"},
            "1.1.0",
            [("RDV-011", "fail", "Appointment.participant[0].status")],
        ),
        (
            {("participant", 0, "status"): "needs-action", ("status",): "cancelled"},
            "1.2.0",
            [("RDV-040", "warn", "Appointment.participant[0].status")],
        ),
    ],
)
def test_each_fault_is_said_once(changes: Changes, edition: str, findings: list[tuple[str, str, str]]) -> None:
    failed = any(outcome == "fail" for _, outcome, _ in findings)
    assert judged(with_(changes), edition=edition) == (PS, "non conforme" if failed else "réserve", findings)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"resourceType": "Slot"}'])
def test_what_is_no_appointment(content: bytes) -> None:
    profile, verdict, findings = judged(content, profile=PS)
    assert (profile, verdict, [one for one, _, _ in findings]) == (PS, "non conforme", ["RDV-011"])


def test_what_is_not_utf_8() -> None:
    latin = json.dumps({**BOOKED, "comment": "é"}, ensure_ascii=False).encode("latin-1")
    assert judged(latin, profile=PS) == (PS, "non conforme", [("RDV-043", "fail", "HTTP.body")])


@pytest.mark.parametrize(
    ("url", "findings"),
    [
        (UPDATE, []),
        (f"{BASE}/Appointment", []),
        (f"{BASE}/Appointment?Identifier={SYSTEM}|{VALUE}", [("RDV-010", "warn", "HTTP.query.identifier")]),
        (f"{BASE}/Appointment?identifier={VALUE}", [("RDV-039", "warn", "HTTP.query.identifier")]),
        (f"{BASE}/Appointment?identifier={SYSTEM}|{OTHER}", [("RDV-009", "fail", "HTTP.query.identifier")]),
        (f"{BASE}/Appointment/12", [("RDV-009", "fail", "HTTP.url")]),
    ],
)
def test_the_request_that_it_is_the_body_of(url: str, findings: list[tuple[str, str, str]]) -> None:
    assert judged(BOOKED, request=url)[2] == findings


def test_an_illegible_body_of_an_appointment_is_one() -> None:
    assert judged(b"{", request=UPDATE)[:2] == (PS, "non conforme")


def test_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "rdv.json"
    path.write_text(json.dumps(BOOKED, indent=1), encoding="utf-8")
    done = sas_recette("validate", path, "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["profile"] == PS
    path.write_text(json.dumps(with_({("status",): "arrived"}), indent=1), encoding="utf-8")
    broken = sas_recette("validate", path)
    assert broken.code == 1
    assert "✘ RDV-020 (SHALL) Statut dans la liste exploitée" in broken.out
    assert f"{path}:" in broken.out
    assert "(profil FrAppointmentSAS, édition 1.2.0)" in broken.out
    imposed = sas_recette("validate", path, "--profile", SOS, "--edition", "1.1.0")
    assert f"(profil {SOS}, édition 1.1.0)" in imposed.out
