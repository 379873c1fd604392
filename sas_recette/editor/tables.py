"""The database of the product: typed SQLAlchemy tables with their constraints."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import CheckConstraint, DateTime, Enum, ForeignKey, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from sas_recette.editor.agenda import (
    Appointment,
    Consultation,
    IdentifierKind,
    SlotState,
    StructureKind,
    Visibility,
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept in UTC, so that SQLite compares instants and not local times."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive UTC for the driver."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC for the product."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Registry of the tables."""


class ProfessionalRow(Base):
    """A professional; the number is unique in the form it is stored."""

    __tablename__ = "professional"

    id: Mapped[str] = mapped_column(primary_key=True)
    rpps: Mapped[str] = mapped_column(unique=True)
    family: Mapped[str]
    given: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]


class StructureRow(Base):
    """A practice, a CPTS or an SOS Médecins association."""

    __tablename__ = "structure"
    __table_args__ = (UniqueConstraint("identifier_kind", "identifier"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[StructureKind] = mapped_column(Enum(StructureKind, create_constraint=True))
    identifier_kind: Mapped[IdentifierKind] = mapped_column(Enum(IdentifierKind, create_constraint=True))
    identifier: Mapped[str]
    name: Mapped[str | None]
    phone: Mapped[str | None]


class PlaceRow(Base):
    """A place of consultation."""

    __tablename__ = "place"

    id: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    timezone: Mapped[str]
    structure_id: Mapped[str | None] = mapped_column(ForeignKey("structure.id"))
    structure: Mapped[StructureRow | None] = relationship(lazy="joined")
    centre: Mapped[CentreRow | None] = relationship(lazy="joined", cascade="all, delete-orphan")


class CentreRow(Base):
    """What makes of a place a fixed place of consultation of SOS Médecins."""

    __tablename__ = "centre"

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    hours: Mapped[list[OpeningRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="OpeningRow.position"
    )


class OpeningRow(Base):
    """Opening hours of a centre; the days are separated by blanks."""

    __tablename__ = "centre_opening"

    place_id: Mapped[str] = mapped_column(ForeignKey("centre.place_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]


class AgendaRow(Base):
    """One agenda a professional and a place."""

    __tablename__ = "agenda"
    __table_args__ = (UniqueConstraint("professional_id", "place_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    professional_id: Mapped[str | None] = mapped_column(ForeignKey("professional.id"), index=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"))
    professional: Mapped[ProfessionalRow | None] = relationship(lazy="joined")
    place: Mapped[PlaceRow] = relationship(lazy="joined")


class SlotRow(Base):
    """A line of an agenda; `held_by` is the number of the appointment that takes it."""

    __tablename__ = "slot"
    __table_args__ = (CheckConstraint('"start" < "end"', name="slot_lasts"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    agenda_id: Mapped[str] = mapped_column(ForeignKey("agenda.id"), index=True)
    start: Mapped[datetime] = mapped_column(Instant, index=True)
    end: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[SlotState] = mapped_column(Enum(SlotState, create_constraint=True))
    reserved: Mapped[bool]
    appointment: Mapped[Appointment] = mapped_column(Enum(Appointment, create_constraint=True))
    held_by: Mapped[int | None] = mapped_column(ForeignKey("appointment.number"))
    agenda: Mapped[AgendaRow] = relationship(lazy="joined", innerjoin=True)
    visibilities: Mapped[list[VisibilityRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="VisibilityRow.position"
    )
    consultations: Mapped[list[ConsultationRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ConsultationRow.position"
    )
    reasons: Mapped[list[ReasonRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ReasonRow.position"
    )
    specialties: Mapped[list[SpecialtyRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="SpecialtyRow.position"
    )
    communities: Mapped[list[CommunityRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="CommunityRow.position"
    )


class VisibilityRow(Base):
    """One of the audiences of a slot."""

    __tablename__ = "slot_visibility"

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[Visibility] = mapped_column(Enum(Visibility, create_constraint=True), primary_key=True)
    position: Mapped[int]


class ConsultationRow(Base):
    """One of the ways a slot can be honoured."""

    __tablename__ = "slot_consultation"

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[Consultation] = mapped_column(Enum(Consultation, create_constraint=True), primary_key=True)
    position: Mapped[int]


class ReasonRow(Base):
    """One of the motifs de consultation of a slot."""

    __tablename__ = "slot_reason"

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class SpecialtyRow(Base):
    """One of the specialties of a slot: coded, in clear, or both."""

    __tablename__ = "slot_specialty"
    __table_args__ = (CheckConstraint("code IS NOT NULL OR label IS NOT NULL", name="specialty_says_something"),)

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    label: Mapped[str | None]


class CommunityRow(Base):
    """A CPTS that sees a slot."""

    __tablename__ = "slot_community"

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), primary_key=True)
    position: Mapped[int]
    structure: Mapped[StructureRow] = relationship(lazy="joined", innerjoin=True)


class AccountRow(Base):
    """A local account of the agenda pages; `password` is a salted scrypt hash."""

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(primary_key=True)
    password: Mapped[str]
    display_name: Mapped[str]
