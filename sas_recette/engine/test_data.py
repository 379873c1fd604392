"""The test data of `recette.toml`: who plays which role of the cahier, and what the product is known to hold.

A moment of the agenda without an offset is in local time of Paris. Where the clocks change, an hour that comes twice is the
first of the two (summer time), and an hour that is skipped is the one that follows (02:30 reads as 03:30): to say otherwise,
write the offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from sas_recette.exchange.search import PARIS
from sas_recette.norm.identifiers import Kind, practitioner_kind, structure_kind
from sas_recette.norm.terminology import DAYS_OF_WEEK
from sas_recette.rules.facts import (
    AgendaLine,
    AgendaStatus,
    AssociationFacts,
    CentreFacts,
    CptsFacts,
    Opening,
    PractitionerFacts,
)

_RELATIVE: Final = re.compile(
    r"J(?P<days>[+-]\d{1,2})? (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?: (?P<offset>[+-]\d{2}:\d{2}))?"
)
_ANY_DAY: Final = date(2026, 6, 16)
_HOURS: Final = re.compile(r"(?P<days>[a-z ]+) (?P<opens>\d{2}:\d{2})-(?P<closes>\d{2}:\d{2})")


def _practitioner_identifier(value: str) -> str:
    if practitioner_kind(value) is None:
        raise ValueError("l’identifiant s’écrit avec son préfixe\u00a0: 8 et les onze chiffres du RPPS")
    return value


def _structure_identifier(value: str) -> str:
    if structure_kind(value) is None:
        raise ValueError("l’identifiant s’écrit avec son préfixe\u00a0: 1 + FINESS, 3 + SIRET ou 4 + RPPS rang")
    return value


def _association_identifier(value: str) -> str:
    if structure_kind(value) is not Kind.SIRET:
        raise ValueError("l’identifiant d’une association s’écrit 3 suivi des quatorze chiffres du SIRET")
    return value


def _cpts_identifier(value: str) -> str:
    if structure_kind(value) is not Kind.FINESS:
        raise ValueError("l’identifiant d’une CPTS s’écrit 1 suivi des neuf chiffres du FINESS")
    return value


def _owner_identifier(value: str) -> str:
    if practitioner_kind(value) is None and structure_kind(value) is not Kind.SIRET:
        raise ValueError("owner est l’identifiant préfixé d’un praticien (8 + RPPS) ou d’une association (3 + SIRET)")
    return value


def _agenda_moment(value: object) -> object:
    if value is None or isinstance(value, datetime):
        return value.isoformat() if value else value
    if not isinstance(value, str) or not _is_moment(value):
        raise ValueError("une date s’écrit «\u00a0J+1 09:00\u00a0» ou 2026-06-17T09:00:00+02:00")
    return value


def _is_moment(written: str) -> bool:
    try:
        _absolute(written, _ANY_DAY)
    except (ValueError, OverflowError):
        return False
    return "T" in written or " " in written


def _opening_hours(value: str) -> str:
    opening(value)
    return value


def opening(written: str) -> Opening:
    """Opening hours as written in the file («\u00a0mon tue 09:00-20:00\u00a0»). Raises ValueError."""
    match = _HOURS.fullmatch(written)
    days = match["days"].split() if match else []
    if match is None or not set(days) <= set(DAYS_OF_WEEK):
        raise ValueError(
            "des horaires s’écrivent «\u00a0mon tue wed 09:00-20:00\u00a0», jours de la semaine en anglais"
        )
    try:
        return Opening(tuple(days), time.fromisoformat(match["opens"]), time.fromisoformat(match["closes"]))
    except ValueError:
        raise ValueError("une heure s’écrit de 00:00 à 23:59") from None


PractitionerId = Annotated[str, AfterValidator(_practitioner_identifier)]
StructureId = Annotated[str, AfterValidator(_structure_identifier)]
AssociationId = Annotated[str, AfterValidator(_association_identifier)]
CptsId = Annotated[str, AfterValidator(_cpts_identifier)]
OwnerId = Annotated[str, AfterValidator(_owner_identifier)]


class Table(BaseModel):
    """A table of the file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Practitioner(Table):
    """`[practitioners.<role>]`: a practitioner of the test data, with what the product knows of him.

    `free_slots` is how many slots a search of INT_R01 must give from the hour of the run until the end of the day after
    tomorrow, `free_slots_cpts` a search of INT_R04; None when not counted.
    """

    id: PractitionerId
    family: str = ""
    given: str = ""
    phone: str | None = None
    structures: tuple[StructureId, ...] = ()
    specialties: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    places: int = Field(default=0, ge=0)
    free_slots: int | None = Field(default=None, ge=0)
    free_slots_cpts: int | None = Field(default=None, ge=0)

    def facts(self) -> PractitionerFacts:
        """What rules may hold against the answers."""
        return PractitionerFacts(identifier=self.id, **self.model_dump(exclude={"id"}))


