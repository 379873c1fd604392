"""An answer against the agenda that the candidate declares to hold: nothing missing, nothing too much, all of it said.

These rules turn what a person would check on the screen (« interactive ») into facts, where `recette.toml` lists the
agenda. Without a declared agenda they examine nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from sas_recette.fhir.access import child, text, texts
from sas_recette.norm.terminology import CPTS, SLOT_TYPES_PS
from sas_recette.rules.aggregation.practitioners import folded, requested
from sas_recette.rules.aggregation.slots import consultation_codes, motif_texts, slot_type_codes, specialty_values
from sas_recette.rules.answer import SlotView
from sas_recette.rules.facts import AgendaLine, AgendaStatus
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_POSTAL_CODE: Final = re.compile(r"[0-9]{5}")


def _lines(subject: Subject, *statuses: AgendaStatus) -> Iterator[AgendaLine]:
    """The declared lines that the request covers, of some statuses."""
    query = subject.answer.query
    if query is None or subject.answer.graph is None:
        return
    asked = requested(query).values
    for line in subject.facts.agenda:
        if line.status in statuses and line.owner in asked and query.covers(line.start):
            yield line


def _transmittable(line: AgendaLine) -> bool:
    """CPTS-only slots are not of INT_R01 (open point A-23)."""
    return not line.types or bool(SLOT_TYPES_PS.intersection(line.types))


def _matches(subject: Subject, line: AgendaLine) -> list[SlotView]:
    return [
        slot for slot in subject.answer.slots if slot.start == line.start and slot.owner in {line.owner, line.owner[1:]}
    ]


def _pairs(subject: Subject) -> Iterator[tuple[AgendaLine, SlotView]]:
    for line in _lines(subject, AgendaStatus.FREE):
        found = _matches(subject, line)
        there = [slot for slot in found if line.street and _written(slot) == _address(line)]
        for slot in (there or found)[:1]:
            yield line, slot


def _hidden(subject: Subject, line: AgendaLine) -> bool:
    """Whether the line may have come back as a slot whose practitioner or hour is wrong: other rules say why."""
    asked = requested(subject.answer.query)
    return any(
        slot.start is None or (slot.start == line.start and (slot.owner is None or not asked.matches(slot.owner)))
        for slot in subject.answer.slots
    )


def _name(line: AgendaLine) -> str:
    return f"le créneau de {line.owner} du {line.start:%d/%m/%Y à %H:%M}"


@rule("AGR-COM-043")
def every_free_slot_comes(subject: Subject) -> Iterator[Observation]:
    """Every transmittable free slot of the window comes back."""
    for line in _lines(subject, AgendaStatus.FREE):
        if not _transmittable(line):
            continue
        if _matches(subject, line):
            yield HELD
        elif not _hidden(subject, line):
            message = "L’agenda déclaré contient un créneau libre dans la fenêtre, que la réponse ne contient pas."
            yield Deviation("Bundle.entry", message, _name(line), "absent")


@rule("AGR-COM-054")
def no_unavailability(subject: Subject) -> Iterator[Observation]:
    """No unavailability and no taken slot comes back."""
    yield from _kept_back(subject, "pris ou indisponible", AgendaStatus.BUSY, AgendaStatus.UNAVAILABLE)


@rule("AGR-COM-055")
def no_private_slot(subject: Subject) -> Iterator[Observation]:
    """No slot kept for the practitioner’s own patients comes back."""
    yield from _kept_back(subject, "réservé à la patientèle", AgendaStatus.PRIVATE)


def _kept_back(subject: Subject, why: str, *statuses: AgendaStatus) -> Iterator[Observation]:
    free = {(line.owner, line.start) for line in _lines(subject, AgendaStatus.FREE)}
    for line in _lines(subject, *statuses):
        if (line.owner, line.start) in free:
            continue
        for slot in _matches(subject, line):
            message = f"D’après l’agenda déclaré, ce créneau est {why} : il ne devait pas être renvoyé."
            yield Deviation(slot.entry.location, message, "créneau absent", _name(line))
        if not _matches(subject, line) and not _hidden(subject, line):
            yield HELD


@rule("AGR-COM-041")
def every_slot_type_said(subject: Subject) -> Iterator[Observation]:
    """Every visibility of the slot is in meta.security."""
    yield from _all_said(
        subject,
        lambda line: tuple(code for code in line.types if code != CPTS),
        slot_type_codes,
        "meta.security",
        "visibilité",
    )


@rule("AGR-COM-046")
def every_consultation_type_said(subject: Subject) -> Iterator[Observation]:
    """Every consultation type of the slot is in serviceType."""
    yield from _all_said(
        subject, lambda line: line.consultations, consultation_codes, "serviceType", "type de consultation"
    )


@rule("AGR-PS-044")
def every_specialty_said(subject: Subject) -> Iterator[Observation]:
    """Every specialty of the slot is transmitted, by code or by text."""
    yield from _all_said(subject, lambda line: line.specialties, specialty_values, "specialty", "spécialité")


def _all_said(
    subject: Subject,
    known: Callable[[AgendaLine], tuple[str, ...]],
    said: Callable[[SlotView], tuple[str, ...]],
    element: str,
    label: str,
) -> Iterator[Observation]:
    for line, slot in _pairs(subject):
        if not known(line):
            continue
        missing = [value for value in known(line) if value not in said(slot)]
        if missing:
            message = f"D’après l’agenda déclaré, il manque à ce créneau : {label} {', '.join(missing)}."
            observed = ", ".join(said(slot)) or "aucun"
            yield Deviation(f"{slot.entry.location}.{element}", message, ", ".join(known(line)), observed)
        else:
            yield HELD


@rule("AGR-PS-045")
def every_motif_said(subject: Subject) -> Iterator[Observation]:
    """Each known motif is in serviceType.text; found in specialty only, it is a réserve (open point A-15)."""
    for line, slot in _pairs(subject):
        for motif in line.motifs:
            yield motif_verdict(slot, motif)


def motif_verdict(slot: SlotView, motif: str) -> Observation:
    """Whether one motif is carried by a slot, and where."""
    place = f"{slot.entry.location}.serviceType"
    if folded(motif) in map(folded, motif_texts(slot)):
        return HELD
    if folded(motif) in map(folded, specialty_values(slot)):
        message = (
            "Le motif est transmis dans specialty : les exigences ANS (n° 41) l’y placent, la FAQ de l’IG SAS 1.2.0 "
            "(erreur fréquente n° 5) le place dans serviceType.text."
        )
        return Deviation(place, message, f"serviceType.text = « {motif} »", "specialty", reserve=True)
    message = f"Le motif « {motif} », connu de la solution, n’est pas transmis."
    return Deviation(place, message, f"serviceType.text = « {motif} »", ", ".join(motif_texts(slot)) or "aucun")


@rule("AGR-PS-032")
def place_is_a_known_one(subject: Subject) -> Iterator[Observation]:
    """The address of a slot’s place is one that the product holds for the practitioner."""
    for line, slot in _pairs(subject):
        places = {_address(one) for one in subject.facts.agenda if one.owner == line.owner and one.street}
        written = _written(slot)
        if not places or written is None:
            continue
        if written in places:
            yield HELD
        else:
            message = "L’adresse transmise n’est aucune de celles que la solution déclare pour ce praticien."
            expected = " ou ".join(sorted(" ".join(place) for place in places))
            yield Deviation(_address_place(slot), message, expected, " ".join(written))


@rule("AGR-PS-050")
def slot_at_its_place(subject: Subject) -> Iterator[Observation]:
    """Each slot of a practitioner of several places is attached to the place where it is offered."""
    for line, slot in _pairs(subject):
        places = {_address(one) for one in subject.facts.agenda if one.owner == line.owner and one.street}
        written = _written(slot)
        if len(places) < 2 or not line.street or written not in places:
            continue
        if written == _address(line):
            yield HELD
        else:
            message = f"D’après l’agenda déclaré, {_name(line)} est proposé dans un autre lieu."
            yield Deviation(slot.entry.location, message, " ".join(_address(line)), " ".join(written))


def _address(line: AgendaLine) -> tuple[str, str, str]:
    return folded(line.street), line.postal_code, folded(line.city)


def _written(slot: SlotView) -> tuple[str, str, str] | None:
    """The address of a slot’s place, None when it has not the form that AGR-PS-033 to 035 demand."""
    if slot.location is None:
        return None
    address = child(slot.location, "address")
    lines, code, city = texts(address, "line"), text(address, "postalCode"), text(address, "city")
    well_formed = len(lines) == 1 and code and _POSTAL_CODE.fullmatch(code) and city
    return (folded(lines[0]), code, folded(city)) if well_formed and code and city else None


def _address_place(slot: SlotView) -> str:
    return f"{(slot.role or slot.entry).location}.contained[0].address"
