"""A conformant INT_R01 answer of any size: practitioners of two places, each with its agenda and its slots."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sas_recette.norm import canonicals as urls

PARIS_WINTER = timezone(timedelta(hours=1))
FIRST = datetime(2026, 1, 12, 8, 0, tzinfo=PARIS_WINTER)


def searchset(practitioners: int, places: int, slots: int) -> dict[str, Any]:
    """A Bundle of `practitioners` × `places` agendas, each with `slots` slots."""
    entries: list[dict[str, Any]] = []
    for person in range(practitioners):
        for place in range(places):
            name = f"{person}-{place}"
            entries += [_entry(_slot(name, rank), "match") for rank in range(slots)]
            entries += [_entry(_schedule(person, name), "include"), _entry(_role(person, name), "include")]
        entries.append(_entry(_practitioner(person), "include"))
    total = practitioners * places * slots
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [urls.BUNDLE_PS]},
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": "https://editeur.example/fhir/Slot?status=free"}],
        "entry": entries,
    }


def _entry(resource: dict[str, Any], mode: str) -> dict[str, Any]:
    url = f"https://editeur.example/fhir/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _slot(name: str, rank: int) -> dict[str, Any]:
    start = FIRST + timedelta(minutes=15 * rank)
    return {
        "resourceType": "Slot",
        "id": f"slot-{name}-{rank}",
        "meta": {"profile": [urls.SLOT_PS], "security": [{"system": urls.TRE_R314_SLOT_TYPE, "code": "PUBLIC"}]},
        "serviceType": [_coded(urls.V3_ACT_CODE, "AMB"), {"text": "Consultation de médecine générale"}],
        "specialty": [_coded(urls.TRE_R38_SPECIALTY, "SM54")],
        "appointmentType": _coded(urls.V2_0276_APPOINTMENT, "ROUTINE"),
        "schedule": {"reference": f"Schedule/agenda-{name}"},
        "status": "free",
        "start": start.isoformat(timespec="milliseconds"),
        "end": (start + timedelta(minutes=15)).isoformat(timespec="milliseconds"),
        "comment": f"https://agenda.editeur.example/ps/{name}",
    }


def _schedule(person: int, name: str) -> dict[str, Any]:
    return {
        "resourceType": "Schedule",
        "id": f"agenda-{name}",
        "meta": {"profile": [urls.SCHEDULE_PS]},
        "actor": [{"reference": f"Practitioner/ps-{person}"}, {"reference": f"PractitionerRole/exercice-{name}"}],
    }


def _practitioner(person: int) -> dict[str, Any]:
    identifier = {"type": _coded(urls.FR_V2_0203, "IDNPS"), "system": urls.IDNPS_SYSTEM, "value": f"8999{person:08d}"}
    return {
        "resourceType": "Practitioner",
        "id": f"ps-{person}",
        "meta": {"profile": [urls.PRACTITIONER]},
        "identifier": [identifier],
        "name": [{"family": f"MARTIN{person}", "given": ["Camille"]}],
    }


def _role(person: int, name: str) -> dict[str, Any]:
    place = {
        "resourceType": "Location",
        "id": "lieu",
        "meta": {"profile": [urls.LOCATION_PS]},
        "identifier": [
            {
                "type": _coded(urls.FR_LOCATION_IDENTIFIER_TYPE, "INTRN"),
                "system": "https://editeur.example/lieux",
                "value": name,
            }
        ],
        "address": {"line": ["12 rue des Tilleuls"], "city": "RENNES", "postalCode": "35000"},
    }
    structure = {
        "type": _coded(urls.FR_V2_0203, "IDNST"),
        "system": urls.IDNST_SYSTEM,
        "value": "399900001100018",
    }
    return {
        "resourceType": "PractitionerRole",
        "id": f"exercice-{name}",
        "meta": {"profile": [urls.PRACTITIONER_ROLE]},
        "contained": [place],
        "practitioner": {"reference": f"Practitioner/ps-{person}"},
        "organization": {"identifier": structure},
        "location": [{"reference": "#lieu"}],
        "telecom": [{"system": "phone", "value": "+33261910001"}],
    }
