"""French wording of what happens to appointments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.editor.appointments.model import Event, Status

STATUSES: Final[Mapping[Status, str]] = {
    Status.PENDING: "en attente de confirmation",
    Status.BOOKED: "confirmé",
    Status.FULFILLED: "honoré",
    Status.NOSHOW: "non honoré",
    Status.CANCELLED: "annulé",
}

DONE: Final[Mapping[Event, str]] = {
    Event.MOVED: "Le rendez-vous est déplacé.",
    Event.REPLACED: "Le praticien est enregistré.",
    Event.CONFIRMED: "La demande est confirmée.",
    Event.CANCELLED: "Le rendez-vous est annulé.",
    Event.HONOURED: "La venue du patient est enregistrée.",
    Event.ABSENT: "L’absence du patient est enregistrée.",
}
