"""What a version of the product tells the platform of an appointment, when and how: the reference leaves nothing out.

`AppointmentPolicy` is the seam of the defects: a hook of a `Behaviour` gives another policy.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.appointments.messages import Outgoing, Queued, Sending
from sas_recette.editor.appointments.model import IDENTIFIER_SYSTEM, Appointment, Event
from sas_recette.editor.http import Resource

_FIRST_DELAY: Final = 0.5
_LONGEST_DELAY: Final = 60.0
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def by_regulators(appointment: Appointment, event: Event) -> bool:
    """Only what a regulator booked is the platform's business, whatever happens to it (RDV-008)."""
    del event
    return bool(appointment.author.account)


def for_life(appointment: Appointment, event: Event) -> Identifier:
    """One identifier for the whole life of an appointment (RDV-014)."""
    del event
    return Identifier(IDENTIFIER_SYSTEM, appointment.identifier)


def as_known_now(appointment: Appointment, current: Identifier | None) -> Identifier | None:
    """What the regulator's account is known by at the time of the message; what it was, once its identifier is another's."""
    return current or appointment.author.operator


def as_it_is(resource: Resource, appointment: Appointment, event: Event) -> Resource:
    """The resource, untouched."""
    del appointment, event
    return resource


def utf8(resource: Resource) -> bytes:
    """JSON in UTF-8 (RDV-043)."""
    return json.dumps(resource, ensure_ascii=False).encode()


def unchanged(outgoing: Outgoing, queued: Queued) -> Outgoing:
    """The request, untouched."""
    del queued
    return outgoing


def at_once(appointment: Appointment, event: Event) -> timedelta:
    """A message leaves as soon as it is written (RDV-002)."""
    del appointment, event
    return timedelta(0)


def by_class(status: int) -> Sending:
    """What a status makes of a message: accepted, to be sent again later, or refused for what it is."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Sending.ACCEPTED
    return Sending.WAITING if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR else Sending.REJECTED


def doubled(attempts: int) -> timedelta | None:
    """How long to wait after that many failures: twice as long each time, up to a minute, and without giving up."""
    return timedelta(seconds=min(_FIRST_DELAY * 2 ** min(attempts - 1, 10), _LONGEST_DELAY))


@dataclass(frozen=True, slots=True)
class AppointmentPolicy:
    """In the order of a message's life.

    Booking: `exclusive` takes a slot for one patient only, `takes_slot` takes it from the agenda. Writing: `triggers` tells
    which events the platform hears of, `identifier` and `operator` (given what the regulator is known by now) name
    appointment and regulator, `resource` edits the resource, `encode` makes a body of it, `hold` is how long it stays
    before it leaves. Sending: `outgoing` edits the request, `seconds` are waited for an answer, `answered` reads its status,
    `delay` is what goes by after that many failures, None to give up; `presents_certificate` and `verifies_tls` say how the
    connection is secured, `obsolete_first` that TLS 1.1 is tried before a version that the platform speaks.
    """

    exclusive: bool = True
    takes_slot: bool = True
    triggers: Callable[[Appointment, Event], bool] = by_regulators
    identifier: Callable[[Appointment, Event], Identifier] = for_life
    operator: Callable[[Appointment, Identifier | None], Identifier | None] = as_known_now
    resource: Callable[[Resource, Appointment, Event], Resource] = as_it_is
    encode: Callable[[Resource], bytes] = utf8
    hold: Callable[[Appointment, Event], timedelta] = at_once
    outgoing: Callable[[Outgoing, Queued], Outgoing] = unchanged
    seconds: float = 10.0
    answered: Callable[[int], Sending] = by_class
    delay: Callable[[int], timedelta | None] = doubled
    presents_certificate: bool = True
    verifies_tls: bool = True
    obsolete_first: bool = False


REFERENCE_APPOINTMENTS: Final = AppointmentPolicy()
