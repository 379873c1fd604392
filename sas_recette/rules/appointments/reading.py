"""A message about an appointment, read from the request that brought it (appointments.md §3, §4).

What is absent or malformed reads as nothing; the rules of the payload say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import Final

from sas_recette.exchange.model import Direction, Exchange, Request
from sas_recette.fhir.access import JsonObject, as_object, child, children, text
from sas_recette.fhir.instant import read_instant
from sas_recette.fhir.parsing import Parsed, parse_json
from sas_recette.norm.canonicals import IDNPS_SYSTEM
from sas_recette.rules.rule import Deviation, Subject

OPERATOR_URL: Final = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"
CREATE: Final = "POST"
UPDATE: Final = "PUT"
CANCELLED: Final = "cancelled"
EXPLOITED: Final = frozenset({"pending", "booked", "fulfilled", "noshow", CANCELLED})
"""The statuses that the platform makes use of (§5)."""

_WRITES: Final = frozenset({CREATE, UPDATE, "PATCH", "DELETE"})
_UNSEEN_ANSWERS: Final = frozenset({"reset", "timeout", "truncated", "refused"})
"""Injected faults after which the client cannot know what became of its message."""

_DISTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)

Identifier = tuple[str, str]
"""A system and a value, neither of them empty."""


class Place(Enum):
    """What the URL of a request designates: all appointments, one of them, or something else."""

    APPOINTMENTS = auto()
    ONE_APPOINTMENT = auto()
    ELSEWHERE = auto()


@lru_cache(maxsize=16)
def _parsed(body: bytes) -> Parsed:
    return parse_json(body)


@dataclass(frozen=True)
class Message:
    """One message. `index` is its rank among the answers of a subject.

    A file that is validated is a message whose request has no method.
    """

    exchange: Exchange
    index: int = 0

    @property
    def method(self) -> str:
        """The verb, empty for a file."""
        return self.exchange.request.method

    @property
    def facts(self) -> Mapping[str, str]:
        """What the inbox established on the spot."""
        return self.exchange.facts

    @cached_property
    def place(self) -> Place:
        """What its URL designates."""
        steps = self.exchange.request.path.rstrip("/").split("/")
        if steps[-1] == "Appointment":
            return Place.APPOINTMENTS
        return Place.ONE_APPOINTMENT if "Appointment" in steps[-2:-1] else Place.ELSEWHERE

    @property
    def creates(self) -> bool:
        """Whether it is a POST on [base]/Appointment."""
        return self.method == CREATE and self.place is Place.APPOINTMENTS

    @property
    def updates(self) -> bool:
        """Whether it is a PUT on [base]/Appointment, or on one of them."""
        return self.method == UPDATE and self.place is not Place.ELSEWHERE

    @property
    def parsed(self) -> Parsed:
        """The body as JSON."""
        return _parsed(self.exchange.request.body)

    @cached_property
    def resource(self) -> JsonObject:
        """The Appointment that was sent, empty when the body is none."""
        sent = as_object(self.parsed.value)
        return sent if text(sent, "resourceType") == "Appointment" else {}

    @cached_property
    def identifier(self) -> Identifier | None:
        """Its business identifier, None when there is not exactly one, whole."""
        held = [one for _, one in children(self.resource, "identifier")]
        return _identifier(held[0]) if len(held) == 1 else None

    @property
    def key(self) -> str:
        """`system|value` of its business identifier, empty when it has none."""
        return "|".join(self.identifier) if self.identifier else ""

    @property
    def status(self) -> str | None:
        """The status of the appointment."""
        return text(self.resource, "status")

    @property
    def start(self) -> datetime | None:
        """The beginning, None when absent or malformed."""
        return read_instant(text(self.resource, "start"))

    @property
    def end(self) -> datetime | None:
        """The end, None when absent or malformed."""
        return read_instant(text(self.resource, "end"))

    @cached_property
    def operator(self) -> Identifier | None:
        """System and value of the regulator’s identifier, None when there is not exactly one, whole."""
        held = [one for _, one in children(self.resource, "extension") if text(one, "url") == OPERATOR_URL]
        return _identifier(child(child(held[0], "valueReference"), "identifier")) if len(held) == 1 else None

    @cached_property
    def practitioners(self) -> tuple[str, ...]:
        """The national identifiers of professionals among the participants."""
        actors = (child(child(one, "actor"), "identifier") for _, one in children(self.resource, "participant"))
        return tuple(value for one in actors if text(one, "system") == IDNPS_SYSTEM and (value := text(one, "value")))

    @property
    def applied(self) -> bool:
        """Whether the platform kept it."""
        told = self.facts.get("applied")
        return told == "yes" if told else self._successful

    @property
    def acknowledged(self) -> bool:
        """Whether the candidate was told, by a whole answer, that the platform kept it."""
        response = self.exchange.response
        whole = response is not None and response.complete and self.exchange.fault is None
        return whole and self._successful and self.facts.get("fault", "") not in _UNSEEN_ANSWERS

    @property
    def _successful(self) -> bool:
        response = self.exchange.response
        return response is not None and 200 <= response.status < 300

    def header(self, name: str) -> str | None:
        """Values of a header of the request, joined by commas; None without one."""
        found = [value for key, value in self.exchange.request.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    def deviation(self, place: str, message: str, expected: str, observed: str, *, reserve: bool = False) -> Deviation:
        """What is wrong with this message."""
        return Deviation(place, message, expected, observed, reserve=reserve, answer=self.index)


def read_message(exchange: Exchange, index: int = 0) -> Message:
    """The message that an exchange received from the candidate brought. Never raises."""
    return Message(exchange, index)


def submitted(body: bytes, url: str = "") -> Exchange:
    """A body that nobody received, as an exchange: a file, with the URL that it would be sent to where that is known.

    An address without criterion and without id is that of a creation.
    """
    sent = Message(Exchange("", "", "", _DISTANT, Request(CREATE if url else "", url, (), body)))
    created = not url or (sent.place is Place.APPOINTMENTS and not sent.exchange.request.query)
    asked = sent.exchange.request if created else replace(sent.exchange.request, method=UPDATE)
    return replace(sent.exchange, request=asked, direction=Direction.RECEIVED)


def messages(subject: Subject) -> tuple[Message, ...]:
    """The messages of a subject, in their order: what wrote, or tried to. A failed handshake is none."""
    return tuple(_messages(subject))


def _messages(subject: Subject) -> Iterator[Message]:
    for index, answer in enumerate(subject.answers):
        exchange = answer.exchange
        if exchange is None:
            yield Message(submitted(answer.body), index)
        elif exchange.direction is Direction.RECEIVED and exchange.request.method in _WRITES:
            yield Message(exchange, index)


def _identifier(held: JsonObject) -> Identifier | None:
    system, value = text(held, "system"), text(held, "value")
    return (system, value) if system and value else None
