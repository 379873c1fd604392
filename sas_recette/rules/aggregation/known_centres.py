"""Centres (PFG) against what the candidate declares: which slots are theirs, their phones and opening hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time
from typing import Final

from sas_recette.fhir.access import child, children, text, texts
from sas_recette.fhir.bundle import Entry
from sas_recette.norm.terminology import DAYS_OF_WEEK
from sas_recette.rules.aggregation.lines import (
    Place,
    declared_address,
    pairs,
    place_of_line,
    place_of_slot,
    said,
    written_address,
)
from sas_recette.rules.aggregation.practitioners import folded, requested
from sas_recette.rules.aggregation.telecom import phone_verdict
from sas_recette.rules.answer import SlotView, national_identifier
from sas_recette.rules.facts import CentreFacts, Opening
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_MIDNIGHT: Final = time(0)
_LAST_MINUTE: Final = time(23, 59)

Interval = tuple[int, time, time]
"""A day of the week (0 is Monday), and the local times between which a place is open."""


@rule("AGR-SOS-019")
def slot_at_its_centre(subject: Subject) -> Iterator[Observation]:
    """Each slot of an association of several centres is attached to the one where it is offered.

    A centre is known by its name or, where the name is missing (AGR-SOS-021), by its address. What is written of one that
    is not declared is a fault only where both say that it is another.
    """
    for line, slot in pairs(subject):
        own, written, places = place_of_line(line), place_of_slot(slot), _centres(subject, line.owner)
        if len(places) < 2 or not own.known:
            continue
        if written.same(own):
            yield HELD
        elif any(written.same(place) for place in places) or written.contradicts(own):
            message = f"D’après l’agenda déclaré, {said(line)} est proposé dans un autre lieu fixe de consultation."
            expected = line.place or " ".join(declared_address(line))
            yield Deviation(slot.entry.location, message, expected, _centre_name(slot))


def _centres(subject: Subject, owner: str) -> list[Place]:
    """The places of an association, each once: those of its lines, and the centres that it is said to have."""
    association = subject.facts.associations.get(owner)
    of_lines = (place_of_line(line) for line in subject.facts.agenda if line.owner == owner)
    of_facts = (Place(folded(one.name), None) for one in (association.centres if association else ()))
    found: list[Place] = []
    for place in (*of_lines, *of_facts):
        if place.known and not any(place.same(other) for other in found):
            found.append(place)
    return found


def _centre_name(slot: SlotView) -> str:
    name = text(slot.location, "name") if slot.location else None
    return name or " ".join(written_address(slot) or ("lieu inconnu",))


@rule("AGR-SOS-024")
def centre_phone(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the phone of a centre, Location.telecom carries it."""
    for location, facts in _known_centres(subject):
        if facts.phone:
            yield phone_verdict(location, facts.phone, "ce lieu fixe de consultation")


@rule("AGR-SOS-025")
def centre_hours(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the opening hours of a centre, Location.hoursOfOperation carries them."""
    for location, facts in _known_centres(subject):
        known, written = _merged(_intervals(facts.hours)), _written_hours(location)
        if not known or written is None:
            continue
        if written == known:
            yield HELD
        else:
            other = "Les horaires transmis ne sont pas ceux que la solution déclare pour ce lieu fixe de consultation."
            none = "La solution connaît les horaires de ce lieu fixe de consultation, mais ne les transmet pas."
            place = f"{location.location}.hoursOfOperation"
            yield Deviation(place, other if written else none, _said_hours(known), _said_hours(written) or "absents")


def _known_centres(subject: Subject) -> Iterator[tuple[Entry, CentreFacts]]:
    """The Locations that are a declared centre, by their name, of their association or else of those asked for."""
    graph = subject.answer.graph
    for location in graph.of_type("Location") if graph else ():
        association = graph.referenced(location, child(location.resource, "managingOrganization")) if graph else None
        number = national_identifier(association.resource) if association else None
        owners = [
            owner
            for owner in subject.facts.associations
            if (number in {owner, owner[1:]} if number else owner in requested(subject.answer.query).values)
        ]
        name = folded(text(location.resource, "name") or "")
        centres = [one for owner in owners for one in subject.facts.associations[owner].centres]
        found = [one for one in centres if name and folded(one.name) == name]
        if len(found) == 1:
            yield location, found[0]


def _intervals(openings: Iterable[Opening]) -> Iterator[Interval]:
    for one in openings:
        for day in one.days:
            yield DAYS_OF_WEEK.index(day), one.opens, one.closes


def _written_hours(location: Entry) -> list[Interval] | None:
    """The opening hours that a Location carries, none when it has none; None when they cannot be read (AGR-COM-017)."""
    found: list[Interval] = []
    for _, one in children(location.resource, "hoursOfOperation"):
        days = [day.lower() for day in texts(one, "daysOfWeek")]  # in capitals they are AGR-SOS-026’s
        whole_day = one.get("allDay") is True
        opens, closes = (_clock(text(one, key)) for key in ("openingTime", "closingTime"))
        if not days or not set(days) <= set(DAYS_OF_WEEK) or not (whole_day or (opens is not None and closes)):
            return None
        for day in days:
            begins, ends = (_MIDNIGHT, _MIDNIGHT) if whole_day else (opens, closes)
            if begins is not None and ends is not None:
                found.append((DAYS_OF_WEEK.index(day), begins, ends))
    return _merged(found)


def _clock(written: str | None) -> time | None:
    try:
        clock = time.fromisoformat(written) if written else None
    except ValueError:
        return None
    return clock if clock is None or clock.tzinfo is None else None


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same hours in order, to the minute, those that touch each other as one; midnight ends the day."""
    merged: list[Interval] = []
    for day, begins, ends in sorted(intervals):
        opens, closes = begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0)
        if closes == _MIDNIGHT:
            closes = _LAST_MINUTE
        if merged and merged[-1][0] == day and opens <= merged[-1][2]:
            merged[-1] = (day, merged[-1][1], max(closes, merged[-1][2]))
        else:
            merged.append((day, opens, closes))
    return merged


def _said_hours(intervals: Iterable[Interval]) -> str:
    return ", ".join(f"{DAYS_OF_WEEK[day]} {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in intervals)
