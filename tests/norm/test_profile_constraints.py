"""Every constraint of every profile is proved able to fail, alone, on a small mutation of a conformant resource."""

from __future__ import annotations

from typing import Any

import pytest

from sas_recette.norm import canonicals, terminology
from sas_recette.norm.profiles import EDITIONS, load_profile, profiles
from sas_recette.norm.requirements import Flow
from tests.norm import cases_cpts, cases_ps, cases_regul, cases_sos
from tests.norm.cases import INSEE, Case, Table, appointment, slot_type
from tests.norm.validation import DELETE, EXAMPLES, Changes, applies, changed, conformant, example, failing, resources

CASES = [*cases_ps.CASES, *cases_cpts.CASES, *cases_sos.CASES, *cases_regul.CASES]
EMPTY = [(flow, "bundle-vide") for flow in EXAMPLES if flow is not Flow.INT_R02]

VALUE = ("serviceType", 2, "extension", 0, "valueReference")
NOT_CPTS: Changes = {("meta", "security", 0, "code"): "PUBLIC", ("serviceType", 2): DELETE}
OTHER_SPELLING = {"system": terminology.R66_SPELLINGS[2], "code": "604"}
IDNST_OF_1_1_0 = {"system": canonicals.FR_LOCATION_IDENTIFIER_TYPE, "code": "IDNST"}
INTERNAL_PLACE = cases_sos.identifier("INTRN", "https://editeur.example/autres", "12")


def mutated(case: Case) -> dict[str, Any]:
    return changed(conformant(load_profile(case.profile)), case.changes)


