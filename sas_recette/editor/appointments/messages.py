"""A message to the platform: what it says, and where it is on its way (appointments.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.appointments.model import Appointment, Event

CREATE: Final = "POST"
UPDATE: Final = "PUT"


class Sending(StrEnum):
    """Where a message is on its way; the values are what the staff reads."""

    WAITING = "à envoyer"
    ACCEPTED = "accepté"
    REJECTED = "refusé"
    ABANDONED = "abandonné"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was written: `query` is the criterion of a conditional update, empty for a creation."""

    method: str
    query: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """A message in its queue. `attempts` were made before; `doubtful` tells that one of them may have been heard."""

    number: int
    appointment: Appointment
    event: Event
    message: Message
    written_at: datetime
    sending: Sending
    attempts: int
    doubtful: bool
    location: str = ""
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An HTTP request to the platform; `path` is relative to its FHIR base, and holds the query."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def criterion(identifier: Identifier) -> str:
    """The query of a conditional update."""
    return f"identifier={quote(identifier.system, safe=':')}%7C{quote(identifier.value, safe='')}"
