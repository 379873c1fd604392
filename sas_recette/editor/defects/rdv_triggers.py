"""Defects in what the platform hears of, and when; and in what becomes of the slot."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.accounts.seed import AMBIGUOUS
from sas_recette.editor.appointments.messages import CREATE, Outgoing, Queued
from sas_recette.editor.appointments.model import Appointment, Event
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_r03
from sas_recette.editor.defects.rdv_hooks import appointments, edited, resent, silent
from sas_recette.editor.http import Resource


def _created_at_the_confirmation(outgoing: Outgoing, queued: Queued) -> Outgoing:
    if queued.event is not Event.CONFIRMED:
        return outgoing
    return Outgoing(CREATE, "/Appointment", outgoing.headers, outgoing.body)


def _until_confirmed() -> Behaviour:
    """A request to SOS Médecins is created once it is confirmed, whatever happened before."""

    def waits(appointment: Appointment) -> bool:
        return appointment.centre and not appointment.accepted

    return silent(*Event, where=waits) + resent(_created_at_the_confirmation)


def _accepted_at_once(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    if sent["status"] == "pending":
        sent["status"] = "booked"
        for participant in sent["participant"]:
            participant["status"] = "accepted"


def _somebody(appointment: Appointment, current: Identifier | None) -> Identifier | None:
    return current or appointment.author.operator or AMBIGUOUS


def _two_minutes(appointment: Appointment, event: Event) -> timedelta:
    del appointment
    return timedelta(minutes=2) if event is Event.BOOKED else timedelta(0)


TRIGGERS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-never-sent",
        "Aucun rendez-vous n’est transmis",
        silent(*Event),
        "RDV-001",
        reserves=("RDV-036",),
    ),
    int_r03(
        "rdv-booking-not-sent",
        "La prise de rendez-vous n’est pas transmise, ses suites le sont",
        silent(Event.BOOKED),
        "RDV-001",
        reserves=("RDV-020", "RDV-036"),
    ),
    int_r03("rdv-move-not-sent", "Un changement d’horaire n’est pas transmis", silent(Event.MOVED), "RDV-003"),
    int_r03("rdv-replacement-not-sent", "Un changement de PS n’est pas transmis", silent(Event.REPLACED), "RDV-004"),
    int_r03("rdv-confirmation-not-sent", "Une confirmation n’est pas transmise", silent(Event.CONFIRMED), "RDV-047"),
    int_r03("rdv-cancellation-not-sent", "Une annulation n’est pas transmise", silent(Event.CANCELLED), "RDV-005"),
    int_r03("rdv-honoured-not-sent", "Un rendez-vous honoré n’est pas transmis", silent(Event.HONOURED), "RDV-006"),
    int_r03("rdv-absence-not-sent", "Un rendez-vous non honoré n’est pas transmis", silent(Event.ABSENT), "RDV-007"),
    int_r03(
        "rdv-sos-request-not-sent",
        "Une demande à SOS Médecins n’est transmise qu’une fois confirmée",
        _until_confirmed(),
        "RDV-001",
    ),
    int_r03(
        "rdv-sos-request-as-booked",
        "Une demande à SOS Médecins est transmise comme un rendez-vous confirmé",
        edited(_accepted_at_once),
        reserves=("RDV-046",),
    ),
    int_r03(
        "rdv-ordinary-sent",
        "Les rendez-vous pris au cabinet sont transmis aussi",
        appointments(triggers=lambda _appointment, _event: True, operator=_somebody),
        reserves=("RDV-008",),
    ),
    int_r03(
        "rdv-sent-late",
        "Une prise de rendez-vous est transmise deux minutes après",
        appointments(hold=_two_minutes),
        reserves=("RDV-002",),
    ),
)

AGENDAS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-slot-still-offered",
        "Le créneau réservé par le régulateur reste proposé",
        appointments(takes_slot=False),
        reserves=("RDV-050",),
    ),
    int_r03(
        "rdv-slot-booked-twice",
        "Deux régulateurs réservent le même créneau",
        appointments(exclusive=False),
        reserves=("RDV-050",),
    ),
)
