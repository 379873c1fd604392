"""INT_R04: the same slots as INT_R01, those of CPTS, and the CPTS themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

from sas_recette.editor.facts import candidate_roles
from tests.editor.bench import (
    CPTS_INCLUDES,
    INCLUDES,
    PS_A,
    PS_E,
    PS_F,
    PS_H,
    Bench,
    body,
    query,
    resources,
)

IG: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition"
SERVICES: Final = "_include=Slot:service-type-reference&"
COMMUNITIES: Final = "_include:iterate=HealthcareService:organization&"
LOCATION_TYPE: Final = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"
CORE_TYPE: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"


def cpts(bench: Bench, *identifiers: str) -> dict[str, Any]:
    return bench.bundle(*identifiers, includes=CPTS_INCLUDES)


def named(slot: dict[str, Any]) -> list[str]:
    """The references of a slot to the HealthcareServices of its CPTS."""
    found: list[str] = [
        one["extension"][0]["valueReference"]["reference"] for one in slot["serviceType"] if "extension" in one
    ]
    return found


@pytest.mark.parametrize(
    ("identifiers", "slots", "schedules", "practitioners", "roles", "communities"),
    [
        ((PS_A,), 5, 1, 1, 1, 0),
        ((PS_E,), 3, 2, 1, 2, 2),
        ((PS_H,), 2, 1, 1, 1, 1),
        ((PS_F,), 0, 0, 0, 0, 0),
        (candidate_roles().fill_up, 19, 10, 8, 10, 2),
    ],
)
def test_expected_results_of_the_reference_data(
    bench: Bench,
    identifiers: tuple[str, ...],
    slots: int,
    schedules: int,
    practitioners: int,
    roles: int,
    communities: int,
) -> None:
    bundle = cpts(bench, *identifiers)
    counts = Counter(entry["resource"]["resourceType"] for entry in bundle.get("entry", []))
    expected = {
        "Slot": slots,
        "Schedule": schedules,
        "Practitioner": practitioners,
        "PractitionerRole": roles,
        "HealthcareService": communities,
        "Organization": communities,
    }
    assert bundle["total"] == slots
    assert counts == Counter({kind: count for kind, count in expected.items() if count})
    assert bundle["meta"]["profile"] == [f"{IG}/sas-cpts-bundle-aggregator"]
    assert len(bundle["link"]) == 1


def test_without_cpts_only_the_declared_profiles_differ_from_int_r01(bench: Bench) -> None:
    plain, with_cpts = bench.bundle(PS_A), cpts(bench, PS_A)
    for slot in resources(with_cpts, "Slot"):
        assert slot["meta"]["profile"] == [f"{IG}/sas-cpts-slot-aggregator"]
        slot["meta"]["profile"] = ["http://sas.fr/fhir/StructureDefinition/FrSlotAgregateur"]
    assert with_cpts["entry"] == plain["entry"]


def test_the_slots_of_cpts_name_each_of_them(bench: Bench) -> None:
    alpha, beta = "HealthcareService/hs-cpts-alpha", "HealthcareService/hs-cpts-beta"
    of_e = {slot["id"]: named(slot) for slot in resources(cpts(bench, PS_E), "Slot")}
    assert of_e == {"slot-e1": [alpha], "slot-e2": [beta], "slot-e3": [alpha, beta]}
    of_h = {slot["id"]: named(slot) for slot in resources(cpts(bench, PS_H), "Slot")}
    assert of_h == {"slot-h1": [alpha], "slot-h2": []}


def test_a_slot_of_both_audiences_has_both_codes(bench: Bench) -> None:
    codes = {slot["id"]: [c["code"] for c in slot["meta"]["security"]] for slot in resources(cpts(bench, PS_H), "Slot")}
    assert codes == {"slot-h1": ["PUBLIC", "CPTS"], "slot-h2": ["PUBLIC"]}


def test_the_care_type_is_that_of_the_reference_data(bench: Bench) -> None:
    slot = next(slot for slot in resources(cpts(bench, PS_E), "Slot") if slot["id"] == "slot-e1")
    assert slot["serviceType"] == [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}]},
        {"text": "Consultation"},
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType",
                    "valueReference": {"reference": "HealthcareService/hs-cpts-alpha"},
                }
            ],
            "coding": [
                {
                    "system": "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement"
                    "/FHIR/TRE-R66-CategorieEtablissement",
                    "code": "604",
                }
            ],
        },
    ]


@pytest.mark.parametrize(
    ("edition", "systems"),
    [(None, [LOCATION_TYPE, CORE_TYPE]), ("1.1.0", [LOCATION_TYPE]), ("1.2.0", [CORE_TYPE])],
)
def test_the_cpts_is_that_of_the_reference_data(edition: str | None, systems: list[str]) -> None:
    bundle = cpts(Bench(edition=edition), PS_H)
    (service,) = resources(bundle, "HealthcareService")
    assert service == {
        "resourceType": "HealthcareService",
        "id": "hs-cpts-alpha",
        "meta": {"profile": [f"{IG}/sas-cpts-healthcareservice-aggregator"]},
        "providedBy": {"reference": "Organization/org-cpts-alpha"},
    }
    (organization,) = resources(bundle, "Organization")
    assert organization == {
        "resourceType": "Organization",
        "id": "org-cpts-alpha",
        "meta": {"profile": [f"{IG}/sas-cpts-organization-aggregator"]},
        "identifier": [
            {
                "type": {"coding": [{"system": system, "code": "IDNST"} for system in systems]},
                "system": "urn:oid:1.2.250.1.71.4.2.2",
                "value": "1990000119",
            }
        ],
        "name": "CPTS DES DEUX RIVES",
        "telecom": [{"system": "phone", "value": "+33199000011"}],
    }


@pytest.mark.parametrize(
    ("includes", "kinds"),
    [
        (SERVICES, {"Slot", "HealthcareService"}),
        (COMMUNITIES, {"Slot"}),
        (SERVICES + COMMUNITIES, {"Slot", "HealthcareService", "Organization"}),
        (INCLUDES + COMMUNITIES, {"Slot", "Schedule", "Practitioner", "PractitionerRole"}),
        (
            CPTS_INCLUDES,
            {"Slot", "Schedule", "Practitioner", "PractitionerRole", "HealthcareService", "Organization"},
        ),
    ],
)
def test_includes_are_honoured_one_by_one(bench: Bench, includes: str, kinds: set[str]) -> None:
    bundle = bench.bundle(PS_E, includes=includes)
    assert {entry["resource"]["resourceType"] for entry in bundle["entry"]} == kinds
    assert bundle["total"] == 3


def test_only_slots_match(bench: Bench) -> None:
    modes = {(e["resource"]["resourceType"] == "Slot", e["search"]["mode"]) for e in cpts(bench, PS_E)["entry"]}
    assert modes == {(True, "match"), (False, "include")}


def test_errors_are_those_of_int_r01(bench: Bench) -> None:
    plain = bench.get(query(PS_E, lower="ABCD"))
    with_cpts = bench.get(query(PS_E, lower="ABCD", includes=CPTS_INCLUDES))
    assert (with_cpts.status, body(with_cpts)) == (400, body(plain))
