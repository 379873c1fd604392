"""Which free slots of an agenda are shown, and to whom (aggregation.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sas_recette.editor.agenda import AgendaSlot, Appointment, Visibility

SHOWN: Final = timedelta(days=14)
"""How far ahead agendas are shown."""

_OFFERED: Final = frozenset({Visibility.PUBLIC, Visibility.PRO, Visibility.SNP, Visibility.CPTS})
_OFFERED_IN_CENTRES: Final = frozenset({Visibility.PUBLIC, Visibility.SNP})


def shown(slots: Iterable[AgendaSlot], *, everything: bool) -> tuple[AgendaSlot, ...]:
    """Those that are not private, in the order of time: with `everything`, those too that the platform is not offered."""
    kept = [slot for slot in slots if not slot.reserved and (everything or _offered(slot))]
    return tuple(sorted(kept, key=lambda slot: (slot.start, slot.id)))


def can_be_booked(slot: AgendaSlot) -> bool:
    """Whether a slot is for one patient, and not for whoever comes."""
    return slot.appointment is not Appointment.WALKIN


def _offered(slot: AgendaSlot) -> bool:
    audience = _OFFERED if slot.agenda.professional is not None else _OFFERED_IN_CENTRES
    return not audience.isdisjoint(slot.visibilities)
