"""The seams of the product: where a version of it can behave otherwise than the reference.

A `Behaviour` is a set of hooks, one tuple a step of the product. The reference product has none. Hooks of several
behaviours add up in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import Protocol, TypeVar

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import Regulator, RegulatorAccount, Uniqueness
from sas_recette.editor.accounts.problems import Problem
from sas_recette.editor.agenda import AgendaSlot, IdentifierKind, Professional, Structure
from sas_recette.editor.appointments.policy import AppointmentPolicy
from sas_recette.editor.connection import ConnectionPolicy
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.http import Incoming, Reply, Resource
from sas_recette.editor.normalise import international_phone, prefixed_rpps, prefixed_structure
from sas_recette.editor.sso.policy import SsoPolicy


class Directory(Protocol):
    """The professionals and the SOS Médecins associations of the product."""

    def professionals(self) -> tuple[Professional, ...]:
        """Everybody."""

    def associations(self) -> tuple[Structure, ...]:
        """Every association."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How stored numbers are written on the wire."""

    rpps: Callable[[str], str] = prefixed_rpps
    structure: Callable[[IdentifierKind, str], str] = prefixed_structure
    phone: Callable[[str], str] = international_phone


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource of the answer and its search mode, match or include."""

    resource: Resource
    mode: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who reads the agenda pages."""

    login: str
    display_name: str


RequestHook = Callable[[Incoming], Incoming]
CriteriaHook = Callable[[SlotCriteria], SlotCriteria]
LookupHook = Callable[[tuple[Professional, ...], SlotCriteria, Directory], tuple[Professional, ...]]
AssociationsHook = Callable[[tuple[Structure, ...], SlotCriteria, Directory], tuple[Structure, ...]]
SharingHook = Callable[[AgendaSlot, SlotCriteria, bool], bool]
SelectionHook = Callable[[tuple[AgendaSlot, ...], SlotCriteria], tuple[AgendaSlot, ...]]
NumbersHook = Callable[[Numbers], Numbers]
ResourceHook = Callable[[Resource], None]
EntriesHook = Callable[[list[Entry]], list[Entry]]
BundleHook = Callable[[Resource], None]
PayloadHook = Callable[[Resource], Resource]
ProblemsHook = Callable[[tuple[Problem, ...], Resource, Incoming], tuple[Problem, ...]]
MatchingHook = Callable[[tuple[RegulatorAccount, ...], Sequence[Token], Regulator], tuple[RegulatorAccount, ...]]
RecordingHook = Callable[[RegulatorAccount | None, Regulator], Regulator]
UniquenessHook = Callable[[Uniqueness], Uniqueness]
ReplyHook = Callable[[Reply, Incoming], Reply]
VisitorHook = Callable[[Visitor | None], Visitor | None]
BookingHook = Callable[[str], str]
PageHook = Callable[[Incoming], int]
SsoHook = Callable[[SsoPolicy], SsoPolicy]
FailuresHook = Callable[[int], int]
AppointmentsHook = Callable[[AppointmentPolicy], AppointmentPolicy]
ConnectionHook = Callable[[ConnectionPolicy], ConnectionPolicy]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Hooks, in the order in which a request meets them.

    `request` reads the request line, `criteria` its parameters; `lookup` finds the professionals and `associations` the
    associations, `sharing` decides slot by slot who may see it, `selection` keeps slots; `numbers` writes identifiers,
    `resource` edits each resource, `entries` the list of them, `bundle` the Bundle, `reply` the HTTP reply, errors
    included. A write of an account goes through `payload` (the JSON received), `problems` (why it is refused), `matching`
    (which accounts its criterion designates), `recording` (what is kept of it, given the account before) and `uniqueness`
    (what no two accounts may have). The agenda pages have `page` (an HTTP status that refuses the page, or 0), `visitor` (who is taken to be
    there) and `booking` (which slot is really booked; an empty id loses the booking). `sso` changes what the product makes
    sure of when a regulator logs in by the platform, `appointments` what it tells the platform of an appointment, and `failures` how many wrong passwords
    lock an account (0: never). `connection` changes whom the FHIR endpoint lets in, and in which TLS.
    """

    request: tuple[RequestHook, ...] = ()
    criteria: tuple[CriteriaHook, ...] = ()
    lookup: tuple[LookupHook, ...] = ()
    associations: tuple[AssociationsHook, ...] = ()
    sharing: tuple[SharingHook, ...] = ()
    selection: tuple[SelectionHook, ...] = ()
    numbers: tuple[NumbersHook, ...] = ()
    resource: tuple[ResourceHook, ...] = ()
    entries: tuple[EntriesHook, ...] = ()
    bundle: tuple[BundleHook, ...] = ()
    payload: tuple[PayloadHook, ...] = ()
    problems: tuple[ProblemsHook, ...] = ()
    matching: tuple[MatchingHook, ...] = ()
    recording: tuple[RecordingHook, ...] = ()
    uniqueness: tuple[UniquenessHook, ...] = ()
    reply: tuple[ReplyHook, ...] = ()
    page: tuple[PageHook, ...] = ()
    visitor: tuple[VisitorHook, ...] = ()
    booking: tuple[BookingHook, ...] = ()
    sso: tuple[SsoHook, ...] = ()
    appointments: tuple[AppointmentsHook, ...] = ()
    connection: tuple[ConnectionHook, ...] = ()
    failures: tuple[FailuresHook, ...] = ()

    def __add__(self, other: Behaviour) -> Behaviour:
        return Behaviour(*(getattr(self, step.name) + getattr(other, step.name) for step in fields(self)))


REFERENCE = Behaviour()

T = TypeVar("T")


def through(hooks: Iterable[Callable[[T], T]], value: T) -> T:
    """A value passed from hook to hook."""
    return reduce(lambda current, hook: hook(current), hooks, value)
