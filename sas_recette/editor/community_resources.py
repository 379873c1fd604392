"""The FHIR resources of a CPTS in an INT_R04 answer (reference-data.md §7.2, profiles.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sas_recette.editor.agenda import Structure
from sas_recette.editor.behaviour import Numbers
from sas_recette.editor.elements import without_empty
from sas_recette.editor.http import Resource
from sas_recette.norm import canonicals

COMMUNITY_CODE: Final = "604"
"""TRE_R66 code of a CPTS."""

_TYPE_SYSTEMS: Final = {
    "1.1.0": canonicals.FR_LOCATION_IDENTIFIER_TYPE,
    "1.2.0": canonicals.FR_CORE_V2_0203,
}
EDITIONS: Final = tuple(_TYPE_SYSTEMS)
"""The editions of the guide that code the identifier of a CPTS in their own way (P-02)."""


def service_type(community: Structure) -> Resource:
    """The serviceType of a slot that a CPTS sees, with the reference to its HealthcareService."""
    reference = {"reference": f"HealthcareService/{service_id(community)}"}
    return {
        "extension": [{"url": canonicals.EXTENSION_SERVICE_TYPE_R5, "valueReference": reference}],
        "coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT, "code": COMMUNITY_CODE}],
    }


@dataclass(frozen=True, slots=True)
class CommunityWriter:
    """Writes the resources of CPTS. An `edition` of None codes the identifier type as every edition wants it."""

    numbers: Numbers
    edition: str | None = None

    def service(self, community: Structure) -> Resource:
        """The one HealthcareService of a CPTS."""
        return {
            "resourceType": "HealthcareService",
            "id": service_id(community),
            "meta": {"profile": [canonicals.HEALTHCARE_SERVICE_CPTS]},
            "providedBy": {"reference": f"Organization/{organization_id(community)}"},
        }

    def organization(self, community: Structure) -> Resource:
        """The CPTS itself, under its prefixed FINESS."""
        phone = community.phone
        systems = [system for edition, system in _TYPE_SYSTEMS.items() if self.edition in (None, edition)]
        return without_empty(
            {
                "resourceType": "Organization",
                "id": organization_id(community),
                "meta": {"profile": [canonicals.ORGANIZATION_CPTS]},
                "identifier": [
                    {
                        "type": {"coding": [{"system": system, "code": "IDNST"} for system in systems]},
                        "system": canonicals.IDNST_SYSTEM,
                        "value": self.numbers.structure(community.identifier_kind, community.identifier),
                    }
                ],
                "name": community.name,
                "telecom": [] if phone is None else [{"system": "phone", "value": self.numbers.phone(phone)}],
            }
        )


def service_id(community: Structure) -> str:
    """Logical id of a HealthcareService."""
    return f"hs-{community.id}"


def organization_id(community: Structure) -> str:
    """Logical id of the Organization of a CPTS."""
    return f"org-{community.id}"
