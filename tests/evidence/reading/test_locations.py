from __future__ import annotations

import pytest

from sas_recette.evidence.page.json_lines import lay_out
from sas_recette.evidence.reading.locations import Path, header_name, is_envelope, nearest, steps_of, without_indexes

BODY = b"""{"resourceType": "Bundle", "entry": [
  {"resource": {"resourceType": "Slot", "serviceType": [{"coding": [{"code": "AMB"}]}],
    "extension": [{"url": "u", "valueReference": {"reference": "A/1"}}], "start": "x"}},
  {"resource": {"status": "free"}}]}"""


@pytest.mark.parametrize(
    ("location", "steps"),
    [
        ("Bundle", ()),
        ("Bundle.entry[3].resource.start", ("entry", 3, "resource", "start")),
        ("Bundle.entry[0].resource.ofType(Slot).start", ("entry", 0, "resource", "start")),
        ("Bundle.entry[1][2]", ("entry", 1, 2)),
        ("Slot.`div`.x", ("div", "x")),
        ("Bundle.entry.where(resource.id = 'a.b').resource", ("entry",)),
        ("Slot.extension('http://a.b/c').value", ()),
        ("Slot.clé.start", ("cl",)),
        ("", ()),
        ("[0].a", (0,)),
    ],
)
def test_steps(location: str, steps: Path) -> None:
    assert steps_of(location) == steps


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("Bundle.entry[0].resource.start", ("entry", 0, "resource", "start")),
        ("Bundle.entry[1].resource.start", ("entry", 1, "resource")),
        ("Bundle.entry[9].resource.start", ("entry",)),
        (
            "Bundle.entry[0].resource.serviceType.coding.code",
            ("entry", 0, "resource", "serviceType", 0, "coding", 0, "code"),
        ),
        ("Bundle.entry[0].resource.extension[0].value", ("entry", 0, "resource", "extension", 0, "valueReference")),
        ("Bundle.entry.resource", ("entry",)),
        ("Bundle.total.x", ()),
        ("Bundle.resourceType.x", ("resourceType",)),
    ],
)
def test_a_missing_element_gives_its_nearest_parent(location: str, path: Path) -> None:
    assert nearest(lay_out(BODY).root, steps_of(location)) == path


@pytest.mark.parametrize(
    ("location", "envelope", "header"),
    [
        ("HTTP.status", True, ""),
        ("HTTP.header(Content-Type)", True, "content-type"),
        ("HTTP.header('X-A')", True, "x-a"),
        ("HTTP", True, ""),
        ("HTTPS.header(A)", False, ""),
        ("Bundle.header(A)", False, ""),
    ],
)
def test_envelope(location: str, envelope: bool, header: str) -> None:
    assert (is_envelope(location), header_name(location)) == (envelope, header)


def test_indexes_are_forgotten() -> None:
    assert without_indexes("Bundle.entry[12].resource.coding[0].code") == "Bundle.entry[*].resource.coding[*].code"
