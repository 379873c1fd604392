from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.editor.facts import candidate_roles
from sas_recette.editor.product import fill
from sas_recette.editor.store import Store
from tests.editor.bench import (
    FHIR_BASE,
    INCLUDES,
    NOW,
    PS_A,
    PS_B,
    PS_C,
    PS_D,
    PS_E,
    PS_F,
    PS_G,
    PS_H,
    PS_I,
    PS_X,
    Bench,
    body,
    query,
    resources,
)

ALL_25 = candidate_roles().fill_up


@pytest.mark.parametrize(
    ("identifiers", "slots", "schedules", "practitioners", "roles"),
    [
        ((PS_A,), 5, 1, 1, 1),
        ((PS_B,), 4, 2, 1, 2),
        ((PS_C,), 1, 1, 1, 1),
        ((PS_D,), 2, 1, 1, 1),
        ((PS_C, PS_D), 3, 2, 2, 2),
        ((PS_E,), 0, 0, 0, 0),
        ((PS_F,), 0, 0, 0, 0),
        ((PS_G,), 1, 1, 1, 1),
        ((PS_H,), 2, 1, 1, 1),
        ((PS_I,), 1, 1, 1, 1),
        ((PS_X,), 0, 0, 0, 0),
        (ALL_25, 16, 8, 7, 8),
    ],
)
def test_expected_results_of_the_reference_data(
    bench: Bench, identifiers: tuple[str, ...], slots: int, schedules: int, practitioners: int, roles: int
) -> None:
    bundle = bench.bundle(*identifiers)
    counts = Counter(entry["resource"]["resourceType"] for entry in bundle.get("entry", []))
    expected = {"Slot": slots, "Schedule": schedules, "Practitioner": practitioners, "PractitionerRole": roles}
    assert bundle["total"] == slots
    assert counts == Counter({kind: count for kind, count in expected.items() if count})


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        ("2026-06-17T09:00:00.000+02:00", "2026-06-17T09:00:00.000+02:00", ["slot-a2"]),
        ("2026-06-17T09:00:00.001+02:00", "2026-06-17T13:59:59.999+02:00", []),
        ("2026-06-17T09:00:00.000+02:00", "2026-06-17T14:00:00.000+02:00", ["slot-a2", "slot-a3"]),
        ("2026-06-17T07:00:00.000+00:00", "2026-06-17T12:00:00.000+00:00", ["slot-a2", "slot-a3"]),
        ("2026-06-17T07:00:00Z", "2026-06-17T12:00:00Z", ["slot-a2", "slot-a3"]),
        ("2026-06-17T03:00:00.000-04:00", "2026-06-17T08:00:00.000-04:00", ["slot-a2", "slot-a3"]),
        ("2026-06-17T09:00:00+02:00", "2026-06-17T14:00:00+02:00", ["slot-a2", "slot-a3"]),
        ("2026-06-17T09:00:00", "2026-06-17T14:00:00.000", ["slot-a2", "slot-a3"]),
        ("2026-06-17T09:00:00.000 02:00", "2026-06-17T14:00:00.000 02:00", ["slot-a2", "slot-a3"]),
        ("2026-06-17", "2026-06-17", ["slot-a2", "slot-a3"]),
        ("2026-06-18T23:45:00.000+02:00", "2026-06-18T23:59:59.999+02:00", ["slot-a5"]),
    ],
)
def test_bounds_are_inclusive_instants(bench: Bench, lower: str, upper: str, expected: list[str]) -> None:
    assert bench.slots(PS_A, lower=lower, upper=upper) == expected


def test_overseas_slots_keep_their_own_offset(bench: Bench) -> None:
    bound = "2026-06-17T07:00:00.000+02:00"
    (slot,) = resources(bench.bundle(PS_I, lower=bound, upper=bound), "Slot")
    assert (slot["start"], slot["end"]) == ("2026-06-17T09:00:00.000+04:00", "2026-06-17T09:20:00.000+04:00")


def test_a_raw_plus_in_an_offset_is_understood(bench: Bench) -> None:
    raw = query(PS_A).replace("%2B", "+")
    assert raw != query(PS_A)
    assert body(bench.get(raw))["total"] == 5


