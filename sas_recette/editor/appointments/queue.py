"""The queue of messages to the platform, in the database: nothing that was written is lost, and what was accepted stays out.

Messages of one appointment leave in their order; those of another do not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from sas_recette.editor.appointments.messages import CREATE, Message, Queued, Sending
from sas_recette.editor.appointments.model import Appointment, Event
from sas_recette.editor.appointments.tables import AppointmentRow, MessageRow

Reading = Callable[[AppointmentRow], Appointment]


@dataclass(frozen=True, slots=True)
class MessageQueue:
    """The messages within one transaction."""

    session: Session
    read: Reading

    def write(self, appointment: Appointment, event: Event, message: Message, now: datetime, due: datetime) -> None:
        """Queue a message, which leaves at `due`."""
        self.session.add(
            MessageRow(
                appointment_number=appointment.number,
                event=event,
                method=message.method,
                query=message.query,
                body=message.body,
                written_at=now,
                due_at=due,
                sending=Sending.WAITING,
                attempts=0,
                doubtful=False,
                answer="",
                location="",
            )
        )

    def begin(self, now: datetime) -> Queued | None:
        """The next message that is due, as it was before this attempt, which is noted: it may be heard even if we stop."""
        rows = self.session.scalars(
            select(MessageRow).where(_first(), MessageRow.due_at <= now).order_by(MessageRow.due_at, MessageRow.number)
        )
        row = next(iter(rows.unique()), None)
        if row is None:
            return None
        queued = self._queued(row)
        row.attempts += 1
        row.doubtful = True
        return queued

    def next_due(self) -> datetime | None:
        """When a message leaves next."""
        return self.session.scalar(select(func.min(MessageRow.due_at)).where(_first()))

    def accept(self, number: int, now: datetime, answer: str, location: str) -> None:
        """The platform took a message."""
        row = self._row(number)
        row.sending, row.answered_at, row.answer, row.location = Sending.ACCEPTED, now, answer, location

    def stop(self, number: int, now: datetime, answer: str, sending: Sending, *, doubtful: bool) -> None:
        """Nothing more is tried, until somebody asks for it."""
        row = self._row(number)
        row.sending, row.answered_at, row.answer, row.doubtful = sending, now, answer, doubtful

    def postpone(self, number: int, due: datetime, answer: str, *, doubtful: bool) -> None:
        """Try again at `due`; `doubtful` tells that one attempt may have been heard."""
        row = self._row(number)
        row.due_at, row.answer, row.doubtful = due, answer, doubtful

    def again(self, number: int, now: datetime) -> None:
        """Try again what was refused, because somebody asks for it."""
        row = self.session.get(MessageRow, number)
        if row is not None and row.sending in {Sending.REJECTED, Sending.ABANDONED}:
            row.sending, row.due_at = Sending.WAITING, now

    def of(self, appointment: Appointment) -> tuple[Queued, ...]:
        """What the platform was told, or is to be told, of an appointment."""
        return self._where(MessageRow.appointment_number == appointment.number)

    def refused(self) -> tuple[Queued, ...]:
        """What somebody should look at."""
        return self._where(MessageRow.sending.in_([Sending.REJECTED, Sending.ABANDONED]))

    def _where(self, wanted: ColumnElement[bool]) -> tuple[Queued, ...]:
        rows = self.session.scalars(select(MessageRow).where(wanted).order_by(MessageRow.number))
        return tuple(self._queued(row) for row in rows.unique())

    def _row(self, number: int) -> MessageRow:
        row = self.session.get(MessageRow, number)
        if row is None:
            raise LookupError(number)
        return row

    def _queued(self, row: MessageRow) -> Queued:
        created = and_(
            MessageRow.appointment_number == row.appointment_number,
            MessageRow.method == CREATE,
            MessageRow.sending == Sending.ACCEPTED,
        )
        location = self.session.scalar(select(MessageRow.location).where(created).order_by(MessageRow.number))
        return Queued(
            number=row.number,
            appointment=self.read(row.appointment),
            event=row.event,
            message=Message(row.method, row.query, row.body),
            written_at=row.written_at,
            sending=row.sending,
            attempts=row.attempts,
            doubtful=row.doubtful,
            location=location or "",
            answer=row.answer,
            answered_at=row.answered_at,
        )


def _first() -> ColumnElement[bool]:
    """Messages that wait, and wait for no other one of their appointment."""
    earlier = aliased(MessageRow)
    before = and_(
        earlier.appointment_number == MessageRow.appointment_number,
        earlier.number < MessageRow.number,
        earlier.sending == Sending.WAITING,
    )
    return and_(MessageRow.sending == Sending.WAITING, ~exists(select(earlier.number).where(before)))
