"""What the product knows, as plain values: professionals, structures, places, agendas and their slots.

One agenda model serves the three uses: an agenda belongs to a place and, except for SOS Médecins, to a professional. The
values keep the form in which the product stored them; `normalise` repairs them on their way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class SlotState(StrEnum):
    """State of a slot in the product; the values are those of FHIR's slotstatus."""

    FREE = "free"
    BUSY = "busy"
    UNAVAILABLE = "busy-unavailable"


class Visibility(StrEnum):
    """Who may see a slot (TRE_R314-TypeCreneau)."""

    PUBLIC = "PUBLIC"
    PRO = "PRO"
    SNP = "SNP"
    CPTS = "CPTS"


class Consultation(StrEnum):
    """How a consultation takes place (v3-ActCode)."""

    OFFICE = "AMB"
    HOME = "HH"
    REMOTE = "VR"


class Appointment(StrEnum):
    """Whether a slot is booked or open to whoever comes (v2-0276)."""

    ROUTINE = "ROUTINE"
    WALKIN = "WALKIN"


class StructureKind(StrEnum):
    """What a structure is for the product."""

    PRACTICE = "practice"
    CPTS = "cpts"
    SOS = "sos"


class IdentifierKind(StrEnum):
    """Kind of a national structure number; with the number it determines the prefix (terminology.md §7.1)."""

    FINESS = "finess"
    SIRET = "siret"
    RPPS_RANG = "rpps-rang"


@dataclass(frozen=True, slots=True)
class Professional:
    """A health professional. `rpps` and `phone` are as typed in the product; `slug` names the public agenda page."""

    id: str
    rpps: str
    family: str
    given: str
    slug: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """A practice, a CPTS or an SOS Médecins association, with its national number as stored."""

    id: str
    kind: StructureKind
    identifier_kind: IdentifierKind
    identifier: str
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening hours: days of the week as FHIR codes them, and local times."""

    days: tuple[str, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Centre:
    """What makes of a place a fixed place of consultation (PFG) of SOS Médecins.

    `identifier` is the product's own number; `slug` names the public agenda page.
    """

    slug: str
    identifier: str
    name: str
    phone: str | None = None
    hours: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place of consultation. `timezone` is an IANA name: slots are shown in the local time of their place."""

    id: str
    line: str
    postal_code: str
    city: str
    timezone: str
    structure: Structure | None = None
    centre: Centre | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a professional in a place (`professional` is None for an SOS Médecins centre)."""

    id: str
    place: Place
    professional: Professional | None


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty or competence: a TRE_R38 code when the product codes it, else a label."""

    code: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class AgendaSlot:
    """One line of an agenda. `start` and `end` are aware, in the local time of the place.

    `reserved` marks a slot kept for the professional's own patients; `communities` are the CPTS that see it.
    """

    id: str
    agenda: Agenda
    start: datetime
    end: datetime
    state: SlotState
    reserved: bool
    appointment: Appointment
    visibilities: tuple[Visibility, ...]
    consultations: tuple[Consultation, ...]
    reasons: tuple[str, ...]
    specialties: tuple[Specialty, ...]
    communities: tuple[Structure, ...] = ()
