"""What is remembered of a resource is what examining it says, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from sas_recette.fhir.invariants import invariant_problems
from sas_recette.fhir.structure import structural_problems
from sas_recette.fhir.validity import resource_problems

PLACE: dict[str, Any] = {
    "resourceType": "Location",
    "id": "lieu",
    "status": "ouvert",
    "telecom": [{"value": "0102030405"}],
}
RESOURCES: dict[str, dict[str, Any]] = {
    "sound": {"resourceType": "Schedule", "actor": [{"reference": "Practitioner/a"}]},
    "of no type": {"id": "x"},
    "of an unknown type": {"resourceType": "Creneau"},
    "wrong in many places": {
        "resourceType": "Slot",
        "id": "é",
        "status": 1,
        "start": "hier",
        "overbooked": "non",
        "x": {},
    },
    "true is not one": {"resourceType": "Slot", "overbooked": True, "comment": True},
    "one is not true": {"resourceType": "Slot", "overbooked": 1, "comment": 1},
    "with a contained one": {"resourceType": "PractitionerRole", "id": "r", "contained": [PLACE, 3]},
    "very long": {"resourceType": "Slot", "comment": "é" * 20_000, "status": "libre"},
    "a Bundle": {"resourceType": "Bundle", "type": "liste", "entry": [{"resource": PLACE, "search": {"mode": "x"}}]},
}


@pytest.mark.parametrize("root", ["Slot", "Bundle.entry[3].resource", "Bundle.entry[12].resource"])
@pytest.mark.parametrize("name", RESOURCES)
def test_the_problems_are_those_of_an_examination(name: str, root: str) -> None:
    resource = RESOURCES[name]
    examined = (*structural_problems(resource, root), *invariant_problems(resource, root))
    assert resource_problems(resource, root) == examined
    assert resource_problems(resource, root) == examined
    assert bool(examined) is (name != "sound")
