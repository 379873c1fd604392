"""What comes back, over the whole test data, against what the editor declares to handle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sas_recette.norm.terminology import ACT_ENCOUNTER_CODES, CPTS
from sas_recette.rules.aggregation.agenda import motif_verdict
from sas_recette.rules.aggregation.practitioners import folded, requested
from sas_recette.rules.aggregation.slots import consultation_codes, slot_type_codes
from sas_recette.rules.answer import SlotView
from sas_recette.rules.facts import AgendaStatus
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-COM-042")
def declared_slot_types(subject: Subject) -> Iterator[Observation]:
    """The slot types returned are exactly those declared (CPTS is not of INT_R01)."""
    declared = {code for code in subject.facts.slot_types if code != CPTS}
    yield from _same_codes(subject, declared, slot_type_codes, "slot_types", "types de créneau")


@rule("AGR-COM-047")
def declared_consultation_types(subject: Subject) -> Iterator[Observation]:
    """The consultation types returned are exactly those declared."""
    declared = set(subject.facts.consultation_types)

    def codes(slot: SlotView) -> tuple[str, ...]:
        return tuple(code for code in consultation_codes(slot) if code in ACT_ENCOUNTER_CODES)

    yield from _same_codes(subject, declared, codes, "consultation_types", "types de consultation")


def _same_codes(
    subject: Subject, declared: set[str], codes: Callable[[SlotView], tuple[str, ...]], key: str, label: str
) -> Iterator[Observation]:
    slots = [slot for answer in subject.answers for slot in answer.slots]
    if not declared or not slots:
        return
    returned = {code for slot in slots for code in codes(slot)}
    for code in sorted(declared | returned):
        if code in declared and code in returned:
            yield HELD
        elif code in declared:
            message = (
                f"« {code} » figure parmi les {label} déclarés (aggregation.{key}), mais aucun créneau ne le porte."
            )
            yield Deviation(
                "Bundle.entry", message, ", ".join(sorted(declared)), ", ".join(sorted(returned)) or "aucun"
            )
        else:
            message = f"« {code} » est renvoyé sans figurer parmi les {label} déclarés (aggregation.{key})."
            yield Deviation("Bundle.entry", message, ", ".join(sorted(declared)), ", ".join(sorted(returned)))


@rule("AGR-PS-045")
def declared_motifs(subject: Subject) -> Iterator[Observation]:
    """Each motif declared for a practitioner is carried by one of his slots, or is found at a worse place.

    A motif that the declared agenda attaches to a slot is judged on that slot, wherever it comes.
    """
    for owner in requested(subject.answer.query).values:
        facts = subject.facts.practitioners.get(owner)
        slots = [slot for slot in subject.answer.slots if slot.owner in {owner, owner[1:]}]
        if facts is None or not slots:
            continue
        attached = {folded(motif) for line in subject.facts.agenda if line.owner == owner for motif in line.motifs}
        for motif in facts.motifs:
            if folded(motif) in attached:
                continue
            verdicts = [motif_verdict(slot, motif) for slot in slots]
            softer = next((one for one in verdicts if isinstance(one, Deviation) and one.reserve), verdicts[0])
            yield HELD if HELD in verdicts else softer


@rule("AGR-COM-026")
def found_however_stored(subject: Subject) -> Iterator[Observation]:
    """A practitioner stored without prefix is found by his prefixed identifier, as another is (the other answers)."""
    answer, witnesses = subject.answer, subject.answers[1:]
    if answer.graph is None or not all(witness.slots for witness in witnesses):
        return
    asked = requested(answer.query)
    if any(slot.owner and asked.matches(slot.owner) for slot in answer.slots):
        yield HELD
        return
    if answer.slots:
        return  # found, under an identifier that is missing or another: AGR-PS-019’s or 021’s
    query = answer.query
    known = [
        line
        for line in subject.facts.agenda
        if line.owner in asked.values and line.status is AgendaStatus.FREE and query and query.covers(line.start)
    ]
    if known:
        message = (
            "Le praticien, enregistré sans préfixe, a des créneaux libres : la recherche préfixée ne les trouve pas."
        )
        yield Deviation("Bundle.total", message, f"{len(known)} créneau(x)", "0")
