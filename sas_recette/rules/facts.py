"""What the candidate declared of itself and of its test data, as rules read it. Identifiers are prefixed, as on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AgendaStatus(StrEnum):
    """What a line of the declared agenda is in the product."""

    FREE = "free"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One slot that the editor knows to be in its product. Empty tuples and strings: not declared, hence not judged."""

    owner: str
    start: datetime
    end: datetime | None = None
    status: AgendaStatus = AgendaStatus.FREE
    types: tuple[str, ...] = ()
    consultations: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    appointment: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class PractitionerFacts:
    """What the product knows of a practitioner. `phone` is None when unsaid, "" when declared to have none."""

    identifier: str
    family: str = ""
    given: str = ""
    phone: str | None = None
    structures: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    places: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Every declared fact. With none declared, rules judge only what the answers themselves show."""

    practitioners: Mapping[str, PractitionerFacts] = field(default_factory=dict)
    slot_types: tuple[str, ...] = ()
    consultation_types: tuple[str, ...] = ()
    knows_consultation_types: bool = True
    agenda: tuple[AgendaLine, ...] = ()
