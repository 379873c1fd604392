"""The messages of one appointment, from its creation on: one identifier, one creation, statuses that follow (appointments.md §5, §7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sas_recette.rules.appointments.payload import ROOT
from sas_recette.rules.appointments.reading import CANCELLED, EXPLOITED, Message, messages
from sas_recette.rules.rule import HELD, Observation, Subject, rule

_IDENTIFIER: Final = f"{ROOT}.identifier[0]"
_ATTENDED: Final = frozenset({CANCELLED, "fulfilled", "noshow"})
_FIRST: Final = frozenset({"pending", "booked"})
_NEXT: Final[Mapping[str, frozenset[str]]] = {
    "pending": _ATTENDED | {"booked"},
    "booked": _ATTENDED,
    "fulfilled": frozenset({"noshow"}),
    "noshow": frozenset({"fulfilled"}),
    CANCELLED: frozenset(),
}
"""What may follow a status (§5); the same status may always come again."""


def _identified(subject: Subject) -> list[Message]:
    return [message for message in messages(subject) if message.identifier]


@rule("RDV-014")
def identifier_kept(subject: Subject) -> Iterator[Observation]:
    """An update bears the identifier that a creation of this appointment bore."""
    known = _identified(subject)
    created = {message.key for message in known if message.creates}
    if not created:
        return
    for message in known:
        if not message.updates:
            continue
        if message.key in created:
            yield HELD
        else:
            why = "La mise à jour porte un autre identifiant que le rendez-vous qui a été transmis."
            yield message.deviation(_IDENTIFIER, why, " ou ".join(sorted(created)), message.key)


@rule("RDV-037")
def one_identifier(subject: Subject) -> Iterator[Observation]:
    """The appointment is created under one identifier.

    A move may be told as a cancellation and a new appointment: another identifier then follows one that is cancelled (§7).
    """
    known = _identified(subject)
    created = list(dict.fromkeys(message.key for message in known if message.creates))
    cancelled = {message.key for message in known if message.status == CANCELLED}
    left = [key for key in created[:-1] if key not in cancelled]
    if not created:
        return
    if not left:
        yield HELD
        return
    other = created[created.index(left[0]) + 1]
    second = next(message for message in known if message.creates and message.key == other)
    why = (
        "Le même rendez-vous est transmis sous deux identifiants : une nouvelle émission garde celui de la première, et un "
        "report par annulation annule d’abord l’ancien rendez-vous."
    )
    yield second.deviation(_IDENTIFIER, why, left[0], other)


@rule("RDV-042")
def created_once(subject: Subject) -> Iterator[Observation]:
    """Once the candidate has been told that its creation is kept, it does not send it again by POST."""
    accepted: set[str] = set()
    again: list[Message] = []
    for message in _identified(subject):
        if message.creates and message.key in accepted:
            again.append(message)
        elif message.creates and message.acknowledged:
            accepted.add(message.key)
    for message in again:
        why = "La création de ce rendez-vous a été acceptée : un nouveau POST ne devrait pas suivre."
        yield message.deviation("HTTP.method", why, "PUT, s’il y a du nouveau", f"POST, identifier {message.key}")
    if accepted and not again:
        yield HELD


@rule("RDV-020")
def statuses_follow(subject: Subject) -> Iterator[Observation]:
    """Each status that the platform kept, or would have kept, may follow the one before it: the bench’s model of an appointment’s life (§5)."""
    last: dict[str, str] = {}
    for message in _identified(subject):
        status = message.status
        told = message.applied or bool(message.facts.get("fault"))  # the bench itself answered badly
        if not told or status not in EXPLOITED:
            continue
        before = last.get(message.key)
        last[message.key] = status
        if status == before or status in (_NEXT[before] if before else _FIRST):
            yield HELD
        else:
            why = (
                f"Le statut {status} ne suit pas {before}."
                if before
                else f"Un rendez-vous n’est pas {status} quand il est transmis pour la première fois."
            )
            expected = _listed(_NEXT[before] if before else _FIRST)
            yield message.deviation(f"{ROOT}.status", f"{why} {_MODEL}", expected, status, reserve=True)


_MODEL: Final = "Aucun texte publié ne le dit : c’est l’enchaînement que le banc tient pour normal."


def _listed(statuses: frozenset[str]) -> str:
    return " | ".join(sorted(statuses)) or "aucun autre statut"
