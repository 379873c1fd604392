"""What INT_SOS1 makes of an answer: agendas of fixed places of SOS Médecins associations (aggregation.md §7.3, §8.4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.search import ParsedSearch
from sas_recette.fhir.access import child, text
from sas_recette.fhir.bundle import Entry
from sas_recette.norm.requirements import Flow
from sas_recette.norm.terminology import SLOT_STATUSES
from sas_recette.rules.aggregation.lines import nothing_to_return
from sas_recette.rules.aggregation.practitioners import requested
from sas_recette.rules.answer import SearchAnswer, SlotView, national_identifier
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_NOT_FREE: Final = SLOT_STATUSES - {"free"}


def _association(slot: SlotView) -> str | None:
    """The identifier of the slot’s association; of anything else that its place names, AGR-SOS-020 says so."""
    return slot.owner if slot.organization is not None and slot.organization.type == "Organization" else None


def _agendas(answer: SearchAnswer) -> tuple[Entry, ...]:
    """The Schedules without repetitions, which are AGR-COM-020’s."""
    first: dict[str, Entry] = {}
    for schedule in answer.graph.of_type("Schedule") if answer.graph else ():
        first.setdefault(schedule.full_url or schedule.id or schedule.place, schedule)
    return tuple(first.values())


@rule("AGR-COM-039")
def slot_of_a_schedule(subject: Subject) -> Iterator[Observation]:
    """What a slot names as its agenda is a Schedule. In the other flows AGR-PS-004 says so."""
    for slot in subject.answer.slots if subject.answer.flow is Flow.INT_SOS1 else ():
        if slot.schedule is not None and slot.schedule.type != "Schedule":
            message = "La référence schedule du créneau ne désigne pas un Schedule."
            observed = f"{slot.schedule.type}/{slot.schedule.id}"
            yield Deviation(f"{slot.entry.location}.schedule.reference", message, "Schedule/<id>", observed)


@rule("AGR-SOS-002")
def association_criterion(subject: Subject) -> Iterator[Observation]:
    """The chained search on the association’s SIRET has effect: some slot is of an association asked for."""
    asked = requested(subject.answer.query)
    owners = {owner for slot in subject.answer.slots if (owner := _association(slot))}
    if not asked or not owners:
        return
    if any(asked.matches(owner) for owner in owners):
        yield HELD
    else:
        message = "Aucun des créneaux renvoyés n’est celui d’une association demandée : le critère est sans effet."
        yield Deviation("Bundle", message, ", ".join(asked.values), ", ".join(sorted(owners)))


@rule("AGR-SOS-003")
def agendas_meet_the_criteria(subject: Subject) -> Iterator[Observation]:
    """`_has` chooses the agendas: each has a slot that starts after `ge`, one before `le`, and a free one.

    To FHIR each `_has` stands alone. That one slot should meet them all is the SAS’s demand on slots, hence AGR-SOS-011’s
    (open point A-11). An agenda that comes without its slots is AGR-SOS-004’s, unless it is declared to have none.
    """
    for schedule, own in _joined(subject.answer):
        unmet = ", ".join(_unmet(own, subject.answer.query))
        if not unmet:
            yield HELD
        elif own or _declared_empty(subject, schedule):
            message = f"Aucun créneau de cet agenda ne répond à un critère _has, qui n’a donc pas d’effet : {unmet}."
            observed = ", ".join(f"{slot.entry.type}/{slot.entry.id}" for slot in own) or "aucun créneau"
            yield Deviation(schedule.location, message, "au moins un créneau par critère _has", observed)


def _joined(answer: SearchAnswer) -> Iterator[tuple[Entry, list[SlotView]]]:
    """Each agenda with its slots. One without any is left out where a slot has lost its agenda, which it may be."""
    slots: defaultdict[int, list[SlotView]] = defaultdict(list)
    lost = False
    for slot in answer.slots:
        if slot.schedule is not None and slot.schedule.type == "Schedule":
            slots[slot.schedule.index].append(slot)
        else:
            lost = True
    for schedule in _agendas(answer):
        if slots[schedule.index] or not lost:
            yield schedule, slots[schedule.index]


def _declared_empty(subject: Subject, schedule: Entry) -> bool:
    """Whether the place of an agenda is declared to have nothing to return."""
    names = [text(place.resource, "name") for place in subject.answer.actors(schedule) if place.type == "Location"]
    return any(name and nothing_to_return(subject, name) for name in names)


def _unmet(slots: list[SlotView], query: ParsedSearch | None) -> Iterator[str]:
    """The criteria that no slot of an agenda meets; what cannot be read is another rule’s."""
    lower, upper = (query.lower, query.upper) if query else (None, None)
    if not any(lower is None or slot.start is None or slot.start >= lower for slot in slots):
        yield "start=ge"
    if not any(upper is None or slot.start is None or slot.start <= upper for slot in slots):
        yield "start=le"
    if all(text(slot.resource, "status") in _NOT_FREE for slot in slots):
        yield "status=free"


@rule("AGR-SOS-004")
def slots_included(subject: Subject) -> Iterator[Observation]:
    """`_revinclude=Slot:schedule` joins to each Schedule its slots."""
    for schedule, own in _joined(subject.answer):
        if own:
            yield HELD
        elif not _declared_empty(subject, schedule):
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
        owner = _association(slot)
        if owner is None:
            continue
        if asked.matches(owner):
            yield HELD
        else:
            message = "Le créneau est celui d’une association que la plateforme n’a pas demandée."
            yield Deviation(slot.entry.location, message, ", ".join(asked.values), owner)


@rule("AGR-SOS-011")
def slots_meet_the_criteria(subject: Subject) -> Iterator[Observation]:
    """The slots joined are the free ones of the window, not all those of the agenda (open point A-11)."""
    query = subject.answer.query
    for slot in subject.answer.slots:
        status = text(slot.resource, "status")
        outside = query is not None and slot.start is not None and not query.covers(slot.start)
        if status not in _NOT_FREE and not outside:
            yield HELD
        else:
            message = "Le créneau joint à l’agenda ne répond pas aux critères : _has choisit aussi les créneaux."
            observed = f"{status or 'sans statut'}, {text(slot.resource, 'start') or 'sans début'}"
            yield Deviation(slot.entry.location, message, "un créneau libre de la fenêtre", observed)


@rule("AGR-SOS-017")
def one_schedule_a_place(subject: Subject) -> Iterator[Observation]:
    """Exactly one Schedule a Location, and the reverse. A Schedule without a place is AGR-COM-022’s or AGR-SOS-014’s."""
    answer = subject.answer
    graph = answer.graph
    if graph is None:
        return
    for schedule in _agendas(answer):
        places = [actor for actor in answer.actors(schedule) if actor.type == "Location"]
        if len(places) == 1:
            yield HELD
        elif len(places) > 1:
            message = "L’agenda a plusieurs lieux."
            observed = ", ".join(f"Location/{place.id}" for place in places)
            yield Deviation(f"{schedule.location}.actor", message, "une Location par Schedule", observed)
    agendas = Counter(
        place.index for schedule in _agendas(answer) for place in answer.actors(schedule) if place.type == "Location"
    )
    whole = _every_agenda_placed(answer)
    known: set[str] = set()
    for place in graph.of_type("Location"):
        count, name = agendas[place.index], place.full_url or place.id or place.place
        if count > 1 or (count == 0 and whole and name not in known):
            several = "Plusieurs agendas désignent le même lieu fixe de consultation."
            none = "Aucun agenda de la réponse ne désigne ce lieu fixe de consultation."
            yield Deviation(place.location, several if count else none, "un Schedule par Location", f"{count} Schedule")
        known.add(name)


def _every_agenda_placed(answer: SearchAnswer) -> bool:
    """Whether no Schedule is missing and none lacks its place: a Location that none designates is then one too many."""
    schedules = answer.graph.of_type("Schedule") if answer.graph else ()
    placed = all(any(actor.type == "Location" for actor in answer.actors(schedule)) for schedule in schedules)
    return bool(schedules) and placed and all(slot.schedule is not None for slot in answer.slots)


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
