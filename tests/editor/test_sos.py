"""INT_SOS1: the agendas of SOS Médecins centres."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from sas_recette.editor.product import fill
from sas_recette.editor.store import Store
from sas_recette.editor.structure_facts import association_roles
from tests.editor.bench import ARMOR, CORN, FHIR_BASE, NOW, PS_A, SOS_X, Bench, body, resources, sos_query

IG: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition"
ALL_25: Final = association_roles().fill_up
LEON: Final = association_roles().no_slots.identifier
NORD: Final = ["slot-n1", "slot-n2", "slot-n5"]
SUD: Final = ["slot-s1"]
CORNOUAILLE: Final = ["slot-q1", "slot-q2", "slot-q3"]


def ids(bundle: dict[str, Any], kind: str) -> list[str]:
    return [item["id"] for item in resources(bundle, kind)]


@pytest.mark.parametrize(
    ("identifiers", "schedules", "slots", "associations"),
    [
        ((ARMOR,), 2, 4, 1),
        ((CORN,), 1, 3, 1),
        ((ARMOR, CORN), 3, 7, 2),
        ((LEON,), 0, 0, 0),
        ((SOS_X,), 0, 0, 0),
        ((ARMOR, SOS_X), 2, 4, 1),
        (ALL_25[:10], 3, 7, 2),
        (ALL_25, 3, 7, 2),
    ],
)
def test_expected_results_of_the_reference_data(
    bench: Bench, identifiers: tuple[str, ...], schedules: int, slots: int, associations: int
) -> None:
    bundle = bench.sos(*identifiers)
    counts = Counter(entry["resource"]["resourceType"] for entry in bundle.get("entry", []))
    expected = {"Schedule": schedules, "Slot": slots, "Location": schedules, "Organization": associations}
    assert bundle["total"] == schedules
    assert counts == Counter({kind: count for kind, count in expected.items() if count})
    assert bundle["meta"]["profile"] == [f"{IG}/sas-sos-bundle-aggregator"]


def test_the_lists_name_twenty_five_associations() -> None:
    assert len(set(ALL_25)) == 25
    assert {ARMOR, CORN, LEON} <= set(ALL_25[:10])
    assert all(number.startswith("3") and len(number) == 15 for number in ALL_25)


def test_schedules_match_and_the_rest_is_included(bench: Bench) -> None:
    found = {(e["resource"]["resourceType"], e["search"]["mode"]) for e in bench.sos(ARMOR)["entry"]}
    assert found == {("Schedule", "match"), ("Slot", "include"), ("Location", "include"), ("Organization", "include")}


def test_only_slots_that_meet_the_criteria_are_joined(bench: Bench) -> None:
    bundle = bench.sos(ARMOR, CORN)
    assert ids(bundle, "Slot") == NORD + SUD + CORNOUAILLE
    bound = "2026-06-17T11:00:00.000+02:00"
    narrow = bench.sos(ARMOR, CORN, lower=bound, upper=bound)
    assert (narrow["total"], ids(narrow, "Schedule"), ids(narrow, "Slot")) == (1, ["agenda-armor-sud"], SUD)
    between = {"lower": "2026-06-17T09:30:00.000+02:00", "upper": "2026-06-17T10:00:00.000+02:00"}
    assert bench.sos(ARMOR, CORN, **between)["total"] == 0


def test_a_slot_is_that_of_the_reference_data(bench: Bench) -> None:
    mos = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
    slot = next(one for one in resources(bench.sos(ARMOR), "Slot") if one["id"] == "slot-n2")
    assert slot == {
        "resourceType": "Slot",
        "id": "slot-n2",
        "meta": {
            "profile": [f"{IG}/sas-sos-slot-aggregator"],
            "security": [{"system": mos, "code": "PUBLIC"}, {"system": mos, "code": "SNP"}],
        },
        "serviceType": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}]}
            for code in ("AMB", "VR")
        ],
        "appointmentType": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0276", "code": "ROUTINE"}]},
        "schedule": {"reference": "Schedule/agenda-armor-nord"},
        "status": "free",
        "start": "2026-06-17T09:00:00.000+02:00",
        "end": "2026-06-17T09:30:00.000+02:00",
        "comment": "https://agenda.editeur.example/pfg/armor-nord?creneau=slot-n2",
    }


def test_a_centre_is_that_of_the_reference_data(bench: Bench) -> None:
    bundle = bench.sos(ARMOR)
    location_type = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"
    assert resources(bundle, "Schedule")[1] == {
        "resourceType": "Schedule",
        "id": "agenda-armor-sud",
        "meta": {"profile": [f"{IG}/sas-sos-schedule-aggregator"]},
        "actor": [{"reference": "Location/pfg-armor-sud"}],
    }
    assert resources(bundle, "Location")[1] == {
        "resourceType": "Location",
        "id": "pfg-armor-sud",
        "meta": {"profile": [f"{IG}/sas-sos-location-aggregator"]},
        "identifier": [
            {
                "type": {"coding": [{"system": location_type, "code": "INTRN"}]},
                "system": "https://editeur.example/lieux",
                "value": "6f1c2d3e-0002-4a5b-8c7d-000000000002",
            }
        ],
        "name": "Centre de consultation Armor Sud",
        "telecom": [{"system": "phone", "value": "+33261910022"}],
        "address": {"line": ["31 rue des Genêts"], "city": "LOUDÉAC", "postalCode": "22600"},
        "managingOrganization": {"reference": "Organization/asso-armor"},
        "hoursOfOperation": [
            {
                "daysOfWeek": ["mon", "tue", "wed", "thu", "fri"],
                "openingTime": "09:00:00",
                "closingTime": "20:00:00",
            },
            {"daysOfWeek": ["sat", "sun"], "openingTime": "10:00:00", "closingTime": "18:00:00"},
        ],
    }
    assert resources(bundle, "Organization") == [
        {
            "resourceType": "Organization",
            "id": "asso-armor",
            "meta": {"profile": [f"{IG}/sas-sos-organization-aggregator"]},
            "identifier": [
                {
                    "type": {"coding": [{"system": location_type, "code": "IDNST"}]},
                    "system": "urn:oid:1.2.250.1.71.4.2.2",
                    "value": ARMOR,
                }
            ],
            "name": "SOS Médecins Armor",
        }
    ]


@pytest.mark.parametrize(
    ("includes", "kinds"),
    [
        ("", {"Schedule"}),
        ("_revinclude=Slot:schedule&", {"Schedule", "Slot"}),
        ("_include=Schedule:actor:Location&", {"Schedule", "Location"}),
        ("_include:iterate=Location:organization&", {"Schedule"}),
        (
            "_include=Schedule:actor:Location&_include:iterate=Location:organization&",
            {"Schedule", "Location", "Organization"},
        ),
        (
            "_include=Schedule:actor:Location&_include:iterate=Location:Organization&",
            {"Schedule", "Location", "Organization"},
        ),
    ],
)
def test_includes_are_honoured_one_by_one(bench: Bench, includes: str, kinds: set[str]) -> None:
    bundle = bench.sos(ARMOR, includes=includes)
    assert {entry["resource"]["resourceType"] for entry in bundle["entry"]} == kinds
    assert bundle["total"] == 2


@pytest.mark.parametrize(
    "variant",
    [
        sos_query(ARMOR, CORN, bar="|"),
        sos_query(ARMOR, CORN).replace(",", "%2C"),
        sos_query(ARMOR, CORN).replace("%2B", "+"),
        sos_query(ARMOR, CORN, extra="&_count=1000&_format=json"),
        sos_query(ARMOR, CORN, lower="2026-06-16T08:12:00Z"),
        "&".join(reversed(sos_query(ARMOR, CORN).split("&"))),
    ],
)
def test_spellings_of_a_request_are_equivalent(bench: Bench, variant: str) -> None:
    for path in ("/Schedule", "/Schedule/"):
        found = body(bench.get(variant, path=path))
        assert found["total"] == 3
        assert found["link"] == [{"relation": "self", "url": f"{FHIR_BASE}{path}?{variant}"}]


def test_an_empty_answer_has_no_entry(bench: Bench) -> None:
    assert bench.sos(SOS_X) == {
        "resourceType": "Bundle",
        "id": "bundle-1",
        "meta": {"profile": [f"{IG}/sas-sos-bundle-aggregator"]},
        "type": "searchset",
        "total": 0,
        "link": [{"relation": "self", "url": f"{FHIR_BASE}/Schedule?{sos_query(SOS_X)}"}],
    }


def test_another_system_or_a_practitioner_is_no_association(bench: Bench) -> None:
    assert bench.sos(PS_A)["total"] == 0
    other = sos_query(ARMOR).replace("71.4.2.2%7C", "71.4.2.1%7C")
    assert body(bench.get(other, path="/Schedule"))["total"] == 0


@pytest.mark.parametrize(
    ("bad_query", "code", "start"),
    [
        (sos_query(ARMOR, lower="ABCD"), "invalid", "Paramètre _has:Slot:schedule:start\u00a0: «\u00a0geABCD\u00a0»"),
        (
            sos_query(ARMOR).replace("_has:Slot:schedule:start=le", "_has:Slot:schedule:start=lt"),
            "not-supported",
            "Paramètre _has:Slot:schedule:start\u00a0: le préfixe «\u00a0lt\u00a0»",
        ),
        (
            sos_query(ARMOR).replace("_has:Slot:schedule:start", "start"),
            "required",
            "Paramètre _has:Slot:schedule:start\u00a0: la borne de préfixe «\u00a0ge\u00a0»",
        ),
        (
            sos_query(ARMOR).replace("status=free", "status=busy"),
            "not-supported",
            "Paramètre _has:Slot:schedule:status\u00a0: seule la valeur «\u00a0free\u00a0»",
        ),
        (
            sos_query(ARMOR).partition("&actor:")[0],
            "required",
            "Paramètre actor:Location.organization.identifier\u00a0: au moins un SIRET d’association",
        ),
    ],
)
def test_a_request_that_cannot_be_executed_is_a_400(bench: Bench, bad_query: str, code: str, start: str) -> None:
    reply = bench.get(bad_query, path="/Schedule")
    (issue,) = body(reply)["issue"]
    assert (reply.status, issue["severity"], issue["code"]) == (400, "error", code)
    assert issue["diagnostics"].startswith(start)


def test_other_methods_and_formats_are_refused(bench: Bench) -> None:
    assert bench.get(sos_query(ARMOR), path="/Schedule", accept="application/fhir+xml").status == 406
    assert bench.get(sos_query(ARMOR), path="/Schedules").status == 404


def test_the_capability_statement_declares_both_searches_and_the_accounts(bench: Bench) -> None:
    statement = body(bench.get("", path="/metadata"))
    declared = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert set(declared) == {"Slot", "Schedule", "Practitioner"}
    assert declared["Schedule"]["searchRevInclude"] == ["Slot:schedule"]
    assert "Slot:service-type-reference" in declared["Slot"]["searchInclude"]


def test_a_booked_slot_leaves_its_agenda(own_store: Store) -> None:
    with own_store.appointments.transaction() as ledger:
        assert ledger.take("slot-s1")
    bundle = Bench(store=own_store).sos(ARMOR)
    assert (bundle["total"], ids(bundle, "Slot")) == (1, NORD)


def test_centres_survive_a_restart_of_the_product(tmp_path: Path) -> None:
    path = tmp_path / "agenda.sqlite"
    for _ in range(2):
        with closing(Store(path)) as store:
            fill(store, NOW, password="")
            assert Bench(store=store).sos(ARMOR, CORN)["entry"] == Bench().sos(ARMOR, CORN)["entry"]
