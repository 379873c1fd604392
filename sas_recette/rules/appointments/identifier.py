"""The identifier of an appointment: whose it is, and that it is one appointment’s alone (appointments.md §7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sas_recette.fhir.access import children, text
from sas_recette.norm.canonicals import IDNPS_SYSTEM, IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.rules.appointments.payload import ROOT
from sas_recette.rules.appointments.reading import Identifier, Message, messages
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

_SYSTEM: Final = f"{ROOT}.identifier[0].system"
_VALUE: Final = f"{ROOT}.identifier[0].value"
_OID: Final = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_URL: Final = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_OF_OTHERS: Final = frozenset({IDNPS_SYSTEM, IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM})


@rule("RDV-015")
def system_of_the_solution(subject: Subject) -> Iterator[Observation]:
    """The system is an OID or a URL of the solution’s own, and that which it declared, where it did.

    `expect["identifier_system"]` is what the candidate file declares, empty when it says nothing.
    """
    declared = str(subject.expect.get("identifier_system") or "")
    for message in messages(subject):
        for index, held in children(message.resource, "identifier"):
            system = text(held, "system")
            if system:
                yield _system_fault(message, f"{ROOT}.identifier[{index}].system", system, declared) or HELD


def _system_fault(message: Message, place: str, system: str, declared: str) -> Deviation | None:
    if declared and system != declared:
        why = "L’autorité d’affectation de l’identifiant n’est pas celle que la solution a déclarée (recette.toml)."
        return message.deviation(place, why, declared, system)
    if system in _OF_OTHERS:
        why = "L’autorité d’affectation de l’identifiant n’est pas propre à la solution."
        return message.deviation(place, why, "l’OID de la solution, ou une URL qui lui est propre", system)
    if not (_OID.fullmatch(system) or _URL.fullmatch(system)):
        why = "L’autorité d’affectation de l’identifiant n’est ni un OID (urn:oid:…) ni une URL."
        return message.deviation(place, why, "l’OID de la solution, ou une URL qui lui est propre", system)
    return None


def _constant(subject: Subject) -> Iterator[Observation]:
    """The system of every message is that of the first."""
    known = [(message, message.identifier[0]) for message in messages(subject) if message.identifier]
    if len(known) < 2:
        return
    first = known[0][1]
    others = [(message, system) for message, system in known if system != first]
    for message, system in others:
        why = "L’autorité d’affectation des identifiants change d’un message à l’autre."
        yield message.deviation(_SYSTEM, why, first, system)
    if not others:
        yield HELD


CONSTANT_SYSTEM: Final = Rule("RDV-015", _constant)

_Appointment = tuple[datetime | None, tuple[str, ...], Identifier | None]


def _appointment(message: Message) -> _Appointment:
    """What tells an appointment from another when both are created: when, with whom, by whom."""
    return message.start, message.practitioners, message.operator


@rule("RDV-048")
def value_of_one_appointment(subject: Subject) -> Iterator[Observation]:
    """Two creations that are not of the same appointment do not bear the same value; the same one sent again does."""
    known: dict[str, _Appointment] = {}
    several: set[_Appointment] = set()
    faults = []
    for message in (one for one in messages(subject) if one.creates and one.identifier):
        value = message.identifier[1] if message.identifier else ""
        several.add(_appointment(message))
        if known.setdefault(value, _appointment(message)) != _appointment(message):
            why = "L’identifiant d’un rendez-vous est repris pour un autre, même après une annulation."
            faults.append(message.deviation(_VALUE, why, "une valeur propre à chaque rendez-vous", value))
    yield from faults
    if len(several) > 1 and not faults:
        yield HELD
