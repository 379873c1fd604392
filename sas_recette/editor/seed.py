"""The fictitious agendas of the product on a given day (reference-data.md §4 and §5).

Slots are placed relative to the Europe/Paris day of `now`, at fixed local hours of their place, but for slot-a1 and
slot-n1 that come at the next five minutes after `now` + 30 min. The same `now` always gives the same slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sas_recette.editor.agenda import (
    AgendaSlot,
    Appointment,
    Consultation,
    SlotState,
    Specialty,
    Visibility,
)
from sas_recette.editor.seed_centres import CENTRE_AGENDAS
from sas_recette.editor.seed_directory import AGENDAS, COMMUNITIES, PARIS, specialties_of

_GP: Final = "Consultation de médecine générale"
_PLAIN: Final = "Consultation"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of reference-data.md §4 or §5; several values of a cell are separated by blanks, motifs by « ; »."""

    id: str
    agenda: str
    day: int
    hours: str
    types: str
    consultations: str
    reasons: str = ""
    state: SlotState = SlotState.FREE
    reserved: bool = False
    appointment: Appointment = Appointment.ROUTINE
    extra_specialty: str = ""
    communities: str = ""


_BUSY, _UNAVAILABLE, _WALKIN = SlotState.BUSY, SlotState.UNAVAILABLE, Appointment.WALKIN

_LINES: Final = (
    _Line("slot-a2", "a1", 1, "09:00-09:20", "PUBLIC PRO", "VR", "Téléconsultation de suivi"),
    _Line(
        "slot-a3",
        "a1",
        1,
        "14:00-14:30",
        "SNP",
        "AMB HH",
        "Soins non programmés;Pédiatrie",
        extra_specialty="Médecine du sport",
    ),
    _Line("slot-a4", "a1", 2, "18:00-20:00", "PRO", "AMB", "Consultation sans rendez-vous", appointment=_WALKIN),
    _Line("slot-a5", "a1", 2, "23:45-00:05", "SNP", "VR", "Avis médical de nuit"),
    _Line("slot-a6", "a1", 1, "10:00-10:20", "PUBLIC", "AMB", state=_BUSY),
    _Line("slot-a7", "a1", 1, "11:00-14:00", "PUBLIC", "AMB", state=_UNAVAILABLE),
    _Line("slot-a8", "a1", 1, "15:00-15:20", "", "AMB", _PLAIN, reserved=True),
    _Line("slot-a9", "a1", -1, "09:00-09:20", "PUBLIC", "AMB", _GP),
    _Line("slot-a10", "a1", 3, "09:00-09:20", "PUBLIC", "AMB", _GP),
    _Line("slot-b1", "b1", 1, "09:00-09:30", "PUBLIC", "AMB", _GP),
    _Line("slot-b2", "b1", 2, "10:30-11:00", "PUBLIC SNP", "AMB VR", _GP),
    _Line("slot-b3", "b2", 1, "14:00-14:30", "PRO", "AMB", "Petite traumatologie"),
    _Line("slot-b4", "b2", 2, "16:00-17:00", "SNP", "HH", "Visite à domicile"),
    _Line("slot-c1", "c1", 1, "08:30-08:45", "PUBLIC", "AMB", "Consultation pédiatrique"),
    _Line("slot-d1", "d1", 1, "08:30-08:50", "PUBLIC", "AMB", _GP),
    _Line("slot-d2", "d1", 2, "11:00-11:20", "PRO SNP", "VR", "Téléconsultation"),
    _Line("slot-e1", "e1", 1, "09:30-09:50", "CPTS", "AMB", _PLAIN, communities="ALPHA"),
    _Line("slot-e2", "e2", 1, "10:00-10:20", "CPTS", "AMB", _PLAIN, communities="BETA"),
    _Line("slot-e3", "e1", 2, "17:00-17:20", "CPTS", "VR", "Téléconsultation", communities="ALPHA BETA"),
    _Line("slot-f1", "f1", 1, "09:00-09:20", "PUBLIC", "AMB", state=_BUSY),
    _Line("slot-f2", "f1", 5, "09:00-09:20", "PUBLIC", "AMB", _PLAIN),
    _Line("slot-g1", "g1", 1, "15:00-15:20", "PUBLIC", "AMB", _GP),
    _Line("slot-h1", "h1", 1, "17:00-17:20", "PUBLIC CPTS", "AMB", _PLAIN, communities="ALPHA"),
    _Line("slot-h2", "h1", 2, "09:00-09:20", "PUBLIC", "AMB", _PLAIN),
    _Line("slot-i1", "i1", 1, "09:00-09:20", "PUBLIC", "AMB", _GP),
)

