"""Several answers side by side: the same question asked in other words, a list against its items, a window against a wider one.

By convention the first answer is the one judged, and the others are what it is compared with, unless said otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sas_recette.fhir.access import text
from sas_recette.rules.aggregation.practitioners import requested
from sas_recette.rules.answer import SearchAnswer, SlotView
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

SlotKey = tuple[str, datetime | None, datetime | None]


def _key(slot: SlotView) -> SlotKey:
    return (slot.owner or "", slot.start, slot.end)


def _keys(answer: SearchAnswer) -> Counter[SlotKey]:
    return Counter(_key(slot) for slot in answer.slots)


def _said(key: SlotKey, words: Mapping[str, str]) -> str:
    owner, start, _ = key
    holder = owner or "{un} sans identifiant".format_map(words)
    return f"{holder} à {start.isoformat() if start else 'une heure illisible'}"


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
        yield from _differences(expected, found, probe.form.words)


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


def _differences(
    expected: Counter[SlotKey], found: Counter[SlotKey], words: Mapping[str, str]
) -> Iterator[Observation]:
    for key in (expected - found).elements():
        message = "Un créneau de la recherche de référence manque dans cette réponse."
        yield Deviation("Bundle.entry", message, _said(key, words), "absent")
    for key in (found - expected).elements():
        message = "Cette réponse contient un créneau que la recherche de référence ne contient pas."
        yield Deviation("Bundle.entry", message, "absent", _said(key, words))
    for _ in (expected & found).elements():
        yield HELD


ACCEPT_HEADER = Rule("AGR-COM-004", same_slots)
SAME_INSTANTS = Rule("AGR-COM-037", same_slots)
WITHOUT_OFFSET = Rule("AGR-COM-038", same_slots)
TOLERANCES = Rule("AGR-COM-063", same_slots)
WITHOUT_MILLISECONDS = Rule("AGR-COM-066", same_slots)
UNKNOWN_IGNORED = (Rule("AGR-PS-009", same_slots), Rule("AGR-SOS-009", same_slots))
LIST_AS_SINGLES = (Rule("AGR-PS-052", same_slots), Rule("AGR-SOS-033", same_slots))


@rule("AGR-CPTS-003")
def as_int_r01(subject: Subject) -> Iterator[Observation]:
    """A search of INT_R04 for nobody of a CPTS (first answer) gives what INT_R01 does (second).

    Where one for somebody of a CPTS (the others) gets no Bundle either, it is not for want of a CPTS. Slots of somebody who
    was not asked for are AGR-PS-010’s.
    """
    probe, reference, *witnesses = subject.answers
    asked = requested(probe.query)
    if any(slot.owner and not asked.matches(slot.owner) for slot in probe.slots):
        return
    if probe.graph is not None or all(witness.graph for witness in witnesses):
        yield from same_slots(replace(subject, answers=(probe, reference)))


@rule("AGR-COM-062")
def raw_pipe_understood(subject: Subject) -> Iterator[Observation]:
    """A raw pipe (first answer) gives the slots of an encoded one; one not understood is AGR-PS-005’s or SOS-002’s."""
    raw, encoded = subject.answers
    if not (raw.slots and encoded.graph is not None and not encoded.slots):
        yield from same_slots(subject)


def encoded_pipe_understood(subject: Subject) -> Iterator[Observation]:
    """An encoded pipe (first answer) finds slots where a raw one does (open point A-04)."""
    encoded, raw = subject.answers
    if encoded.slots:
        yield HELD
    elif encoded.graph is not None and raw.slots:
        message = "La barre verticale encodée %7C n’est pas comprise : la même recherche aboutit avec « | »."
        yield Deviation("Bundle.entry", message, f"{len(raw.slots)} créneau(x)", "aucun")


ENCODED_PIPE = (Rule("AGR-PS-005", encoded_pipe_understood), Rule("AGR-SOS-002", encoded_pipe_understood))


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
    yield from _differences(expected, found, probe.form.words)
    if not expected and not found:
        yield HELD


def start_has_effect(subject: Subject) -> Iterator[Observation]:
    """`start`, repeated with ge and le, is understood: not every narrower window is answered like the wider one (last).

    A single bound without effect is AGR-COM-034’s or 035’s; the refusal of a window that holds no slot is AGR-COM-006’s.
    """
    *probes, wide = subject.answers
    answered: list[SearchAnswer] = []
    for index, probe in enumerate(probes):
        query = probe.query
        covered = [query is not None and query.covers(slot.start) for slot in wide.slots if slot.start]
        if all(covered):
            continue
        refusal = _refusal(probe) if any(covered) else None
        if refusal is not None:
            yield replace(refusal, answer=index)
        elif probe.graph is not None:
            answered.append(probe)
    if answered and all(_keys(probe) == _keys(wide) for probe in answered):
        message = "Une fenêtre réduite donne les mêmes créneaux que la fenêtre entière : start est sans effet."
        yield Deviation("Bundle.entry", message, "les seuls créneaux de la fenêtre", f"{len(wide.slots)} créneaux")
    elif answered:
        yield HELD


START_EFFECT = (Rule("AGR-PS-002", start_has_effect), Rule("AGR-SOS-003", start_has_effect))


def identifier_has_effect(subject: Subject) -> Iterator[Observation]:
    """Two holders of agendas searched one by one are not answered with the same slots."""
    singles = [single for single in subject.answers[1:] if single.slots]
    if len(singles) < 2 or not all(slot.owner for single in singles for slot in single.slots):
        return
    if all(_keys(single) == _keys(singles[0]) for single in singles):
        words = subject.answer.form.words
        message = "{Deux} donnent les mêmes créneaux : le critère sur l’identifiant est sans effet."
        expected = "les seuls créneaux {du} de la requête"
        yield Deviation("Bundle.entry", message.format_map(words), expected.format_map(words), "les mêmes", answer=1)
    else:
        yield HELD


IDENTIFIER_EFFECT = (Rule("AGR-PS-005", identifier_has_effect), Rule("AGR-SOS-002", identifier_has_effect))


def list_is_an_alternative(subject: Subject) -> Iterator[Observation]:
    """A list of identifiers (first answer) brings slots of each holder who has some (other answers)."""
    yield from _each_owner_comes(subject, "Une liste de plusieurs {des}")


LIST = (Rule("AGR-PS-007", list_is_an_alternative), Rule("AGR-SOS-007", list_is_an_alternative))


@rule("AGR-SOS-007")
def list_of_10(subject: Subject) -> Iterator[Observation]:
    """A list of ten associations is accepted, and brings slots of each that has some."""
    yield from _each_owner_comes(subject, "La liste de 10 {des}")


@rule("AGR-PS-008")
def list_of_25(subject: Subject) -> Iterator[Observation]:
    """A list of 25 identifiers is accepted, and brings slots of each holder who has some."""
    if len(requested(subject.answer.query).values) == 25:
        yield from _each_owner_comes(subject, "La liste de 25 {des}")


@rule("AGR-SOS-008")
def list_of_25_associations(subject: Subject) -> Iterator[Observation]:
    """The same of associations, which only one of two sources wants accepted (open point A-01)."""
    for observation in list_of_25.check(subject):
        if isinstance(observation, Deviation):
            yield replace(observation, message=f"{observation.message} {_LIST_CONTESTED}")
        else:
            yield observation


_LIST_CONTESTED: Final = (
    "(Les critères de recherche de la page « SOS Médecins » de l’IG SAS 1.2.0 vont de 1 à 25 SIRET, ses spécifications "
    "fonctionnelles de 1 à 10.)"
)


def _each_owner_comes(subject: Subject, label: str) -> Iterator[Observation]:
    listed, singles = subject.answers[0], subject.answers[1:]
    if not any(single.slots for single in singles):
        return
    if listed.graph is None and listed.complete:
        return  # a body that is no Bundle is AGR-COM-007’s or 064’s
    refusal = _refusal(listed)
    if refusal is not None:
        yield refusal
        return
    if listed.graph is None:
        return
    words, owners = listed.form.words, {slot.owner for slot in listed.slots}
    for single in singles:
        for owner in {slot.owner for slot in single.slots if slot.owner}:
            if owner in owners:
                yield HELD
            else:
                message = f"{label} ne donne aucun créneau de {{ce}}, que la recherche sur son seul identifiant trouve."
                yield Deviation("Bundle.entry", message.format_map(words), f"des créneaux de {owner}", "aucun")


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
