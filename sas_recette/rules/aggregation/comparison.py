"""Several answers side by side: the same question asked in other words, a list against its items, a window against a wider one.

By convention the first answer is the one judged, and the others are what it is compared with, unless said otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sas_recette.fhir.access import text
from sas_recette.rules.aggregation.practitioners import practitioners, requested
from sas_recette.rules.aggregation.roles import places_of
from sas_recette.rules.answer import SearchAnswer, SlotView
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

SlotKey = tuple[str, datetime | None, datetime | None]


def _key(slot: SlotView) -> SlotKey:
    return (slot.owner or "", slot.start, slot.end)


def _keys(answer: SearchAnswer) -> Counter[SlotKey]:
    return Counter(_key(slot) for slot in answer.slots)


def _said(key: SlotKey) -> str:
    owner, start, _ = key
    return f"{owner or 'praticien non identifié'} à {start.isoformat() if start else 'une heure illisible'}"


def same_slots(subject: Subject) -> Iterator[Observation]:
    """The first answer holds exactly the slots of the others together."""
    probe, references = subject.answers[0], subject.answers[1:]
    if any(reference.graph is None for reference in references):
        return  # a reference that failed would make the probe look wrong
    expected = Counter[SlotKey]()
    for reference in references:
        expected |= _keys(reference)
    found = _keys(probe)
    if not expected and not found:
        return
    refusal = _refusal(probe)
    if refusal is not None:
        yield refusal
    elif probe.graph is not None:
        yield from _differences(expected, found)


def _refusal(answer: SearchAnswer) -> Deviation | None:
    """That a form of the request does not get a Bundle. A late answer is PERF-001’s."""
    exchange = answer.exchange
    if exchange is None or answer.graph is not None or answer.late:
        return None
    expected, response, fault = "200 et les mêmes créneaux", exchange.response, exchange.fault
    if response is not None and response.status != 200:
        message = "Cette forme de la requête est refusée, alors que la recherche équivalente aboutit."
        return Deviation("HTTP.status", message, expected, str(response.status))
    if fault is not None:
        if fault.kind.prevents_contact:
            return None
        message = (
            "Cette forme de la requête ne reçoit pas de réponse entière, alors que la recherche équivalente aboutit."
        )
        return Deviation("HTTP", message, expected, fault.kind.value)
    message = "Cette forme de la requête ne reçoit pas de Bundle lisible, alors que la recherche équivalente aboutit."
    return Deviation("HTTP.body", message, expected, text(answer.resource, "resourceType") or "autre contenu")


def _differences(expected: Counter[SlotKey], found: Counter[SlotKey]) -> Iterator[Observation]:
    for key in (expected - found).elements():
        message = "Un créneau de la recherche de référence manque dans cette réponse."
        yield Deviation("Bundle.entry", message, _said(key), "absent")
    for key in (found - expected).elements():
        message = "Cette réponse contient un créneau que la recherche de référence ne contient pas."
        yield Deviation("Bundle.entry", message, "absent", _said(key))
    for _ in (expected & found).elements():
        yield HELD


ACCEPT_HEADER = Rule("AGR-COM-004", same_slots)
SAME_INSTANTS = Rule("AGR-COM-037", same_slots)
WITHOUT_OFFSET = Rule("AGR-COM-038", same_slots)
RAW_PIPE = Rule("AGR-COM-062", same_slots)
TOLERANCES = Rule("AGR-COM-063", same_slots)
WITHOUT_MILLISECONDS = Rule("AGR-COM-066", same_slots)
UNKNOWN_IGNORED = Rule("AGR-PS-009", same_slots)
LIST_AS_SINGLES = Rule("AGR-PS-052", same_slots)


@rule("AGR-COM-036")
def exact_window(subject: Subject) -> Iterator[Observation]:
    """A narrower window (first answer) holds the slots of the wider one that start inside it, bounds included.

    Slots outside the bounds are AGR-COM-034’s and 035’s.
    """
    probe, wide = subject.answers[0], subject.answers[1]
    query = probe.query
    if probe.graph is None or query is None or not wide.slots:
        return
    expected = Counter({key: count for key, count in _keys(wide).items() if key[1] and query.covers(key[1])})
    found = Counter({key: count for key, count in _keys(probe).items() if key[1] and query.covers(key[1])})
    yield from _differences(expected, found)
    if not expected and not found:
        yield HELD


@rule("AGR-PS-002")
def start_has_effect(subject: Subject) -> Iterator[Observation]:
    """`start`, repeated with ge and le, is understood: a narrower window is not answered like the wider one."""
    probe, wide = subject.answers[0], subject.answers[1]
    query = probe.query
    outside = [slot for slot in wide.slots if slot.start and query and not query.covers(slot.start)]
    if not outside:
        return
    refusal = _refusal(probe)
    if refusal is not None:
        yield refusal
    elif probe.graph is not None:
        if _keys(probe) == _keys(wide):
            message = "La fenêtre réduite donne les mêmes créneaux que la fenêtre entière : start est sans effet."
            yield Deviation("Bundle.entry", message, "les seuls créneaux de la fenêtre", f"{len(probe.slots)} créneaux")
        else:
            yield HELD


@rule("AGR-PS-007")
def list_is_an_alternative(subject: Subject) -> Iterator[Observation]:
    """A list of identifiers (first answer) brings slots of each practitioner who has some (other answers)."""
    yield from _each_owner_comes(subject, "Une liste de praticiens")


@rule("AGR-PS-008")
def list_of_25(subject: Subject) -> Iterator[Observation]:
    """A list of 25 identifiers is accepted, and brings slots of each practitioner who has some."""
    if len(requested(subject.answer.query).values) == 25:
        yield from _each_owner_comes(subject, "La liste de 25 praticiens")


def _each_owner_comes(subject: Subject, label: str) -> Iterator[Observation]:
    listed, singles = subject.answers[0], subject.answers[1:]
    if not any(single.slots for single in singles):
        return
    refusal = _refusal(listed)
    if refusal is not None:
        yield refusal
        return
    if listed.graph is None:
        return
    owners = {slot.owner for slot in listed.slots}
    for single in singles:
        for owner in {slot.owner for slot in single.slots if slot.owner}:
            if owner in owners:
                yield HELD
            else:
                message = f"{label} ne donne aucun créneau de ce praticien, que la recherche sur lui seul trouve."
                yield Deviation("Bundle.entry", message, f"des créneaux de {owner}", "aucun")


@rule("AGR-PS-048")
def as_many_agendas_as_places(subject: Subject) -> Iterator[Observation]:
    """A practitioner with slots in n places comes with n PractitionerRoles, contained Locations and Schedules."""
    for entry, identifier in practitioners(subject.answer):
        facts = subject.facts.practitioners.get(identifier)
        if facts is None or facts.places < 2:
            continue
        counts = places_of(subject.answer, entry)
        if counts == (facts.places,) * 3:
            yield HELD
        else:
            message = f"Le praticien exerce dans {facts.places} lieux avec des créneaux : il lui faut autant d’agendas."
            observed = "{} PractitionerRole, {} Location contenues, {} Schedule".format(*counts)
            yield Deviation(entry.location, message, f"{facts.places} de chaque", observed)


@rule("AGR-PS-051")
def resources_of_each(subject: Subject) -> Iterator[Observation]:
    """A search on n practitioners with slots brings n Practitioners, at least n PractitionerRoles and n Schedules."""
    listed, singles = subject.answers[0], subject.answers[1:]
    with_slots = sum(1 for single in singles if single.slots)
    if with_slots < 2 or listed.graph is None or any(single.graph is None for single in singles):
        return
    counts = {
        name: len({entry.full_url or entry.id for entry in listed.graph.of_type(name)})
        for name in ("Practitioner", "PractitionerRole", "Schedule")
    }
    right = counts["Practitioner"] == with_slots and min(counts.values()) >= with_slots
    if right:
        yield HELD
    else:
        message = f"La recherche porte sur {with_slots} praticiens qui ont des créneaux."
        observed = ", ".join(f"{count} {name}" for name, count in counts.items())
        expected = f"{with_slots} Practitioner, au moins {with_slots} PractitionerRole et Schedule"
        yield Deviation("Bundle.entry", message, expected, observed)


@rule("AGR-PS-053")
def own_place_each(subject: Subject) -> Iterator[Observation]:
    """Two practitioners of one place have each their PractitionerRole, contained Location and Schedule."""
    found = list(practitioners(subject.answer))
    if len(found) < 2:
        return
    for entry, identifier in found:
        counts = places_of(subject.answer, entry)
        if min(counts) >= 1:
            yield HELD
        else:
            message = f"Le praticien {identifier} n’a pas ses propres ressources de lieu et d’agenda."
            observed = "{} PractitionerRole, {} Location contenues, {} Schedule".format(*counts)
            yield Deviation(entry.location, message, "au moins 1 de chaque", observed)