@pytest.mark.parametrize(
    "variant",
    [
        query(PS_A, PS_B, bar="|"),
        query(PS_A, PS_B).replace(",", "%2C"),
        query(PS_A, PS_B).replace(",", ",%20"),
        query(PS_A, PS_B, extra="&_count=1000&_format=json"),
        query(PS_A, PS_B, extra="&_format=application/fhir+json"),
        query(PS_A, PS_B, extra="&couleur=bleu"),
        query(PS_A, PS_B, PS_X),
        "&".join(reversed(query(PS_A, PS_B).split("&"))),
    ],
)
def test_spellings_of_a_request_are_equivalent(bench: Bench, variant: str) -> None:
    assert body(bench.get(variant))["total"] == 9
    assert body(bench.get(variant, path="/Slot/"))["total"] == 9


def test_the_self_link_is_the_request_as_received(bench: Bench) -> None:
    raw = query(PS_A, bar="|", extra="&_count=1000")
    link = body(bench.get(raw, path="/Slot/"))["link"]
    assert link == [{"relation": "self", "url": f"{FHIR_BASE}/Slot/?{raw}"}]


def test_an_empty_answer_has_no_entry(bench: Bench) -> None:
    bundle = bench.bundle(PS_F)
    assert bundle == {
        "resourceType": "Bundle",
        "id": "bundle-1",
        "meta": {"profile": ["http://sas.fr/fhir/StructureDefinition/BundleAgregateur"]},
        "type": "searchset",
        "total": 0,
        "link": [{"relation": "self", "url": f"{FHIR_BASE}/Slot?{query(PS_F)}"}],
    }


@pytest.mark.parametrize(
    ("includes", "kinds"),
    [
        ("", {"Slot"}),
        ("_include=Slot:schedule&", {"Slot", "Schedule"}),
        ("_include:iterate=Schedule:actor&", {"Slot"}),
        ("_include=Schedule:actor&", {"Slot"}),
        (INCLUDES, {"Slot", "Schedule", "Practitioner", "PractitionerRole"}),
        (
            INCLUDES + "_include=Slot:service-type-reference&_include:iterate=HealthcareService:organization&",
            {"Slot", "Schedule", "Practitioner", "PractitionerRole"},
        ),
    ],
)
def test_includes_are_honoured(bench: Bench, includes: str, kinds: set[str]) -> None:
    bundle = bench.bundle(PS_B, includes=includes)
    assert {entry["resource"]["resourceType"] for entry in bundle["entry"]} == kinds
    assert bundle["total"] == 4


def test_a_cpts_visibility_stays_out_of_int_r01(bench: Bench) -> None:
    codes = {slot["id"]: [c["code"] for c in slot["meta"]["security"]] for slot in _slots(bench, PS_H)}
    assert codes == {"slot-h1": ["PUBLIC"], "slot-h2": ["PUBLIC"]}


def test_a_number_stored_without_prefix_is_repaired(bench: Bench) -> None:
    bundle = bench.bundle(PS_G)
    (practitioner,) = resources(bundle, "Practitioner")
    (role,) = resources(bundle, "PractitionerRole")
    assert practitioner["identifier"][0]["value"] == PS_G
    assert role["organization"]["identifier"]["value"] == "399900006000015"
    assert role["telecom"] == [{"system": "phone", "value": "+33261910007"}]


def test_no_phone_means_no_telecom(bench: Bench) -> None:
    (role,) = resources(bench.bundle(PS_D), "PractitionerRole")
    assert "telecom" not in role


def test_the_first_entry_is_that_of_the_reference_data(bench: Bench) -> None:
    mos = "https://mos.esante.gouv.fr/NOS"
    assert bench.bundle(PS_B)["entry"][1] == {
        "fullUrl": "https://editeur.example/fhir/Slot/slot-b2",
        "resource": {
            "resourceType": "Slot",
            "id": "slot-b2",
            "meta": {
                "profile": ["http://sas.fr/fhir/StructureDefinition/FrSlotAgregateur"],
                "security": [
                    {"system": f"{mos}/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau", "code": "PUBLIC"},
                    {"system": f"{mos}/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau", "code": "SNP"},
                ],
            },
            "serviceType": [
                {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}]},
                {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"}]},
                {"text": "Consultation de médecine générale"},
            ],
            "specialty": [
                {
                    "coding": [
                        {
                            "system": f"{mos}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale",
                            "code": "SM54",
                        }
                    ]
                }
            ],
            "appointmentType": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0276", "code": "ROUTINE"}]
            },
            "schedule": {"reference": "Schedule/agenda-b1"},
            "status": "free",
            "start": "2026-06-18T10:30:00.000+02:00",
            "end": "2026-06-18T11:00:00.000+02:00",
            "comment": "https://agenda.editeur.example/ps/bastien-roussel",
        },
        "search": {"mode": "match"},
    }


