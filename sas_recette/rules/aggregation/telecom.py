"""Phone numbers: carried where they are known, qualified, and in the international form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, children, text
from sas_recette.fhir.bundle import Entry
from sas_recette.fhir.invariants import PHONE_LIKE
from sas_recette.norm.terminology import CONTACT_POINT_SYSTEMS, PHONE_OTHER_CODE_PATTERN, PHONE_PATTERNS
from sas_recette.rules.aggregation.practitioners import declared, practitioners
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_ACCEPTED: Final = tuple(re.compile(pattern) for pattern in PHONE_PATTERNS.values())
_OTHER_CODE: Final = re.compile(PHONE_OTHER_CODE_PATTERN)
_KNOWN_CODES: Final = ("+33", "+262", "+590", "+594", "+596")
_NATIONAL_DIGITS: Final = 9
_OTHER_SYSTEMS: Final = CONTACT_POINT_SYSTEMS - {"phone"}
_NEVER_PHONES: Final = _OTHER_SYSTEMS - {"other"}


def is_phone(telecom: JsonObject) -> bool:
    """Whether a telecom is a phone number, by its system or, when that says nothing of use, by its look."""
    system, value = text(telecom, "system"), text(telecom, "value") or ""
    return system == "phone" or (system not in _NEVER_PHONES and bool(PHONE_LIKE.fullmatch(value)))


def _telecoms(entry: Entry) -> Iterator[tuple[str, JsonObject]]:
    for index, telecom in children(entry.resource, "telecom"):
        yield f"{entry.location}.telecom[{index}]", telecom
    for rank, inner in children(entry.resource, "contained"):
        for index, telecom in children(inner, "telecom"):
            yield f"{entry.location}.contained[{rank}].telecom[{index}]", telecom


@rule("AGR-COM-027")
def phone_form(subject: Subject) -> Iterator[Observation]:
    """A phone is +33 or an overseas code and nine digits, nothing else (open point T-09)."""
    for entry in subject.answer.graph.entries if subject.answer.graph else ():
        for place, telecom in _telecoms(entry):
            value = text(telecom, "value")
            if not is_phone(telecom) or not value:
                continue
            expected = "+33 suivi de neuf chiffres, sans séparateur"
            if any(form.fullmatch(value) for form in _ACCEPTED):
                yield HELD
            elif _OTHER_CODE.fullmatch(value) and not value.startswith(_KNOWN_CODES):
                message = (
                    "Indicatif non prévu : la FAQ de l’IG SAS ne connaît que +33, le kit de test de l’ANS y ajoute "
                    "+262, +590, +594 et +596."
                )
                yield Deviation(f"{place}.value", message, expected, value, reserve=True)
            else:
                message = "Le numéro de téléphone n’est pas au format international sans séparateur."
                yield Deviation(f"{place}.value", message, expected, value)


@rule("AGR-PS-026")
def known_phone_transmitted(subject: Subject) -> Iterator[Observation]:
    """A phone that the product knows is transmitted, on the PractitionerRole rather than the Practitioner (A-16).

    Where no PractitionerRole is his there is nowhere to look: AGR-PS-018, 029 and 041 say so.
    """
    graph = subject.answer.graph
    for entry, identifier in practitioners(subject.answer):
        facts = declared(subject, identifier)
        roles = subject.answer.roles_of.get(entry.index, ())
        if graph is None:
            continue
        if facts is None or not facts.phone:
            unsaid = facts is None or facts.phone is None
            if unsaid and _only_on_practitioner(entry, roles):
                yield _badly_placed(entry)
            continue
        phones = [
            (f"{role.location}.telecom[{index}].value", text(telecom, "value") or "")
            for role in roles
            for index, telecom in children(role.resource, "telecom")
            if is_phone(telecom)
        ]
        if any(same_number(value, facts.phone) for _, value in phones):
            yield HELD
        elif phones:
            message = "Le téléphone transmis n’est pas celui que la solution déclare pour ce praticien."
            yield Deviation(phones[0][0], message, facts.phone, phones[0][1])
        elif _only_on_practitioner(entry, roles):
            yield _badly_placed(entry)
        elif roles:
            message = "La solution connaît le téléphone du praticien, mais ne le transmet pas."
            place = f"{roles[0].location}.telecom"
            yield Deviation(place, message, facts.phone, "absent")


def _only_on_practitioner(entry: Entry, roles: Iterable[Entry]) -> bool:
    carried = any(is_phone(telecom) for _, telecom in children(entry.resource, "telecom"))
    on_roles = any(is_phone(telecom) for role in roles for _, telecom in children(role.resource, "telecom"))
    return carried and not on_roles


def _badly_placed(entry: Entry) -> Deviation:
    message = (
        "Le téléphone est porté par Practitioner. Sources : IG SAS 1.2.0 – exemples et Kit de test ANS (Inferno) 0.3.0 "
        "(PractitionerRole) ; contredit par les exigences ANS agg-psindiv n° 34 à 36 (Practitioner) – point ouvert A-16."
    )
    place = f"{entry.location}.telecom"
    return Deviation(place, message, "PractitionerRole.telecom", "Practitioner.telecom", reserve=True)


def phone_verdict(holder: Entry, known: str, whose: str) -> Observation:
    """Whether a resource carries the phone that the product knows; `whose` names it in French, « cette CPTS »."""
    phones = [(place, text(telecom, "value") or "") for place, telecom in _telecoms(holder) if is_phone(telecom)]
    if any(same_number(value, known) for _, value in phones):
        return HELD
    if phones:
        message = f"Le téléphone transmis n’est pas celui que la solution déclare pour {whose}."
        return Deviation(f"{phones[0][0]}.value", message, known, phones[0][1])
    message = f"La solution connaît le téléphone de {whose}, mais ne le transmet pas."
    return Deviation(f"{holder.location}.telecom", message, known, "absent")


def same_number(one: str, other: str) -> bool:
    """Whether two writings are of one number; the form is AGR-COM-027’s."""
    first, second = (re.sub("[^0-9]", "", written)[-_NATIONAL_DIGITS:] for written in (one, other))
    return first == second


@rule("AGR-PS-027")
def phone_qualified(subject: Subject) -> Iterator[Observation]:
    """A phone number has system phone."""
    graph = subject.answer.graph
    for entry in (*graph.of_type("Practitioner"), *graph.of_type("PractitionerRole")) if graph else ():
        for index, telecom in children(entry.resource, "telecom"):
            if not is_phone(telecom):
                continue
            if text(telecom, "system") == "phone":
                yield HELD
            else:
                message = "Le numéro de téléphone n’est pas qualifié par system = phone."
                place = f"{entry.location}.telecom[{index}].system"
                yield Deviation(place, message, "phone", text(telecom, "system") or "absent")


@rule("AGR-PS-028")
def no_telecom_without_phone(subject: Subject) -> Iterator[Observation]:
    """A practitioner declared without phone has no telecom that would be one, full or empty."""
    graph = subject.answer.graph
    for entry, identifier in practitioners(subject.answer):
        facts = declared(subject, identifier)
        if graph is None or facts is None or facts.phone != "":
            continue
        held = True
        for holder in (entry, *subject.answer.roles_of.get(entry.index, ())):
            if _claims_phone(holder.resource):
                held = False
                message = "La solution ne connaît pas de téléphone pour ce praticien : l’élément ne doit pas être là."
                yield Deviation(f"{holder.location}.telecom", message, "élément absent", "présent")
        if held:
            yield HELD


def _claims_phone(resource: JsonObject) -> bool:
    if "telecom" not in resource:
        return False
    entries = [telecom for _, telecom in children(resource, "telecom")]
    return not entries or any(
        is_phone(one) or text(one, "system") not in _OTHER_SYSTEMS or not text(one, "value") for one in entries
    )
