"""Another validator agrees: the worked examples are valid FHIR R4, and what it refuses is refused here too."""

from __future__ import annotations

from typing import Any

import fhirkit
import pytest

from sas_recette.fhir.parsing import empty_elements
from sas_recette.fhir.structure import structural_problems
from tests.rules.building import SLOT_1, Json, Mutation, body_of, example, mutated
from tests.rules.mutations import of


def errors(document: Json) -> list[Any]:
    return [issue for issue in fhirkit.validate(body_of(document)) if issue.severity in {"error", "fatal"}]


@pytest.mark.parametrize("name", ["bundle-ps-b", "bundle-vide", "outcome-400"])
def test_examples(name: str) -> None:
    document = example(name)
    assert fhirkit.FHIR_VERSION == "4.0.1"
    assert errors(document) == []
    assert structural_problems(document, document["resourceType"]) == []


@pytest.mark.parametrize(
    "mutate",
    [
        of(SLOT_1, "start"),
        of(SLOT_1, "start", value=1700000000),
        of(SLOT_1, "couleur", value="vert"),
        of(SLOT_1, "specialty", value={"text": "x"}),
        of(SLOT_1, "specialty", value=[]),
        of(SLOT_1, "overbooked", value="true"),
        of(SLOT_1, "comment", value=""),
        of(SLOT_1, "schedule", value="Schedule/a"),
    ],
)
def test_both_refuse(mutate: Mutation) -> None:
    document = mutated(mutate)
    assert errors(document)
    slot = document["entry"][SLOT_1]["resource"]
    assert structural_problems(slot, "Slot") or empty_elements(slot, "Slot")
