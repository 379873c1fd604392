"""Defects in the identifiers of appointments and of those who book them."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field, replace
from typing import Final

from sas_recette.editor.accounts.model import Identifier, Regulator, RegulatorAccount
from sas_recette.editor.accounts.seed import AMBIGUOUS
from sas_recette.editor.appointments.model import IDENTIFIER_SYSTEM, Appointment, Event
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_r03
from sas_recette.editor.defects.rdv_hooks import appointments, edited, named, operator_of
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM

_OVER: Final = frozenset({Event.CANCELLED, Event.HONOURED, Event.ABSENT})


def _another(value: str, reason: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{value}/{reason}"))


def _new_at_each_update(appointment: Appointment, event: Event, usual: Identifier) -> Identifier:
    del appointment
    return usual if event is Event.BOOKED else replace(usual, value=_another(usual.value, event))


def _of_the_place(appointment: Appointment, event: Event, usual: Identifier) -> Identifier:
    del event
    return replace(usual, system=f"{IDENTIFIER_SYSTEM}.{100 + len(appointment.place)}")


def _of_the_event(appointment: Appointment, event: Event, usual: Identifier) -> Identifier:
    del appointment
    return usual if event is Event.BOOKED else replace(usual, system=f"{IDENTIFIER_SYSTEM}.2")


def _without_scheme(appointment: Appointment, event: Event, usual: Identifier) -> Identifier:
    del appointment, event
    return replace(usual, system="AGENDA-DE-REFERENCE")


@dataclass(slots=True)
class _Reused:
    """The identifier of the last appointment that is still to come, given to the next one."""

    _values: dict[str, str] = field(default_factory=dict)
    _last: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def name(self, appointment: Appointment, event: Event, usual: Identifier) -> Identifier:
        with self._lock:
            if event is Event.BOOKED:
                self._last = self._values.setdefault(appointment.identifier, self._last or usual.value)
            value = self._values.get(appointment.identifier, usual.value)
            if event in _OVER and value == self._last:
                self._last = ""
        return replace(usual, value=value)


@dataclass(slots=True)
class _FirstKnown:
    """The identifier that each account was created with."""

    _first: dict[str, Identifier] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, before: RegulatorAccount | None, after: Regulator) -> Regulator:
        if before is not None and before.regulator.identifiers:
            with self._lock:
                self._first.setdefault(before.id, before.regulator.identifiers[0])
        return after

    def operator(self, appointment: Appointment, current: Identifier | None) -> Identifier | None:
        with self._lock:
            return self._first.get(appointment.author.account, current)


def _first_known() -> Behaviour:
    first = _FirstKnown()
    return Behaviour(recording=(first.note,)) + appointments(operator=first.operator)


def _second_identifier(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    sent["identifier"].append({"system": IDENTIFIER_SYSTEM, "value": f"interne-{appointment.number}"})


def _without_operator(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent.pop("extension", None)


def _operator_twice(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["extension"] *= 2


def _swapped_system(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    operator = operator_of(sent)
    operator["system"] = IDNPS_SYSTEM if operator["system"] == SAS_TECHNICAL_SYSTEM else SAS_TECHNICAL_SYSTEM


def _rpps_type(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    operator_of(sent)["type"]["coding"][0]["code"] = "RPPS"


def _other_url(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["extension"][0]["url"] = "http://interopsante.org/fhir/StructureDefinition/AppointmentOperator"


def _another_regulator(appointment: Appointment, current: Identifier | None) -> Identifier | None:
    del appointment, current
    return AMBIGUOUS


IDENTIFIERS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-identifier-new-at-each-update",
        "Chaque mise à jour porte un nouvel identifiant",
        named(_new_at_each_update),
        "RDV-014",
        reserves=("RDV-020",),
    ),
    int_r03(
        "rdv-identifier-reused",
        "L’identifiant d’un rendez-vous est repris pour le suivant",
        named(_Reused().name),
        "RDV-048",
        reserves=("RDV-020",),
    ),
    int_r03(
        "rdv-identifier-twice",
        "Le rendez-vous porte deux identifiants",
        edited(_second_identifier),
        "RDV-013",
    ),
    int_r03(
        "rdv-identifier-system-of-the-place",
        "L’autorité d’affectation de l’identifiant dépend du lieu",
        named(_of_the_place),
        "RDV-015",
    ),
    int_r03(
        "rdv-identifier-system-of-the-event",
        "L’autorité d’affectation de l’identifiant change à la mise à jour",
        named(_of_the_event),
        "RDV-014",
        "RDV-015",
        reserves=("RDV-020",),
    ),
    int_r03(
        "rdv-identifier-system-without-scheme",
        "L’autorité d’affectation de l’identifiant n’est ni un OID ni une URL",
        named(_without_scheme),
        "RDV-015",
    ),
)

OPERATORS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-operator-missing",
        "Le régulateur n’est pas désigné",
        edited(_without_operator),
        "RDV-016",
    ),
    int_r03(
        "rdv-operator-twice",
        "Le régulateur est désigné deux fois",
        edited(_operator_twice),
        "RDV-016",
    ),
    int_r03(
        "rdv-operator-extension-misnamed",
        "L’extension du régulateur porte une autre URL",
        edited(_other_url),
        "RDV-016",
        "RDV-019",
    ),
    int_r03(
        "rdv-operator-of-another",
        "Le rendez-vous désigne un autre régulateur que celui qui l’a pris",
        appointments(operator=_another_regulator),
        "RDV-018",
    ),
    int_r03(
        "rdv-operator-first-known",
        "Le régulateur est désigné par l’identifiant qu’il avait à la création de son compte",
        _first_known(),
        "RDV-018",
    ),
    int_r03(
        "rdv-operator-system-swapped",
        "L’identifiant du régulateur porte l’autorité de l’autre type d’identifiant",
        edited(_swapped_system),
        "RDV-017",
    ),
    int_r03(
        "rdv-operator-type-rpps",
        "L’identifiant du régulateur est typé RPPS",
        edited(_rpps_type),
        "RDV-017",
    ),
)
