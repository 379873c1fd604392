"""What can be done with appointments: book, move, entrust to another professional, confirm, cancel, say who came.

Each action is one transaction: what happens, the slot, and the message that the platform gets of it.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sas_recette.editor.accounts.model import TYPE_CODES, Identifier, RegulatorAccount
from sas_recette.editor.appointments.messages import CREATE, UPDATE, Message, criterion
from sas_recette.editor.appointments.model import Appointment, Author, Event, Patient, Practitioner
from sas_recette.editor.appointments.policy import AppointmentPolicy
from sas_recette.editor.appointments.resource import appointment_resource
from sas_recette.editor.appointments.store import AppointmentStore, Ledger, Order

TAKEN: Final = "Ce créneau n’est plus libre."


class RefusedActionError(Exception):
    """Something that cannot be done with an appointment; the message is French."""


def _identifier() -> str:
    return str(uuid.uuid4())


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class AppointmentBook:
    """Acts on appointments. `hurry` has sent what the platform is told, None when there is no platform to tell.

    Every action raises RefusedActionError and then changes nothing; LookupError for an appointment that does not exist.
    """

    store: AppointmentStore
    clock: Callable[[], datetime]
    policy: AppointmentPolicy
    hurry: Callable[[], None] | None = None

    def book(self, slot_id: str, author: Author, patient: Patient) -> Appointment:
        """Book a slot; of several who ask for it at once, one gets it."""
        with self._transaction() as ledger:
            slot = ledger.take(slot_id, exclusive=self.policy.exclusive)
            if slot is None:
                raise RefusedActionError(TAKEN)
            known = replace(author, operator=_current_operator(ledger, author))
            appointment = ledger.book(slot, Order(_identifier(), _secret(), self.clock(), known, patient))
            if not self.policy.takes_slot:
                ledger.free_slot(appointment.number)
            self._tell(ledger, appointment, Event.BOOKED)
            return appointment

    def move(self, number: int, slot_id: str) -> Appointment:
        """Bring an appointment to another free slot of its agenda; its own is free again."""
        with self._transaction() as ledger:
            before = _allowed(ledger, number, Event.MOVED)
            slot = ledger.take(slot_id)
            if slot is None or slot.agenda_id != before.agenda:
                raise RefusedActionError(TAKEN)
            return self._tell(ledger, ledger.move(number, slot), Event.MOVED)

    def entrust(self, number: int, practitioner: Practitioner) -> Appointment:
        """Have another professional honour an appointment, or say at last who will."""
        with self._transaction() as ledger:
            _allowed(ledger, number, Event.REPLACED)
            return self._tell(ledger, ledger.entrust(number, practitioner), Event.REPLACED)

    def settle(self, number: int, event: Event) -> Appointment:
        """Confirm a request, cancel an appointment, or say whether the patient came."""
        with self._transaction() as ledger:
            _allowed(ledger, number, event)
            return self._tell(ledger, ledger.settle(number, event), event)

    def send_again(self, message: int) -> None:
        """Have a message sent once more that the platform refused, by its number."""
        with self._transaction() as ledger:
            ledger.messages.again(message, self.clock())

    @contextmanager
    def _transaction(self) -> Iterator[Ledger]:
        with self.store.transaction() as ledger:
            yield ledger
        if self.hurry is not None:
            self.hurry()

    def _tell(self, ledger: Ledger, appointment: Appointment, event: Event) -> Appointment:
        """Queue the message of an event, with the whole state that it leads to."""
        policy, now = self.policy, self.clock()
        if self.hurry is not None and policy.triggers(appointment, event):
            identifier = policy.identifier(appointment, event)
            operator = policy.operator(appointment, _current_operator(ledger, appointment.author))
            resource = policy.resource(appointment_resource(appointment, identifier, operator), appointment, event)
            created = event is Event.BOOKED
            query = "" if created else criterion(identifier)
            message = Message(CREATE if created else UPDATE, query, policy.encode(resource))
            ledger.messages.write(appointment, event, message, now, now + policy.hold(appointment, event))
        return appointment


def _allowed(ledger: Ledger, number: int, event: Event) -> Appointment:
    appointment = ledger.get(number)
    if appointment is None:
        raise LookupError(number)
    if not appointment.allows(event):
        raise RefusedActionError("L’état du rendez-vous ne le permet pas, ou ne le permet plus.")
    return appointment


def _current_operator(ledger: Ledger, author: Author) -> Identifier | None:
    """What INT_R02 makes the regulator known by now, the national identifier first."""
    account = ledger.accounts.get(author.account) if author.account else None
    return None if account is None else operator_of(account)


def operator_of(account: RegulatorAccount) -> Identifier | None:
    """The identifier that names a regulator to the platform."""
    held = account.regulator.identifiers
    return next((one for system in TYPE_CODES for one in held if one.system == system), None)
