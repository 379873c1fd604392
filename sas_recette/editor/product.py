"""One instance of the product: its store kept up to date, its FHIR endpoint and its agenda pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from starlette.types import ASGIApp

from sas_recette.editor.accounts.seed import inherit_accounts
from sas_recette.editor.asgi import fhir_app
from sas_recette.editor.behaviour import REFERENCE, Behaviour, through
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Pace
from sas_recette.editor.peer import require_client
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


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """What an instance needs to know. Public URLs have no final slash.

    `expected_cn` and `expected_ou` of None are not checked. `delays` are the seconds behind each pace of reply. `edition` is
    the one whose codings are sent where editions disagree; None sends those of all of them. `sso` is what the instance is at
    the platform, None when no platform is configured; `sso_transport` replaces its connections to the platform.
    """

    fhir_base: str
    agenda_base: str
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    expected_cn: str | None = None
    expected_ou: str | None = None
    delays: Mapping[Pace, float] = field(default_factory=lambda: {Pace.SLUGGISH: 1.2, Pace.STALLED: 8.0})
    edition: str | None = None
    sso: SsoClient | None = None
    sso_transport: TransportFactory | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """The two ASGI applications of an instance."""

    fhir: ASGIApp
    pages: ASGIApp


class DailySlots:
    """Seeds the store's slots for the day, once a day of Europe/Paris.

    Within a day nothing moves, so that what was declared about the data stays true; a new day forgets the bookings.
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
                self._store.replace_slots(seed_slots(now))
                self._day = today


def fill(store: Store, now: datetime, password: str) -> None:
    """Record the directory, the local account (`password` is a hash), the slots of the day of `now` (aware) and old accounts."""
    store.load_directory((*AGENDAS.values(), *CENTRE_AGENDAS.values()), tuple(COMMUNITIES.values()))
    store.add_account(Account(ACCOUNT_LOGIN, password, "Régulateur de démonstration"))
    store.replace_slots(seed_slots(now))
    inherit_accounts(store.regulators, now, password)


def create_product(store: Store, settings: ProductSettings, seeded: date, behaviour: Behaviour = REFERENCE) -> Product:
    """The applications over a store that was filled for the day `seeded`.

    Raises OSError or ValueError when a file of the SSO cannot be read.
    """
    daily = DailySlots(store, seeded)
    bases = (settings.fhir_base, settings.agenda_base)
    search = SlotSearch(store, *bases, settings.new_id, behaviour, settings.edition)
    endpoint = fhir_app(FhirService(search, settings.clock, daily.prepare), settings.delays)
    site = create_site(
        Instance(store, settings.clock, daily.prepare, behaviour), _relying_party(store, settings, behaviour)
    )
    return Product(require_client(endpoint, settings.expected_cn, settings.expected_ou), site)


def _relying_party(store: Store, settings: ProductSettings, behaviour: Behaviour) -> RelyingParty | None:
    if settings.sso is None:
        return None
    redirect_uri, policy = settings.agenda_base + RETURN_PATH, through(behaviour.sso, REFERENCE_POLICY)
    return create_relying_party(
        settings.sso, redirect_uri, policy, store.regulators, settings.clock, settings.sso_transport
    )
