"""The product's store: one SQLite database, and the few questions the product asks it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, create_engine, delete, event, select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from sas_recette.editor import tables
from sas_recette.editor.accounts.store import RegulatorStore
from sas_recette.editor.agenda import (
    Agenda,
    AgendaSlot,
    Centre,
    Opening,
    Place,
    Professional,
    SlotState,
    Specialty,
    Structure,
    StructureKind,
)
from sas_recette.editor.appointments.store import AppointmentStore, hold_slots_again


@dataclass(frozen=True, slots=True)
class Account:
    """A local account of the agenda pages; `password` is a hash."""

    login: str
    password: str
    display_name: str


class Store:
    """The database, in memory unless a path is given.

    One connection serves every thread, one session at a time: the lock makes SQLite safe whatever the caller.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._engine = _engine(path)
        with _raw(self._engine) as connection:
            connection.executescript(_schema())
        self.regulators: Final = RegulatorStore(self._session)
        self.appointments: Final = AppointmentStore(self._session)

    def close(self) -> None:
        """Give the connection back; the store cannot be used any more."""
        self._engine.dispose()

    def copy(self) -> Store:
        """Another store in memory, with the same contents."""
        other = Store()
        with self._lock, _raw(self._engine) as source, _raw(other._engine) as target:
            source.backup(target)
        return other

    def load_directory(
        self, agendas: Sequence[Agenda], others: Sequence[Structure] = (), people: Sequence[Professional] = ()
    ) -> None:
        """Record professionals, structures, places and agendas; those already known are brought up to date.

        `others` and `people` are structures and professionals besides those of the agendas.
        """
        with self._session() as session:
            for person in people:
                session.merge(_professional_row(person))
            for structure in (*others, *(agenda.place.structure for agenda in agendas)):
                if structure is not None:
                    session.merge(_structure_row(structure))
            session.flush()
            for agenda in agendas:
                session.merge(_place_row(agenda.place))
                if agenda.professional is not None:
                    session.merge(_professional_row(agenda.professional))
                session.flush()
                session.merge(_agenda_row(agenda))

    def replace_slots(self, slots: Sequence[AgendaSlot]) -> None:
        """Forget every slot, and record these; those that an appointment takes are not free."""
        with self._session() as session:
            session.execute(delete(tables.SlotRow))
            session.expunge_all()
            session.add_all(_slot_row(slot) for slot in slots)
            session.flush()
            hold_slots_again(session)

    def add_account(self, account: Account) -> None:
        """Create or replace a local account."""
        row = tables.AccountRow(login=account.login, password=account.password, display_name=account.display_name)
        with self._session() as session:
            session.merge(row)

    def account(self, login: str) -> Account | None:
        """The account of that login, if any."""
        with self._session() as session:
            row = session.get(tables.AccountRow, login)
            return None if row is None else Account(row.login, row.password, row.display_name)

    def professionals(self) -> tuple[Professional, ...]:
        """Everybody in the directory."""
        with self._session() as session:
            rows = session.scalars(select(tables.ProfessionalRow).order_by(tables.ProfessionalRow.id))
            return tuple(_professional(row) for row in rows)

    def professionals_numbered(self, numbers: Sequence[str]) -> tuple[Professional, ...]:
        """Those whose stored number is one of these, letter for letter."""
        table = tables.ProfessionalRow
        with self._session() as session:
            rows = session.scalars(select(table).where(table.rpps.in_(numbers)).order_by(table.id))
            return tuple(_professional(row) for row in rows)

    def centres(self) -> tuple[Place, ...]:
        """Every SOS Médecins centre."""
        query = select(tables.PlaceRow).join(tables.PlaceRow.centre).order_by(tables.PlaceRow.id)
        with self._session() as session:
            return tuple(_place(row) for row in session.scalars(query))

    def professional_by_slug(self, slug: str) -> Professional | None:
        """The professional of a public agenda page."""
        with self._session() as session:
            row = session.scalar(select(tables.ProfessionalRow).where(tables.ProfessionalRow.slug == slug))
            return None if row is None else _professional(row)

    def associations(self) -> tuple[Structure, ...]:
        """Every SOS Médecins association."""
        return self._associations(tables.StructureRow.kind == StructureKind.SOS)

    def associations_numbered(self, numbers: Sequence[str]) -> tuple[Structure, ...]:
        """The associations whose stored number is one of these, letter for letter."""
        table = tables.StructureRow
        return self._associations((table.kind == StructureKind.SOS) & table.identifier.in_(numbers))

    def centre_by_slug(self, slug: str) -> Place | None:
        """The SOS Médecins centre of a public agenda page."""
        query = select(tables.PlaceRow).join(tables.PlaceRow.centre).where(tables.CentreRow.slug == slug)
        with self._session() as session:
            row = session.scalar(query)
            return None if row is None else _place(row)

    def slots(
        self, professionals: Sequence[Professional], lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        """The slots of these professionals that start between two instants, both included, in agenda order."""
        owned = tables.AgendaRow.professional_id.in_([person.id for person in professionals])
        return self._slots(owned, lower, upper, states)

    def association_slots(
        self, associations: Sequence[Structure], lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        """The slots of the centres of these associations, likewise."""
        owned = tables.PlaceRow.structure_id.in_([association.id for association in associations])
        return self._slots(owned, lower, upper, states)

    def centre_slots(
        self, centre: Place, lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        """The slots of one centre, likewise."""
        return self._slots(tables.PlaceRow.id == centre.id, lower, upper, states)

    def agenda_slots(
        self, agenda: str, lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        """The slots of one agenda, by its id, likewise."""
        return self._slots(tables.AgendaRow.id == agenda, lower, upper, states)

    def _associations(self, wanted: ColumnElement[bool]) -> tuple[Structure, ...]:
        with self._session() as session:
            rows = session.scalars(select(tables.StructureRow).where(wanted).order_by(tables.StructureRow.id))
            return tuple(_structure(row) for row in rows)

    def _slots(
        self, owned: ColumnElement[bool], lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        slot, agenda, place = tables.SlotRow, tables.AgendaRow, tables.PlaceRow
        query = (
            select(slot)
            .join(agenda, slot.agenda_id == agenda.id)
            .join(place, agenda.place_id == place.id)
            .where(owned, slot.start >= lower, slot.start <= upper, slot.state.in_(states))
            .order_by(agenda.id, slot.start, slot.id)
        )
        with self._session() as session:
            return tuple(_slot(row) for row in session.scalars(query).unique())

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._lock, Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session


def _engine(path: Path | None) -> Engine:
    url = "sqlite://" if path is None else f"sqlite:///{path}"
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _enforce_foreign_keys(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        del entry
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


@cache
def _schema() -> str:
    """What creates the tables and indexes that are not there, written once: SQLAlchemy would take longer than SQLite."""
    ordered = tables.Base.metadata.sorted_tables
    made: list[ExecutableDDLElement] = [CreateTable(table, if_not_exists=True) for table in ordered]
    made += [CreateIndex(index, if_not_exists=True) for table in ordered for index in table.indexes]
    return ";".join(str(one.compile(dialect=dialect())) for one in made)


@contextmanager
def _raw(engine: Engine) -> Iterator[sqlite3.Connection]:
    """The driver's own connection."""
    with closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("La base de l’éditeur n’est pas SQLite.")
        yield connection


def _structure_row(structure: Structure) -> tables.StructureRow:
    return tables.StructureRow(
        id=structure.id,
        kind=structure.kind,
        identifier_kind=structure.identifier_kind,
        identifier=structure.identifier,
        name=structure.name,
        phone=structure.phone,
    )


def _place_row(place: Place) -> tables.PlaceRow:
    return tables.PlaceRow(
        id=place.id,
        line=place.line,
        postal_code=place.postal_code,
        city=place.city,
        timezone=place.timezone,
        structure_id=None if place.structure is None else place.structure.id,
        centre=None if place.centre is None else _centre_row(place.id, place.centre),
    )


def _centre_row(place_id: str, centre: Centre) -> tables.CentreRow:
    hours = [
        tables.OpeningRow(place_id=place_id, position=i, days=" ".join(one.days), opens=one.opens, closes=one.closes)
        for i, one in enumerate(centre.hours)
    ]
    return tables.CentreRow(
        place_id=place_id,
        slug=centre.slug,
        identifier=centre.identifier,
        name=centre.name,
        phone=centre.phone,
        hours=hours,
    )


def _professional_row(person: Professional) -> tables.ProfessionalRow:
    return tables.ProfessionalRow(
        id=person.id, rpps=person.rpps, family=person.family, given=person.given, slug=person.slug, phone=person.phone
    )


def _agenda_row(agenda: Agenda) -> tables.AgendaRow:
    professional = None if agenda.professional is None else agenda.professional.id
    return tables.AgendaRow(id=agenda.id, place_id=agenda.place.id, professional_id=professional)


def _slot_row(slot: AgendaSlot) -> tables.SlotRow:
    return tables.SlotRow(
        id=slot.id,
        agenda_id=slot.agenda.id,
        start=slot.start,
        end=slot.end,
        state=slot.state,
        reserved=slot.reserved,
        appointment=slot.appointment,
        visibilities=[tables.VisibilityRow(code=v, position=i) for i, v in enumerate(slot.visibilities)],
        consultations=[tables.ConsultationRow(code=c, position=i) for i, c in enumerate(slot.consultations)],
        reasons=[tables.ReasonRow(label=label, position=i) for i, label in enumerate(slot.reasons)],
        specialties=[
            tables.SpecialtyRow(position=i, code=s.code, label=s.label) for i, s in enumerate(slot.specialties)
        ],
        communities=[tables.CommunityRow(structure_id=s.id, position=i) for i, s in enumerate(slot.communities)],
    )


def _structure(row: tables.StructureRow) -> Structure:
    return Structure(row.id, row.kind, row.identifier_kind, row.identifier, row.name, row.phone)


def _place(row: tables.PlaceRow) -> Place:
    structure = None if row.structure is None else _structure(row.structure)
    centre = None if row.centre is None else _centre(row.centre)
    return Place(row.id, row.line, row.postal_code, row.city, row.timezone, structure, centre)


def _centre(row: tables.CentreRow) -> Centre:
    hours = tuple(Opening(tuple(one.days.split()), one.opens, one.closes) for one in row.hours)
    return Centre(row.slug, row.identifier, row.name, row.phone, hours)


def _professional(row: tables.ProfessionalRow) -> Professional:
    return Professional(row.id, row.rpps, row.family, row.given, row.slug, row.phone)


def _slot(row: tables.SlotRow) -> AgendaSlot:
    professional = None if row.agenda.professional is None else _professional(row.agenda.professional)
    agenda = Agenda(row.agenda.id, _place(row.agenda.place), professional)
    zone = ZoneInfo(agenda.place.timezone)
    return AgendaSlot(
        id=row.id,
        agenda=agenda,
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        state=row.state,
        reserved=row.reserved,
        appointment=row.appointment,
        visibilities=tuple(item.code for item in row.visibilities),
        consultations=tuple(item.code for item in row.consultations),
        reasons=tuple(item.label for item in row.reasons),
        specialties=tuple(Specialty(item.code, item.label) for item in row.specialties),
        communities=tuple(_structure(item.structure) for item in row.communities),
    )
