"""The reference editor asked without a network: what the platform's transport would record, under a frozen clock.

A request is read as the ASGI layer reads it and a reply gets the headers that it would put on it. Durations are those of a
loopback for a prompt reply and those of the editor's settings for a slow one; past the platform's patience there is a
time-out. The same search always gives the same exchange, id included, so that nothing is asked or judged twice; accounts
are another matter: each version of the product has its own, and is asked every time.

The platform's clock and the candidate's are two: the data of the reference editor follow its own.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from urllib.parse import unquote

from sas_recette.editor.accounts.seed import inherit_accounts
from sas_recette.editor.accounts.service import BODY_LIMIT
from sas_recette.editor.asgi import incoming_of
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Incoming, Pace, Reply
from sas_recette.editor.product import DailySlots
from sas_recette.editor.seed import seed_day
from sas_recette.editor.slot_search import SlotSearch
from sas_recette.editor.store import Store
from sas_recette.editor.traffic import Traffic
from sas_recette.exchange.model import Exchange, Fault, FaultKind, Request, Response, Timings
from sas_recette.platform.transport import Limits
from tests.editor.reading_store import ReadingStore

NOW: Final = datetime.fromisoformat("2026-06-16T10:12:00+02:00")
FHIR_BASE: Final = "https://editeur.example/fhir"
AGENDA_BASE: Final = "https://agenda.editeur.example"
BUNDLE_ID: Final = "5b1d7e7c-2a0f-4f57-9a52-6f2f4c6f0a11"

SECONDS: Final[Mapping[Pace, float]] = {Pace.PROMPT: 0.02, Pace.SLUGGISH: 1.2, Pace.STALLED: 8.0}


@cache
def store_at(now: datetime) -> Store:
    return ReadingStore(now)


def _service(behaviour: Behaviour, now: datetime, store: Store) -> FhirService:
    search = SlotSearch(store, FHIR_BASE, AGENDA_BASE, lambda: BUNDLE_ID, behaviour)
    return FhirService(search, lambda: now, DailySlots(store, seed_day(now)).prepare)


def _service_of_accounts(behaviour: Behaviour, now: datetime) -> tuple[FhirService, Store]:
    store = Store()
    inherit_accounts(store.regulators, now, password="")
    return _service(behaviour, now, store), store


@dataclass(slots=True, weakref_slot=True)
class StandIn:
    """A sender to one version of the reference editor. Thread-safe.

    `now` is the platform's clock; the editor's own is `ahead` of it, or behind when negative. `store` holds its data, where it
    is not the one that all the versions of the product are searched in; when it `moves`, each search is asked anew.
    """

    behaviour: Behaviour
    now: datetime = NOW
    ahead: timedelta = timedelta(0)
    store: Store | None = None
    moves: bool = False
    _service: FhirService = field(init=False)
    _accounts: FhirService | None = field(init=False, default=None)
    _sent: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _known: dict[tuple[str, str], Exchange] = field(default_factory=dict)
    _traffic: Traffic = field(default_factory=Traffic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        now = self.now + self.ahead
        self._service = _service(self.behaviour, now, self.store or store_at(now))
        if self.store is not None:
            self._accounts = self._service

    def send(
        self,
        request: Request,
        *,
        scenario: str,
        step: str,
        exchange_id: str | None = None,
        limits: Limits | None = None,
    ) -> Exchange:
        """The exchange of a request, in the name of whoever asks."""
        accept = next(value for name, value in request.headers if name == "Accept")
        with self._lock:
            if request.path == f"{FHIR_BASE}/Practitioner":
                exchange = self._exchange(self._regulators(), request, limits or Limits())
                return replace(exchange, scenario=scenario, step=step)
            if self.moves or (request.url, accept) not in self._known:
                exchange = self._exchange(self._service, request, limits or Limits())
                self._known[request.url, accept] = exchange
            return replace(self._known[request.url, accept], scenario=scenario, step=step)

    def _regulators(self) -> FhirService:
        if self._accounts is None:
            self._accounts, store = _service_of_accounts(self.behaviour, self.now + self.ahead)
            weakref.finalize(self, store.close)
        return self._accounts

    def _exchange(self, service: FhirService, request: Request, limits: Limits) -> Exchange:
        with self._traffic.admitted(incoming_from(request)) as incoming:
            reply = service.handle(incoming)
        seconds = SECONDS[reply.pace]
        exchange = Exchange(f"x{next(self._sent)}", "", "", self.now, request)
        if seconds >= limits.total_timeout:
            allowed = f"{limits.total_timeout:g}".replace(".", ",")
            fault = Fault(FaultKind.TIMEOUT, "receive", f"délai de {allowed}\u00a0s dépassé")
            return replace(exchange, fault=fault, timings=Timings(whole=limits.total_timeout * 1000))
        spent = seconds * 1000
        return replace(exchange, response=response_of(reply), timings=Timings(1.0, 4.0, spent, spent, spent + 5.0))


def incoming_from(request: Request) -> Incoming:
    """A request of the platform as the ASGI layer of the editor reads it."""
    accept = next(value for name, value in request.headers if name == "Accept")
    return incoming_of(_scope(request, accept), request.body[: BODY_LIMIT + 1])


def _scope(request: Request, accept: str) -> Mapping[str, object]:
    types = [value for name, value in request.headers if name == "Content-Type"]
    return {
        "method": request.method,
        "path": unquote(request.path.removeprefix(FHIR_BASE)),
        "query_string": request.query.encode("ascii"),
        "headers": [(b"accept", accept.encode()), *((b"content-type", one.encode()) for one in types)],
    }


def response_of(reply: Reply) -> Response:
    headers = (("content-type", reply.content_type), *reply.headers, ("content-length", str(len(reply.body))))
    return Response(reply.status, headers, reply.body)
