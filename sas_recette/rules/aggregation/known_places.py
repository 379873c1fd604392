"""Where the slots of practitioners are, against where the declared agenda offers them."""

from __future__ import annotations

from collections.abc import Iterator

from sas_recette.rules.aggregation.lines import (
    Address,
    declared_address,
    pairs,
    said,
    written_address,
)
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-PS-032")
def place_is_a_known_one(subject: Subject) -> Iterator[Observation]:
    """The address of a slot’s place is one that the product holds for the practitioner."""
    for line, slot in pairs(subject):
        places, written = _addresses(subject, line.owner), written_address(slot)
        if not places or written is None:
            continue
        if written in places:
            yield HELD
        else:
            message = "L’adresse transmise n’est aucune de celles que la solution déclare pour ce praticien."
            expected = " ou ".join(sorted(" ".join(place) for place in places))
            place = f"{(slot.role or slot.entry).location}.contained[0].address"
            yield Deviation(place, message, expected, " ".join(written))


@rule("AGR-PS-050")
def slot_at_its_place(subject: Subject) -> Iterator[Observation]:
    """Each slot of a practitioner of several places is attached to the place where it is offered."""
    for line, slot in pairs(subject):
        places, written = _addresses(subject, line.owner), written_address(slot)
        if len(places) < 2 or not line.street or written not in places:
            continue
        if written == declared_address(line):
            yield HELD
        else:
            message = f"D’après l’agenda déclaré, {said(line)} est proposé dans un autre lieu."
            yield Deviation(slot.entry.location, message, " ".join(declared_address(line)), " ".join(written))


def _addresses(subject: Subject, owner: str) -> set[Address]:
    return {declared_address(line) for line in subject.facts.agenda if line.owner == owner and line.street}
