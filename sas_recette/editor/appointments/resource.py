"""The Appointment that the platform is sent, of both profiles (appointments.md §4 and §6).

Nothing of the patient is in it; the professional is named, so that a reader of the platform's journal recognises them.
"""

from __future__ import annotations

from typing import Final

from sas_recette.editor.accounts.model import TYPE_CODES, Identifier
from sas_recette.editor.appointments.model import Appointment, Practitioner
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import FR_V2_0203, IDNPS_SYSTEM

PROFILE: Final = "http://sas.fr/fhir/StructureDefinition/FrAppointmentSAS"
SOS_PROFILE: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/sas-sos-appointment"
OPERATOR_URL: Final = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"
PARTICIPATION_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def appointment_resource(appointment: Appointment, identifier: Identifier, operator: Identifier | None) -> Resource:
    """The whole state of an appointment. Without an operator, which only a defective version allows, nobody is named."""
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [SOS_PROFILE if appointment.centre else PROFILE]},
        **({"extension": [_operator(operator)]} if operator is not None else {}),
        "identifier": [{"system": identifier.system, "value": identifier.value}],
        "status": appointment.status.value,
        "start": appointment.start.isoformat(timespec="seconds"),
        "end": appointment.end.isoformat(timespec="seconds"),
        "created": appointment.created.isoformat(timespec="seconds"),
        "participant": [_participant(appointment)],
    }


def _operator(operator: Identifier) -> Resource:
    identifier = {"type": _type(TYPE_CODES[operator.system]), "system": operator.system, "value": operator.value}
    return {"url": OPERATOR_URL, "valueReference": {"identifier": identifier}}


def _participant(appointment: Appointment) -> Resource:
    status = "accepted" if appointment.accepted else "needs-action"
    if appointment.practitioner is None:
        administrative = {"coding": [{"system": PARTICIPATION_TYPE, "code": "ADM"}]}
        return {"type": [administrative], "status": status}
    return {"actor": _actor(appointment.practitioner), "status": status}


def _actor(practitioner: Practitioner) -> Resource:
    identifier = {"type": _type("IDNPS"), "system": IDNPS_SYSTEM, "value": practitioner.identifier}
    return {"identifier": identifier, "display": practitioner.name}


def _type(code: str) -> Resource:
    return {"coding": [{"system": FR_V2_0203, "code": code}]}