class Practitioners(Table):
    """`[practitioners]`: who plays which role. One person may play several; the CPTS roles serve INT_R04 only."""

    one_site: Practitioner | None = None
    two_sites: Practitioner | None = None
    colleague_a: Practitioner | None = None
    colleague_b: Practitioner | None = None
    no_slots: Practitioner | None = None
    no_phone: Practitioner | None = None
    stored_raw: Practitioner | None = None
    unknown: Practitioner | None = None
    overseas: Practitioner | None = None
    adeli: Practitioner | None = None
    one_cpts: Practitioner | None = None
    two_cpts: Practitioner | None = None
    without_cpts: Practitioner | None = None

    def declared(self) -> Iterator[tuple[str, Practitioner]]:
        """The roles that are filled in, each with its practitioner."""
        for role in type(self).model_fields:
            practitioner = getattr(self, role)
            if practitioner is not None:
                yield role, practitioner


class Cpts(Table):
    """`[[cpts]]`: a CPTS that the product knows. `phone` is "" when it has none."""

    id: CptsId
    name: str = ""
    phone: str | None = None

    def facts(self) -> CptsFacts:
        """What rules may hold against the answers."""
        return CptsFacts(self.id, self.name, self.phone)


class Centre(Table):
    """`[[associations.<role>.centres]]`: a fixed place of consultation (PFG), named as on the wire."""

    name: str = Field(min_length=1)
    phone: str | None = None
    hours: tuple[Annotated[str, AfterValidator(_opening_hours)], ...] = ()

    def facts(self) -> CentreFacts:
        """What rules may hold against the answers."""
        return CentreFacts(self.name, self.phone, tuple(opening(one) for one in self.hours))


class Association(Table):
    """`[associations.<role>]`: an SOS Médecins association. `free_slots` is as for a practitioner, for INT_SOS1."""

    id: AssociationId
    name: str = ""
    centres: tuple[Centre, ...] = ()
    free_slots: int | None = Field(default=None, ge=0)

    def facts(self) -> AssociationFacts:
        """What rules may hold against the answers."""
        return AssociationFacts(self.id, self.name, tuple(one.facts() for one in self.centres), self.free_slots)


class Associations(Table):
    """`[associations]`: who plays which role in INT_SOS1, and the associations that the product equips.

    `equipped` is the list that the editor communicates (INT_SOS-transco, referencing.md §8).
    """

    two_centres: Association | None = None
    other: Association | None = None
    no_slots: Association | None = None
    stored_raw: Association | None = None
    unknown: Association | None = None
    equipped: tuple[AssociationId, ...] = ()
    list_of_10: tuple[AssociationId, ...] = ()
    list_of_25: tuple[AssociationId, ...] = ()

    @field_validator("list_of_10")
    @classmethod
    def _exactly_10(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return distinct(value, 10)

    @field_validator("list_of_25")
    @classmethod
    def _exactly_25(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return distinct(value, 25)

    def declared(self) -> Iterator[tuple[str, Association]]:
        """The roles that are filled in, each with its association."""
        for role in type(self).model_fields:
            association = getattr(self, role)
            if isinstance(association, Association):
                yield role, association


def distinct(value: tuple[str, ...], count: int) -> tuple[str, ...]:
    """A list of that many different identifiers, or none at all. Raises ValueError."""
    if value and len(set(value)) != count:
        raise ValueError(f"la liste compte {count} identifiants distincts, et non {len(set(value))}")
    return value


class AgendaEntry(Table):
    """`[[agenda]]`: one slot that the product is known to hold. Dates are absolute, or relative to the run («\u00a0J+1 09:00\u00a0»).

    `cpts` are the CPTS that see it; `place` is the name of the PFG, for an association.
    """

    owner: OwnerId
    start: str
    end: str | None = None
    status: AgendaStatus = AgendaStatus.FREE
    types: tuple[str, ...] = ()
    consultations: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    appointment: Literal["", "ROUTINE", "WALKIN"] = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    cpts: tuple[CptsId, ...] = ()
    place: str = ""

    _moments = field_validator("start", "end", mode="before")(_agenda_moment)

    def line(self, today: date) -> AgendaLine:
        """The entry with absolute instants, `today` being the day of the run in Paris."""
        return AgendaLine(
            **{
                **self.model_dump(),
                "start": _absolute(self.start, today),
                "end": self.end and _absolute(self.end, today),
            }
        )


def _absolute(written: str, today: date) -> datetime:
    """The moment, with the offset that it has then. Raises ValueError, OverflowError at the ends of the calendar."""
    relative = _RELATIVE.fullmatch(written)
    if relative is None:
        moment = datetime.fromisoformat(written)
        return _in_paris(moment) if moment.tzinfo is None else _with_offset(moment)
    day = today + timedelta(days=int(relative["days"] or 0))
    clock = time(int(relative["hour"]), int(relative["minute"]))
    if relative["offset"]:
        return _with_offset(datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{relative['offset']}"))
    return _in_paris(datetime.combine(day, clock))


def _in_paris(local: datetime) -> datetime:
    return _with_offset(local.replace(tzinfo=PARIS).astimezone(UTC).astimezone(PARIS))


def _with_offset(moment: datetime) -> datetime:
    """The same with a fixed offset: in a named zone, an hour that comes twice is never equal to an instant in UTC."""
    moment.astimezone(UTC)
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta(0)), fold=0)
