"""The CapabilityStatement of the product."""

from __future__ import annotations

from datetime import date

from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import SEARCH_PARAMETER_START


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
                "resource": [
                    {
                        "type": "Slot",
                        "interaction": [{"code": "search-type"}],
                        "searchInclude": ["Slot:schedule", "Schedule:actor"],
                        "searchParam": [
                            {"name": "start", "definition": SEARCH_PARAMETER_START, "type": "date"},
                            {"name": "status", "type": "token"},
                            {"name": "schedule", "type": "reference"},
                        ],
                    }
                ],
            }
        ],
    }
