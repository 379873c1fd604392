"""Somebody who has several of something: places, colleagues at one place, CPTS, centres.

Each rule supposes what its scenario says of the test data, and so is no rule of an ordinary search.
"""

from __future__ import annotations

from collections.abc import Iterator

from sas_recette.fhir.bundle import Entry
from sas_recette.rules.aggregation.cpts import services_of
from sas_recette.rules.aggregation.lines import free_lines, place_of_line
from sas_recette.rules.aggregation.practitioners import folded, practitioners, requested
from sas_recette.rules.aggregation.roles import places_of
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-PS-048")
def as_many_agendas_as_places(subject: Subject) -> Iterator[Observation]:
    """A practitioner with slots in n places comes with n PractitionerRoles, contained Locations and Schedules."""
    for identifier, entries in _by_identifier(subject.answer).items():
        facts = subject.facts.practitioners.get(identifier)
        places = _open_places(subject, identifier, facts.places) if facts else 0
        if places < 2:
            continue
        counts = places_of(subject.answer, entries)
        if counts == (places,) * 3:
            yield HELD
        else:
            message = f"Le praticien exerce dans {places} lieux avec des créneaux : il lui faut autant d’agendas."
            observed = "{} PractitionerRole, {} Location contenues, {} Schedule".format(*counts)
            yield Deviation(entries[0].location, message, f"{places} de chaque", observed)


@rule("AGR-PS-053")
def own_place_each(subject: Subject) -> Iterator[Observation]:
    """Two practitioners of one place have each their PractitionerRole, contained Location and Schedule."""
    found = _by_identifier(subject.answer)
    if len(found) < 2:
        return
    for identifier, entries in found.items():
        counts = places_of(subject.answer, entries)
        if min(counts) >= 1:
            yield HELD
        else:
            message = f"Le praticien {identifier} n’a pas ses propres ressources de lieu et d’agenda."
            observed = "{} PractitionerRole, {} Location contenues, {} Schedule".format(*counts)
            yield Deviation(entries[0].location, message, "au moins 1 de chaque", observed)


@rule("AGR-CPTS-018")
def each_its_own(subject: Subject) -> Iterator[Observation]:
    """Slots of different CPTS designate different HealthcareServices: a practitioner of two CPTS has at least two.

    Where the agenda is declared, each slot is judged by its line, with every search.
    """
    graph = subject.answer.graph
    slots = graph.of_type("Slot") if graph else ()
    if graph is None or len(slots) < 2 or any(line.cpts for line in free_lines(subject)):
        return
    designated = {found.place for slot in slots for _, _, found in services_of(graph, slot) if found is not None}
    if len(designated) > 1:
        yield HELD
    else:
        message = "Les créneaux de deux CPTS ne désignent pas deux HealthcareService."
        yield Deviation("Bundle.entry", message, "au moins deux HealthcareService désignés", f"{len(designated)}")


@rule("AGR-SOS-018")
def every_centre_comes(subject: Subject) -> Iterator[Observation]:
    """An association with slots in n centres comes with n Schedules and n Locations.

    By the declared agenda, not every centre need have slots in the window.
    """
    slots = subject.answer.slots
    if not slots or any(slot.owner is None for slot in slots):
        return  # a place or an association is missing: AGR-SOS-005, 006 or 020 says so
    for owner in requested(subject.answer.query).values:
        declared = subject.facts.associations.get(owner)
        most = len(declared.centres) if declared else 0
        lines = [line for line in free_lines(subject) if line.owner == owner]
        least = len({folded(line.place) for line in lines if line.place}) or most
        own = [slot.schedule for slot in slots if slot.schedule and slot.owner in {owner, owner[1:]}]
        if max(least, most) < 2 or not own:
            continue  # slots of nobody but others are AGR-SOS-010’s
        schedules = {schedule.index for schedule in own}
        places = {
            actor.index for schedule in own for actor in subject.answer.actors(schedule) if actor.type == "Location"
        }
        if all(least <= len(seen) <= max(least, most) for seen in (schedules, places)):
            yield HELD
        else:
            message = "L’association a des créneaux dans plusieurs PFG : il lui faut autant d’agendas et de lieux."
            observed = f"{len(schedules)} Schedule, {len(places)} Location"
            yield Deviation("Bundle.entry", message, f"{least} Schedule et {least} Location", observed)


def _open_places(subject: Subject, owner: str, declared: int) -> int:
    """How many of somebody’s declared places have a slot in the window: all of them, unless his declared agenda tells."""
    if declared < 2 or not any(line.owner == owner for line in subject.facts.agenda):
        return declared
    places = {place_of_line(line) for line in free_lines(subject) if line.owner == owner}
    return len(places) if all(place.known for place in places) else declared


def _by_identifier(answer: SearchAnswer) -> dict[str, list[Entry]]:
    """The Practitioner entries by national identifier: one person under several entries is AGR-PS-047’s or COM-020’s."""
    found: dict[str, list[Entry]] = {}
    for entry, identifier in practitioners(answer):
        found.setdefault(identifier or entry.location, []).append(entry)
    return found
