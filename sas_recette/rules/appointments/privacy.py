"""What a message says of the patient: nothing is expected of it (appointments.md §6, « Other participants »)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text, texts
from sas_recette.fhir.location import Path, fhirpath
from sas_recette.rules.appointments.payload import ROOT
from sas_recette.rules.appointments.reading import Message, messages
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_FREE_TEXT: Final = ("comment", "description", "patientInstruction")
_TO_PATIENT: Final = re.compile(r"(?:^|/)Patient(?:/|\?|$)")
_NONE: Final = "aucune donnée du patient"


@rule("RDV-034")
def nothing_of_the_patient(subject: Subject) -> Iterator[Observation]:
    """No participant is a Patient, none is contained, no free text; and the patient’s names, where known, are nowhere.

    `expect["patient"]` lists the names of the patient whom the appointment was taken for.
    """
    names = texts(subject.expect, "patient")
    for message in messages(subject):
        if not message.resource:
            continue
        faults = [*_patients(message), *_free_texts(message)]
        told = {one.location for one in faults}
        faults += [one for one in _named(message, names) if one.location not in told]
        yield from faults
        if not faults:
            yield HELD


def _patients(message: Message) -> Iterator[Deviation]:
    for index, participant in children(message.resource, "participant"):
        actor = child(participant, "actor")
        if _is_patient(message.resource, actor):
            place = f"{ROOT}.participant[{index}].actor"
            observed = text(actor, "reference") or text(actor, "display") or "Patient"
            yield message.deviation(place, "Un participant désigne le patient.", _NONE, observed)
    for index, inner in children(message.resource, "contained"):
        if text(inner, "resourceType") == "Patient":
            place = f"{ROOT}.contained[{index}]"
            yield message.deviation(
                place, "La ressource du patient est transmise avec le rendez-vous.", _NONE, "Patient"
            )


def _is_patient(resource: JsonObject, actor: JsonObject) -> bool:
    reference = text(actor, "reference") or ""
    held = (one for _, one in children(resource, "contained") if reference == f"#{text(one, 'id')}")
    kinds = {text(actor, "type"), *(text(one, "resourceType") for one in held)}
    return "Patient" in kinds or bool(_TO_PATIENT.search(reference))


def _free_texts(message: Message) -> Iterator[Deviation]:
    for key in _FREE_TEXT:
        written = (text(message.resource, key) or "").strip()
        if written:
            why = (
                f"Un texte libre est transmis ({key}), où une donnée du patient peut figurer ; les données du flux n’en "
                "prévoient aucun."
            )
            yield message.deviation(f"{ROOT}.{key}", why, _NONE, written[:200])


def _named(message: Message, names: tuple[str, ...]) -> Iterator[Deviation]:
    wanted = [re.compile(rf"\b{re.escape(_folded(name))}\b") for name in names if name.strip()]
    for path, written in _strings(message.resource) if wanted else ():
        if any(one.search(_folded(written)) for one in wanted):
            why = "Le nom du patient est transmis."
            yield message.deviation(fhirpath(ROOT, path), why, _NONE, written[:200])


def _strings(resource: JsonObject) -> Iterator[tuple[Path, str]]:
    waiting: list[tuple[Path, object]] = [((), resource)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, str):
            yield path, node
        elif isinstance(node, dict):
            waiting.extend(((*path, key), value) for key, value in node.items())
        elif isinstance(node, list):
            waiting.extend(((*path, index), value) for index, value in enumerate(node))


def _folded(written: str) -> str:
    decomposed = unicodedata.normalize("NFD", written.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))
