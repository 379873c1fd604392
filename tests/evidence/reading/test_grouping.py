from __future__ import annotations

from dataclasses import replace

from sas_recette.evidence.reading.constats import blocks, number_constats
from sas_recette.evidence.reading.grouping import campaign_findings, group_findings
from sas_recette.rules.model import Outcome
from tests.evidence.sample import MISSING_START, NOT_FOUND, ORDERS, WRONG_STATUS, WRONG_TYPE, campaign


def test_findings_that_differ_by_an_index_meet() -> None:
    groups = group_findings((ORDERS[0], MISSING_START, *ORDERS[1:], ORDERS[1]))
    assert [(group.pattern, len(group.findings)) for group in groups] == [
        ("Bundle.entry[*].resource.end", 4),
        ("Bundle.entry[*].resource.start", 1),
    ]
    assert groups[0].expected == "après 2026-03-13T10:00:00+01:00"
    assert groups[0].exchanges == ("E0001",)


def test_what_differs_is_not_told_once_for_all() -> None:
    other = replace(ORDERS[1], observed="hier", exchange="E0009")
    (group,) = group_findings((ORDERS[0], other))
    assert (group.observed, group.exchanges) == ("", ("E0001", "E0009"))


def test_another_message_is_another_group() -> None:
    assert len(group_findings((ORDERS[0], replace(ORDERS[1], message="Autre chose.")))) == 2


def test_every_finding_of_a_campaign_once() -> None:
    assert campaign_findings(campaign()) == (WRONG_TYPE, NOT_FOUND, MISSING_START, *ORDERS, WRONG_STATUS)


def test_what_blocks_is_numbered_first() -> None:
    constats = number_constats(campaign())
    assert [constat.group.first.requirement for constat in constats.all] == [
        "AGR-COM-006",
        "AGR-COM-030",
        "AGR-COM-033",
        "RDV-004",
        "AGR-COM-005",
    ]
    assert constats.all[4].scenarios == ("AGR-PS-01", "AGR-PS-04")
    assert constats.of((WRONG_TYPE, ORDERS[2])) == (constats.all[2], constats.all[4])


def test_blocks_are_by_requirement_and_outcome() -> None:
    result = campaign()
    constats = number_constats(result)
    assert [block.id for block in blocks(result, constats, Outcome.WARN)] == ["AGR-COM-005"]
    assert len(blocks(result, constats, Outcome.FAIL)) == 4


def test_a_finding_of_a_requirement_out_of_the_list_is_not_lost() -> None:
    result = replace(campaign(), requirements=())
    found = blocks(result, number_constats(result), Outcome.FAIL)
    assert [(block.id, block.result) for block in found][:2] == [("AGR-COM-006", None), ("AGR-COM-030", None)]
