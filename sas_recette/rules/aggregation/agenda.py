"""An answer against the agenda that the candidate declares to hold: nothing missing, nothing too much, all of it said.

These rules turn what a person would check on the screen (« interactive ») into facts, where `recette.toml` lists the
agenda. Without a declared agenda they examine nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sas_recette.rules.aggregation.lines import declared_lines, free_lines, is_hidden, matches, pairs, said, slots_of
from sas_recette.rules.aggregation.practitioners import folded
from sas_recette.rules.aggregation.slots import consultation_codes, motif_texts, slot_type_codes, specialty_values
from sas_recette.rules.answer import SlotView
from sas_recette.rules.facts import AgendaLine, AgendaStatus
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-COM-043")
def every_free_slot_comes(subject: Subject) -> Iterator[Observation]:
    """Every transmittable free slot of the window comes back."""
    for line in free_lines(subject):
        if slots_of(subject, line):
            yield HELD
        elif not is_hidden(subject, line):
            message = "L’agenda déclaré contient un créneau libre dans la fenêtre, que la réponse ne contient pas."
            yield Deviation("Bundle.entry", message, said(line), "absent")


@rule("AGR-COM-054")
def no_unavailability(subject: Subject) -> Iterator[Observation]:
    """No unavailability and no taken slot comes back."""
    yield from _kept_back(subject, "pris ou indisponible", AgendaStatus.BUSY, AgendaStatus.UNAVAILABLE)


@rule("AGR-COM-055")
def no_private_slot(subject: Subject) -> Iterator[Observation]:
    """No slot kept for the practitioner’s own patients comes back. An association has none, unless it declares so (§1)."""
    yield from _kept_back(subject, "réservé à la patientèle", AgendaStatus.PRIVATE)


def _kept_back(subject: Subject, why: str, *statuses: AgendaStatus) -> Iterator[Observation]:
    free = {(line.owner, line.start) for line in declared_lines(subject, AgendaStatus.FREE)}
    for line in declared_lines(subject, *statuses):
        if (line.owner, line.start) in free:
            continue
        for slot in matches(subject, line):
            message = f"D’après l’agenda déclaré, ce créneau est {why} : il ne devait pas être renvoyé."
            yield Deviation(slot.entry.location, message, "créneau absent", said(line))
        if not matches(subject, line) and not is_hidden(subject, line):
            yield HELD


@rule("AGR-COM-041")
def every_slot_type_said(subject: Subject) -> Iterator[Observation]:
    """Every visibility of the slot that the flow transmits is in meta.security."""
    transmitted = subject.answer.form.slot_types

    def known(line: AgendaLine) -> tuple[str, ...]:
        return tuple(code for code in line.types if code in transmitted)

    yield from _all_said(subject, known, slot_type_codes, "meta.security", "visibilité")


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
    carried: Callable[[SlotView], tuple[str, ...]],
    element: str,
    label: str,
) -> Iterator[Observation]:
    for line, slot in pairs(subject):
        if not known(line):
            continue
        missing = [value for value in known(line) if value not in carried(slot)]
        if missing:
            message = f"D’après l’agenda déclaré, il manque à ce créneau : {label} {', '.join(missing)}."
            observed = ", ".join(carried(slot)) or "aucun"
            yield Deviation(f"{slot.entry.location}.{element}", message, ", ".join(known(line)), observed)
        else:
            yield HELD


@rule("AGR-PS-045")
def every_motif_said(subject: Subject) -> Iterator[Observation]:
    """Each known motif is in serviceType.text; found in specialty only, it is a réserve (open point A-15)."""
    for line, slot in pairs(subject):
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
