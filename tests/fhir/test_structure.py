"""Structural validity against FHIR R4, with the facts about the library that it rests on."""

from __future__ import annotations

from typing import Any, Final

import pytest
from pydantic import ValidationError

from sas_recette.fhir.problem import ProblemKind
from sas_recette.fhir.shapes import R4_RESOURCES, model, required_names, resource_shape, shape
from sas_recette.fhir.structure import structural_problems

SLOT: Final[dict[str, Any]] = {
    "resourceType": "Slot",
    "id": "s1",
    "schedule": {"reference": "Schedule/a"},
    "status": "free",
    "start": "2026-06-17T09:00:00.000+02:00",
    "end": "2026-06-17T09:30:00.000+02:00",
}
URL: Final = "https://x.example/e"


def seen(**members: object) -> list[tuple[ProblemKind, str]]:
    resource = {key: value for key, value in {**SLOT, **members}.items() if value is not ...}
    return [(problem.kind, problem.location) for problem in structural_problems(resource, "Slot")]


def test_a_valid_slot() -> None:
    assert seen() == []


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"status": ...}, [(ProblemKind.MISSING, "Slot.status")]),
        ({"status": ..., "schedule": ...}, [(ProblemKind.MISSING, "Slot.schedule"), (ProblemKind.MISSING, "Slot.status")]),
        ({"status": "libre"}, [(ProblemKind.CODE, "Slot.status")]),
        ({"status": ["free"]}, [(ProblemKind.STRUCTURE, "Slot.status")]),
        ({"start": 1700000000}, [(ProblemKind.STRUCTURE, "Slot.start")]),
        ({"start": "2026-06-17"}, [(ProblemKind.FORM, "Slot.start")]),
        ({"start": "2026-02-30T09:00:00Z"}, [(ProblemKind.FORM, "Slot.start")]),
        ({"overbooked": "true"}, [(ProblemKind.STRUCTURE, "Slot.overbooked")]),
        ({"overbooked": 1}, [(ProblemKind.STRUCTURE, "Slot.overbooked")]),
        ({"couleur": "vert"}, [(ProblemKind.STRUCTURE, "Slot.couleur")]),
        ({"specialty": {"text": "x"}}, [(ProblemKind.STRUCTURE, "Slot.specialty")]),
        ({"schedule": [{"reference": "Schedule/a"}]}, [(ProblemKind.STRUCTURE, "Slot.schedule")]),
        ({"schedule": "Schedule/a"}, [(ProblemKind.STRUCTURE, "Slot.schedule")]),
        ({"meta": {"security": [{"code": 7}]}}, [(ProblemKind.STRUCTURE, "Slot.meta.security[0].code")]),
        ({"meta": {"security": [{"system": "a b"}]}}, [(ProblemKind.STRUCTURE, "Slot.meta.security[0].system")]),
        ({"id": "é"}, [(ProblemKind.STRUCTURE, "Slot.id")]),
        ({"id": "a" * 65}, [(ProblemKind.STRUCTURE, "Slot.id")]),
        ({"extension": [{"url": URL, "valueRatioRange": {"id": "a"}}]}, [(ProblemKind.STRUCTURE, "Slot.extension[0].valueRatioRange")]),
        ({"extension": [{"url": URL, "valueCodeableReference": {"id": "a"}}]}, [(ProblemKind.STRUCTURE, "Slot.extension[0].valueCodeableReference")]),
        ({"extension": [{"valueString": "a"}]}, [(ProblemKind.MISSING, "Slot.extension[0].url")]),
        ({"extension": [{"url": URL, "valueMeta": {"versionId": "1"}}]}, []),
        ({"contained": {}}, [(ProblemKind.STRUCTURE, "Slot.contained")]),
        ({"contained": ["x"]}, [(ProblemKind.STRUCTURE, "Slot.contained[0]")]),
        ({"contained": [{"resourceType": "Location", "name": 4}]}, [(ProblemKind.STRUCTURE, "Slot.contained[0].name")]),
        ({"contained": [{"id": "x"}]}, [(ProblemKind.STRUCTURE, "Slot.contained[0]")]),
        ({"serviceType": [{"concept": {"text": "x"}}]}, [(ProblemKind.STRUCTURE, "Slot.serviceType[0].concept")]),
    ],
)  # fmt: skip
def test_problems(members: dict[str, Any], expected: list[tuple[ProblemKind, str]]) -> None:
    assert sorted(seen(**members)) == sorted(expected)


def test_two_values_of_an_extension() -> None:
    assert len(seen(extension=[{"url": URL, "valueString": "a", "valueCode": "b"}])) == 1


@pytest.mark.parametrize(
    "name", ["Creneau", "HumanName", "Element", "Resource", "DomainResource", "FHIRAbstractModel", ""]
)
def test_not_a_resource_type(name: str) -> None:
    problems = structural_problems({"resourceType": name}, "Bundle.entry[0].resource")
    assert [(problem.kind, problem.location) for problem in problems] == [
        (ProblemKind.STRUCTURE, "Bundle.entry[0].resource")
    ]


@pytest.mark.parametrize("value", [None, 1, [], {}])
def test_resource_type_of_another_json_type(value: object) -> None:
    assert [one.location for one in structural_problems({"resourceType": value}, "X")] == ["X"]


def test_the_resources_of_a_bundle_are_judged_apart_but_must_be_objects() -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": {"resourceType": "?"}}, {"resource": "x"}],
    }
    assert [one.location for one in structural_problems(bundle, "Bundle")] == ["Bundle.entry[1].resource"]


def test_shapes_of_the_flows() -> None:
    assert required_names("Slot") == ("end", "schedule", "start", "status")
    for name in R4_RESOURCES:
        assert resource_shape(name)["id"].fhir_type == "Id"
    assert shape("Slot")["status"].codes == {"busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"}
    assert shape("Schedule")["actor"].array
    assert shape("Schedule")["actor"].required


class TestLibraryFacts:
    """What fhir.resources R4B lets through or adds: if one changes, the strict pass can be reconsidered."""

    @pytest.mark.parametrize(
        "members",
        [
            {"status": "libre"},
            {"specialty": []},
            {"start": 1700000000},
            {"overbooked": "true"},
            {"comment": "  "},
            {"end": "2026-06-17T08:00:00.000+02:00"},
            {"extension": [{"url": URL, "valueRatioRange": {"id": "a"}}]},
        ],
    )
    def test_accepted_although_wrong(self, members: dict[str, Any]) -> None:
        model("Slot").model_validate(
            {key: value for key, value in {**SLOT, **members}.items() if key != "resourceType"}
        )

    @pytest.mark.parametrize(
        "members",
        [
            {"start": "2026-06-17T09:00:00"},
            {"couleur": "vert"},
            {"specialty": [None]},
            {"comment": ""},
            {"serviceType": [{"concept": {"text": "x"}}]},
            {"extension": [{"url": URL, "valueMeta": {"versionId": "1"}}]},
        ],
    )
    def test_refused(self, members: dict[str, Any]) -> None:
        content = {key: value for key, value in {**SLOT, **members}.items() if key != "resourceType"}
        with pytest.raises(ValidationError):
            model("Slot").model_validate(content)
