"""The two profiles of an Appointment: every constraint is proved able to fail, and nothing legal breaks one."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from sas_recette.norm.profiles import EDITIONS, load_profile
from tests.norm.cases import Case
from tests.norm.cases_appointment import CASES, LEGAL, ONLY_1_1_0, PS, SOS
from tests.norm.validation import Changes, applies, changed, failing
from tests.rules.appointments.building import BOOKED, BOOKED_SOS, PENDING_SOS, PROFILE, SOS_PROFILE

BODIES = {PS: BOOKED, SOS: PENDING_SOS}


def mutated(case: Case) -> dict[str, Any]:
    return changed(BODIES[case.profile], case.changes)


def test_the_profiles_are_there() -> None:
    for edition in EDITIONS:
        assert load_profile(PS, edition).canonical == PROFILE
        assert load_profile(SOS, edition).canonical == SOS_PROFILE
        assert {load_profile(name, edition).resource_type for name in BODIES} == {"Appointment"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.profile}: {case.label}")
def test_a_mutation_breaks_exactly_one_constraint(case: Case) -> None:
    body = mutated(case)
    broken = failing(load_profile(case.profile), body)
    assert [(one.requirement, bool(one.reserve)) for one in broken] == [(case.requirement, case.reserve)]
    assert all(applies(one, body) for one in broken)
    schema = load_profile(case.profile).schema
    errors = list(jsonschema_rs.Draft202012Validator(dict(schema)).iter_errors(body))
    assert {schema["allOf"][error.schema_path[1]]["x-requirement"] for error in errors} == {case.requirement}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_constraint_has_a_mutation_that_breaks_it(edition: str) -> None:
    for name in BODIES:
        profile = load_profile(name, edition)
        own = [one for one in (*CASES, ONLY_1_1_0) if one.profile == name]
        proved = {one.index for case in own for one in failing(profile, mutated(case))}
        assert {one.index for one in profile.constraints} == proved


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_reference_bodies_pass(edition: str) -> None:
    assert failing(load_profile(PS, edition), BOOKED) == []
    for body in (PENDING_SOS, BOOKED_SOS):
        assert failing(load_profile(SOS, edition), body) == []


@pytest.mark.parametrize(("profile", "changes"), LEGAL)
def test_what_the_specification_allows_passes(profile: str, changes: Changes) -> None:
    assert failing(load_profile(profile), changed(BODIES[profile], changes)) == []


def test_the_editions_differ_by_the_acceptance_that_the_older_one_imposes() -> None:
    assert load_profile(SOS, "1.1.0").schema["allOf"] == load_profile(SOS, "1.2.0").schema["allOf"]
    old, new = (load_profile(PS, edition).schema["allOf"] for edition in EDITIONS)
    (imposed,) = [one for one in old if one not in new]
    assert [one for one in old if one != imposed] == list(new)
    assert imposed["x-requirement"] == "RDV-011"
    broken = failing(load_profile(PS, "1.1.0"), mutated(ONLY_1_1_0))
    assert [one.requirement for one in broken] == [ONLY_1_1_0.requirement, *ONLY_1_1_0.also]