_CENTRE_LINES: Final = (
    _Line("slot-n2", "armor-nord", 1, "09:00-09:30", "PUBLIC SNP", "AMB VR"),
    _Line("slot-n3", "armor-nord", 1, "09:30-10:00", "PUBLIC", "AMB", state=_BUSY),
    _Line("slot-n4", "armor-nord", 1, "12:00-14:00", "PUBLIC", "AMB", state=_UNAVAILABLE),
    _Line("slot-n5", "armor-nord", 2, "16:00-18:00", "PUBLIC", "AMB", appointment=_WALKIN),
    _Line("slot-s1", "armor-sud", 1, "11:00-11:30", "PUBLIC", "AMB"),
    _Line("slot-s2", "armor-sud", 3, "09:00-09:30", "PUBLIC", "AMB"),
    _Line("slot-q1", "cornouaille", 1, "14:20-14:40", "SNP", "VR"),
    _Line("slot-q2", "cornouaille", 2, "14:40-15:00", "PUBLIC", "HH"),
    _Line("slot-q3", "cornouaille", 2, "20:00-23:00", "PUBLIC", "AMB", appointment=_WALKIN),
    _Line("slot-l1", "leon", 1, "10:00-10:20", "PUBLIC", "AMB", state=_BUSY),
    _Line("slot-l2", "leon", 5, "10:00-10:20", "PUBLIC", "AMB"),
)

_ROLLING: Final = (
    (_Line("slot-a1", "a1", 0, "", "PUBLIC", "AMB", _GP), timedelta(minutes=20)),
    (_Line("slot-n1", "armor-nord", 0, "", "PUBLIC", "AMB"), timedelta(minutes=15)),
)

_AGENDAS: Final = AGENDAS | CENTRE_AGENDAS


def seed_day(now: datetime) -> date:
    """The day J of the seed: the Europe/Paris date of an aware datetime."""
    return now.astimezone(ZoneInfo(PARIS)).date()


def seed_slots(now: datetime) -> tuple[AgendaSlot, ...]:
    """All the lines of all the agendas, whatever their state, as of `now` (aware)."""
    start = rolling_start(now)
    rolling = (_slot(line, start, start + duration) for line, duration in _ROLLING)
    return (*rolling, *(_slot(line, *_bounds(line, seed_day(now))) for line in (*_LINES, *_CENTRE_LINES)))


def rolling_start(now: datetime) -> datetime:
    """The first multiple of five minutes at or after `now` + 30 min."""
    earliest = now.astimezone(UTC) + timedelta(minutes=30)
    step = timedelta(minutes=5)
    midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - ((midnight - earliest) // step) * step


def _bounds(line: _Line, today: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(_AGENDAS[line.agenda].place.timezone)
    day = today + timedelta(days=line.day)
    start, end = (time.fromisoformat(text) for text in line.hours.split("-"))
    end_day = day if start < end else day + timedelta(days=1)
    return datetime.combine(day, start, zone), datetime.combine(end_day, end, zone)


def _slot(line: _Line, start: datetime, end: datetime) -> AgendaSlot:
    agenda = _AGENDAS[line.agenda]
    zone = ZoneInfo(agenda.place.timezone)
    professional = agenda.professional
    specialties = () if professional is None else specialties_of(professional)
    extra = (Specialty(label=line.extra_specialty),) if line.extra_specialty else ()
    return AgendaSlot(
        id=line.id,
        agenda=agenda,
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        state=line.state,
        reserved=line.reserved,
        appointment=line.appointment,
        visibilities=tuple(Visibility(code) for code in line.types.split()),
        consultations=tuple(Consultation(code) for code in line.consultations.split()),
        reasons=tuple(line.reasons.split(";")) if line.reasons else (),
        specialties=specialties + extra,
        communities=tuple(COMMUNITIES[key] for key in line.communities.split()),
    )
