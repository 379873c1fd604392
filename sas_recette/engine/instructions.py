"""What a person is told to do in the solution, in French, a sentence a step (appointments.md §10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sas_recette.engine.person import Instruction
from sas_recette.exchange.search import PARIS
from sas_recette.norm.typography import french
from sas_recette.platform.accounts import Regulator
from sas_recette.platform.appointment import Appointment

_AUTHORS: Final = {
    "regulator": "dans la session du régulateur",
    "practice": "depuis le cabinet (compte du personnel ou du praticien)",
    "patient": "comme le ferait le patient (lien reçu, espace patient)",
}
_TITLES: Final = {
    "book": "Prenez un rendez-vous",
    "take": "Prenez le même créneau, que deux régulateurs ont sous les yeux",
    "book_ordinary": "Prenez un rendez-vous hors parcours SAS",
    "move": "Déplacez le rendez-vous",
    "replace": "Affectez le rendez-vous à un autre praticien",
    "confirm": "Confirmez la demande de rendez-vous",
    "cancel": "Annulez le rendez-vous",
    "mark_honoured": "Notez que le patient est venu",
    "mark_absent": "Notez que le patient n’est pas venu",
}


def instruction(action: str, appointment: Appointment, regulator: Regulator, address: str) -> Instruction:
    """What to do; `address` is what the regulator follows, empty where somebody else acts."""
    return Instruction(french(_TITLES[action]), tuple(map(french, _lines(action, appointment, regulator, address))))


def _lines(action: str, appointment: Appointment, regulator: Regulator, address: str) -> Iterator[str]:
    if address and action in {"book", "take"}:
        yield f"Ouvrez cette adresse, comme depuis la plateforme : {address}"
        yield f"La plateforme vous authentifie comme {regulator.given} {regulator.family} ({regulator.identifier.value})."
    else:
        yield f"Agissez {_AUTHORS[appointment.author]}."
    yield f"Créneau : {_moment(appointment.start)}, {_whose(appointment)}."
    yield f"Patient : {appointment.given} {appointment.family}."
    if appointment.new_start is not None:
        yield f"Nouvel horaire : {_moment(appointment.new_start)}."
    if appointment.new_practitioner:
        yield f"Nouveau praticien : {appointment.new_practitioner}."


def _whose(appointment: Appointment) -> str:
    return f"lieu « {appointment.place} »" if not appointment.practitioner else f"praticien {appointment.practitioner}"


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y à %H:%M} (heure de Paris)"
