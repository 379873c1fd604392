"""The product and the platform's provider in one process, with browsers that keep their cookies: no network at all."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal, Self

import httpx

from sas_recette.editor.accounts.model import Identifier, Regulator, RegulatorAccount, Uniqueness
from sas_recette.editor.appointments.platform import PlatformClient
from sas_recette.editor.appointments.platform import TransportFactory as PlatformTransport
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.passwords import hash_password
from sas_recette.editor.product import Product, ProductSettings, create_product
from sas_recette.editor.seed import seed_day
from sas_recette.editor.sso.client import Authentication, SsoClient
from sas_recette.editor.store import Store
from sas_recette.norm.canonicals import IDNPS_SYSTEM
from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client, Person
from sas_recette.platform.identity.provider import Provider
from tests.editor.bench import AGENDA_BASE, FHIR_BASE, NOW, shared_store

Mode = Literal["delegation", "psc"]

PLATFORM: Final = "https://sas.example"
ISSUER: Final = f"{PLATFORM}/realms/sas"
CLIENT: Final = "agenda:reference"
SECRET: Final = "s3cret & très long%"
AGENDA: Final = f"{AGENDA_BASE}/ps/aline-mercier?creneau=slot-a2"
ENTRY: Final = f"{AGENDA}&origin=sas"
CENTRE: Final = f"{AGENDA_BASE}/pfg/armor-sud?origin=sas"
REGULATION: Final = f"{AGENDA_BASE}/regulation"
RETURN: Final = f"{AGENDA_BASE}/sso/retour"
STAFF_PASSWORD: Final = "mot de passe local"

PAUL: Final = Person("sub-paul", "paul.kerbrat@regul.example", "Kerbrat", "Paul", "3350000001/PK01", "plateforme-paul")
LISE: Final = Person(
    "sub-lise", "lise.anzalone@regul.example", "Anzalone", "Lise", "3350000001/LA02", "plateforme-lise"
)
STRANGER: Final = Person("sub-x", "inconnue@regul.example", "Nulle", "Part", "3350000001/XX99")


@cache
def _password() -> str:
    return hash_password(STAFF_PASSWORD)


@cache
def ring(algorithm: str) -> KeyRing:
    """The provider's keys, made once for all tests."""
    return KeyRing(algorithm)


@dataclass(slots=True)
class Surfer:
    """A person's browser, over the bench's loop. Redirections are followed, 12 at most."""

    client: httpx.AsyncClient
    run: Callable[..., httpx.Response]

    def open(self, url: str) -> httpx.Response:
        return self.run(self.client.get(url))

    def stop(self, url: str) -> httpx.Response:
        """The first answer only."""
        return self.run(self.client.get(url, follow_redirects=False))

    def send(self, url: str, data: Mapping[str, str]) -> httpx.Response:
        return self.run(self.client.post(url, data=dict(data)))

    def forget(self) -> None:
        self.client.cookies.clear()

    @property
    def session(self) -> str:
        """What the reserved page says of this browser."""
        page = self.open(REGULATION)
        return kind(page) if page.status_code == 200 else ""


@dataclass(slots=True)
class SsoBench:
    """One product behind one provider, under a clock that tests move."""

    behaviour: Behaviour = REFERENCE
    mode: Mode = "delegation"
    authentication: Authentication = "client_secret_basic"
    algorithm: str = "RS256"
    client: SsoClient | None = None
    registered: Client | None = None
    now: datetime = NOW
    platform: PlatformClient | None = None
    platform_transport: PlatformTransport | None = None
    pages: httpx.ASGITransport = field(init=False)
    product: Product = field(init=False)
    provider: Provider = field(init=False)
    store: Store = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __enter__(self) -> Self:
        self._stack.enter_context(self._runner)
        self.store = shared_store().copy()
        self._stack.callback(self.store.close)
        self.provider = self._provider()
        mine = self.client or SsoClient(
            ISSUER, CLIENT, SECRET, mode=self.mode, authentication=self.authentication, algorithm=self.algorithm
        )
        settings = ProductSettings(
            FHIR_BASE,
            AGENDA_BASE,
            lambda: self.now,
            lambda: "id",
            sso=mine,
            sso_transport=lambda: httpx.ASGITransport(self.provider.app),
            platform=self.platform,
            platform_transport=self.platform_transport,
        )
        self.product = create_product(self.store, settings, seed_day(NOW), self.behaviour)
        self.pages = httpx.ASGITransport(self.product.pages)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _provider(self) -> Provider:
        numbers = itertools.count(1)
        client = self.registered or Client(CLIENT, SECRET, (RETURN,), self.authentication, self.algorithm)
        return Provider(
            issuer=ISSUER,
            client=client,
            mode=self.mode,
            clock=lambda: self.now.astimezone(UTC),
            ids=lambda: f"echange-{next(numbers)}",
            keys=ring(self.algorithm),
        )

    def surfer(self) -> Surfer:
        """Another person's browser."""
        client = httpx.AsyncClient(
            transport=self.pages,
            mounts={AGENDA_BASE: self.pages, PLATFORM: httpx.ASGITransport(self.provider.app)},
            follow_redirects=True,
            max_redirects=12,
        )
        self._stack.callback(lambda: self._runner.run(client.aclose()))
        return Surfer(client, self._runner.run)

    def account(self, person: Person, *, active: bool = True, terms: bool = True) -> RegulatorAccount:
        """An account of INT_R02; `terms` tells whether its owner accepted the terms of use."""
        identifier = Identifier(IDNPS_SYSTEM, person.national)
        regulator = Regulator((identifier,), active, person.family, person.given, person.email)
        with self.store.regulators.transaction() as register:
            account = register.add(regulator, _password(), self.now, Uniqueness())
            if terms:
                register.accept_terms(account.id, self.now)
        return account

    def change(self, account: RegulatorAccount, regulator: Regulator) -> None:
        """What INT_R02 does to an account."""
        with self.store.regulators.transaction() as register:
            for settle in self.behaviour.recording:
                regulator = settle(register.get(account.id), regulator)
            register.replace(account.id, regulator, self.now, Uniqueness())

    def stage(self, person: Person | None = PAUL, *knobs: Knob, connected: bool = True) -> None:
        """Who is at the platform from now on."""
        self.provider.stage("scenario", "etape", person, connected=connected, knobs=frozenset(knobs))

    def facts(self, endpoint: str) -> list[Mapping[str, str]]:
        """What the provider noted of the calls to an endpoint since the last time."""
        return [one.facts for one in self.provider.taken() if one.facts.get("endpoint") == endpoint]

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


def kind(page: httpx.Response) -> str:
    """The kind of session that a page shows."""
    found = re.search(r'<body data-session="(\w+)">', page.text)
    return found[1] if found else ""


def main_of(page: httpx.Response) -> str:
    """The attributes of the main element of a page."""
    found = re.search(r"<main ([^>]*)>", page.text)
    return found[1] if found else ""


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: value.replace("&amp;", "&") for name, value in found}
