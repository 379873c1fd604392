"""What INT_SOS1 makes of an answer: agendas of fixed places of SOS Médecins associations (aggregation.md §7.3, §8.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sas_recette.fhir.access import child, text
from sas_recette.rules.aggregation.practitioners import requested
from sas_recette.rules.answer import national_identifier
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-SOS-002")
def association_criterion(subject: Subject) -> Iterator[Observation]:
    """The chained search on the association’s SIRET has effect: some slot is of an association asked for."""
    asked = requested(subject.answer.query)
    owners = {slot.owner for slot in subject.answer.slots if slot.owner}
    if not asked or not owners:
        return
    if any(asked.matches(owner) for owner in owners):
        yield HELD
    else:
        message = "Aucun des créneaux renvoyés n’est celui d’une association demandée : le critère est sans effet."
        yield Deviation("Bundle", message, ", ".join(asked.values), ", ".join(sorted(owners)))


@rule("AGR-SOS-004")
def slots_included(subject: Subject) -> Iterator[Observation]:
    """`_revinclude=Slot:schedule` joins to each Schedule its slots."""
    graph = subject.answer.graph
    joined = {slot.schedule.index for slot in subject.answer.slots if slot.schedule is not None}
    for schedule in graph.of_type("Schedule") if graph else ():
        if schedule.index in joined:
            yield HELD
        else:
            message = "Aucun créneau n’est joint à cet agenda (_revinclude=Slot:schedule)."
            yield Deviation(schedule.location, message, "au moins un Slot", "aucun")


@rule("AGR-SOS-005")
def places_included(subject: Subject) -> Iterator[Observation]:
    """`_include=Schedule:actor:Location` brings the Location of each Schedule."""
    yield from _include(subject, "Schedule", "Location", "_include=Schedule:actor:Location")


@rule("AGR-SOS-006")
def associations_included(subject: Subject) -> Iterator[Observation]:
    """`_include:iterate=Location:organization` brings the Organization of each Location."""
    yield from _include(subject, "Location", "Organization", "_include:iterate=Location:organization")


def _include(subject: Subject, holder: str, target: str, parameter: str) -> Iterator[Observation]:
    graph = subject.answer.graph
    if graph is None or not graph.of_type(holder):
        return
    if graph.of_type(target):
        yield HELD
    else:
        message = f"Aucune ressource {target} n’est incluse ({parameter})."
        yield Deviation("Bundle.entry", message, f"les {target} des {holder}", "aucune")


@rule("AGR-SOS-010")
def only_requested_associations(subject: Subject) -> Iterator[Observation]:
    """No slot belongs to an association that was not asked for."""
    asked = requested(subject.answer.query)
    for slot in subject.answer.slots if asked else ():
        if slot.owner is None:
            continue
        if asked.matches(slot.owner):
            yield HELD
        else:
            message = "Le créneau est celui d’une association que la plateforme n’a pas demandée."
            yield Deviation(slot.entry.location, message, ", ".join(asked.values), slot.owner)


@rule("AGR-SOS-011")
def slots_meet_the_criteria(subject: Subject) -> Iterator[Observation]:
    """The slots joined are the free ones of the window, not all those of the agenda (open point A-11)."""
    query = subject.answer.query
    for slot in subject.answer.slots:
        status = text(slot.resource, "status")
        outside = query is not None and slot.start is not None and not query.covers(slot.start)
        if status in {None, "free"} and not outside:
            yield HELD
        else:
            message = "Le créneau joint à l’agenda ne répond pas aux critères : _has choisit aussi les créneaux."
            observed = f"{status or 'sans statut'}, {text(slot.resource, 'start') or 'sans début'}"
            yield Deviation(slot.entry.location, message, "un créneau libre de la fenêtre", observed)


@rule("AGR-SOS-017")
def one_schedule_a_place(subject: Subject) -> Iterator[Observation]:
    """Exactly one Schedule a Location, and the reverse."""
    answer = subject.answer
    graph = answer.graph
    if graph is None:
        return
    for schedule in graph.of_type("Schedule"):
        places = [actor for actor in answer.actors(schedule) if actor.type == "Location"]
        if len(places) == 1:
            yield HELD
        elif len(places) > 1:
            message = "L’agenda a plusieurs lieux."
            observed = ", ".join(f"Location/{place.id}" for place in places)
            yield Deviation(f"{schedule.location}.actor", message, "une Location par Schedule", observed)
    agendas = Counter(
        place.index
        for schedule in graph.of_type("Schedule")
        for place in answer.actors(schedule)
        if place.type == "Location"
    )
    for place in graph.of_type("Location"):
        if agendas[place.index] > 1:
            message = "Plusieurs agendas désignent le même lieu fixe de consultation."
            yield Deviation(place.location, message, "un Schedule par Location", f"{agendas[place.index]} Schedule")


@rule("AGR-SOS-020")
def place_of_its_association(subject: Subject) -> Iterator[Observation]:
    """Each Location refers to the Organization of its association, in the Bundle."""
    graph = subject.answer.graph
    for place in graph.of_type("Location") if graph else ():
        reference = child(place.resource, "managingOrganization")
        found = graph.referenced(place, reference) if graph else None
        if found is not None and found.type == "Organization":
            yield HELD
        else:
            message = "Le lieu ne désigne pas l’Organization de son association."
            where = f"{place.location}.managingOrganization.reference"
            yield Deviation(where, message, "Organization/<id>", text(reference, "reference") or "absent")


@rule("AGR-SOS-028")
def association_was_requested(subject: Subject) -> Iterator[Observation]:
    """The SIRET of each Organization is one of the request. A missing prefix is AGR-SOS-027’s."""
    graph, asked = subject.answer.graph, requested(subject.answer.query)
    for organization in graph.of_type("Organization") if graph and asked else ():
        identifier = national_identifier(organization.resource)
        if not identifier:
            continue
        if asked.matches(identifier):
            yield HELD
        else:
            message = "Le SIRET de l’association renvoyée n’est pas dans la requête."
            yield Deviation(f"{organization.location}.identifier", message, ", ".join(asked.values), identifier)


@rule("AGR-SOS-029")
def association_name(subject: Subject) -> Iterator[Observation]:
    """Organization.name carries the name of the association."""
    graph = subject.answer.graph
    for organization in graph.of_type("Organization") if graph else ():
        if (text(organization.resource, "name") or "").strip():
            yield HELD
        else:
            message = "Le nom de l’association n’est pas transmis."
            yield Deviation(f"{organization.location}.name", message, "le nom de l’association", "absent")
