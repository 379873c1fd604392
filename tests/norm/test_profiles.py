"""The profile files: loadable, annotated as the engine of rules expects, usable by any draft 2020-12 validator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from sas_recette.norm import canonicals, terminology
from sas_recette.norm.profiles import (
    DEFAULT_EDITION,
    EDITIONS,
    Profile,
    ProfileError,
    load_profile,
    profile_ids,
    profiles,
    read_profile,
)
from sas_recette.norm.requirements import Flow, load_catalogue
from tests.norm.cases import Case
from tests.norm.french import slips
from tests.norm.test_profile_constraints import CASES, mutated

EVERY_ID = {
    "BundleAgregateur": ("Bundle", canonicals.BUNDLE_PS),
    "FrSlotAgregateur": ("Slot", canonicals.SLOT_PS),
    "FrScheduleAgregateur": ("Schedule", canonicals.SCHEDULE_PS),
    "FrPractitionerAgregateur": ("Practitioner", canonicals.PRACTITIONER),
    "FrPractitionerRoleExerciceAgregateur": ("PractitionerRole", canonicals.PRACTITIONER_ROLE),
    "FrLocationAgregateur": ("Location", canonicals.LOCATION_PS),
    "sas-cpts-bundle-aggregator": ("Bundle", canonicals.BUNDLE_CPTS),
    "sas-cpts-slot-aggregator": ("Slot", canonicals.SLOT_CPTS),
    "sas-cpts-healthcareservice-aggregator": ("HealthcareService", canonicals.HEALTHCARE_SERVICE_CPTS),
    "sas-cpts-organization-aggregator": ("Organization", canonicals.ORGANIZATION_CPTS),
    "sas-sos-bundle-aggregator": ("Bundle", canonicals.BUNDLE_SOS),
    "sas-sos-slot-aggregator": ("Slot", canonicals.SLOT_SOS),
    "sas-sos-schedule-aggregator": ("Schedule", canonicals.SCHEDULE_SOS),
    "sas-sos-location-aggregator": ("Location", canonicals.LOCATION_SOS),
    "sas-sos-organization-aggregator": ("Organization", canonicals.ORGANIZATION_SOS),
    "FrPractitionerRegul": ("Practitioner", canonicals.REGULATOR),
}
EVERY_PROFILE = [profile for edition in EDITIONS for profile in profiles(edition)]
every_profile = pytest.mark.parametrize("profile", EVERY_PROFILE, ids=lambda each: f"{each.edition}/{each.id}")


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every object of a JSON document."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from nodes(member)
    elif isinstance(value, list):
        for member in value:
            yield from nodes(member)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_profiles_are_there(edition: str) -> None:
    assert set(EVERY_ID) <= set(profile_ids(edition))
    for profile_id, (resource_type, canonical) in EVERY_ID.items():
        profile = load_profile(profile_id, edition)
        assert (profile.id, profile.edition) == (profile_id, edition)
        assert (profile.resource_type, profile.canonical) == (resource_type, canonical)


@pytest.mark.parametrize("profile_id", EVERY_ID)
def test_editions_differ_by_the_identifier_type_of_a_cpts_only(profile_id: str) -> None:
    old, new = (load_profile(profile_id, edition).schema for edition in EDITIONS)
    assert {key for key in new if old[key] != new[key]} - {"allOf"} == {"description", "x-edition"}
    assert len(old["allOf"]) == len(new["allOf"])
    pairs = zip(old["allOf"], new["allOf"], strict=True)
    differing = [(before, after) for before, after in pairs if before != after]
    if profile_id != "sas-cpts-organization-aggregator":
        assert differing == []
        return
    assert {before["x-requirement"] for before, _ in differing} == {"AGR-CPTS-020", "AGR-CPTS-021"}
    for before, after in differing:
        assert canonicals.FR_LOCATION_IDENTIFIER_TYPE in before["x-expected"]
        assert canonicals.FR_CORE_V2_0203 in after["x-expected"]
        assert before["if"] == after["if"]
        assert (before["then"] == after["then"]) is (after["x-requirement"] == "AGR-CPTS-020")


@every_profile
def test_schemas_are_valid_and_self_contained(profile: Profile) -> None:
    assert profile.schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(dict(profile.schema))
    assert not any("$ref" in node or "$dynamicRef" in node for node in nodes(profile.schema))
    assert set(profile.schema) == {
        *("$schema", "$id", "title", "description", "allOf"),
        *("x-profile", "x-edition", "x-resource-type", "x-flows"),
    }
    assert all(Flow(flow) for flow in profile.schema["x-flows"])


@every_profile
def test_constraints_are_annotated(profile: Profile) -> None:
    catalogue = load_catalogue()
    assert profile.constraints
    for constraint in profile.constraints:
        assert constraint.requirement in catalogue
        assert slips(constraint.message) == slips(constraint.expected) == slips(constraint.reserve) == []
        assert constraint.message.endswith(".")
        assert constraint.expected
        assert not constraint.reserve or " ; contredit par " in constraint.reserve.replace("\N{NO-BREAK SPACE};", " ;")
    assert slips(profile.schema["description"]) == []


@every_profile
def test_a_condition_comes_with_its_consequence(profile: Profile) -> None:
    for entry in profile.schema["allOf"]:
        assert ("if" in entry) == ("then" in entry)
        assert "else" not in entry


@every_profile
def test_constraints_serve_a_flow_of_their_requirement(profile: Profile) -> None:
    catalogue = load_catalogue()
    for constraint in profile.constraints:
        flows = catalogue[constraint.requirement].flows
        assert Flow.COMMUN in flows or set(flows) & {Flow(flow) for flow in profile.schema["x-flows"]}


def enums(profile_id: str) -> list[frozenset[str]]:
    schema = load_profile(profile_id).schema
    return [frozenset(node["enum"]) for node in nodes(schema) if isinstance(node.get("enum"), list)]


def test_codes_of_the_schemas_are_those_of_the_terminology() -> None:
    ps, cpts, sos = (
        enums(name) for name in ("FrSlotAgregateur", "sas-cpts-slot-aggregator", "sas-sos-slot-aggregator")
    )
    for found in (ps, cpts):
        assert terminology.ACT_ENCOUNTER_CODES in found
        assert terminology.SLOT_TYPES_CPTS in found
    for found in (ps, cpts, sos):
        assert terminology.CONSULTATION_TYPES in found
        assert terminology.APPOINTMENT_TYPES in found
    assert terminology.SLOT_TYPES_SOS | {terminology.PRO} in sos
    assert frozenset(terminology.R66_SPELLINGS) in cpts
    for name in (
        "FrPractitionerRoleExerciceAgregateur",
        "sas-cpts-organization-aggregator",
        "sas-sos-organization-aggregator",
        "sas-sos-location-aggregator",
    ):
        assert frozenset(terminology.IDENTIFIER_TYPE_SYSTEMS) in enums(name)
    assert frozenset(day.upper() for day in terminology.DAYS_OF_WEEK) in enums("sas-sos-location-aggregator")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.profile}: {case.label}")
def test_another_validator_finds_the_same(case: Case) -> None:
    schema = load_profile(case.profile).schema
    errors = list(jsonschema_rs.Draft202012Validator(dict(schema)).iter_errors(mutated(case)))
    entries = {schema["allOf"][error.schema_path[1]]["x-requirement"] for error in errors}
    assert entries == {case.requirement, *case.also}


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(ProfileError, match=r"1\.2\.0.*FrSlotAgregator.*FrSlotAgregateur"):
        load_profile("FrSlotAgregator")
    with pytest.raises(ProfileError, match=r"zzz\W+$"):
        load_profile("zzz")


def test_an_unknown_edition_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match=r"1\.3\.0.*1\.1\.0, 1\.2\.0"):
        profiles("1.3.0")
    assert DEFAULT_EDITION in EDITIONS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "essai.*JSON illisible"),
        ("{}", "essai.*'x-profile' absente"),
        (
            json.dumps({**load_profile("FrSlotAgregateur").schema, "allOf": [{"x-requirement": "AGR-COM-029"}]}),
            "'x-message' absente",
        ),
    ],
)
def test_a_wrong_file_is_named(text: str, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        read_profile(text, "essai")
