"""The FHIR resources of professionals and of their slots (reference-data.md §7.1 and §7.2, profiles.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sas_recette.editor.agenda import Agenda, AgendaSlot, Place, Professional, Specialty, Structure, Visibility
from sas_recette.editor.behaviour import Numbers
from sas_recette.editor.community_resources import service_type
from sas_recette.editor.elements import instant, schedule_id, without_empty
from sas_recette.editor.flows import Flow
from sas_recette.editor.http import Resource
from sas_recette.norm import canonicals

LOCATION_SYSTEM: Final = "https://editeur.example/lieux"
CONTAINED_LOCATION: Final = "lieu"


@dataclass(frozen=True, slots=True)
class ResourceWriter:
    """Writes resources. `agenda_base` is the public URL of the agenda pages, without a final slash."""

    agenda_base: str
    numbers: Numbers

    def slot(self, slot: AgendaSlot, flow: Flow, audience: tuple[Visibility, ...]) -> Resource:
        """A Slot as the flow wants it, with the visibilities that the audience comprises."""
        shown = [code for code in slot.visibilities if code in audience]
        body: Resource = {
            "resourceType": "Slot",
            "id": slot.id,
            "meta": {
                "profile": [flow.slot_profile],
                "security": [{"system": canonicals.TRE_R314_SLOT_TYPE, "code": str(code)} for code in shown],
            },
            "serviceType": [
                *({"coding": [{"system": canonicals.V3_ACT_CODE, "code": str(c)}]} for c in slot.consultations),
                *({"text": reason} for reason in slot.reasons),
                *(service_type(community) for community in slot.communities if flow.with_communities),
            ],
            "specialty": [_specialty(specialty) for specialty in slot.specialties],
            "appointmentType": {"coding": [{"system": canonicals.V2_0276_APPOINTMENT, "code": str(slot.appointment)}]},
            "schedule": {"reference": f"Schedule/{schedule_id(slot.agenda)}"},
            "status": str(slot.state),
            "start": instant(slot.start),
            "end": instant(slot.end),
            "comment": self.booking_url(slot),
        }
        return without_empty(body)

    def booking_url(self, slot: AgendaSlot) -> str:
        """The public page of the agenda of a professional, or of the slot itself in that of a centre (A-41)."""
        professional, centre = slot.agenda.professional, slot.agenda.place.centre
        if professional is not None:
            return f"{self.agenda_base}/ps/{professional.slug}"
        return self.agenda_base if centre is None else f"{self.agenda_base}/pfg/{centre.slug}?creneau={slot.id}"

    def schedule(self, agenda: Agenda, professional: Professional) -> Resource:
        """The Schedule of one professional in one place."""
        return {
            "resourceType": "Schedule",
            "id": schedule_id(agenda),
            "meta": {"profile": [canonicals.SCHEDULE_PS]},
            "actor": [
                {"reference": f"Practitioner/{professional.id}"},
                {"reference": f"PractitionerRole/{role_id(agenda)}"},
            ],
        }

    def practitioner(self, professional: Professional) -> Resource:
        """The Practitioner, under the prefixed national number."""
        name = without_empty({"family": professional.family, "given": [professional.given]})
        return without_empty(
            {
                "resourceType": "Practitioner",
                "id": professional.id,
                "meta": {"profile": [canonicals.PRACTITIONER]},
                "identifier": [
                    {
                        "type": {"coding": [{"system": canonicals.FR_V2_0203, "code": "IDNPS"}]},
                        "system": canonicals.IDNPS_SYSTEM,
                        "value": self.numbers.rpps(professional.rpps),
                    }
                ],
                "name": [name],
            }
        )

    def role(self, agenda: Agenda, professional: Professional) -> Resource:
        """The PractitionerRole of a professional in a place, with the place contained."""
        place = agenda.place
        phone = professional.phone
        return without_empty(
            {
                "resourceType": "PractitionerRole",
                "id": role_id(agenda),
                "meta": {"profile": [canonicals.PRACTITIONER_ROLE]},
                "contained": [self.location(place)],
                "practitioner": {"reference": f"Practitioner/{professional.id}"},
                "organization": None if place.structure is None else self.organization(place.structure),
                "location": [{"reference": f"#{CONTAINED_LOCATION}"}],
                "telecom": [] if phone is None else [{"system": "phone", "value": self.numbers.phone(phone)}],
            }
        )

    def organization(self, structure: Structure) -> Resource:
        """The logical reference to the structure, by its prefixed national number."""
        return {
            "identifier": {
                "type": {"coding": [{"system": canonicals.FR_V2_0203, "code": "IDNST"}]},
                "system": canonicals.IDNST_SYSTEM,
                "value": self.numbers.structure(structure.identifier_kind, structure.identifier),
            }
        }

    def location(self, place: Place) -> Resource:
        """The contained Location of a place."""
        return {
            "resourceType": "Location",
            "id": CONTAINED_LOCATION,
            "meta": {"profile": [canonicals.LOCATION_PS]},
            "identifier": [
                {
                    "type": {"coding": [{"system": canonicals.FR_LOCATION_IDENTIFIER_TYPE, "code": "INTRN"}]},
                    "system": LOCATION_SYSTEM,
                    "value": place.id,
                }
            ],
            "address": {"line": [place.line], "city": place.city, "postalCode": place.postal_code},
        }


def role_id(agenda: Agenda) -> str:
    """Logical id of a PractitionerRole."""
    return f"exercice-{agenda.id}"


def _specialty(specialty: Specialty) -> Resource:
    coding = [{"system": canonicals.TRE_R38_SPECIALTY, "code": specialty.code}] if specialty.code else []
    return without_empty({"coding": coding, "text": specialty.label})
