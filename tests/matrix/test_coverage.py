"""Nothing in scope is left without a scenario that names it and a defect that proves its rule able to fail."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sas_recette.editor.behaviour import REFERENCE
from sas_recette.norm.requirements import Flow, How, load_catalogue
from tests.matrix.cahier import campaign, defects, scenarios
from tests.matrix.stand_in import StandIn

NEVER_RED: Final = {
    "AGR-PS-023": "« Peut » : au pire une réserve, et seulement pour une solution qui déclare un praticien par ADELI.",
}
"""The automatic requirements that no defect breaks, and why."""

_OF_ANSWERS: Final = frozenset({"PERF-001", "PERF-002"})
"""Judged on the searches of the flow, though they are of the flow PERFORMANCE."""


def automatic() -> set[str]:
    """The automatic requirements in the scope of INT_R01."""
    flows = {Flow.COMMUN, Flow.INT_R01}
    every = load_catalogue().values()
    return {one.id for one in every if one.how is How.AUTO and flows.intersection(one.flows)} | _OF_ANSWERS


def broken(*, binding: bool) -> set[str]:
    """The requirements of a level that defects break: non conforme for a SHALL, at least a réserve for the others."""
    catalogue = load_catalogue()
    by_failure = {name for item in defects() for name in item.failures}
    by_reserve = {name for item in defects() for name in item.reserves}
    found = by_failure if binding else by_reserve
    return {name for name in found if catalogue[name].level.binding is binding}


def test_every_automatic_requirement_has_a_defect() -> None:
    proved = broken(binding=True) | broken(binding=False)
    assert automatic() - proved == set(NEVER_RED)
    assert len(NEVER_RED) < 0.05 * len(automatic())


def test_every_rule_that_examines_something_has_a_defect(tmp_path: Path) -> None:
    seen = campaign(StandIn(REFERENCE), tmp_path)
    examined = {name for name, one in seen.requirements.items() if one.examined}
    assert examined <= broken(binding=True) | broken(binding=False)


def test_every_automatic_requirement_has_a_scenario() -> None:
    assert automatic() <= {name for one in scenarios() for name in one.requirements}


def test_every_defect_breaks_something() -> None:
    catalogue = load_catalogue()
    for item in defects():
        assert item.reddens, item.id
        assert len(set(item.reddens)) == len(item.reddens), item.id
        assert all(catalogue[name].level.binding for name in item.failures), item.id
        assert all(catalogue[name].how is not How.AUTO for name in item.attested), item.id


def test_the_defects_are_many_enough() -> None:
    assert len(defects()) >= 100
