"""What comes back, over the whole test data, against what the editor declares to handle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import replace

from sas_recette.exchange.search import last_instant
from sas_recette.fhir.access import text
from sas_recette.norm.identifiers import Kind, key_is_valid
from sas_recette.norm.requirements import Flow
from sas_recette.norm.terminology import ACT_ENCOUNTER_CODES
from sas_recette.rules.aggregation.agenda import motif_verdict
from sas_recette.rules.aggregation.lines import free_lines
from sas_recette.rules.aggregation.practitioners import folded, requested
from sas_recette.rules.aggregation.slots import consultation_codes, slot_type_codes
from sas_recette.rules.answer import SearchAnswer, SlotView
from sas_recette.rules.facts import AgendaLine
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-COM-042")
def declared_slot_types(subject: Subject) -> Iterator[Observation]:
    """The slot types returned are exactly those declared of the flow; a contested one is another rule’s (A-23, A-25)."""
    form = subject.answer.form
    declared = form.slot_types.intersection(subject.facts.slot_types)

    def codes(slot: SlotView) -> tuple[str, ...]:
        return tuple(code for code in slot_type_codes(slot) if code not in form.contested_slot_types)

    lacking = _lacking(subject, lambda line: line.types)
    yield from _same_codes(subject, declared, lacking, codes, "slot_types", "types de créneau")


@rule("AGR-COM-047")
def declared_consultation_types(subject: Subject) -> Iterator[Observation]:
    """The consultation types returned are exactly those declared."""
    declared = set(subject.facts.consultation_types)

    def codes(slot: SlotView) -> tuple[str, ...]:
        return tuple(code for code in consultation_codes(slot) if code in ACT_ENCOUNTER_CODES)

    lacking = _lacking(subject, lambda line: line.consultations)
    yield from _same_codes(subject, declared, lacking, codes, "consultation_types", "types de consultation")


def _lacking(subject: Subject, codes: Callable[[AgendaLine], tuple[str, ...]]) -> Callable[[str], bool]:
    """Whether the declared agenda shows that the slots of a code are all out of the window, or not free.

    An agenda that knows of no slot of that code says nothing: it may be a part of what the product holds.
    """
    alone = (replace(subject, answers=(answer,)) for answer in subject.answers)
    lines = [line for one in alone for line in free_lines(one)]
    told = all(map(codes, lines))
    held = {code for line in lines for code in codes(line)}
    known = {code for line in subject.facts.agenda for code in codes(line)}
    return lambda code: told and code in known - held


def _same_codes(
    subject: Subject,
    declared: Set[str],
    lacking: Callable[[str], bool],
    codes: Callable[[SlotView], tuple[str, ...]],
    key: str,
    label: str,
) -> Iterator[Observation]:
    """The codes returned are those declared; one that the test data do not hold in the window is not missing.

    Nor is one missing where a search of the series got no Bundle: its slots are not known.
    """
    slots = [slot for answer in subject.answers for slot in answer.slots]
    if not declared or not slots:
        return
    returned = {code for slot in slots for code in codes(slot)}
    unknown = any(answer.graph is None for answer in subject.answers)
    for code in sorted(declared | returned):
        if code in declared and code in returned:
            yield HELD
        elif code in declared and (unknown or lacking(code)):
            continue
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
    """A holder stored without prefix is found by the prefixed identifier, as another is (the other answers)."""
    answer, witnesses = subject.answer, subject.answers[1:]
    if answer.graph is None or not all(witness.slots for witness in witnesses):
        return
    asked = requested(answer.query)
    if any(slot.owner and asked.matches(slot.owner) for slot in answer.slots):
        yield HELD
        return
    if answer.slots:
        return  # found, under an identifier that is missing or another: AGR-PS-019’s or 021’s
    known = list(free_lines(subject))
    if known:
        message = (
            "{Le}, dont l’identifiant est enregistré sans préfixe, a des créneaux libres : la recherche préfixée ne les "
            "trouve pas."
        )
        yield Deviation("Bundle.total", message.format_map(answer.form.words), f"{len(known)} créneau(x)", "0")


@rule("AGR-COM-043")
def expected_count(subject: Subject) -> Iterator[Observation]:
    """As many slots come back as the candidate file counts for the one holder asked for, over the whole window.

    Too many contradict the file without saying which of the two is wrong, nor whether one is missing beside: a réserve.
    """
    expected = _counted_for(subject)
    if expected is None or subject.answer.graph is None or not _whole_window(subject.answer):
        return
    key, count = expected
    found = len({slot.entry.full_url or slot.entry.place for slot in subject.answer.slots if _counts(subject, slot)})
    if found == count:
        yield HELD
    elif found < count:
        message = f"La réponse contient moins de créneaux que recette.toml n’en compte ({key})."
        yield Deviation("Bundle.entry", message, f"{count} créneau(x)", f"{found}")
    else:
        message = (
            f"La réponse contient plus de créneaux que recette.toml n’en compte ({key}) : le compte est à corriger, ou des "
            "créneaux pris, indisponibles ou réservés à la patientèle sont renvoyés (AGR-COM-054, AGR-COM-055)."
        )
        yield Deviation("Bundle.entry", message, f"{count} créneau(x)", f"{found}", reserve=True)


def _whole_window(answer: SearchAnswer) -> bool:
    """Whether an answer is to the search that the platform makes at its instant: nothing less was counted."""
    exchange, query = answer.exchange, answer.query
    if exchange is None or query is None or query.lower is None or query.upper is None:
        return False
    return query.lower <= exchange.started and query.upper >= last_instant(query.lower)


def _counts(subject: Subject, slot: SlotView) -> bool:
    """Not a slot that the answer itself shows to be too much: taken, out of the window or of somebody else."""
    query, asked = subject.answer.query, requested(subject.answer.query)
    outside = query is not None and slot.start is not None and not query.covers(slot.start)
    foreign = slot.owner is not None and not asked.matches(slot.owner)
    return text(slot.resource, "status") in {None, "free"} and not outside and not foreign


def _counted_for(subject: Subject) -> tuple[str, int] | None:
    """The key of the candidate file that counts the slots of the one holder asked for, and the count."""
    asked = requested(subject.answer.query).values
    if len(asked) != 1:
        return None
    association, practitioner = subject.facts.associations.get(asked[0]), subject.facts.practitioners.get(asked[0])
    if subject.answer.flow is Flow.INT_SOS1:
        key, count = "free_slots", association.free_slots if association else None
    elif subject.answer.flow is Flow.INT_R04:
        key, count = "free_slots_cpts", practitioner.free_slots_cpts if practitioner else None
    else:
        key, count = "free_slots", practitioner.free_slots if practitioner else None
    return None if count is None else (key, count)


@rule("REF-018")
def equipped_association(subject: Subject) -> Iterator[Observation]:
    """The SIRET of an association that the product equips has its key, and its search is answered by a Bundle."""
    for owner in requested(subject.answer.query).values:
        if owner not in subject.facts.equipped:
            continue
        if key_is_valid(Kind.SIRET, owner) is False:
            message = "Le SIRET de la liste des associations équipées n’a pas la bonne clé de contrôle."
            yield Deviation("recette.toml", message, "un SIRET dont la clé est juste", owner)
        elif subject.answer.graph is not None:
            yield HELD
