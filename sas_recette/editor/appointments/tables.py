"""The tables of appointments, and of the messages that tell the platform about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sas_recette.editor.appointments.messages import Sending
from sas_recette.editor.appointments.model import Event, Status
from sas_recette.editor.tables import Base, Instant


class AppointmentRow(Base):
    """An appointment; numbers and identifiers are never given twice. Times are local to `timezone`."""

    __tablename__ = "appointment"
    __table_args__ = (CheckConstraint('"start" < "end"', name="appointment_lasts"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    agenda_id: Mapped[str] = mapped_column(ForeignKey("agenda.id"), index=True)
    centre: Mapped[bool]
    place: Mapped[str]
    timezone: Mapped[str]
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    created: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[Status] = mapped_column(Enum(Status, create_constraint=True))
    accepted: Mapped[bool]
    family: Mapped[str]
    given: Mapped[str]
    booked_by: Mapped[str]
    account: Mapped[str]
    operator_system: Mapped[str | None]
    operator_value: Mapped[str | None]
    practitioner: Mapped[str | None]
    practitioner_name: Mapped[str | None]
    secret: Mapped[str] = mapped_column(unique=True)


class MessageRow(Base):
    """A message to the platform, written with the event that it tells, sent later; what was answered stays.

    `answer` is what the staff reads; `location` is where the platform says that the resource is.
    """

    __tablename__ = "platform_message"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    appointment_number: Mapped[int] = mapped_column(ForeignKey("appointment.number"), index=True)
    event: Mapped[Event] = mapped_column(Enum(Event, create_constraint=True))
    method: Mapped[str]
    query: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    sending: Mapped[Sending] = mapped_column(Enum(Sending, create_constraint=True), index=True)
    attempts: Mapped[int]
    doubtful: Mapped[bool]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str]
    location: Mapped[str]
    appointment: Mapped[AppointmentRow] = relationship(lazy="joined", innerjoin=True)
