"""The situation of exercise: agendas, PractitionerRoles, places, and how they hang together (aggregation.md §7.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from sas_recette.fhir.access import child, children, text
from sas_recette.fhir.bundle import Entry, contained
from sas_recette.rules.aggregation.practitioners import declared
from sas_recette.rules.answer import SearchAnswer, national_identifier
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_SEARCHED_ACTOR: Final = re.compile(r"^urn:|(?:^|/)Practitioner(?:Role)?/")


@rule("AGR-PS-004")
def schedules_included(subject: Subject) -> Iterator[Observation]:
    """`_include=Slot:schedule` brings the Schedule of each slot."""
    for slot in subject.answer.slots:
        reference = text(child(slot.resource, "schedule"), "reference")
        if not reference:
            continue
        if slot.schedule is not None and slot.schedule.type == "Schedule":
            yield HELD
        else:
            message = "Le Schedule du créneau n’est pas inclus dans la réponse (_include=Slot:schedule)."
            yield Deviation(f"{slot.entry.location}.schedule.reference", message, "Schedule inclus", reference)


@rule("AGR-PS-006")
def actors_included(subject: Subject) -> Iterator[Observation]:
    """`_include:iterate=Schedule:actor` brings the actors of each Schedule."""
    graph = subject.answer.graph
    for schedule in graph.of_type("Schedule") if graph else ():
        for index, actor in children(schedule.resource, "actor"):
            reference = text(actor, "reference")
            if not reference or not _SEARCHED_ACTOR.search(reference):
                continue
            if graph is not None and graph.resolve(reference, schedule) is not None:
                yield HELD
            else:
                message = "L’acteur de l’agenda n’est pas inclus dans la réponse (_include:iterate=Schedule:actor)."
                place = f"{schedule.location}.actor[{index}].reference"
                yield Deviation(place, message, "acteur inclus", reference)


@rule("AGR-PS-029")
def role_has_practitioner(subject: Subject) -> Iterator[Observation]:
    """Each PractitionerRole refers to a Practitioner of the Bundle."""
    graph = subject.answer.graph
    for role in graph.of_type("PractitionerRole") if graph else ():
        reference = child(role.resource, "practitioner")
        found = graph.referenced(role, reference) if graph else None
        if found is not None and found.type == "Practitioner":
            yield HELD
        else:
            message = "La situation d’exercice ne désigne pas un Practitioner de la réponse."
            observed = text(reference, "reference") or "absent"
            yield Deviation(f"{role.location}.practitioner.reference", message, "Practitioner/<id>", observed)


@rule("AGR-PS-030")
def location_is_no_entry(subject: Subject) -> Iterator[Observation]:
    """A Location is contained in its PractitionerRole, never an entry of the Bundle."""
    graph = subject.answer.graph
    for location in graph.of_type("Location") if graph else ():
        message = "La Location est une entrée du Bundle : elle doit être contenue dans son PractitionerRole."
        yield Deviation(location.place, message, "PractitionerRole.contained", f"Location/{location.id}")


@rule("AGR-PS-031")
def location_is_the_place(subject: Subject) -> Iterator[Observation]:
    """The local reference of a PractitionerRole designates a Location. A dangling one is AGR-COM-022’s."""
    graph = subject.answer.graph
    for role in graph.of_type("PractitionerRole") if graph else ():
        for index, reference in children(role.resource, "location"):
            found = contained(role.resource, reference)
            if found is not None and found.get("resourceType") != "Location":
                message = "La référence locale du lieu désigne une ressource contenue qui n’est pas une Location."
                observed = text(found, "resourceType") or "une ressource sans type"
                yield Deviation(f"{role.location}.location[{index}].reference", message, "Location", observed)


@rule("AGR-PS-037")
def structure_identifier(subject: Subject) -> Iterator[Observation]:
    """The national identifier of the structure is present where it is known (open point A-19)."""
    graph = subject.answer.graph
    for role in graph.of_type("PractitionerRole") if graph else ():
        identifier = child(child(role.resource, "organization"), "identifier")
        if text(identifier, "value"):
            yield HELD
            continue
        owner = subject.answer.practitioner_of(role)
        facts = declared(subject, national_identifier(owner.resource) or "") if owner else None
        place = f"{role.location}.organization.identifier"
        if facts is not None and facts.structures:
            message = "La solution connaît l’identifiant national de la structure, mais ne le transmet pas."
            yield Deviation(place, message, " ou ".join(facts.structures), "absent")
        else:
            message = (
                "Aucun identifiant national de structure : les exigences ANS (n° 20) le demandent toujours, le comité "
                "« financement SONS » seulement s’il est disponible, et le profil l’admet absent."
            )
            yield Deviation(place, message, "FINESS, SIRET ou RPPS rang, préfixé", "absent", reserve=True)


@rule("AGR-PS-041")
def schedule_has_both_actors(subject: Subject) -> Iterator[Observation]:
    """The actors of a Schedule are one Practitioner and one PractitionerRole, which is his (open point P-09)."""
    graph = subject.answer.graph
    for schedule in graph.of_type("Schedule") if graph else ():
        yield _actors_verdict(subject.answer, schedule, subject.answer.actors(schedule))


def _actors_verdict(answer: SearchAnswer, schedule: Entry, actors: tuple[Entry, ...]) -> Observation:
    place = f"{schedule.location}.actor"
    found = Counter(actor.type for actor in actors)
    observed = ", ".join(f"{actor.type}/{actor.id}" for actor in actors) or "aucun"
    expected = "un Practitioner et un PractitionerRole du Bundle"
    if found["Practitioner"] != 1 or found["PractitionerRole"] != 1:
        message = "L’agenda n’a pas pour acteurs un Practitioner et un PractitionerRole présents dans la réponse."
        return Deviation(place, message, expected, observed)
    role = next(actor for actor in actors if actor.type == "PractitionerRole")
    practitioner = next(actor for actor in actors if actor.type == "Practitioner")
    owner = answer.practitioner_of(role)
    if owner is not None and owner.index != practitioner.index:
        message = "La situation d’exercice de l’agenda n’est pas celle de son praticien."
        return Deviation(place, message, f"un PractitionerRole de Practitioner/{practitioner.id}", observed)
    if len(actors) > 2:
        message = "Acteurs en plus : le profil FrScheduleAgregateur les admet, la page de l’IG n’en attend que deux."
        return Deviation(place, message, expected, observed, reserve=True)
    return HELD


@rule("AGR-PS-042")
def one_schedule_a_role(subject: Subject) -> Iterator[Observation]:
    """Exactly one Schedule a PractitionerRole, and the reverse."""
    graph = subject.answer.graph
    if graph is None:
        return
    for role in distinct(graph.of_type("PractitionerRole")):
        count = len(list(distinct(subject.answer.schedules_of.get(role.index, ()))))
        if count == 1:
            yield HELD
        else:
            several = "Plusieurs agendas désignent la même situation d’exercice."
            none = "Aucun agenda de la réponse ne désigne cette situation d’exercice."
            expected = "un Schedule par PractitionerRole"
            yield Deviation(role.location, several if count else none, expected, f"{count} Schedule")
    for schedule in distinct(graph.of_type("Schedule")):
        count = len(set(_roles(subject.answer, schedule)))
        if count != 1:
            message = "L’agenda ne désigne pas une situation d’exercice de la réponse, et une seule."
            expected = "un PractitionerRole par Schedule"
            yield Deviation(f"{schedule.location}.actor", message, expected, f"{count} PractitionerRole")


def distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries of one type without repetitions, which are AGR-COM-020’s."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if first.setdefault(entry.full_url or entry.id or entry.place, entry) is entry:
            yield entry


def _roles(answer: SearchAnswer, schedule: Entry) -> list[int]:
    return [actor.index for actor in answer.actors(schedule) if actor.type == "PractitionerRole"]


@rule("AGR-PS-047")
def one_practitioner_for_several_places(subject: Subject) -> Iterator[Observation]:
    """A practitioner of several places comes as one Practitioner."""
    graph = subject.answer.graph
    entries: dict[str, list[Entry]] = {}
    for entry in distinct(graph.of_type("Practitioner")) if graph else ():
        entries.setdefault(national_identifier(entry.resource) or entry.location, []).append(entry)
    for identifier, found in entries.items():
        if len(found) > 1:
            message = "Le même praticien figure plusieurs fois, comme s’il était une personne par lieu."
            yield Deviation(
                found[1].location, message, f"un seul Practitioner {identifier}", f"{len(found)} Practitioner"
            )
        elif len(subject.answer.roles_of.get(found[0].index, ())) > 1:
            yield HELD


@rule("AGR-PS-049")
def several_places_hang_together(subject: Subject) -> Iterator[Observation]:
    """The Schedules of a practitioner of several places refer each to its own PractitionerRole, all to him.

    A PractitionerRole that refers to nobody is AGR-PS-029’s.
    """
    graph = subject.answer.graph
    if graph is None:
        return
    homeless = {role.index for role in graph.of_type("PractitionerRole") if not subject.answer.practitioner_of(role)}
    for practitioner in graph.of_type("Practitioner"):
        schedules = tuple(distinct(subject.answer.schedules_of.get(practitioner.index, ())))
        if len(schedules) < 2:
            continue
        roles = [role for schedule in schedules for role in _roles(subject.answer, schedule)]
        owned = {role.index for role in subject.answer.roles_of.get(practitioner.index, ())}
        if len(set(roles)) == len(schedules) and set(roles) <= owned | homeless:
            yield HELD
        else:
            message = "Les agendas de ce praticien ne désignent pas chacun leur propre situation d’exercice."
            observed = f"{len(schedules)} Schedule, {len(set(roles))} PractitionerRole désignés"
            yield Deviation(practitioner.location, message, "un PractitionerRole du praticien par Schedule", observed)


def places_of(answer: SearchAnswer, entries: Iterable[Entry]) -> tuple[int, int, int]:
    """How many PractitionerRoles, contained Locations and Schedules the entries of one practitioner have in the answer.

    A PractitionerRole that refers to nobody (AGR-PS-029) is that of his Schedule.
    """
    held = tuple(entries)
    schedules = list(distinct(one for entry in held for one in answer.schedules_of.get(entry.index, ())))
    owned = [one for entry in held for one in answer.roles_of.get(entry.index, ())]
    named = (actor for schedule in schedules for actor in answer.actors(schedule) if actor.type == "PractitionerRole")
    homeless = [actor for actor in named if answer.practitioner_of(actor) is None]
    roles = list(distinct([*owned, *homeless]))
    locations = sum(
        any(text(inner, "resourceType") == "Location" for _, inner in children(role.resource, "contained"))
        for role in roles
    )
    return len(roles), locations, len(schedules)
