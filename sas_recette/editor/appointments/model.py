"""An appointment and its life (appointments.md §2 and §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sas_recette.editor.accounts.model import Identifier

IDENTIFIER_SYSTEM: Final = "urn:oid:1.2.250.1.999.1.9.3"
"""The authority that this product gives the identifiers of its appointments under: the same for all of them."""


class Status(StrEnum):
    """Where an appointment is in its life; the values are those of FHIR's appointmentstatus."""

    PENDING = "pending"
    BOOKED = "booked"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to an appointment; the values are what the staff reads."""

    BOOKED = "prise"
    CONFIRMED = "confirmation"
    MOVED = "changement d’horaire"
    REPLACED = "changement de praticien"
    CANCELLED = "annulation"
    HONOURED = "patient venu"
    ABSENT = "patient absent"


_TO_COME: Final = frozenset({Status.PENDING, Status.BOOKED})
BEFORE: Final[Mapping[Event, frozenset[Status]]] = {
    Event.CONFIRMED: frozenset({Status.PENDING}),
    Event.MOVED: _TO_COME,
    Event.REPLACED: _TO_COME,
    Event.CANCELLED: _TO_COME,
    Event.HONOURED: _TO_COME | {Status.NOSHOW},
    Event.ABSENT: _TO_COME | {Status.FULFILLED},
}
"""The statuses in which an event may happen; a cancelled appointment stays so."""

AFTER: Final[Mapping[Event, Status]] = {
    Event.CONFIRMED: Status.BOOKED,
    Event.CANCELLED: Status.CANCELLED,
    Event.HONOURED: Status.FULFILLED,
    Event.ABSENT: Status.NOSHOW,
}
"""The status that an event leads to; the others leave it as it is."""


@dataclass(frozen=True, slots=True)
class Patient:
    """For whom an appointment is; empty when the practice did not say."""

    family: str
    given: str

    @property
    def name(self) -> str:
        """The name as lists show it."""
        return f"{self.family} {self.given}".strip()


@dataclass(frozen=True, slots=True)
class Author:
    """Who books.

    `account` is the logical id of a regulator account, empty for the practice itself; `operator` what the platform knows
    that regulator by.
    """

    login: str
    account: str = ""
    operator: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A professional as an appointment keeps them: prefixed national identifier, and name."""

    identifier: str
    name: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment with its own copy of what it is about, which outlives the slots of an agenda.

    `start` and `end` are aware, in the local time of the place; `created` too. `centre` tells that the place is one of SOS
    Médecins, where `practitioner` is None until somebody is known. `accepted` tells that the request was accepted, at once
    or by a confirmation. `secret` opens the page where the patient cancels.
    """

    number: int
    identifier: str
    agenda: str
    centre: bool
    place: str
    start: datetime
    end: datetime
    created: datetime
    status: Status
    accepted: bool
    patient: Patient
    author: Author
    practitioner: Practitioner | None = None
    secret: str = field(default="", repr=False)

    def allows(self, event: Event) -> bool:
        """Whether an event may happen now. SOS Médecins: nobody can say that a visit took place without saying who made it."""
        known = self.practitioner is not None or event is not Event.HONOURED
        return self.status in BEFORE.get(event, frozenset()) and known
