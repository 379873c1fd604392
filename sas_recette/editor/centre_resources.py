"""The FHIR resources of an INT_SOS1 answer, but for its Slots (reference-data.md §7.3, profiles.md §4)."""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.agenda import Agenda, Centre, Opening, Place, Structure
from sas_recette.editor.behaviour import Numbers
from sas_recette.editor.elements import schedule_id, without_empty
from sas_recette.editor.http import Resource
from sas_recette.editor.resources import LOCATION_SYSTEM
from sas_recette.norm import canonicals


@dataclass(frozen=True, slots=True)
class CentreWriter:
    """Writes the agendas and places of SOS Médecins, and its associations."""

    numbers: Numbers

    def schedule(self, agenda: Agenda) -> Resource:
        """The Schedule of a centre."""
        return {
            "resourceType": "Schedule",
            "id": schedule_id(agenda),
            "meta": {"profile": [canonicals.SCHEDULE_SOS]},
            "actor": [{"reference": f"Location/{agenda.place.id}"}],
        }

    def location(self, place: Place, centre: Centre, association: Structure) -> Resource:
        """The centre itself."""
        phone = centre.phone
        return without_empty(
            {
                "resourceType": "Location",
                "id": place.id,
                "meta": {"profile": [canonicals.LOCATION_SOS]},
                "identifier": [
                    {
                        "type": {"coding": [{"system": canonicals.FR_LOCATION_IDENTIFIER_TYPE, "code": "INTRN"}]},
                        "system": LOCATION_SYSTEM,
                        "value": centre.identifier,
                    }
                ],
                "name": centre.name,
                "telecom": [] if phone is None else [{"system": "phone", "value": self.numbers.phone(phone)}],
                "address": {"line": [place.line], "city": place.city, "postalCode": place.postal_code},
                "managingOrganization": {"reference": f"Organization/{association.id}"},
                "hoursOfOperation": [_hours(opening) for opening in centre.hours],
            }
        )

    def association(self, association: Structure) -> Resource:
        """The association, under its prefixed SIRET."""
        return without_empty(
            {
                "resourceType": "Organization",
                "id": association.id,
                "meta": {"profile": [canonicals.ORGANIZATION_SOS]},
                "identifier": [
                    {
                        "type": {"coding": [{"system": canonicals.FR_LOCATION_IDENTIFIER_TYPE, "code": "IDNST"}]},
                        "system": canonicals.IDNST_SYSTEM,
                        "value": self.numbers.structure(association.identifier_kind, association.identifier),
                    }
                ],
                "name": association.name,
            }
        )


def _hours(opening: Opening) -> Resource:
    return {
        "daysOfWeek": list(opening.days),
        "openingTime": opening.opens.isoformat("seconds"),
        "closingTime": opening.closes.isoformat("seconds"),
    }
