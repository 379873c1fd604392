"""What the candidate declared of itself and of its test data, as rules read it. Identifiers are prefixed, as on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


class AgendaStatus(StrEnum):
    """What a line of the declared agenda is in the product."""

    FREE = "free"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One slot that the editor knows to be in its product. Empty tuples and strings: not declared, hence not judged.

    `cpts` are the prefixed FINESS of the CPTS that see it; `place` is the name of its PFG.
    """

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
    cpts: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class PractitionerFacts:
    """What the product knows of a practitioner. `phone` is None when unsaid, "" when declared to have none.

    `free_slots` and `free_slots_cpts` count what a search of INT_R01 and of INT_R04 must give; None when not counted.
    """

    identifier: str
    family: str = ""
    given: str = ""
    phone: str | None = None
    structures: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    places: int = 0
    free_slots: int | None = None
    free_slots_cpts: int | None = None


@dataclass(frozen=True, slots=True)
class CptsFacts:
    """What the product knows of a CPTS. `phone` is None when unsaid, "" when declared to have none."""

    identifier: str
    name: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening hours: codes of the days of the week, and local times."""

    days: tuple[str, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """What the product knows of a fixed place of consultation. `phone` is None when unsaid, "" when it has none."""

    name: str
    phone: str | None = None
    hours: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class AssociationFacts:
    """What the product knows of an SOS Médecins association; `free_slots` is None when not counted."""

    identifier: str
    name: str = ""
    centres: tuple[CentreFacts, ...] = ()
    free_slots: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Every declared fact. With none declared, rules judge only what the answers themselves show."""

    practitioners: Mapping[str, PractitionerFacts] = field(default_factory=dict)
    cpts: Mapping[str, CptsFacts] = field(default_factory=dict)
    associations: Mapping[str, AssociationFacts] = field(default_factory=dict)
    equipped: tuple[str, ...] = ()
    slot_types: tuple[str, ...] = ()
    consultation_types: tuple[str, ...] = ()
    knows_consultation_types: bool = True
    agenda: tuple[AgendaLine, ...] = ()
