"""One instance of the product: its store kept up to date, its FHIR endpoint and its agenda pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from starlette.types import ASGIApp

from sas_recette.editor.accounts.seed import inherit_accounts
from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.appointments.book import AppointmentBook
from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.platform import PlatformClient, secured
from sas_recette.editor.appointments.platform import TransportFactory as PlatformTransport
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS, AppointmentPolicy
from sas_recette.editor.appointments.seed import BOOKABLE_AGENDAS, REPLACEMENTS, bookable_slots
from sas_recette.editor.asgi import fhir_app
from sas_recette.editor.behaviour import REFERENCE, Behaviour, through
from sas_recette.editor.connection import REFERENCE_CONNECTION
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Pace
from sas_recette.editor.peer import Door, guarded_by
from sas_recette.editor.seed import seed_day, seed_slots
from sas_recette.editor.seed_centres import CENTRE_AGENDAS
from sas_recette.editor.seed_directory import AGENDAS, COMMUNITIES
from sas_recette.editor.site import Instance, create_site
from sas_recette.editor.slot_search import SlotSearch
from sas_recette.editor.sso.backchannel import TransportFactory
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.pages import RETURN_PATH
from sas_recette.editor.sso.policy import REFERENCE_POLICY
from sas_recette.editor.sso.relying_party import RelyingParty, create_relying_party
from sas_recette.editor.store import Account, Store

ACCOUNT_LOGIN: Final = "regulateur"
TRIAL_LOGIN: Final = "essai-blocage"
"""An account of nobody, to be locked by wrong passwords."""


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """What an instance needs to know. Public URLs have no final slash.

    `expected_cn` and `expected_ou` of None are not checked; `revoked` are serial numbers of certificates. `delays` are the seconds behind each pace of reply. `edition` is
    the one whose codings are sent where editions disagree; None sends those of all of them. `sso` is what the instance is at
    the platform, None when no platform is configured; `sso_transport` replaces its connections to the platform. `platform` is
    where appointments are told, None when they are not; `platform_transport` replaces the connections to it, and messages
    are then sent before the page answers.
    """

    fhir_base: str
    agenda_base: str
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    expected_cn: str | None = None
    expected_ou: str | None = None
    revoked: frozenset[int] = frozenset()
    delays: Mapping[Pace, float] = field(default_factory=lambda: {Pace.SLUGGISH: 1.2, Pace.STALLED: 8.0})
    edition: str | None = None
    sso: SsoClient | None = None
    sso_transport: TransportFactory | None = None
    platform: PlatformClient | None = None
    platform_transport: PlatformTransport | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """The two ASGI applications of an instance, and what it sends to the platform, if there is one: close it after use."""

    fhir: ASGIApp
    pages: ASGIApp
    outbox: Outbox | None = None


class DailySlots:
    """Seeds the store's slots for the day, once a day of Europe/Paris.

    Within a day nothing moves, so that what was declared about the data stays true; a new day has slots of its own, but for
    those that appointments take.
    `seeded` is the day of the slots that the store already holds, if any.
    """

    def __init__(self, store: Store, seeded: date | None = None) -> None:
        self._store = store
        self._day = seeded
        self._lock = threading.Lock()

    def prepare(self, now: datetime) -> None:
        """Make sure that the slots are those of the day of `now` (aware)."""
        with self._lock:
            today = seed_day(now)
            if today != self._day:
                self._store.replace_slots(_slots(now))
                self._day = today


def fill(store: Store, now: datetime, password: str) -> None:
    """Record the directory, the local accounts (`password` is a hash), the slots of the day of `now` (aware) and old accounts."""
    agendas = (*AGENDAS.values(), *CENTRE_AGENDAS.values(), *BOOKABLE_AGENDAS.values())
    store.load_directory(agendas, tuple(COMMUNITIES.values()), REPLACEMENTS)
    store.add_account(Account(ACCOUNT_LOGIN, password, "Régulateur de démonstration"))
    store.add_account(Account(TRIAL_LOGIN, password, "Compte d’essai du blocage"))
    store.replace_slots(_slots(now))
    inherit_accounts(store.regulators, now, password)


def create_product(store: Store, settings: ProductSettings, seeded: date, behaviour: Behaviour = REFERENCE) -> Product:
    """The applications over a store that was filled for the day `seeded`.

    Raises OSError or ValueError when a file of the SSO, or of the platform, cannot be read.
    """
    daily = DailySlots(store, seeded)
    bases = (settings.fhir_base, settings.agenda_base)
    search = SlotSearch(store, *bases, settings.new_id, behaviour, settings.edition)
    endpoint = fhir_app(FhirService(search, settings.clock, daily.prepare), settings.delays)
    policy = through(behaviour.appointments, REFERENCE_APPOINTMENTS)
    outbox = _outbox(store, settings, policy)
    book = AppointmentBook(store.appointments, settings.clock, policy, None if outbox is None else outbox.hurry)
    site = create_site(
        Instance(store, settings.clock, daily.prepare, behaviour, book, settings.agenda_base),
        _relying_party(store, settings, behaviour),
    )
    if outbox is not None:
        outbox.resume()
    return Product(guarded_by(endpoint, _door(settings, behaviour)), site, outbox)


def _door(settings: ProductSettings, behaviour: Behaviour) -> Door:
    policy = through(behaviour.connection, REFERENCE_CONNECTION)
    clock = settings.clock if policy.dates != REFERENCE_CONNECTION.dates else None
    return Door(settings.expected_cn, settings.expected_ou, policy, settings.revoked, clock)


def _slots(now: datetime) -> tuple[AgendaSlot, ...]:
    return (*seed_slots(now), *bookable_slots(now))


def _outbox(store: Store, settings: ProductSettings, policy: AppointmentPolicy) -> Outbox | None:
    if settings.platform is None:
        return None
    transport = settings.platform_transport or secured(settings.platform, policy)
    at_once = settings.platform_transport is not None
    return Outbox(store.appointments, settings.platform.base_url, transport, policy, settings.clock, at_once)


def _relying_party(store: Store, settings: ProductSettings, behaviour: Behaviour) -> RelyingParty | None:
    if settings.sso is None:
        return None
    redirect_uri, policy = settings.agenda_base + RETURN_PATH, through(behaviour.sso, REFERENCE_POLICY)
    return create_relying_party(
        settings.sso, redirect_uri, policy, store.regulators, settings.clock, settings.sso_transport
    )
