"""The appointment that somebody is asked to book, to change or to cancel in the solution: what a driver is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Author = Literal["regulator", "practice", "patient"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as somebody acts on it in the solution; instants are aware.

    `url` is the address of the slot, without `origin`. `practitioner` is the prefixed national identifier, empty at SOS
    Médecins, where `place` names the fixed place. `family` and `given` are those of a patient that no other appointment has.
    `new_start`, `new_end` and `new_practitioner` are what it becomes; `author` is who acts.
    """

    url: str
    start: datetime
    end: datetime
    family: str
    given: str
    practitioner: str = ""
    place: str = ""
    new_start: datetime | None = None
    new_end: datetime | None = None
    new_practitioner: str = ""
    author: Author = "regulator"
