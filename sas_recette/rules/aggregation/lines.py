"""The lines of the declared agenda, and the slots of an answer that they became."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import child, text, texts
from sas_recette.rules.aggregation.practitioners import folded, requested
from sas_recette.rules.answer import SlotView
from sas_recette.rules.facts import AgendaLine, AgendaStatus
from sas_recette.rules.rule import Subject

Address = tuple[str, str, str]
"""Street and city folded, postal code between them."""

_POSTAL_CODE: Final = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where slots are offered: a name, folded, and an address. Both may be unknown."""

    name: str
    address: Address | None

    @property
    def known(self) -> bool:
        """Whether it can be told from another."""
        return bool(self.name or self.address)

    def same(self, other: Place) -> bool:
        """Whether name or address say that it is the other."""
        return bool(self.name and self.name == other.name) or bool(self.address and self.address == other.address)

    def contradicts(self, other: Place) -> bool:
        """Whether both name and address, known of both, say that it is not the other."""
        comparable = self.name and other.name and self.address and other.address
        return bool(comparable) and not self.same(other)


def declared_lines(subject: Subject, *statuses: AgendaStatus) -> Iterator[AgendaLine]:
    """The declared lines that the request covers, of some statuses."""
    query = subject.answer.query
    if query is None or subject.answer.graph is None:
        return
    asked = requested(query).values
    for line in subject.facts.agenda:
        if line.status in statuses and line.owner in asked and query.covers(line.start):
            yield line


def free_lines(subject: Subject) -> Iterator[AgendaLine]:
    """The lines whose slots the request must bring: free, and of a type that its flow transmits (aggregation.md §1)."""
    wanted = subject.answer.form.slot_types
    for line in declared_lines(subject, AgendaStatus.FREE):
        if wanted.intersection(line.types) or not (line.types or line.cpts):
            yield line


def nothing_to_return(subject: Subject, place: str = "") -> bool:
    """Whether whoever is asked for is declared to have nothing to return, in the place of that name or in all.

    False where the declared agenda says nothing of one of them.
    """
    asked = set(requested(subject.answer.query).values)
    owners = {line.owner for line in subject.facts.agenda if line.owner in asked and _is_at(line, place)}
    known = bool(owners) if place else owners == asked
    return known and not any(_is_at(line, place) for line in free_lines(subject))


def _is_at(line: AgendaLine, place: str) -> bool:
    return not place or folded(line.place) == folded(place)


def matches(subject: Subject, line: AgendaLine) -> list[SlotView]:
    """The slots of the line’s owner that start when it does."""
    owners = {line.owner, line.owner[1:]}
    return [slot for slot in subject.answer.slots if slot.start == line.start and slot.owner in owners]


def slots_of(subject: Subject, line: AgendaLine) -> list[SlotView]:
    """Those of them that may be the line’s: at its place, or at no other place where the owner is free at that hour."""
    found, own = matches(subject, line), place_of_line(line)
    there = [slot for slot in found if place_of_slot(slot).same(own)]
    if there or not own.known:
        return there or found
    taken = [
        place_of_line(other)
        for other in subject.facts.agenda
        if other.status is AgendaStatus.FREE and (other.owner, other.start) == (line.owner, line.start)
    ]
    return [slot for slot in found if not any(place_of_slot(slot).same(place) for place in taken)]


def pairs(subject: Subject) -> Iterator[tuple[AgendaLine, SlotView]]:
    """Each free line with the slot that it became."""
    for line in declared_lines(subject, AgendaStatus.FREE):
        for slot in slots_of(subject, line)[:1]:
            yield line, slot


def is_hidden(subject: Subject, line: AgendaLine) -> bool:
    """Whether the line may have come back as a slot whose owner or hour is wrong: other rules say why."""
    asked = requested(subject.answer.query)
    return any(
        slot.start is None or (slot.start == line.start and (slot.owner is None or not asked.matches(slot.owner)))
        for slot in subject.answer.slots
    )


def said(line: AgendaLine) -> str:
    """A line in a message."""
    return f"le créneau de {line.owner} du {line.start:%d/%m/%Y à %H:%M}"


def place_of_line(line: AgendaLine) -> Place:
    """Where a line is declared to be."""
    return Place(folded(line.place), declared_address(line) if line.street else None)


def place_of_slot(slot: SlotView) -> Place:
    """Where a slot of an answer is."""
    return Place(folded((text(slot.location, "name") if slot.location else None) or ""), written_address(slot))


def declared_address(line: AgendaLine) -> Address:
    """The address of a line."""
    return folded(line.street), line.postal_code, folded(line.city)


def written_address(slot: SlotView) -> Address | None:
    """The address of a slot’s place, None when it has not the form that AGR-PS-033 to 035 demand."""
    if slot.location is None:
        return None
    address = child(slot.location, "address")
    lines, code, city = texts(address, "line"), text(address, "postalCode"), text(address, "city")
    well_formed = len(lines) == 1 and code and _POSTAL_CODE.fullmatch(code) and city
    return (folded(lines[0]), code, folded(city)) if well_formed and code and city else None
