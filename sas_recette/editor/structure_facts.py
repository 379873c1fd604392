"""What the editor declares about its CPTS, and about its SOS Médecins associations, their centres and agenda lines.

Pure functions of the seed, in the form in which the data are expected on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from sas_recette.editor.agenda import AgendaSlot, Centre, Place, Structure
from sas_recette.editor.facts import LineStatus, PlaceFact, line_status, place_fact
from sas_recette.editor.normalise import international_phone, prefixed_structure
from sas_recette.editor.seed import seed_slots
from sas_recette.editor.seed_centres import ASSOCIATIONS, CENTRES, UNKNOWN_SIRET, UNKNOWN_SIRET_LIST
from sas_recette.editor.seed_directory import COMMUNITIES

_SIRET_PREFIX: Final = "3"


@dataclass(frozen=True, slots=True)
class CptsFact:
    """A CPTS: prefixed FINESS, name and phone (None when unknown)."""

    identifier: str
    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class OpeningFact:
    """Opening hours: codes of the days of the week, and local times."""

    days: tuple[str, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class CentreFact:
    """A fixed place of consultation (PFG); `identifier` is the product's own. `phone` is None when unknown."""

    identifier: str
    name: str
    phone: str | None
    hours: tuple[OpeningFact, ...]
    place: PlaceFact


@dataclass(frozen=True, slots=True)
class AssociationFact:
    """An SOS Médecins association: prefixed SIRET, name and places."""

    identifier: str
    name: str | None
    centres: tuple[CentreFact, ...]


@dataclass(frozen=True, slots=True)
class CentreLineFact:
    """One line of the agenda of a centre, with absolute times. `owner` is the prefixed SIRET of its association."""

    id: str
    owner: str
    place_name: str
    start: datetime
    end: datetime
    status: LineStatus
    types: tuple[str, ...]
    consultations: tuple[str, ...]
    appointment: str
    place: PlaceFact


@dataclass(frozen=True, slots=True)
class AssociationRoles:
    """Who plays which role in the scenarios of INT_SOS1. `unknown` and `fill_up` are prefixed identifiers.

    The first ten of the twenty-five of `fill_up` hold every known association.
    """

    two_centres: AssociationFact
    other: AssociationFact
    no_slots: AssociationFact
    stored_raw: AssociationFact
    unknown: str
    fill_up: tuple[str, ...]


def cpts_facts() -> tuple[CptsFact, ...]:
    """Every CPTS of the seed."""
    return tuple(CptsFact(_number(one), one.name, _phone(one.phone)) for one in COMMUNITIES.values())


def association_roles() -> AssociationRoles:
    """The roles played by the seed; the same whatever the day."""
    known = {key: _association(one) for key, one in ASSOCIATIONS.items()}
    unknown = _SIRET_PREFIX + UNKNOWN_SIRET
    others = tuple(_SIRET_PREFIX + number for number in UNKNOWN_SIRET_LIST)
    return AssociationRoles(
        two_centres=known["ARMOR"],
        other=known["CORN"],
        no_slots=known["LEON"],
        stored_raw=known["ARMOR"],
        unknown=unknown,
        fill_up=(*(one.identifier for one in known.values()), unknown, *others),
    )


def centre_lines(now: datetime) -> tuple[CentreLineFact, ...]:
    """Every line of every agenda of centres, as seeded at `now` (aware)."""
    held = ((slot, slot.agenda.place.centre, slot.agenda.place.structure) for slot in seed_slots(now))
    return tuple(_line(slot, centre, structure) for slot, centre, structure in held if centre and structure)


def _association(structure: Structure) -> AssociationFact:
    places = [(place, place.centre) for place in CENTRES if place.structure is structure]
    centres = tuple(_centre(place, centre) for place, centre in places if centre is not None)
    return AssociationFact(_number(structure), structure.name, centres)


def _centre(place: Place, centre: Centre) -> CentreFact:
    hours = tuple(OpeningFact(one.days, one.opens, one.closes) for one in centre.hours)
    return CentreFact(centre.identifier, centre.name, _phone(centre.phone), hours, place_fact(place))


def _line(slot: AgendaSlot, centre: Centre, association: Structure) -> CentreLineFact:
    return CentreLineFact(
        id=slot.id,
        owner=_number(association),
        place_name=centre.name,
        start=slot.start,
        end=slot.end,
        status=line_status(slot),
        types=slot.visibilities,
        consultations=slot.consultations,
        appointment=slot.appointment,
        place=place_fact(slot.agenda.place),
    )


def _number(structure: Structure) -> str:
    return prefixed_structure(structure.identifier_kind, structure.identifier)


def _phone(stored: str | None) -> str | None:
    return None if stored is None else international_phone(stored)
