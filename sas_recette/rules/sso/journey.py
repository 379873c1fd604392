"""What happened on the way of a log-in: the requests that the platform received, what the browser did and showed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.model import Direction, Exchange, FaultKind, Page
from sas_recette.rules.rule import Deviation, Subject

SESSION: Final = "session"
TERMS: Final = "terms"
LOGIN: Final = "login"
ERROR: Final = "error"
LOCAL: Final = "local"
AGENDA: Final = "agenda:"
"""The names of marks; an agenda's goes on with whose it is."""

_WORDS: Final = {
    TERMS: "conditions d’utilisation",
    SESSION: "session régulateur ouverte",
    LOCAL: "session d’une autre personne",
    LOGIN: "page de connexion de la solution",
    ERROR: "page d’erreur de la solution",
}


def received(subject: Subject, endpoint: str) -> Iterator[Exchange]:
    """The requests that reached an endpoint of the platform."""
    for exchange in exchanges(subject, Direction.RECEIVED):
        if exchange.facts.get("endpoint") == endpoint:
            yield exchange


def exchanges(subject: Subject, direction: Direction) -> Iterator[Exchange]:
    """The exchanges of one direction, in their order."""
    for answer in subject.answers:
        if answer.exchange is not None and answer.exchange.direction is direction:
            yield answer.exchange


def admitted(page: Page) -> bool:
    """Whether a session of the regulator is open: the terms of use are only shown to somebody who was recognised."""
    return SESSION in page.marks or TERMS in page.marks


def shown(page: Page) -> str:
    """What a page is, in French."""
    names = [word for mark, word in _WORDS.items() if mark in page.marks]
    if any(mark.startswith(AGENDA) for mark in page.marks):
        names.append("page d’agenda")
    if page.fault is not None:
        names.append("délai dépassé" if page.fault.kind is FaultKind.TIMEOUT else f"échec\u00a0: {page.fault.detail}")
    if not names:
        names.append("page sans aucun repère déclaré")
    status = f"HTTP {page.status}, " if page.status is not None else ""
    return f"{', '.join(names)} ({status}{page.url})"


def at_page(page: Page, message: str, expected: str, *, reserve: bool = False) -> Deviation:
    """A deviation seen on a page."""
    return Deviation("page affichée", message, expected, shown(page), reserve=reserve, seen_in=page.id)


def at_exchange(exchange: Exchange, place: str, message: str, expected: str, observed: str) -> Deviation:
    """A deviation seen in a request."""
    return Deviation(place, message, expected, observed, seen_in=exchange.id)


def named(subject: Subject) -> tuple[str, ...]:
    """The requirements that a step serves."""
    value = subject.expect.get("requirements", ())
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
