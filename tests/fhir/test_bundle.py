"""The graph of a Bundle: how references resolve, and how places are written."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sas_recette.fhir.bundle import contained, read_bundle
from sas_recette.fhir.location import fhirpath

BASE: Final = "https://a.example/fhir"
UUID: Final = "urn:uuid:0d0b7a4e-6b1f-4d0e-9a3c-000000000001"


def entry(url: str | None, kind: str, identifier: str) -> dict[str, Any]:
    return {**({"fullUrl": url} if url else {}), "resource": {"resourceType": kind, "id": identifier}}


GRAPH: Final = read_bundle(
    {
        "entry": [
            entry(f"{BASE}/Slot/s", "Slot", "s"),
            entry(f"{BASE}/Schedule/a", "Schedule", "a"),
            entry("https://b.example/fhir/Schedule/a", "Schedule", "a"),
            entry("https://b.example/fhir/Slot/t", "Slot", "t"),
            entry(UUID, "Schedule", "u"),
            entry(None, "Schedule", "v"),
            {"fullUrl": f"{BASE}/Slot/nothing"},
            "x",
        ]
    }
)


@pytest.mark.parametrize(
    ("holder", "reference", "found"),
    [
        (0, "Schedule/a", 1),
        (3, "Schedule/a", 2),
        (0, "https://b.example/fhir/Schedule/a", 2),
        (0, "Schedule/a/_history/3", 1),
        (0, UUID, 4),
        (0, "Schedule/u", 4),
        (0, "Schedule/v", 5),
        (0, "Schedule/unknown", None),
        (0, "Slot/nothing", None),
        (0, "a", None),
        (0, "https://c.example/fhir/Schedule/a", None),
        (0, "Schedule?identifier=a", None),
        (0, "#a", None),
        (0, "", None),
    ],
)
def test_resolve(holder: int, reference: str, found: int | None) -> None:
    target = GRAPH.resolve(reference, GRAPH.entries[holder])
    assert (target.index if target else None) == found


def test_entries() -> None:
    assert [one.location for one in GRAPH.of_type("Slot")] == ["Bundle.entry[0].resource", "Bundle.entry[3].resource"]
    assert GRAPH.of_type("Patient") == ()
    assert read_bundle({}).entries == ()
    assert read_bundle({"entry": {"resource": {}}}).entries == ()


def test_the_first_of_two_entries_is_found() -> None:
    graph = read_bundle({"entry": [entry(f"{BASE}/Slot/s", "Slot", "s")] * 2})
    found = graph.resolve("Slot/s", graph.entries[1])
    assert found is graph.entries[0]


def test_contained() -> None:
    resource = {"contained": [{"id": "a"}, {"id": "lieu", "resourceType": "Location"}, 3]}
    assert contained(resource, {"reference": "#lieu"}) == {"id": "lieu", "resourceType": "Location"}
    assert contained(resource, {"reference": "#b"}) is None
    assert contained(resource, {"reference": "Location/lieu"}) is None
    assert contained(resource, {}) is None


def test_fhirpath() -> None:
    assert fhirpath("Bundle", ("entry", 3, "resource", "meta")) == "Bundle.entry[3].resource.meta"
    assert fhirpath("Bundle", ()) == "Bundle"
