"""What the editor declares about its test data: the persons who play the roles of the cahier, and every agenda line.

Pure functions of the seed, in the form in which the data are expected on the wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sas_recette.editor.agenda import AgendaSlot, Place, Professional, SlotState, Specialty
from sas_recette.editor.normalise import international_phone, prefixed_rpps, prefixed_structure
from sas_recette.editor.seed import seed_slots
from sas_recette.editor.seed_directory import AGENDAS, PROFESSIONALS, UNKNOWN_RPPS, UNKNOWN_RPPS_LIST


class LineStatus(StrEnum):
    """State of an agenda line as a person reads it; `private` is reserved for the professional's own patients."""

    FREE = "free"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A place of consultation: address and prefixed structure number (None when unknown)."""

    line: str
    postal_code: str
    city: str
    structure: str | None


@dataclass(frozen=True, slots=True)
class PractitionerFact:
    """What the product knows of a professional. Specialties are R38 codes or labels; motifs come from all the lines."""

    identifier: str
    family: str
    given: str
    phone: str | None
    specialties: tuple[str, ...]
    motifs: tuple[str, ...]
    places: tuple[PlaceFact, ...]


@dataclass(frozen=True, slots=True)
class LineFact:
    """One line of an agenda, with absolute times. `cpts` are the prefixed FINESS of the CPTS that see it."""

    id: str
    practitioner: str
    start: datetime
    end: datetime
    status: LineStatus
    types: tuple[str, ...]
    consultations: tuple[str, ...]
    motifs: tuple[str, ...]
    specialties: tuple[str, ...]
    appointment: str
    place: PlaceFact
    cpts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateRoles:
    """Who plays which role in the scenarios of INT_R01 and INT_R04. `unknown` and `fill_up` are prefixed identifiers.

    `one_cpts` has slots that one CPTS sees and slots that none sees, `two_cpts` only slots of CPTS: for one, for another,
    for both; `without_cpts` has none.
    """

    one_site: PractitionerFact
    two_sites: PractitionerFact
    colleague_a: PractitionerFact
    colleague_b: PractitionerFact
    no_slots: PractitionerFact
    stored_raw: PractitionerFact
    no_phone: PractitionerFact
    overseas: PractitionerFact
    unknown: str
    fill_up: tuple[str, ...]
    one_cpts: PractitionerFact
    two_cpts: PractitionerFact
    without_cpts: PractitionerFact


_ANY_DAY: Final = datetime.fromisoformat("2026-06-16T10:12:00+02:00")


def candidate_roles() -> CandidateRoles:
    """The roles played by the seed; the same whatever the day."""
    by_letter = {person.id[-1]: _practitioner(person) for person in PROFESSIONALS}
    known = tuple(prefixed_rpps(person.rpps) for person in PROFESSIONALS)
    return CandidateRoles(
        one_site=by_letter["a"],
        two_sites=by_letter["b"],
        colleague_a=by_letter["c"],
        colleague_b=by_letter["d"],
        no_slots=by_letter["f"],
        stored_raw=by_letter["g"],
        no_phone=by_letter["d"],
        overseas=by_letter["i"],
        unknown=prefixed_rpps(UNKNOWN_RPPS),
        fill_up=known + tuple(prefixed_rpps(number) for number in UNKNOWN_RPPS_LIST),
        one_cpts=by_letter["h"],
        two_cpts=by_letter["e"],
        without_cpts=by_letter["a"],
    )


def agenda_lines(now: datetime) -> tuple[LineFact, ...]:
    """Every line of every agenda of professionals, as seeded at `now` (aware)."""
    return tuple(_line(slot, slot.agenda.professional) for slot in seed_slots(now) if slot.agenda.professional)


def _practitioner(person: Professional) -> PractitionerFact:
    lines = [line for line in agenda_lines(_ANY_DAY) if line.practitioner == prefixed_rpps(person.rpps)]
    agendas = [agenda for agenda in AGENDAS.values() if agenda.professional is person]
    return PractitionerFact(
        identifier=prefixed_rpps(person.rpps),
        family=person.family,
        given=person.given,
        phone=None if person.phone is None else international_phone(person.phone),
        specialties=_distinct(name for line in lines for name in line.specialties),
        motifs=_distinct(motif for line in lines for motif in line.motifs),
        places=tuple(place_fact(agenda.place) for agenda in agendas),
    )


def _line(slot: AgendaSlot, person: Professional) -> LineFact:
    return LineFact(
        id=slot.id,
        practitioner=prefixed_rpps(person.rpps),
        start=slot.start,
        end=slot.end,
        status=line_status(slot),
        types=slot.visibilities,
        consultations=slot.consultations,
        motifs=slot.reasons,
        specialties=tuple(_name(specialty) for specialty in slot.specialties),
        appointment=slot.appointment,
        place=place_fact(slot.agenda.place),
        cpts=tuple(prefixed_structure(one.identifier_kind, one.identifier) for one in slot.communities),
    )


def line_status(slot: AgendaSlot) -> LineStatus:
    """The state of a line as a person reads it."""
    if slot.reserved:
        return LineStatus.PRIVATE
    return {
        SlotState.FREE: LineStatus.FREE,
        SlotState.BUSY: LineStatus.BUSY,
        SlotState.UNAVAILABLE: LineStatus.UNAVAILABLE,
    }[slot.state]


def _name(specialty: Specialty) -> str:
    return specialty.code or specialty.label or ""


def place_fact(place: Place) -> PlaceFact:
    """The declared facts of a place."""
    structure = place.structure
    number = None if structure is None else prefixed_structure(structure.identifier_kind, structure.identifier)
    return PlaceFact(place.line, place.postal_code, place.city, number)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
