"""Nothing in scope is left without a scenario that names it and a defect that proves its rule able to fail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS
from sas_recette.norm.requirements import Flow, How, load_catalogue
from tests.matrix.cahier import FLOWS, campaign, defects, scenarios
from tests.matrix.stand_in import StandIn

EVERY: Final = list(DEFECTS.values())

SHOWN_ELSEWHERE: Final = {
    "ACC-024": "Une connexion montre seule l’effet d’une désactivation : SSO-S09.",
}
"""The automatic requirements that no scenario of their own flow examines, and why."""

NEVER_RED: Final = {
    "AGR-PS-023": "« Peut » : au pire une réserve, et seulement pour une solution qui déclare un praticien par ADELI.",
}
"""The automatic requirements that no defect breaks, and why."""

OF_THE_CANDIDATE_FILE: Final = {
    "REF-018": "La liste des associations équipées est celle de recette.toml : aucun défaut du produit ne l’altère.",
}
"""What no version of the product can get wrong, and why; tests/rules shows that its rule can fail."""

_OF_ANSWERS: Final[Mapping[Flow, frozenset[str]]] = {
    Flow.INT_R01: frozenset({"PERF-001", "PERF-002"}),
    Flow.INT_R04: frozenset({"PERF-001", "PERF-002"}),
    Flow.INT_SOS1: frozenset({"PERF-010"}),
    Flow.INT_R02: frozenset({"PERF-006"}),
}
"""Judged on the searches of the flow, though they are of the flow PERFORMANCE."""


def automatic(flow: Flow) -> set[str]:
    """The automatic requirements in the scope of a flow."""
    of_flow = {flow} if flow is Flow.INT_R02 else {Flow.COMMUN, flow}
    every = load_catalogue().values()
    return {one.id for one in every if one.how is How.AUTO and of_flow.intersection(one.flows)} | _OF_ANSWERS[flow]


def broken(*, binding: bool) -> set[str]:
    """The requirements of a level that defects break: non conforme for a SHALL, at least a réserve for the others."""
    catalogue = load_catalogue()
    by_failure = {name for item in EVERY for name in item.failures}
    by_reserve = {name for item in EVERY for name in item.reserves}
    found = by_failure if binding else by_reserve
    return {name for name in found if catalogue[name].level.binding is binding}


def test_every_automatic_requirement_has_a_defect() -> None:
    proved = broken(binding=True) | broken(binding=False)
    assert set().union(*map(automatic, FLOWS)) - proved == set(NEVER_RED)
    assert len(NEVER_RED) < 0.05 * len(automatic(Flow.INT_R01))


@pytest.mark.parametrize("flow", FLOWS)
def test_every_rule_that_examines_something_has_a_defect(flow: Flow, tmp_path: Path) -> None:
    seen = campaign(StandIn(REFERENCE), tmp_path, flow)
    examined = {name for name, one in seen.requirements.items() if one.examined}
    assert examined - set(OF_THE_CANDIDATE_FILE) <= broken(binding=True) | broken(binding=False)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_automatic_requirement_has_a_scenario(flow: Flow) -> None:
    named = {name for one in scenarios(flow) for name in one.requirements}
    assert automatic(flow) - named == set(SHOWN_ELSEWHERE) & automatic(flow)


def test_every_defect_breaks_something() -> None:
    catalogue = load_catalogue()
    for item in EVERY:
        assert item.reddens, item.id
        assert len(set(item.reddens)) == len(item.reddens), item.id
        assert all(catalogue[name].level.binding for name in item.failures), item.id
        assert all(catalogue[name].how is not How.AUTO for name in item.attested), item.id


def test_the_defects_are_many_enough() -> None:
    assert len(EVERY) >= 100
    assert all(len(defects(flow)) >= 40 for flow in FLOWS)
