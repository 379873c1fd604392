"""The invalid contents: each one departs from a valid account once, and the profile knows it by the requirement named."""

from __future__ import annotations

import json
from random import Random

import pytest

from sas_recette.norm.profiles import load_profile
from sas_recette.norm.requirements import Flow, How, load_catalogue
from sas_recette.platform.account_payloads import (
    INVALID_CONTENTS,
    InvalidContent,
    Nature,
    Operation,
    invalid_contents,
)
from sas_recette.platform.accounts import Identities, Regulator
from tests.norm.french import slips
from tests.norm.validation import failing

OUTSIDE_THE_PROFILE = {"I19", "I20a", "I20b", "I21a", "I21b"}
each = pytest.mark.parametrize("content", INVALID_CONTENTS, ids=lambda one: one.id)


def regulator_of(content: InvalidContent) -> Regulator:
    return Identities(Random(3)).regulator(content.kind)  # noqa: S311


def readable(content: InvalidContent) -> dict[str, object] | None:
    try:
        value = json.loads(content.body(regulator_of(content)).decode())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def test_the_valid_account_is_valid() -> None:
    identities = Identities(Random(3))  # noqa: S311
    for kind in {one.kind for one in INVALID_CONTENTS}:
        assert failing(load_profile("FrPractitionerRegul"), identities.regulator(kind).payload()) == []


@each
def test_one_deviation_at_a_time(content: InvalidContent) -> None:
    sent = readable(content)
    if content.id.startswith("I15"):
        assert sent is None
        return
    assert sent is not None
    valid = regulator_of(content).payload()
    assert len([key for key in valid if json.dumps(valid[key]) != json.dumps(sent.get(key))]) == 1
    assert set(sent) <= set(valid)


@each
def test_the_profile_names_the_same_requirement(content: InvalidContent) -> None:
    sent = readable(content)
    if sent is None or content.id == "I16":
        return
    broken = {one.requirement for one in failing(load_profile("FrPractitionerRegul"), sent)}
    assert broken == (set() if content.id in OUTSIDE_THE_PROFILE else {content.requirements[Operation.CREATE]})


@each
def test_requirements_are_refusals_of_the_catalogue(content: InvalidContent) -> None:
    catalogue = load_catalogue()
    for operation, requirement in content.requirements.items():
        assert content.expect(operation) == {"requirement": requirement, "nature": content.nature.value}
        if requirement:
            known = catalogue[requirement]
            assert known.flows == (Flow.INT_R02,)
            assert known.how is How.AUTO
            assert known.title.startswith("Refus d")
    assert slips(content.title) == []


def test_every_refusal_of_a_content_has_its_payload() -> None:
    served = {requirement for one in INVALID_CONTENTS for requirement in one.requirements.values()} - {""}
    assert served == {
        *(f"ACC-0{number}" for number in (28, 29, 30, 31, 33, 34, 35, 36, 37, 38, 39, 54, 55, 56, 57, 58, 59, 61))
    }
    assert len({one.id for one in INVALID_CONTENTS}) == len(INVALID_CONTENTS)


def test_the_writes_that_each_applies_to() -> None:
    by_operation = {one: {content.id for content in invalid_contents(one)} for one in Operation}
    assert by_operation[Operation.CREATE] == {one.id for one in INVALID_CONTENTS}
    writes = {"I01", "I02", "I03", "I04", "I15a", "I15b", "I15c", "I15d"}
    assert by_operation[Operation.UPDATE] == by_operation[Operation.UPSERT] == writes
    with pytest.raises(KeyError):
        next(one for one in INVALID_CONTENTS if one.id == "I05").expect(Operation.UPDATE)


def test_unreadable_bodies() -> None:
    bodies = {one.id: one.body(regulator_of(one)) for one in INVALID_CONTENTS if one.nature is Nature.MALFORMED}
    assert bodies["I15b"] == b""
    assert bodies["I15c"].startswith(b"[{")
    with pytest.raises(UnicodeDecodeError):
        bodies["I15d"].decode()
    assert json.loads(bodies["I15d"].decode("latin-1"))
    with pytest.raises(json.JSONDecodeError):
        json.loads(bodies["I15a"])


def test_sizes() -> None:
    sizes = {one.id: one.body(regulator_of(one)) for one in INVALID_CONTENTS}
    assert len(json.loads(sizes["I20a"])["name"][0]["family"]) == 10_000
    assert len(sizes["I20b"]) > 1024 * 1024
