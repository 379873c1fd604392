"""A recorded message about an appointment: which one it is about, what it says of it, whether the platform kept it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.exchange.model import Direction, Exchange
from sas_recette.norm.typography import NBSP
from sas_recette.platform.inbox.content import Content, Criterion, Token, read_content, read_criteria
from sas_recette.rules.aggregation.envelope import described
from sas_recette.rules.appointments.reading import CREATE, UPDATE, Message, Place, read_message

_STANDING: Final = frozenset({"pending", "booked"})
_OVER: Final = frozenset({"cancelled", "fulfilled", "noshow", "entered-in-error"})
_HISTORY: Final = "/_history/"
_INBOX: Final = "inbox"


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells. `names` identify its appointment, `address` is the one that the platform gave it, if any.

    `creates` says that it asks for a new appointment; `applied`, that the platform kept it.
    """

    exchange: Exchange
    content: Content
    message: Message
    names: frozenset[Token]
    criteria: tuple[Criterion, ...]
    address: str

    @property
    def legible(self) -> bool:
        """Whether its body is an Appointment."""
        return not self.content.problem

    @property
    def creates(self) -> bool:
        """Whether it is a POST."""
        return self.message.creates

    @property
    def applied(self) -> bool:
        """Whether the platform kept it."""
        return self.message.applied

    @property
    def name(self) -> Token | None:
        """The identifier to show: that of the body, else the one that was searched."""
        searched = (Token(one.system or "", one.value) for one in self.criteria)
        return next(iter((*self.content.identifiers, *searched)), None)

    @property
    def status(self) -> str:
        """The status that it gives, empty without one."""
        return self.message.status or ""

    @property
    def start(self) -> datetime | None:
        """When the appointment begins, as it says."""
        return self.message.start

    @property
    def practitioner(self) -> str:
        """The professional, empty when it names none."""
        return next(iter(self.message.practitioners), "")

    @property
    def standing(self) -> bool:
        """Whether it says that the appointment is to take place."""
        return self.status in _STANDING

    @property
    def over(self) -> bool:
        """Whether it says that the appointment is not to take place, or took place."""
        return self.status in _OVER

    @property
    def said(self) -> str:
        """Its status, in French."""
        return f"«{NBSP}{self.status}{NBSP}»" if self.status else "sans statut lisible"

    @property
    def answered(self) -> str:
        """How the platform answered, in French."""
        if self.exchange.response is not None:
            return f"HTTP {self.exchange.response.status}"
        return described(self.exchange.fault) if self.exchange.fault else "sans réponse, panne jouée par le banc"

    def means(self, name: Token) -> bool:
        """Whether an identifier is that of its appointment."""
        return name in self.names or any(criterion.matches(name) for criterion in self.criteria)


def read_told(exchange: Exchange) -> Told | None:
    """None for what is no message about an appointment."""
    if exchange.direction is not Direction.RECEIVED or exchange.facts.get("endpoint") != _INBOX:
        return None
    message, content = read_message(exchange), read_content(exchange.request.body)
    if message.method not in {CREATE, UPDATE} or (message.place is Place.ELSEWHERE and content.problem):
        return None
    criteria = read_criteria(exchange.request.query) if message.method == UPDATE else ()
    whole = tuple(Token(one.system, one.value) for one in criteria if one.system is not None)
    names = frozenset((*content.identifiers, *whole))
    return Told(exchange, content, message, names, criteria, _address(message))


def _address(message: Message) -> str:
    """Where the platform keeps the appointment (its Location), or where the message sends it."""
    response = message.exchange.response
    location = response.header("Location") if response is not None and message.applied else None
    if location:
        return location.partition(_HISTORY)[0]
    return message.exchange.request.path if message.place is Place.ONE_APPOINTMENT else ""
