"""An appointment that a scenario takes: what happens to it in the solution, and the messages that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sas_recette.engine.hands import Action, Done
from sas_recette.engine.offers import Offer
from sas_recette.platform.accounts import Regulator
from sas_recette.platform.appointment import Appointment
from sas_recette.rules.appointments.reading import Message

_FINAL: Final = {"cancelled", "fulfilled", "noshow"}


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an appointment: the driver's action, and what the message must tell of it (appointments.md §2)."""

    action: Action
    event: str
    status: str
    step: str


MOVED: Final = Change(Action.MOVE, "moved", "", "Changement d’horaire")
REPLACED: Final = Change(Action.REPLACE, "replaced", "", "Remplacement du professionnel")
IDENTIFIED: Final = Change(Action.REPLACE, "identified", "", "Affectation à un professionnel")
CONFIRMED: Final = Change(Action.CONFIRM, "confirmed", "booked", "Confirmation de la demande")
CANCELLED: Final = Change(Action.CANCEL, "cancelled", "cancelled", "Annulation")
HONOURED: Final = Change(Action.MARK_HONOURED, "honoured", "fulfilled", "Rendez-vous honoré")
ABSENT: Final = Change(Action.MARK_ABSENT, "absent", "noshow", "Rendez-vous non honoré")


@dataclass(slots=True)
class Booked:
    """An appointment of the scenario: what it is in the solution now, whether it is `taken` there, and what came of it."""

    offer: Offer
    regulator: Regulator
    appointment: Appointment
    taken: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def to_come(self) -> bool:
        """Whether it still stands in the solution, as far as its messages tell."""
        return self.taken and not (self.messages and self.messages[-1].status in _FINAL)

    def strength(self, message: Message) -> int:
        """How well a message fits it, by its identifier, its regulator, its time.

        The regulator of a creation counts more than its identifier: one that is used twice is a fault of the second (RDV-048).
        """
        known = any(message.key and message.key == one.key for one in self.messages)
        named = message.operator == operator_of(self.regulator)
        times = {self.offer.start, self.appointment.start, self.appointment.new_start}
        first, second = (named, known) if message.creates else (known, named)
        return 4 * first + 2 * second + (message.start in times)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what came of it for the appointment concerned within `waited` seconds.

    Handshakes that failed are of every appointment.
    """

    done: Done
    came: tuple[str, ...]
    waited: float


def operator_of(regulator: Regulator) -> tuple[str, str]:
    """What a message names a regulator by: system and value."""
    return regulator.identifier.kind.system, regulator.identifier.value


def slot_of(of: Offer | Appointment) -> dict[str, str]:
    """Its bounds, as a judgement names them."""
    return {"start": of.start.isoformat(), "end": of.end.isoformat()}


def key_of(operator: tuple[str, str]) -> str:
    """`system|value`."""
    return "|".join(operator)


def kept(message: Message) -> bool:
    """Whether the platform took it in, where it answered badly before."""
    return message.exchange.facts.get("applied") == "yes"


def any_message(_: Message) -> bool:
    """Whatever comes."""
    return True


def telling(status: str, start: datetime) -> Callable[[Message], bool]:
    """Whether a message tells of what was done: of its status, or of the time that it has from now on."""
    return lambda message: message.status == status if status else message.start in {None, start}
