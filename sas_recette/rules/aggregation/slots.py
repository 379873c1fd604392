"""Each Slot of an answer: its times against the bounds of the request, its codes, its owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sas_recette.exchange.search import PARIS
from sas_recette.fhir.access import children, codes, text
from sas_recette.fhir.instant import INSTANT
from sas_recette.norm import canonicals
from sas_recette.norm.terminology import CONSULTATION_TYPES, R38_TRAILING_SLASH, specialties
from sas_recette.rules.aggregation.practitioners import requested
from sas_recette.rules.answer import SlotView
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_WITH_SPECIALTY: Final = ("Slot", "Schedule", "PractitionerRole")
_NOT_FREE: Final = frozenset({"busy", "busy-unavailable", "busy-tentative", "entered-in-error"})


@rule("AGR-COM-031")
def instants_of_the_calendar(subject: Subject) -> Iterator[Observation]:
    """An instant of the right form is one of the calendar, which February 30 is not."""
    for slot in subject.answer.slots:
        for key, read in (("start", slot.start), ("end", slot.end)):
            written = text(slot.resource, key) or ""
            if read is None and INSTANT.fullmatch(written):
                message = "Cet instant a la forme attendue, mais sa date n’existe pas."
                yield Deviation(f"{slot.entry.location}.{key}", message, "une date du calendrier", written)


@rule("AGR-COM-033")
def starts_before_it_ends(subject: Subject) -> Iterator[Observation]:
    """Start is strictly before end, compared as instants."""
    for slot in subject.answer.slots:
        if slot.start is None or slot.end is None:
            continue
        if slot.start < slot.end:
            yield HELD
        else:
            message = "Le créneau ne commence pas avant de finir."
            observed = f"{text(slot.resource, 'start')} → {text(slot.resource, 'end')}"
            yield Deviation(f"{slot.entry.location}.start", message, "start strictement antérieur à end", observed)


@rule("AGR-COM-034")
def not_before_lower_bound(subject: Subject) -> Iterator[Observation]:
    """No slot starts before the `ge` bound of the request (open point A-31)."""
    lower = subject.answer.query.lower if subject.answer.query else None
    for slot in subject.answer.slots:
        if lower is None or slot.start is None:
            continue
        if slot.start >= lower:
            yield HELD
        else:
            message = "Le créneau commence avant la borne basse de la recherche."
            yield _out_of_window(slot, message, f"à partir de {_in_paris(lower)}")


@rule("AGR-COM-035")
def not_after_upper_bound(subject: Subject) -> Iterator[Observation]:
    """No slot starts after the `le` bound of the request (open point A-31)."""
    upper = subject.answer.query.upper if subject.answer.query else None
    for slot in subject.answer.slots:
        if upper is None or slot.start is None:
            continue
        if slot.start <= upper:
            yield HELD
        else:
            message = "Le créneau commence après la borne haute de la recherche."
            yield _out_of_window(slot, message, f"au plus tard le {_in_paris(upper)}")


def _in_paris(bound: datetime) -> str:
    return bound.astimezone(PARIS).isoformat(timespec="milliseconds")


def _out_of_window(slot: SlotView, message: str, expected: str) -> Deviation:
    return Deviation(f"{slot.entry.location}.start", message, expected, text(slot.resource, "start") or "absent")


@rule("AGR-COM-044")
def consultation_type_coded(subject: Subject) -> Iterator[Observation]:
    """A slot carries a coded consultation type, unless the candidate declares not to know them (open point A-37)."""
    if not subject.facts.knows_consultation_types:
        return
    for slot in subject.answer.slots:
        if consultation_codes(slot):
            yield HELD
        else:
            message = "Le créneau ne porte aucun type de consultation codé."
            expected = f"serviceType.coding dans {canonicals.V3_ACT_CODE}"
            yield Deviation(f"{slot.entry.location}.serviceType", message, expected, "aucun")


@rule("AGR-COM-046")
def consultation_types_apart(subject: Subject) -> Iterator[Observation]:
    """Each consultation type is in a serviceType of its own; that none is missing takes a declared agenda to know."""
    for slot in subject.answer.slots:
        for index, service in children(slot.resource, "serviceType"):
            together = sorted(set(codes(service, canonicals.V3_ACT_CODE)) & CONSULTATION_TYPES)
            if len(together) > 1:
                message = "Plusieurs types de consultation partagent un serviceType : FHIR y lit un seul et même type."
                place = f"{slot.entry.location}.serviceType[{index}].coding"
                yield Deviation(place, message, "un serviceType par type de consultation", ", ".join(together))


def consultation_codes(slot: SlotView) -> tuple[str, ...]:
    """The v3-ActCode codes of a slot."""
    return tuple(
        code for _, service in children(slot.resource, "serviceType") for code in codes(service, canonicals.V3_ACT_CODE)
    )


def slot_type_codes(slot: SlotView) -> tuple[str, ...]:
    """The TRE_R314 codes of a slot."""
    meta = slot.resource.get("meta")
    return tuple(
        code
        for _, coding in children(meta if isinstance(meta, dict) else {}, "security")
        if text(coding, "system") == canonicals.TRE_R314_SLOT_TYPE and (code := text(coding, "code"))
    )


def motif_texts(slot: SlotView) -> tuple[str, ...]:
    """The free texts of the slot's serviceType."""
    return tuple(written for _, service in children(slot.resource, "serviceType") if (written := text(service, "text")))


