"""Appointments in the product's database: what happens, the slot and what the platform is told are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from sas_recette.editor import tables
from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.accounts.store import Register
from sas_recette.editor.agenda import SlotState
from sas_recette.editor.appointments.model import AFTER, Appointment, Author, Event, Patient, Practitioner, Status
from sas_recette.editor.appointments.queue import MessageQueue
from sas_recette.editor.appointments.tables import AppointmentRow
from sas_recette.editor.normalise import prefixed_rpps


@dataclass(frozen=True, slots=True)
class Order:
    """What an appointment is made of besides its slot. `identifier` and `secret` are fresh, `at` is aware."""

    identifier: str
    secret: str
    at: datetime
    author: Author
    patient: Patient


@dataclass(frozen=True, slots=True)
class Ledger:
    """The appointments within one transaction. A number that is nobody's raises LookupError."""

    session: Session

    @property
    def messages(self) -> MessageQueue:
        """What the platform is told of them."""
        return MessageQueue(self.session, appointment_of)

    @property
    def accounts(self) -> Register:
        """The regulators, as they are now."""
        return Register(self.session)

    def get(self, number: int) -> Appointment | None:
        """The appointment of a number."""
        row = self.session.get(AppointmentRow, number)
        return None if row is None else appointment_of(row)

    def with_secret(self, secret: str) -> Appointment | None:
        """The appointment that a patient's link opens."""
        row = self.session.scalar(select(AppointmentRow).where(AppointmentRow.secret == secret))
        return None if row is None else appointment_of(row)

    def all(self) -> tuple[Appointment, ...]:
        """Every appointment, in the order of time."""
        return self._where(AppointmentRow.number > 0)

    def of_account(self, account: str) -> tuple[Appointment, ...]:
        """Those that a regulator booked, in the order of time."""
        return self._where(AppointmentRow.account == account)

    def take(self, slot_id: str, *, exclusive: bool = True) -> tables.SlotRow | None:
        """Make a free slot busy: one taker wins. None when there is no such slot, or when it is no longer free.

        Without `exclusive`, a slot that an appointment already has is given once more.
        """
        table = tables.SlotRow
        free = and_(table.id == slot_id, table.reserved.is_(False), table.state == SlotState.FREE)
        taken = self.session.scalar(update(table).where(free).values(state=SlotState.BUSY).returning(table.id))
        row = self.session.get(table, slot_id, populate_existing=True)
        given_again = not exclusive and row is not None and row.held_by is not None
        return row if taken is not None or given_again else None

    def book(self, slot: tables.SlotRow, order: Order) -> Appointment:
        """Record an appointment on a slot that was taken: a request where no professional answers yet."""
        place, professional, author = slot.agenda.place, slot.agenda.professional, order.author
        row = AppointmentRow(
            identifier=order.identifier,
            agenda_id=slot.agenda_id,
            centre=place.centre is not None,
            place=f"{place.line}, {place.postal_code} {place.city}" if place.centre is None else place.centre.name,
            timezone=place.timezone,
            start=slot.start,
            end=slot.end,
            created=order.at,
            status=Status.PENDING if professional is None else Status.BOOKED,
            accepted=professional is not None,
            family=order.patient.family,
            given=order.patient.given,
            booked_by=author.login,
            account=author.account,
            operator_system=None if author.operator is None else author.operator.system,
            operator_value=None if author.operator is None else author.operator.value,
            practitioner=None if professional is None else prefixed_rpps(professional.rpps),
            practitioner_name=None if professional is None else f"{professional.given} {professional.family}",
            secret=order.secret,
        )
        self.session.add(row)
        self.session.flush()
        slot.held_by = row.number
        return appointment_of(row)

    def move(self, number: int, slot: tables.SlotRow) -> Appointment:
        """Bring an appointment to a slot that was taken; its former slot is free again."""
        row = self._row(number)
        self.free_slot(number)
        row.start, row.end, slot.held_by = slot.start, slot.end, number
        return appointment_of(row)

    def entrust(self, number: int, practitioner: Practitioner) -> Appointment:
        """Give an appointment to another professional, or to one at last."""
        row = self._row(number)
        row.practitioner, row.practitioner_name = practitioner.identifier, practitioner.name
        return appointment_of(row)

    def settle(self, number: int, event: Event) -> Appointment:
        """Give an appointment the status that an event leads to; the slot of a cancelled one is free again."""
        row = self._row(number)
        row.status = AFTER[event]
        if event is Event.CANCELLED:
            self.free_slot(number)
        else:
            row.accepted = True
        return appointment_of(row)

    def free_slot(self, number: int) -> None:
        """Give the slot of an appointment back to its agenda."""
        held = tables.SlotRow.held_by == number
        self.session.execute(update(tables.SlotRow).where(held).values(state=SlotState.FREE, held_by=None))

    def _row(self, number: int) -> AppointmentRow:
        row = self.session.get(AppointmentRow, number)
        if row is None:
            raise LookupError(number)
        return row

    def _where(self, wanted: ColumnElement[bool]) -> tuple[Appointment, ...]:
        rows = self.session.scalars(
            select(AppointmentRow).where(wanted).order_by(AppointmentRow.start, AppointmentRow.number)
        )
        return tuple(appointment_of(row) for row in rows)


@dataclass(frozen=True, slots=True)
class AppointmentStore:
    """The appointments of a database; `session` opens one of its transactions."""

    session: Callable[[], AbstractContextManager[Session]]

    @contextmanager
    def transaction(self) -> Iterator[Ledger]:
        """Everything or nothing."""
        with self.session() as session:
            yield Ledger(session)


def hold_slots_again(session: Session) -> None:
    """Slots are new: those that appointments take are not free."""
    slot, taker = tables.SlotRow, AppointmentRow
    standing = select(taker).where(taker.status != Status.CANCELLED)
    for row in session.scalars(standing):
        overlapping = and_(slot.agenda_id == row.agenda_id, slot.start < row.end, slot.end > row.start)
        free = and_(overlapping, slot.state == SlotState.FREE)
        session.execute(update(slot).where(free).values(state=SlotState.BUSY, held_by=row.number))


def appointment_of(row: AppointmentRow) -> Appointment:
    """An appointment as it is recorded, in the local time of its place."""
    zone = ZoneInfo(row.timezone)
    operator = None
    if row.operator_system is not None and row.operator_value is not None:
        operator = Identifier(row.operator_system, row.operator_value)
    practitioner = None
    if row.practitioner is not None:
        practitioner = Practitioner(row.practitioner, row.practitioner_name or "")
    return Appointment(
        number=row.number,
        identifier=row.identifier,
        agenda=row.agenda_id,
        centre=row.centre,
        place=row.place,
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        created=row.created.astimezone(zone),
        status=row.status,
        accepted=row.accepted,
        patient=Patient(row.family, row.given),
        author=Author(row.booked_by, row.account, operator),
        practitioner=practitioner,
        secret=row.secret,
    )
