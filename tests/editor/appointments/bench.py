"""The product with its pages, its log-in and a platform that hears of appointments, without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.platform import PlatformClient
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.product import ACCOUNT_LOGIN
from sas_recette.editor.store import Account
from sas_recette.platform.identity.person import Person
from tests.editor.bench import AGENDA_BASE
from tests.editor.sso_bench import LISE, PAUL, STAFF_PASSWORD, SsoBench, Surfer, hidden

BASE: Final = "https://sas.example/fhir"
PLATFORM: Final = PlatformClient(BASE, Path("absent.pem"), Path("absent.key"))
PS: Final = f"{AGENDA_BASE}/ps/joelle-kermarec"
CPTS: Final = f"{AGENDA_BASE}/ps/loic-astree"
SOS: Final = f"{AGENDA_BASE}/pfg/iroise-est"
MANAGEMENT: Final = f"{AGENDA_BASE}/gestion"
REGULATION: Final = f"{AGENDA_BASE}/regulation"
START: Final = "2026-06-17T09:00:00+02:00"
LATER: Final = "2026-06-18T15:00:00+02:00"


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came."""

    method: str
    path: str
    query: str
    headers: httpx.Headers
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.raw)
        return document

    @property
    def identifier(self) -> str:
        [one] = self.body["identifier"]
        return f"{one['system']}|{one['value']}"


Answer = httpx.Response | Exception


@dataclass(slots=True)
class Platform:
    """Records every message; answers what it is told to, then as it should."""

    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path, query = request.url.path.removeprefix("/fhir"), request.url.query.decode()
        self.received.append(Received(request.method, path, query, request.headers, request.read()))
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        created = request.method == "POST"
        return httpx.Response(201 if created else 200, headers={"location": f"{BASE}/Appointment/{len(self.received)}"})

    @property
    def last(self) -> dict[str, Any]:
        return self.received[-1].body

    @property
    def told(self) -> list[str]:
        return [f"{one.method} {one.body['status']}" for one in self.received]


@dataclass(slots=True)
class Desk:
    """Somebody's acts in the product, and what the platform hears of them."""

    bench: SsoBench
    platform: Platform

    def account(self, person: Person = PAUL) -> RegulatorAccount:
        return self.bench.account(person)

    def regulator(self, page: str = PS, person: Person = PAUL) -> Surfer:
        """A regulator who came to an agenda by the platform."""
        self.bench.stage(person)
        surfer = self.bench.surfer()
        surfer.open(f"{page}?origin=sas")
        return surfer

    def staff(self) -> Surfer:
        surfer = self.bench.surfer()
        form = {"identifiant": ACCOUNT_LOGIN, "mot_de_passe": STAFF_PASSWORD, "suite": "/gestion"}
        assert surfer.send(f"{AGENDA_BASE}/connexion", form).status_code == 200
        return surfer

    def book(
        self, surfer: Surfer, page: str = PS, start: str = START, family: str = "Durand", given: str = "Zoé"
    ) -> httpx.Response:
        shown = surfer.open(page)
        slots = re.findall(r'<li id="([^"]+)".*?<time datetime="([^"]+)">', shown.text, re.DOTALL)
        [slot] = [name for name, moment in slots if moment == start]
        form = {"jeton": hidden(shown)["jeton"], "creneau": slot, "nom": family, "prenom": given}
        return surfer.send(f"{page}/reservations", form)

    def act(self, surfer: Surfer, action: str, number: int = 1, **fields: str) -> httpx.Response:
        page = surfer.open(f"{AGENDA_BASE}/rendez-vous/{number}")
        token = {"jeton": hidden(page)["jeton"]}
        return surfer.send(f"{AGENDA_BASE}/rendez-vous/{number}/{action}", token | fields)

    def free(self, page: str) -> list[str]:
        """The free slots of an agenda, by their start, as the practice sees them."""
        return re.findall(r'<button type="submit" data-debut="([^"]+)"', self.staff().open(page).text)

    @property
    def outbox(self) -> Outbox:
        assert self.bench.product.outbox is not None
        return self.bench.product.outbox

    def wait(self, seconds: float) -> None:
        self.bench.now += timedelta(seconds=seconds)
        self.outbox.flush(self.bench.now)


@contextmanager
def desk(behaviour: Behaviour = REFERENCE, *answers: Answer) -> Iterator[Desk]:
    """A product whose staff and regulators have accounts; `answers` are the platform's first."""
    platform = Platform([*answers])
    transport = httpx.MockTransport(platform.handle)
    with SsoBench(behaviour, platform=PLATFORM, platform_transport=lambda: transport) as bench:
        account = bench.account(PAUL)
        bench.account(LISE)
        bench.store.add_account(Account(ACCOUNT_LOGIN, account.password, "Accueil"))
        yield Desk(bench, platform)
