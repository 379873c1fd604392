"""The invariants of base R4, in resources and in what they contain."""

from __future__ import annotations

from typing import Any

import pytest

from sas_recette.fhir.invariants import invariant_problems


def role(*contained: dict[str, Any], location: str = "#lieu", **members: object) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole",
        "contained": list(contained),
        "location": [{"reference": location}],
        **members,
    }


PLACE: dict[str, Any] = {"resourceType": "Location", "id": "lieu"}


@pytest.mark.parametrize(
    ("resource", "broken"),
    [
        (role(PLACE), []),
        (role(PLACE, location="#autre"), []),
        (role(PLACE, {"resourceType": "Location", "id": "b"}), [("dom-3", "R.contained[1]")]),
        (role(PLACE, {"resourceType": "Organization", "id": "o", "name": "x"}), [("dom-3", "R.contained[1]")]),
        (role(PLACE, {"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}]}), []),
        (role({**PLACE, "contained": [{"id": "x"}]}), [("dom-2", "R.contained[0].contained")]),
        (
            role({**PLACE, "meta": {"versionId": "1", "lastUpdated": "2026", "security": []}}),
            [
                ("dom-4", "R.contained[0].meta.versionId"),
                ("dom-4", "R.contained[0].meta.lastUpdated"),
                ("dom-5", "R.contained[0].meta.security"),
            ],
        ),
        (role({**PLACE, "telecom": [{"value": "+33261910002"}]}), [("cpt-2", "R.contained[0].telecom[0]")]),
        (role(telecom=[{"value": "+33261910002"}]), []),
        (role(telecom=[{"value": "3615 SAS"}]), [("cpt-2", "R.telecom[0]")]),
        (role(telecom=[{"system": "phone", "value": "x"}]), []),
        ({"resourceType": "Location", "telecom": [{"value": "0261910002"}]}, [("cpt-2", "R.telecom[0]")]),
        ({"resourceType": "Organization"}, [("org-1", "R")]),
        ({"resourceType": "Organization", "name": "x", "telecom": [{"use": "home"}]}, [("org-3", "R.telecom[0].use")]),
        ({"resourceType": "Organization", "name": "x", "address": [{"use": "home"}]}, [("org-2", "R.address[0].use")]),
        ({"p": {"start": "2026-02-01", "end": "2026-01-31"}}, [("per-1", "R.p")]),
        ({"p": {"start": "2026-02", "end": "2026"}}, []),
        ({"p": {"start": "2026", "end": "2025-12-31"}}, [("per-1", "R.p")]),
        ({"p": [{"start": "2026-02-01T10:00:00+02:00", "end": "2026-02-01T08:30:00Z"}]}, []),
        ({"p": [{"start": "2026-02-01T10:00:00+01:00", "end": "2026-02-01T08:30:00Z"}]}, [("per-1", "R.p[0]")]),
        ({"p": {"start": "2026-02-01", "end": "2026-01-31T23:00:00-05:00"}}, []),
        ({"p": {"start": "hier", "end": "avant-hier"}}, []),
        ({"resourceType": "Slot", "start": "2026-02-02T00:00:00Z", "end": "2026-02-01T00:00:00Z"}, []),
        ({"resourceType": "Practitioner", "photo": [{"data": "AA=="}]}, [("att-1", "R.photo[0]")]),
        ({"resourceType": "Practitioner", "photo": [{"data": "AA==", "contentType": "image/png"}]}, []),
        ({"resourceType": "Bundle", "entry": [{"resource": {"p": {"start": "2026", "end": "2025"}}}]}, []),
        ({"resourceType": [], "telecom": [{"value": "x"}]}, [("cpt-2", "R.telecom[0]")]),
    ],
)
def test_invariants(resource: dict[str, Any], broken: list[tuple[str, str]]) -> None:
    found = [(problem.message.split()[1], problem.location) for problem in invariant_problems(resource, "R")]
    assert sorted(found) == sorted(broken)
