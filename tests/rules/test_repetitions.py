"""What comes twice, or too much, is one fault: the rules that count do not count it again."""

from __future__ import annotations

import pytest

from sas_recette.rules.answer import read_answer
from sas_recette.rules.facts import Facts, PractitionerFacts
from tests.rules.building import (
    PRACTITIONER,
    PS_B,
    ROLE_1,
    SCHEDULE_1,
    SCHEDULE_2,
    SLOT_1,
    answer,
    copied,
    exchange,
    judged,
    judged_bundle,
    mutated,
    response,
    search_url,
)
from tests.rules.flows import CPTS, request_of, worked

TWO_PLACES = Facts({PS_B: PractitionerFacts(PS_B, places=2)})


@pytest.mark.parametrize("rank", [SLOT_1, SCHEDULE_1, PRACTITIONER, ROLE_1])
def test_an_entry_that_comes_twice_is_said_once(rank: int) -> None:
    assert judged_bundle(lambda bundle: copied(bundle, rank)).fails == {"AGR-COM-020"}


@pytest.mark.parametrize("rank", [SCHEDULE_1, SCHEDULE_2, PRACTITIONER, ROLE_1])
def test_an_entry_that_comes_twice_is_no_place_more(rank: int) -> None:
    twice = answer(mutated(lambda bundle: copied(bundle, rank)))
    assert judged(twice, check="several-places", facts=TWO_PLACES).fails == set()


def test_slots_of_somebody_else_are_not_compared_with_int_r01() -> None:
    everybody = answer(mutated(), url=request_of(CPTS))
    nobody = answer(worked(CPTS), url=request_of(CPTS))
    assert judged(everybody, nobody, check="as-int-r01").unverified == {"AGR-CPTS-003"}


def test_a_list_answered_by_what_is_no_bundle_is_no_refusal_of_the_list() -> None:
    url = search_url(*(str(899900000011 + rank) for rank in range(25)))
    alone = answer(mutated())
    for body in (b"<html></html>", mutated(name="outcome-400")):
        listed = read_answer(exchange(response(body), url=url))
        assert judged(listed, alone, check="list-of-25").unverified == {"AGR-PS-008"}
        assert judged(listed).fails & {"AGR-COM-007", "AGR-COM-064"}
