"""What a scenario awaits after something was done in the solution, and how to say what came in its stead (appointments.md §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from sas_recette.fhir.access import JsonObject, as_object, child, text
from sas_recette.fhir.instant import read_instant
from sas_recette.rules.appointments.payload import PARIS, of_sos
from sas_recette.rules.appointments.reading import Identifier, Message, messages
from sas_recette.rules.rule import Deviation, Subject

AT_ONCE: Final = timedelta(seconds=60)
"""Within which a message is sent « dès que » something happens; beyond it, a réserve (§2, open point RDV OP-3)."""

INBOX: Final = "boîte de réception"
_WINDOW: Final = 600.0
_YEAR: Final = 366 * 86_400
_NOTHING: Final = "aucun message"


@dataclass(frozen=True)
class Awaited:
    """What a subject’s `expect` says; whatever it does not say is None or empty, and is not judged."""

    subject: Subject

    @property
    def _expect(self) -> JsonObject:
        return as_object(dict(self.subject.expect))

    @property
    def sos(self) -> bool:
        """Whether the use case is SOS Médecins."""
        return of_sos(self.subject)

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """What came."""
        return messages(self.subject)

    @property
    def asked_at(self) -> datetime | None:
        """When it was done in the solution."""
        written = text(self._expect, "asked_at")
        return read_instant(written)

    @property
    def window(self) -> timedelta:
        """How long the message was awaited."""
        return lapse(self._expect.get("window"), _WINDOW)

    @property
    def event(self) -> str:
        """What happened to the appointment, empty for a booking."""
        return text(self._expect, "event") or ""

    @property
    def start(self) -> datetime | None:
        """When the appointment starts."""
        return read_instant(text(self._slot, "start"))

    @property
    def end(self) -> datetime | None:
        """When it ends."""
        return read_instant(text(self._slot, "end"))

    @property
    def practitioner(self) -> str:
        """The prefixed national identifier of the professional, empty when not known."""
        return text(self._expect, "practitioner") or ""

    @property
    def operator(self) -> Identifier | None:
        """The identifier that INT_R02 gave of the regulator."""
        return _identifier(child(self._expect, "operator"))

    @property
    def former_operator(self) -> Identifier | None:
        """The one that it gave before the account was switched."""
        return _identifier(child(self._expect, "former_operator"))

    @property
    def pending(self) -> bool:
        """Whether the request awaits a confirmation."""
        return self._expect.get("pending") is True

    @property
    def _slot(self) -> Mapping[str, object]:
        return child(self._expect, "slot") or self._expect

    @property
    def never_heard(self) -> bool:
        """Whether nothing came but connections that the bench itself refused: nobody knows what would have been sent.

        A client certificate that is not the declared one is SEC-019’s; a fault was injected.
        """
        refused = any(facts.get("certificate") or facts.get("fault") for facts in self._connections)
        return not self.messages and refused

    @property
    def _connections(self) -> list[Mapping[str, str]]:
        return [one.exchange.facts for one in self.subject.answers if one.exchange is not None]

    def delay(self, message: Message) -> timedelta | None:
        """How long after what was done a message came."""
        return message.exchange.started - self.asked_at if self.asked_at else None

    def missing(self, message: str, expected: str, seen: Sequence[Message] = ()) -> Deviation:
        """That the message did not come: what came instead, on the page that was shown at the time."""
        page = self.subject.pages[0].id if self.subject.pages and not seen else ""
        waited = f" Rien d’autre n’est arrivé pendant {duration(self.window)}." if seen else ""
        reasons = dict.fromkeys(facts["reason"] for facts in self._connections if facts.get("reason"))
        observed = came(seen) if seen or not reasons else f"{_NOTHING}, mais une connexion\u00a0: {', '.join(reasons)}"
        answer = seen[0].index if seen else 0
        return Deviation(INBOX, message + waited, expected, observed, answer=answer, seen_in=page)


def came(seen: Sequence[Message]) -> str:
    """What came, in words."""
    return "\u00a0; ".join(summary(one) for one in seen) or _NOTHING


def summary(message: Message) -> str:
    """Verb, status and times of a message."""
    if not message.resource:
        return f"{message.method} sans Appointment lisible"
    parts = [message.status or "sans statut", period(message.start, message.end), *message.practitioners]
    return f"{message.method} {', '.join(part for part in parts if part)}"


def period(start: datetime | None, end: datetime | None) -> str:
    """`2026-09-04T14:00:00+02:00 → 2026-09-04T14:15:00+02:00`, in legal time; empty when neither is known."""
    written = [one.astimezone(PARIS).isoformat() if one else "?" for one in (start, end)]
    return " → ".join(written) if start or end else ""


def lapse(value: object, otherwise: float) -> timedelta:
    """So many seconds, or so many others when the value is no length of time that a campaign may last."""
    usable = isinstance(value, int | float) and 0 <= value <= _YEAR
    return timedelta(seconds=float(value) if isinstance(value, int | float) and usable else otherwise)


def duration(length: timedelta) -> str:
    """A length of time in French: seconds, minutes from two on, hours from two on."""
    seconds = round(length.total_seconds())
    if seconds < 120:
        return f"{seconds}\u00a0s"
    return f"{seconds // 60}\u00a0min" if seconds < 7200 else f"{seconds // 3600}\u00a0h"


def _identifier(held: JsonObject) -> Identifier | None:
    system, value = text(held, "system"), text(held, "value")
    return (system, value) if system and value else None
