"""The reference editor whole, without a network: its FHIR endpoint, its pages, and the platform that it logs in through."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sas_recette.cli import reference_driver
from sas_recette.cli.reference import candidate_document
from sas_recette.cli.reference_appointments import declared
from sas_recette.cli.reference_driver import Pilote
from sas_recette.cli.reference_sso import CLIENT_ID, ORIGIN, issuer_at, local_account, sso_pages
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS
from sas_recette.editor.behaviour import Behaviour, through
from sas_recette.editor.passwords import hash_password
from sas_recette.editor.product import ProductSettings, create_product, fill
from sas_recette.editor.seed import seed_day
from sas_recette.editor.sso.client import Mode, SsoClient
from sas_recette.editor.store import Store
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.person import Person
from sas_recette.engine.stage import Patience, Stage
from sas_recette.platform.browser import Browser
from sas_recette.platform.identity.keys import KeyRing, SigningKey, new_key
from sas_recette.platform.identity.person import Client
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.inbox.inbox import Inbox
from tests.matrix.asking import App, asked
from tests.matrix.platform_inbox import PLATFORM, Clock, ToTheInbox, inbox_of
from tests.matrix.scripted import ScriptedBrowser
from tests.matrix.stand_in import AGENDA_BASE, FHIR_BASE, NOW, StandIn

SECRET: Final = "secret-de-la-matrice"
PASSWORD: Final = "mot-de-passe-de-la-matrice"

_TOO_LONG: Final = 30.0
"""Seconds after which a regulator was told nothing for too long (SSO-054)."""


@dataclass(frozen=True, slots=True)
class StageOf:
    """A stage whose parts are all there."""

    provider: Provider
    browser: Browser
    inbox: Inbox
    driver: object | None = None
    person: Any = None
    patience: Patience = field(default_factory=Patience)
    lane: str = ""

    def alone(self) -> AbstractContextManager[None]:
        """See the protocol: nobody else is there."""
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Whole:
    """A version of the reference editor, as `campaign` plays with it."""

    sender: StandIn
    candidate: Candidate
    stage: Stage
    clock: Clock


@contextmanager
def whole_editor(
    behaviour: Behaviour,
    folder: Path,
    mode: Mode = "delegation",
    *,
    moves: bool = False,
    sso: Mapping[str, str] | None = None,
    person: Callable[[ScriptedBrowser], Person] | None = None,
    issuer_of_clients: str = "CN=AUTORITE",
) -> Iterator[Whole]:
    """A version of the product with a store of its own; `folder` takes the secrets that its candidate file names.

    `sso` is declared besides in `[sso]`; with `moves`, what is booked shows in the next search. `person` acts in the
    place of the driver. `issuer_of_clients` issued the product’s certificate.
    """
    issuer, host = issuer_at(8445, mode), urlsplit(issuer_at(8445, mode)).netloc
    clock = Clock()
    provider = Provider(
        issuer=issuer,
        client=Client(CLIENT_ID, SECRET, (f"{AGENDA_BASE}/sso/retour",)),
        mode=mode,
        clock=clock,
        ids=_numbered("sas"),
        pause=_at_once,
        keys=KeyRing("RS256", _from_the_pool()),
    )
    store = _filled().copy()
    inbox = inbox_of(clock)
    settings = ProductSettings(
        FHIR_BASE,
        AGENDA_BASE,
        clock,
        _numbered("id"),
        platform=PLATFORM,
        platform_transport=lambda: ToTheInbox(
            inbox, through(behaviour.appointments, REFERENCE_APPOINTMENTS), issuer_of_clients
        ),
        sso=SsoClient(issuer, CLIENT_ID, SECRET, mode=mode, origins=(ORIGIN,)),
        sso_transport=lambda: _ToThePlatform(provider),
    )
    product = create_product(store, settings, seed_day(NOW), behaviour)
    inbox.outbox = product.outbox
    apps = {urlsplit(AGENDA_BASE).netloc: _impatient(product.pages), host: provider.app}
    try:
        with _in_one_thread(), ScriptedBrowser(apps, clock, _numbered("nav")) as browser:
            somebody = person(browser) if person is not None else None
            candidate = _candidate(issuer, mode, folder, sso or {}, "person" if somebody else "driver")
            stage = StageOf(provider, browser, inbox, Pilote(), somebody)
            yield Whole(StandIn(behaviour, store=store, moves=moves), candidate, stage, clock)
    finally:
        store.close()


@contextmanager
def _in_one_thread() -> Iterator[None]:
    """What the product leaves to threads is done at once: nobody else asks, and a thread costs more than its task."""

    async def at_once(call: Callable[..., Any], *arguments: object, **_: object) -> object:
        return call(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anyio.to_thread.run_sync", at_once)
        patch.setenv(reference_driver.PASSWORD, PASSWORD)
        yield


def _numbered(what: str) -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{what}-{next(numbers):04d}"


@cache
def _filled() -> Store:
    store = Store()
    fill(store, NOW, hash_password(PASSWORD, cost=16))
    return store


@cache
def _pool() -> tuple[SigningKey, ...]:
    return tuple(new_key("RS256") for _ in range(4))


def _from_the_pool() -> Callable[[str], SigningKey]:
    keys = itertools.cycle(_pool())
    return lambda _: next(keys)


def _candidate(issuer: str, mode: Mode, folder: Path, more: Mapping[str, str], booking: str) -> Candidate:
    secret, password = folder / "secret.txt", folder / "mot-de-passe.txt"
    secret.write_text(SECRET, "utf-8")
    password.write_text(PASSWORD, "utf-8")
    sso: dict[str, Any] = {
        "mode": mode,
        "issuer": issuer,
        "certificate": "plateforme.pem",
        "key": "plateforme.key",
        "client_id": CLIENT_ID,
        "client_secret_file": str(secret),
        "driver": "pilote.py:Pilote",
        **sso_pages(AGENDA_BASE),
        "local": local_account(AGENDA_BASE) | {"password_file": str(password)},
        **more,
    }
    appointments = _APPOINTMENTS | {"booking": booking}
    for name in _FAULTY:
        (folder / name).touch()
    return validate_candidate(candidate_document(FHIR_BASE, {"folder": str(folder)}, NOW, sso, appointments), "matrix")


_FAULTY: Final = ("serveur-expire.pem", "serveur-mauvais-nom.pem")
"""What tells that the platform has bad certificates to show; without TLS nobody reads them."""


_APPOINTMENTS: Final = {
    "base_url": PLATFORM.base_url,
    "certificate": "plateforme.pem",
    "key": "plateforme.key",
    "client_ca": "autorites.pem",
    **declared(),
    "window": 600,
    "attendance_window": 600,
    "silence": 60,
}


class _SilenceError(Exception):
    """A silent server, for a client that would wait longer than the regulator."""


async def _at_once(_: float) -> None:
    """The platform's silence, without its length: what it says in the end stands for it."""


def _impatient(pages: App) -> App:
    """The same pages, for a browser that stops waiting when they do not."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await pages(scope, receive, send)
        except _SilenceError as error:
            raise TimeoutError from error

    return app


class _ToThePlatform(httpx.AsyncBaseTransport):
    """The way of the back channel; there is no TLS here, only what becomes of a client that checks certificates."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._provider.untrusted:
            raise httpx.ConnectError("certificate verify failed: self-signed certificate")
        headers = [(name.lower(), value) for name, value in request.headers.multi_items()]
        answer = await asked(self._provider.app, request.method, str(request.url), headers, await request.aread())
        if answer.status == httpx.codes.GATEWAY_TIMEOUT:
            if (request.extensions["timeout"]["read"] or _TOO_LONG) >= _TOO_LONG:
                raise _SilenceError
            raise httpx.ReadTimeout("la plateforme se tait")
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)
