"""The CapabilityStatement of the product."""

from __future__ import annotations

from datetime import date

from sas_recette.editor.criteria import (
    INCLUDE_ACTORS,
    INCLUDE_ASSOCIATION,
    INCLUDE_COMMUNITIES,
    INCLUDE_LOCATION,
    INCLUDE_SCHEDULE,
    INCLUDE_SERVICES,
    REVINCLUDE_SLOTS,
)
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import REGULATOR, SEARCH_PARAMETER_SERVICE_TYPE, SEARCH_PARAMETER_START


def capability_statement(fhir_base: str, day: date) -> Resource:
    """What `GET [base]/metadata` answers on a given day."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": day.isoformat(),
        "kind": "instance",
        "software": {"name": "Agenda de référence"},
        "implementation": {"description": "Agenda de référence du banc de recette SAS", "url": fhir_base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [_slot(), _schedule(), _practitioner()],
            }
        ],
    }


def _slot() -> Resource:
    return {
        "type": "Slot",
        "interaction": [{"code": "search-type"}],
        "searchInclude": [INCLUDE_SCHEDULE, INCLUDE_ACTORS, INCLUDE_SERVICES, INCLUDE_COMMUNITIES],
        "searchParam": [
            {"name": "start", "definition": SEARCH_PARAMETER_START, "type": "date"},
            {"name": "status", "type": "token"},
            {"name": "schedule", "type": "reference"},
            {"name": "service-type-reference", "definition": SEARCH_PARAMETER_SERVICE_TYPE, "type": "reference"},
        ],
    }


def _schedule() -> Resource:
    return {
        "type": "Schedule",
        "interaction": [{"code": "search-type"}],
        "searchInclude": [INCLUDE_LOCATION, INCLUDE_ASSOCIATION],
        "searchRevInclude": [REVINCLUDE_SLOTS],
        "searchParam": [{"name": "actor", "type": "reference"}],
    }


def _practitioner() -> Resource:
    interactions = ("read", "create", "update", "search-type")
    return {
        "type": "Practitioner",
        "profile": REGULATOR,
        "interaction": [{"code": code} for code in interactions],
        "updateCreate": True,
        "conditionalUpdate": True,
        "searchParam": [{"name": "identifier", "type": "token"}],
    }
