"""The agendas that regulators may fill without disturbing anybody: what is declared of the other agendas stays true.

A professional, another who belongs to a CPTS too, one who replaces them and has no agenda, and an SOS Médecins association
with two places. Their slots are of the two days after that of `now`, at fixed local hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sas_recette.editor.agenda import (
    Agenda,
    AgendaSlot,
    Appointment,
    Centre,
    Consultation,
    IdentifierKind,
    Opening,
    Place,
    Professional,
    SlotState,
    Structure,
    StructureKind,
    Visibility,
)
from sas_recette.editor.seed import seed_day
from sas_recette.editor.seed_directory import COMMUNITIES, GENERAL_PRACTICE, PARIS, page_slug

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LENGTH: Final = timedelta(minutes=30)
_DAYS: Final = (1, 2)
_HOURS: Final = tuple(time(hour) for hour in (0, 9, 10, 11, 14, 15, 16, 17, 23))


def _professional(key: str, given: str, family: str, rpps: str, phone: str | None = None) -> Professional:
    return Professional(f"ps-{key}", rpps, family, given, page_slug(given, family), phone)


BOOKED: Final = _professional("j", "Joëlle", "KERMAREC", "899900000300", "+33261910031")
BOOKED_IN_CPTS: Final = _professional("k", "Loïc", "ASTRÉE", "899900000318", "+33199000032")
REPLACEMENT: Final = _professional("l", "Maïwenn", "LE GOUËFF", "899900000326")
REPLACEMENTS: Final = (REPLACEMENT,)

ASSOCIATION: Final = Structure(
    "asso-iroise", StructureKind.SOS, IdentifierKind.SIRET, "399900060700013", "SOS Médecins Iroise"
)


def _practice(key: str, line: str, postal_code: str, city: str, siret: str) -> Place:
    structure = Structure(f"structure-{key}", StructureKind.PRACTICE, IdentifierKind.SIRET, siret)
    return Place(f"lieu-{key}", line, postal_code, city, PARIS, structure)


def _centre(number: int, key: str, name: str, line: str, postal_code: str, city: str) -> Place:
    identifier = f"6f1c2d3e-{number:04}-4a5b-8c7d-{number:012}"
    hours = (Opening(_WEEK, time(0), time(23, 59)),)
    return Place(
        f"pfg-{key}",
        line,
        postal_code,
        city,
        PARIS,
        ASSOCIATION,
        Centre(key, identifier, name, f"+332619100{number:02}", hours),
    )


_CENTRES: Final = (
    _centre(33, "iroise-est", "Centre de consultation Iroise Est", "6 rue de l’Élorn", "29800", "LANDERNEAU"),
    _centre(34, "iroise-ouest", "Centre de consultation Iroise Ouest", "9 quai des Îles", "29217", "LE CONQUET"),
)

BOOKABLE_AGENDAS: Final[dict[str, Agenda]] = {
    "j1": Agenda("j1", _practice("ajoncs", "7 rue des Ajoncs", "29000", "QUIMPER", "399900061500016"), BOOKED),
    "k1": Agenda(
        "k1", _practice("aubepines", "2 place de l’Église", "95000", "CERGY", "399900062300010"), BOOKED_IN_CPTS
    ),
    **{place.centre.slug: Agenda(place.centre.slug, place, None) for place in _CENTRES if place.centre is not None},
}


def bookable_slots(now: datetime) -> tuple[AgendaSlot, ...]:
    """Their slots, all of them free, as of `now` (aware): at midnight, through the day, and late."""
    return tuple(slot for agenda in BOOKABLE_AGENDAS.values() for slot in _slots(agenda, now))


def _slots(agenda: Agenda, now: datetime) -> Iterator[AgendaSlot]:
    zone, today = ZoneInfo(agenda.place.timezone), seed_day(now)
    for ahead in _DAYS:
        day = today + timedelta(days=ahead)
        for hour in _HOURS:
            start = datetime.combine(day, hour, zone)
            yield _slot(agenda, f"slot-{agenda.id}-{ahead}-{start:%H%M}", start)


def _slot(agenda: Agenda, name: str, start: datetime) -> AgendaSlot:
    in_cpts = agenda.professional is BOOKED_IN_CPTS
    return AgendaSlot(
        id=name,
        agenda=agenda,
        start=start,
        end=start + _LENGTH,
        state=SlotState.FREE,
        reserved=False,
        appointment=Appointment.ROUTINE,
        visibilities=(Visibility.PUBLIC, Visibility.CPTS) if in_cpts else (Visibility.PUBLIC,),
        consultations=(Consultation.OFFICE,),
        reasons=("Soins non programmés",) if agenda.professional is not None else (),
        specialties=(GENERAL_PRACTICE,) if agenda.professional is not None else (),
        communities=(COMMUNITIES["ALPHA"],) if in_cpts else (),
    )