def specialty_values(slot: SlotView) -> tuple[str, ...]:
    """Every code and text of the slot's specialties."""
    values: list[str] = []
    for _, specialty in children(slot.resource, "specialty"):
        values += [code for _, coding in children(specialty, "coding") if (code := text(coding, "code"))]
        values += [written] if (written := text(specialty, "text")) else []
    return tuple(values)


@rule("AGR-PS-003")
def status_filter_applied(subject: Subject) -> Iterator[Observation]:
    """`status=free` filters: no slot of another known status comes back."""
    for slot in subject.answer.slots:
        status = text(slot.resource, "status") or ""
        if status in _NOT_FREE:
            message = "La recherche porte sur status=free, mais un créneau d’un autre statut est renvoyé."
            yield Deviation(f"{slot.entry.location}.status", message, "free", status)
        elif status == "free":
            yield HELD


@rule("AGR-PS-005")
def chained_identifier_supported(subject: Subject) -> Iterator[Observation]:
    """The chained search on the practitioner’s identifier finds him. A slot of somebody else is AGR-PS-010’s."""
    asked = requested(subject.answer.query)
    if any(asked.matches(slot.owner) for slot in subject.answer.slots if slot.owner):
        yield HELD


@rule("AGR-PS-010")
def only_requested_practitioners(subject: Subject) -> Iterator[Observation]:
    """No slot belongs to a practitioner who was not asked for."""
    asked = requested(subject.answer.query)
    if not asked:
        return
    for slot in subject.answer.slots:
        if slot.owner is None:
            continue
        if asked.matches(slot.owner):
            yield HELD
        else:
            message = "Le créneau est celui d’un praticien que la plateforme n’a pas demandé."
            yield Deviation(slot.entry.location, message, ", ".join(asked.values), slot.owner)


@rule("AGR-PS-043")
def specialties_on_slot(subject: Subject) -> Iterator[Observation]:
    """Where specialties are known they are carried by Slot.specialty."""
    for slot in subject.answer.slots:
        declared = subject.facts.practitioners.get(slot.owner or "")
        if specialty_values(slot):
            yield HELD
        elif declared is not None and declared.specialties:
            message = "La solution connaît une spécialité pour ce praticien, mais le créneau n’en porte pas."
            expected = f"specialty : {', '.join(declared.specialties)}"
            yield Deviation(f"{slot.entry.location}.specialty", message, expected, "absent")


@rule("AGR-PS-046")
def known_specialty_codes(subject: Subject) -> Iterator[Observation]:
    """A code of TRE_R38 exists in it, wherever a specialty is coded (open points T-06, T-07)."""
    graph = subject.answer.graph
    for entry in (one for kind in _WITH_SPECIALTY for one in graph.of_type(kind)) if graph else ():
        for index, specialty in children(entry.resource, "specialty"):
            for rank, coding in children(specialty, "coding"):
                system, code = text(coding, "system") or "", text(coding, "code") or ""
                place = f"{entry.location}.specialty[{index}].coding[{rank}]"
                if system in {canonicals.TRE_R38_SPECIALTY, R38_TRAILING_SLASH}:
                    yield _specialty_code(place, system, code)


def _specialty_code(place: str, system: str, code: str) -> Observation:
    known = specialties()
    if code.upper() not in known.labels:
        message = f"Ce code est absent de la liste TRE_R38 du {known.up_to} : vérifiez la date de votre liste."
        return Deviation(f"{place}.code", message, "un code de TRE_R38-SpecialiteOrdinale", code or "absent")
    if system == R38_TRAILING_SLASH:
        message = "La page « Recherche des créneaux » écrit ce système avec une barre finale, la terminologie sans."
        return Deviation(f"{place}.system", message, canonicals.TRE_R38_SPECIALTY, system, reserve=True)
    return HELD
