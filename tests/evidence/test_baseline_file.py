from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.baseline import BaselineError, validate_baseline
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.baseline_file import propose
from sas_recette.norm.requirements import load_catalogue
from tests.evidence.sample import campaign

FAILING = ["AGR-COM-006", "AGR-COM-030", "AGR-COM-033", "RDV-004"]


def test_an_entry_for_each_requirement_that_fails() -> None:
    text, size = propose(campaign())
    entries = tomllib.loads(text)["known_failures"]
    assert size == 4
    assert [one["requirement"] for one in entries] == FAILING
    assert {one["ticket"] for one in entries} == {""}
    assert {one["expires"] for one in entries} == {date(2026, 6, 10)}
    assert "# Début du créneau avant sa fin – AGR-PS-01\n[[known_failures]]\n" in text


def test_a_proposal_needs_its_tickets_and_nothing_else() -> None:
    whole = campaign()
    explained = replace(whole, requirements=tuple(replace(item, reason="Connu.") for item in whole.requirements))
    text, _ = propose(explained, date(2999, 1, 1))
    with pytest.raises(BaselineError) as told:
        validate_baseline(tomllib.loads(text), load_catalogue(), "b.toml", text)
    assert [line.partition("known_failures.")[2] for line in str(told.value).splitlines()] == [
        f"{rank}.ticket\u00a0: une valeur est attendue, elle est vide." for rank in range(4)
    ]
    completed = text.replace('ticket = ""', 'ticket = "T-1"')
    baseline = validate_baseline(tomllib.loads(completed), load_catalogue(), "b.toml", completed)
    assert [entry.requirement for entry in baseline.entries] == FAILING


@given(reason=st.text(max_size=80), title=st.text(max_size=40))
def test_any_text_of_a_candidate_stays_a_text(reason: str, title: str) -> None:
    whole = campaign()
    items = tuple(
        replace(item, reason=reason, requirement=replace(item.requirement, title=title)) for item in whole.requirements
    )
    text, size = propose(replace(whole, requirements=items))
    document = tomllib.loads(text)
    assert list(document) == ["known_failures"]
    assert [one["requirement"] for one in document["known_failures"]] == FAILING
    assert size == 4


def test_nothing_fails_nothing_is_proposed() -> None:
    whole = campaign()
    sound = tuple(item for item in whole.requirements if item.verdict is not Verdict.NON_CONFORME)
    assert propose(replace(whole, requirements=sound))[1] == 0
