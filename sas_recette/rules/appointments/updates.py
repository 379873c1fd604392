"""What comes after something happened to an appointment: an update that tells of it (appointments.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.rules.appointments.awaited import Awaited, duration, period
from sas_recette.rules.appointments.bookings import late, slot_times
from sas_recette.rules.appointments.reading import CANCELLED, CREATE, UPDATE, Message
from sas_recette.rules.rule import HELD, Observation, Rule, Subject, rule

_UPDATE: Final = "PUT [base]/Appointment?identifier=…"
_ATTENDANCE: Final = frozenset({"honoured", "absent"})
"""Events that somebody notes when it suits, or that a job of the night collects: only the window counts (§2)."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its requirement, what it is called, and what a message that tells of it says.

    `status` is the one that it leads to, empty when it changes none; `tells` judges what else changes.
    """

    requirement: str
    words: str
    told: str
    status: str = ""
    tells: Callable[[Message, Awaited], bool] = lambda _message, _awaited: True


def _of_the_new_time(message: Message, awaited: Awaited) -> bool:
    starts = awaited.start is None or message.start == awaited.start
    return starts and (awaited.end is None or message.end == awaited.end) and message.status != CANCELLED


def _of_the_new_practitioner(message: Message, awaited: Awaited) -> bool:
    known = awaited.practitioner in message.practitioners if awaited.practitioner else bool(message.practitioners)
    return known and message.status != CANCELLED


_MOVED: Final = Event("RDV-003", "Le rendez-vous a changé d’horaire", "les nouveaux horaires", tells=_of_the_new_time)
_REPLACED: Final = Event(
    "RDV-004",
    "Le professionnel du rendez-vous a changé",
    "l’identifiant national du nouveau professionnel",
    tells=_of_the_new_practitioner,
)
_IDENTIFIED: Final = Event(
    "RDV-004",
    "Le professionnel du rendez-vous est maintenant connu",
    "son identifiant national",
    tells=_of_the_new_practitioner,
)
EVENTS: Final[Mapping[str, Event]] = {
    "moved": _MOVED,
    "replaced": _REPLACED,
    "identified": _IDENTIFIED,
    "cancelled": Event("RDV-005", "Le rendez-vous a été annulé", "le statut cancelled", CANCELLED),
    "honoured": Event("RDV-006", "Le patient est venu", "le statut fulfilled", "fulfilled"),
    "absent": Event("RDV-007", "Le patient n’est pas venu", "le statut noshow", "noshow"),
    "confirmed": Event("RDV-047", "La demande a été confirmée", "le statut booked", "booked"),
}
"""What may happen to an appointment, by the name that a scenario gives it."""


def _tells(message: Message, event: Event, awaited: Awaited) -> bool:
    right = message.status == event.status if event.status else True
    return bool(message.resource) and right and event.tells(message, awaited)


def _told(event: Event, awaited: Awaited) -> Message | None:
    """The message that tells of the event: an update, or a cancellation followed by a new appointment (§7).

    An update that is sent by POST under the identifier that is known tells of it too: how it is sent is RDV-009’s.
    """
    telling = [message for message in awaited.messages if _tells(message, event, awaited)]
    cancelled = any(message.status == CANCELLED for message in awaited.messages)
    for message in telling:
        anew = message.method == CREATE and not _known(message)
        if (
            message.method == UPDATE
            or message.method == "PATCH"
            or (message.method == CREATE and (cancelled or not anew))
        ):
            return message
    return None


def _known(message: Message) -> bool:
    """Whether a creation bears an identifier that the platform knew."""
    return message.facts.get("outcome") == "duplicate"


def _triggered(name: str) -> Rule:
    event = EVENTS[name]

    def check(subject: Subject) -> Iterator[Observation]:
        awaited = Awaited(subject)
        if awaited.event != name or awaited.never_heard:
            return
        found = _told(event, awaited)
        if found is None:
            yield _untold(event, awaited)
            return
        delay = awaited.delay(found)
        overdue = None
        if delay is not None and (name not in _ATTENDANCE or delay > awaited.window):
            overdue = late(found, delay, awaited, f"{event.words}, et la plateforme ne l’apprend pas aussitôt")
        yield overdue or HELD

    return Rule(event.requirement, check)


def _untold(event: Event, awaited: Awaited) -> Observation:
    seen = awaited.messages
    expected = f"{_UPDATE}, avec {event.told}"
    if event is _MOVED:
        expected += f" ({period(awaited.start, awaited.end)}), ou l’annulation suivie d’un nouveau rendez-vous"
    elif event in (_REPLACED, _IDENTIFIED) and awaited.practitioner:
        expected += f" ({awaited.practitioner})"
    if seen:
        why = f"{event.words}, mais aucun message ne porte {event.told}."
        return awaited.missing(why, expected, seen)
    why = (
        f"{event.words}, et rien n’est arrivé à la plateforme dans les {duration(awaited.window)} : vérifiez que cette action, "
        "quel qu’en soit l’auteur, déclenche un envoi pour un rendez-vous pris par un régulateur."
    )
    return awaited.missing(why, expected)


TRIGGERED: Final = tuple(map(_triggered, EVENTS))


@rule("RDV-009")
def updated_by_put(subject: Subject) -> Iterator[Observation]:
    """What tells of an event under a known identifier is no POST, whose body would be a second creation."""
    awaited = Awaited(subject)
    event = EVENTS.get(awaited.event)
    for message in awaited.messages:
        if event and message.creates and _known(message) and _tells(message, event, awaited):
            why = (
                "La mise à jour est transmise comme une création : le rendez-vous est déjà connu sous cet identifiant."
            )
            yield message.deviation("HTTP.method", why, _UPDATE, f"POST {message.exchange.request.url}")


@rule("RDV-023")
def times_are_kept(subject: Subject) -> Iterator[Observation]:
    """Whatever happens but a move, which is RDV-003’s, and a cancellation, the times stay those of the slot."""
    awaited = Awaited(subject)
    for message in awaited.messages if awaited.event not in {"moved", "cancelled"} else ():
        if message.status != CANCELLED:
            yield from slot_times(message, awaited)
