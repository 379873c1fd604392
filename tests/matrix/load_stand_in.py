"""The reference editor under load, without a network and in virtual time: searches overlap as long as their answers take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Incoming, Resource
from sas_recette.editor.product import DailySlots
from sas_recette.editor.seed import seed_day
from sas_recette.editor.slot_search import SlotSearch
from sas_recette.editor.store import Store
from sas_recette.editor.traffic import Traffic
from sas_recette.engine.means import Means
from sas_recette.exchange.model import Fault, FaultKind, Request
from sas_recette.platform.load.firing import Landed
from sas_recette.platform.load.profile import Order
from sas_recette.platform.transport import Limits
from tests.matrix.stand_in import (
    AGENDA_BASE,
    BUNDLE_ID,
    FHIR_BASE,
    NOW,
    SECONDS,
    incoming_from,
    response_of,
    store_at,
)
from tests.virtual_time import run_at_once

_ALLOWED: Final = Limits().total_timeout


@dataclass(frozen=True, slots=True)
class _Remembering(SlotSearch):
    """A search that was made once already gives the same answer: the clock stands still."""

    known: dict[str, Resource] = field(default_factory=dict)

    def answer(self, incoming: Incoming) -> Resource:
        if incoming.query not in self.known:
            self.known[incoming.query] = SlotSearch.answer(self, incoming)
        return self.known[incoming.query]


class LoadStandIn:
    """A sender to one version of the reference editor, whose store may be shared: searches only read it."""

    def __init__(self, behaviour: Behaviour, store: Store | None = None) -> None:
        known = store or store_at(NOW)
        search = _Remembering(known, FHIR_BASE, AGENDA_BASE, lambda: BUNDLE_ID, behaviour)
        self._service = FhirService(search, lambda: NOW, DailySlots(known, seed_day(NOW)).prepare)
        self._traffic = Traffic()

    async def send(self, request: Request, *, whole: bool) -> Landed:
        loop = asyncio.get_running_loop()
        with self._traffic.admitted(incoming_from(request)) as incoming:
            reply = self._service.handle(incoming)
            seconds = SECONDS[reply.pace]
            await asyncio.sleep(min(seconds, _ALLOWED))
        if seconds >= _ALLOWED:
            return Landed(fault=Fault(FaultKind.TIMEOUT, "receive", "délai de 7\u00a0s dépassé"))
        return Landed(response_of(reply), first_byte=loop.time(), size=len(reply.body))


def means(sender: LoadStandIn, order: Order | None = None) -> Means:
    """What sends a load to it at once."""

    @asynccontextmanager
    async def connections() -> AsyncIterator[LoadStandIn]:
        yield sender

    return Means(connections, run_at_once, order or Order())