def test_the_second_place_is_that_of_the_reference_data(bench: Bench) -> None:
    old = "http://interopsante.org/fhir/CodeSystem"
    role = resources(bench.bundle(PS_B), "PractitionerRole")[1]
    assert role == {
        "resourceType": "PractitionerRole",
        "id": "exercice-b2",
        "meta": {"profile": ["http://sas.fr/fhir/StructureDefinition/FrPractitionerRoleExerciceAgregateur"]},
        "contained": [
            {
                "resourceType": "Location",
                "id": "lieu",
                "meta": {"profile": ["http://sas.fr/fhir/StructureDefinition/FrLocationAgregateur"]},
                "identifier": [
                    {
                        "type": {"coding": [{"system": f"{old}/fr-location-identifier-type", "code": "INTRN"}]},
                        "system": "https://editeur.example/lieux",
                        "value": "lieu-phare",
                    }
                ],
                "address": {"line": ["27 quai du Phare"], "city": "SAINT-MALO", "postalCode": "35400"},
            }
        ],
        "practitioner": {"reference": "Practitioner/ps-b"},
        "organization": {
            "identifier": {
                "type": {"coding": [{"system": f"{old}/fr-v2-0203", "code": "IDNST"}]},
                "system": "urn:oid:1.2.250.1.71.4.2.2",
                "value": "499900000029028",
            }
        },
        "location": [{"reference": "#lieu"}],
        "telecom": [{"system": "phone", "value": "+33261910002"}],
    }


def test_the_answer_is_utf_8(bench: Bench) -> None:
    reply = bench.get(query(PS_A))
    assert "Téléconsultation de suivi".encode() in reply.body
    assert reply.content_type == "application/fhir+json; charset=utf-8"


def test_the_slots_move_with_the_day_and_only_then(own_store: Store) -> None:
    bench = Bench(store=own_store)
    before = bench.bundle(PS_A)
    bench.now += timedelta(hours=5)
    assert bench.bundle(PS_A)["entry"] == before["entry"]
    bench.now += timedelta(days=1)
    later = bench.slots(PS_A, lower="2026-06-18T09:00:00.000+02:00", upper="2026-06-18T09:00:00.000+02:00")
    assert later == ["slot-a2"]


def test_a_file_database_gives_the_same_answer(bench: Bench, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "agenda.sqlite")) as store:
        fill(store, NOW, password="")
        assert Bench(store=store).bundle(PS_A)["entry"] == bench.bundle(PS_A)["entry"]
    with closing(Store(tmp_path / "agenda.sqlite")) as again:
        fill(again, NOW, password="")
        assert Bench(store=again).bundle(PS_A)["entry"] == bench.bundle(PS_A)["entry"]


@hypothesis.settings(deadline=None)
@given(offset=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=3)))
def test_only_slots_inside_the_bounds_come_back(offset: timedelta) -> None:
    moment = datetime(2026, 6, 16, tzinfo=UTC) + timedelta(milliseconds=offset // timedelta(milliseconds=1))
    before = _starts(upper=moment.isoformat(timespec="milliseconds"))
    after = _starts(lower=(moment + timedelta(milliseconds=1)).isoformat(timespec="milliseconds"))
    assert all(start <= moment for start in before)
    assert all(start > moment for start in after)
    assert len(before) + len(after) == 5


def _starts(**bounds: str) -> list[datetime]:
    wide = {"lower": "2026-06-16T00:00:00.000+02:00", "upper": "2026-06-19T00:00:00.000+02:00"} | bounds
    return [datetime.fromisoformat(slot["start"]) for slot in resources(Bench().bundle(PS_A, **wide), "Slot")]


def _slots(bench: Bench, *identifiers: str) -> list[dict[str, Any]]:
    return resources(bench.bundle(*identifiers), "Slot")
