"""`validate` on one answer and its request sees what a campaign sees there, and nothing else turns red."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.defects import Defect
from sas_recette.engine.scenario import ALL_AGENDAS
from sas_recette.engine.validation import Validation, validate_body
from sas_recette.exchange.model import Request
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.platform.aggregator import SlotQuery, search_window
from sas_recette.rules.model import Outcome
from tests.matrix.cahier import defects
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

EVERY: Final = [item for flow in ALL_AGENDAS for item in defects(flow)]
AT_LEAST: Final = {Flow.INT_R01: 120, Flow.INT_R04: 45, Flow.INT_SOS1: 90}
"""How many defects of each flow one answer is enough to see."""

NEEDS_MORE: Final[Mapping[str, tuple[set[str], set[str]]]] = {
    "lower-bound-by-day": ({"AGR-COM-034"}, set()),
    "upper-bound-by-day": ({"AGR-COM-035"}, set()),
    "sos-lower-bound-ignored": ({"AGR-COM-034", "AGR-SOS-003", "AGR-SOS-011"}, set()),
    "sos-window-ignored": ({"AGR-COM-034"}, set()),
    "sos-all-slots-of-the-agenda": ({"AGR-COM-034"}, set()),
    "identifier-parameter-ignored": ({"AGR-PS-005"}, set()),
    "unknown-identifier-refused": ({"AGR-COM-010"}, set()),
    "sos-unknown-association-refused": ({"AGR-COM-010"}, set()),
    "empty-answer-outcome": ({"AGR-COM-007"}, set()),
    "roles-exchanged": ({"AGR-PS-049"}, set()),
    "structure-missing": ({"AGR-PS-037"}, {"AGR-PS-037"}),
    "sos-agendas-without-slots": ({"AGR-SOS-003", "AGR-COM-010"}, set()),
}
"""What only a narrower window, another answer, an error or a declared fact shows; then what is red or under réserve without it.

`structure-missing`: without a declared structure, A-19 leaves a réserve. `sos-agendas-without-slots`: without a declared
agenda, an agenda without slots is AGR-SOS-004’s.
"""
INSTEAD: Final[Mapping[str, set[str]]] = {"sos-agendas-without-slots": {"AGR-SOS-004"}}


ASKED: Final = {
    "practitioners": (
        ("one_site",),
        ("two_sites",),
        ("colleague_a", "colleague_b"),
        ("no_slots",),
        ("unknown",),
        ("stored_raw",),
        ("one_cpts",),
        ("two_cpts",),
    ),
    "associations": (("two_centres", "other"), ("other",), ("no_slots",), ("unknown",)),
}
"""Ordinary searches, by the roles of the reference editor’s candidate file."""


@cache
def requests(flow: Flow) -> tuple[Request, ...]:
    table = "associations" if flow is Flow.INT_SOS1 else "practitioners"
    declared = candidate_document(FHIR_BASE, {}, NOW)[table]
    lists = (tuple(declared[role]["id"] for role in roles) for roles in ASKED[table])
    return tuple(SlotQuery(FHIR_BASE, flow, one, search_window(NOW)).request() for one in lists)


def validation(body: bytes, url: str) -> Validation:
    return validate_body(body, "reponse.json", load_catalogue(), edition="1.2.0", request=url)


@cache
def validated(item: Defect) -> list[Validation]:
    sender = StandIn(item.behaviour)
    answers = [(sender.send(one, scenario="", step="").response, one.url) for one in requests(Flow(item.flow))]
    return [validation(one.body, url) for one, url in answers if one is not None and one.status == 200]


def seen(validations: list[Validation], outcome: Outcome) -> set[str]:
    return {one.requirement for each in validations for one in each.findings if one.outcome is outcome}


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.id)
def test_validate_sees_the_defect_where_one_answer_suffices(item: Defect) -> None:
    validations = validated(item)
    examined = {name for one in validations for name in one.examined}
    missing, softer = NEEDS_MORE.get(item.id, (set(), set()))
    fails = (set(item.failures) & examined) - missing | INSTEAD.get(item.id, set())
    warns = (set(item.reserves) & examined) | softer
    assert seen(validations, Outcome.FAIL) == fails
    assert seen(validations, Outcome.WARN) - fails == warns - fails


@pytest.mark.parametrize("flow", ALL_AGENDAS)
def test_one_answer_suffices_for_most_defects(flow: Flow) -> None:
    enough = [item for item in defects(flow) if any(one.findings for one in validated(item))]
    assert len(enough) >= AT_LEAST[flow]
