"""The situation of exercise: agendas, PractitionerRoles, places, and how they hang together (aggregation.md §7.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sas_recette.fhir.access import child, children, text
from sas_recette.fhir.bundle import BundleGraph, Entry, contained
from sas_recette.rules.aggregation.practitioners import declared, practitioners
from sas_recette.rules.answer import SearchAnswer, national_identifier
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


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
            if not reference:
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


@rule("AGR-PS-037")
def structure_identifier(subject: Subject) -> Iterator[Observation]:
    """The national identifier of the structure is present where it is known (open point A-19)."""
    graph = subject.answer.graph
    for role in graph.of_type("PractitionerRole") if graph else ():
        identifier = child(child(role.resource, "organization"), "identifier")
        if text(identifier, "value"):
            yield HELD
            continue
        owner = practitioner_of(subject.answer, role)
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


def practitioner_of(answer: SearchAnswer, role: Entry) -> Entry | None:
    """The Practitioner entry that a PractitionerRole refers to."""
    return answer.graph.referenced(role, child(role.resource, "practitioner")) if answer.graph else None


@rule("AGR-PS-041")
def schedule_has_both_actors(subject: Subject) -> Iterator[Observation]:
    """The actors of a Schedule are one Practitioner and one PractitionerRole, which is his (open point P-09)."""
    graph = subject.answer.graph
    for schedule in graph.of_type("Schedule") if graph else ():
        actors = list(subject.answer.actors(schedule))
        if len(actors) < sum(1 for _, actor in children(schedule.resource, "actor") if text(actor, "reference")):
            continue
        yield _actors_verdict(subject.answer, schedule, actors)


def _actors_verdict(answer: SearchAnswer, schedule: Entry, actors: list[Entry]) -> Observation:
    place = f"{schedule.location}.actor"
    found = Counter(actor.type for actor in actors)
    observed = ", ".join(f"{actor.type}/{actor.id}" for actor in actors) or "aucun"
    expected = "un Practitioner et un PractitionerRole"
    if found["Practitioner"] != 1 or found["PractitionerRole"] != 1:
        message = "L’agenda n’a pas pour acteurs un Practitioner et un PractitionerRole."
        return Deviation(place, message, expected, observed)
    role = next(actor for actor in actors if actor.type == "PractitionerRole")
    practitioner = next(actor for actor in actors if actor.type == "Practitioner")
    owner = practitioner_of(answer, role)
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
    schedules = Counter(role.index for schedule in graph.of_type("Schedule") for role in _roles(graph, schedule))
    for role in graph.of_type("PractitionerRole"):
        count = schedules[role.index]
        if count == 1:
            yield HELD
        elif count > 1:
            message = "Plusieurs agendas désignent la même situation d’exercice."
            yield Deviation(role.location, message, "un Schedule par PractitionerRole", f"{count} Schedule")


def _roles(graph: BundleGraph, schedule: Entry) -> Iterator[Entry]:
    for _, actor in children(schedule.resource, "actor"):
        found = graph.referenced(schedule, actor)
        if found is not None and found.type == "PractitionerRole":
            yield found


@rule("AGR-PS-047")
def one_practitioner_for_several_places(subject: Subject) -> Iterator[Observation]:
    """A practitioner of several places comes as one Practitioner."""
    entries: dict[str, list[Entry]] = {}
    for entry, identifier in practitioners(subject.answer):
        entries.setdefault(identifier or entry.location, []).append(entry)
    for identifier, found in entries.items():
        if len(found) > 1:
            message = "Le même praticien figure plusieurs fois, comme s’il était une personne par lieu."
            yield Deviation(
                found[1].location, message, f"un seul Practitioner {identifier}", f"{len(found)} Practitioner"
            )
        elif len(_roles_of(subject.answer, found[0])) > 1:
            yield HELD


@rule("AGR-PS-049")
def several_places_hang_together(subject: Subject) -> Iterator[Observation]:
    """The Schedules of a practitioner of several places refer each to its own PractitionerRole, all to him."""
    graph = subject.answer.graph
    if graph is None:
        return
    for practitioner in graph.of_type("Practitioner"):
        schedules = [
            schedule
            for schedule in graph.of_type("Schedule")
            if any(actor.index == practitioner.index for actor in subject.answer.actors(schedule))
        ]
        if len(schedules) < 2:
            continue
        roles = [role.index for schedule in schedules for role in _roles(graph, schedule)]
        owned = {role.index for role in _roles_of(subject.answer, practitioner)}
        if len(set(roles)) == len(schedules) and set(roles) <= owned:
            yield HELD
        else:
            message = "Les agendas de ce praticien ne désignent pas chacun leur propre situation d’exercice."
            observed = f"{len(schedules)} Schedule, {len(set(roles))} PractitionerRole désignés"
            yield Deviation(practitioner.location, message, "un PractitionerRole du praticien par Schedule", observed)


def _roles_of(answer: SearchAnswer, practitioner: Entry) -> list[Entry]:
    return [
        role
        for role in (answer.graph.of_type("PractitionerRole") if answer.graph else ())
        if (owner := practitioner_of(answer, role)) is not None and owner.index == practitioner.index
    ]


def places_of(answer: SearchAnswer, practitioner: Entry) -> tuple[int, int, int]:
    """How many PractitionerRoles, contained Locations and Schedules a practitioner has in the answer."""
    roles = _roles_of(answer, practitioner)
    locations = sum(
        1
        for role in roles
        if any(contained(role.resource, reference) for _, reference in children(role.resource, "location"))
    )
    schedules = sum(
        1
        for schedule in (answer.graph.of_type("Schedule") if answer.graph else ())
        if any(actor.index == practitioner.index for actor in answer.actors(schedule))
    )
    return len(roles), locations, schedules