CONTRADICTED_SHOULD = {"AGR-COM-013", "AGR-COM-032", "AGR-COM-045", "AGR-COM-050", "AGR-PS-058", "AGR-PS-060"}
"""Never more than a réserve by their level, and quoted with the sources that contradict them."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.profile}: {case.label}")
def test_mutation_breaks_exactly_one_constraint(case: Case) -> None:
    resource = mutated(case)
    broken = failing(load_profile(case.profile), resource)
    assert [(constraint.requirement, bool(constraint.reserve)) for constraint in broken] == [
        (requirement, case.reserve or requirement in CONTRADICTED_SHOULD)
        for requirement in (case.requirement, *case.also)
    ]
    assert all(applies(constraint, resource) for constraint in broken)


def test_every_constraint_has_a_mutation_that_breaks_it() -> None:
    proved = {
        (case.profile, constraint.index)
        for case in CASES
        for constraint in failing(load_profile(case.profile), mutated(case))
    }
    of_examples = [one for one in profiles() if set(map(Flow, one.schema["x-flows"])) & EXAMPLES.keys()]
    assert {(profile.id, constraint.index) for profile in of_examples for constraint in profile.constraints} <= proved


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("flow", "name"), [*EXAMPLES.items(), *EMPTY])
def test_worked_examples_pass_every_profile_of_their_flow(flow: Flow, name: str, edition: str) -> None:
    judged = 0
    for profile in profiles(edition):
        for resource in resources(example(name, edition)):
            if flow in profile.schema["x-flows"] and resource["resourceType"] == profile.resource_type:
                assert failing(profile, resource) == []
                judged += 1
    assert judged == len(list(resources(example(name, edition))))


@pytest.mark.parametrize(("judged", "sent"), [("1.1.0", "1.2.0"), ("1.2.0", "1.1.0")])
def test_the_cpts_organization_of_the_other_edition_is_a_reserve(judged: str, sent: str) -> None:
    profile = load_profile("sas-cpts-organization-aggregator", judged)
    other = conformant(load_profile("sas-cpts-organization-aggregator", sent))
    assert [(each.requirement, bool(each.reserve)) for each in failing(profile, other)] == [("AGR-CPTS-021", True)]


def test_a_slot_of_two_cpts_is_judged_on_each_of_its_types_of_care() -> None:
    profile = load_profile("sas-cpts-slot-aggregator")
    slot = example("bundle-cpts-ps-e")["entry"][2]["resource"]
    assert failing(profile, slot) == []
    table: Table = [
        ("604 sans système", {("serviceType", 3, "coding", 0, "system"): DELETE}, "AGR-CPTS-010"),
        ("extension sans code", {("serviceType", 3, "coding"): DELETE}, "AGR-CPTS-005"),
        ("604 sans extension", {("serviceType", 3, "extension"): DELETE}, "AGR-CPTS-012"),
    ]
    for label, changes, requirement in table:
        assert [each.requirement for each in failing(profile, changed(slot, changes))] == [requirement], label


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        ("FrSlotAgregateur", {("specialty",): [{"text": "Médecine du sport"}]}),
        ("FrSlotAgregateur", {("specialty",): DELETE}),
        ("FrSlotAgregateur", {("comment",): "HTTP://agenda.editeur.example?ps=1&vue=jour#haut"}),
        ("FrSlotAgregateur", {("comment",): "https://agenda.editeur.example:8443"}),
        ("FrSlotAgregateur", {("start",): "2026-06-17T09:00:00.000-03:00"}),
        ("FrSlotAgregateur", {("appointmentType", "coding"): appointment("WALKIN")}),
        ("FrSlotAgregateur", {("appointmentType", "coding", -1): {"system": "urn:x", "code": "CHECKUP"}}),
        ("FrPractitionerAgregateur", {("identifier", 0, "value"): "0359999990"}),
        ("FrPractitionerAgregateur", {("name",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("telecom",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("practitioner",): DELETE}),
        ("FrLocationAgregateur", {("address", "extension"): [INSEE]}),
        ("sas-cpts-bundle-aggregator", {("total",): 0, ("entry",): DELETE}),
        ("sas-cpts-slot-aggregator", {("meta", "security", -1): slot_type("PUBLIC")}),
        ("sas-cpts-slot-aggregator", {("meta", "security", 0, "code"): "PRO", ("serviceType", 2): DELETE}),
        ("sas-cpts-slot-aggregator", {("specialty",): [{"text": "Médecine du sport"}]}),
        ("sas-cpts-slot-aggregator", {(*VALUE, "reference"): "https://editeur.example/fhir/HealthcareService/a"}),
        ("sas-cpts-slot-aggregator", {(*VALUE, "reference"): "urn:uuid:3f6d0a52-9c1c-4a0e-8f51-6d7c5e0f9a01"}),
        ("sas-cpts-slot-aggregator", {("serviceType", 2, "coding", -1): OTHER_SPELLING}),
        ("sas-cpts-organization-aggregator", {("identifier", 0, "type", "coding", -1): IDNST_OF_1_1_0}),
        ("sas-cpts-organization-aggregator", {("name",): DELETE, ("telecom",): DELETE}),
        ("sas-sos-bundle-aggregator", {("total",): 0, ("entry",): DELETE}),
        ("sas-sos-slot-aggregator", {("serviceType", -1): {"text": "Consultation"}}),
        ("sas-sos-slot-aggregator", {("specialty",): [{"text": "Médecine générale"}]}),
        ("sas-sos-schedule-aggregator", {("actor", 0, "reference"): "https://editeur.example/fhir/Location/a"}),
        ("sas-sos-schedule-aggregator", {("actor", 0, "reference"): "urn:uuid:3f6d0a52-9c1c-4a0e-8f51-6d7c5e0f9a01"}),
        ("sas-sos-location-aggregator", {("identifier", 0, "system"): "urn:oid:1.2.250.1.999.1"}),
        ("sas-sos-location-aggregator", {("identifier", -1): INTERNAL_PLACE}),
        ("sas-sos-location-aggregator", {("hoursOfOperation",): DELETE, ("telecom",): DELETE}),
        ("sas-sos-organization-aggregator", {("name",): DELETE}),
        ("FrPractitionerRegul", {("identifier",): [cases_regul.TECHNICAL]}),
        ("FrPractitionerRegul", {("identifier", -1): cases_regul.TECHNICAL}),
        ("FrPractitionerRegul", {("meta", "source"): DELETE}),
        ("FrPractitionerRegul", {("active",): False}),
        ("FrPractitionerRegul", {("identifier", 0, "value"): "810002673899"}),
    ],
)
def test_what_the_specification_allows_passes(profile: str, changes: Changes) -> None:
    assert failing(load_profile(profile), changed(conformant(load_profile(profile)), changes)) == []


@pytest.mark.parametrize(
    ("profile", "changes", "requirement"),
    [
        ("BundleAgregateur", {("entry",): DELETE}, "AGR-PS-011"),
        ("BundleAgregateur", {("entry",): DELETE}, "AGR-COM-013"),
        ("FrSlotAgregateur", {("comment",): DELETE}, "AGR-COM-051"),
        ("FrSlotAgregateur", {("meta", "security"): DELETE}, "AGR-PS-054"),
        ("FrSlotAgregateur", {}, "AGR-COM-050"),
        ("FrSlotAgregateur", {("appointmentType",): DELETE}, "AGR-COM-049"),
        ("FrSlotAgregateur", {("serviceType",): [{"text": "Consultation"}]}, "AGR-COM-045"),
        ("FrPractitionerAgregateur", {("identifier", 0, "value"): "0359999990"}, "AGR-PS-020"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-038"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-039"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-058"),
        ("FrLocationAgregateur", {("address",): DELETE}, "AGR-PS-033"),
        ("sas-cpts-slot-aggregator", NOT_CPTS, "AGR-CPTS-008"),
        ("sas-cpts-slot-aggregator", NOT_CPTS, "AGR-CPTS-010"),
        ("sas-cpts-slot-aggregator", NOT_CPTS, "AGR-CPTS-011"),
        ("sas-cpts-slot-aggregator", NOT_CPTS, "AGR-CPTS-012"),
        ("sas-cpts-slot-aggregator", {("serviceType",): [{"text": "Consultation"}]}, "AGR-CPTS-013"),
        ("sas-cpts-organization-aggregator", {("identifier",): DELETE}, "AGR-CPTS-019"),
        ("sas-cpts-organization-aggregator", {("identifier", 0, "type", "coding", 0, "code"): "X"}, "AGR-CPTS-021"),
        ("sas-sos-bundle-aggregator", {("total",): 0, ("entry",): DELETE}, "AGR-SOS-012"),
        ("sas-sos-slot-aggregator", {("serviceType",): [{"text": "Consultation"}]}, "AGR-SOS-034"),
        ("sas-sos-location-aggregator", {("hoursOfOperation",): DELETE}, "AGR-SOS-026"),
        ("sas-sos-location-aggregator", {("address",): DELETE}, "AGR-SOS-036"),
        ("sas-sos-organization-aggregator", {("identifier",): DELETE}, "AGR-SOS-037"),
        ("FrPractitionerRegul", {("identifier",): DELETE}, "ACC-038"),
        ("FrPractitionerRegul", {}, "ACC-039"),
        ("FrPractitionerRegul", {("identifier",): [cases_regul.TECHNICAL]}, "ACC-038"),
        ("FrPractitionerRegul", {("name",): DELETE}, "ACC-058"),
        ("FrPractitionerRegul", {("name",): DELETE}, "ACC-035"),
        ("FrPractitionerRegul", {("telecom",): DELETE}, "ACC-036"),
        ("FrPractitionerRegul", {("active",): DELETE}, "ACC-061"),
    ],
)
def test_a_constraint_without_subject_does_not_apply(profile: str, changes: Changes, requirement: str) -> None:
    loaded = load_profile(profile)
    resource = changed(conformant(loaded), changes)
    named = [constraint for constraint in loaded.constraints if constraint.requirement == requirement]
    assert named
    assert not any(applies(constraint, resource) for constraint in named)
