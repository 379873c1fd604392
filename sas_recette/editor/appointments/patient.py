"""The page where the patient cancels: its address is the secret that the confirmation holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.appointments.book import AppointmentBook, RefusedActionError
from sas_recette.editor.appointments.french import DONE, STATUSES
from sas_recette.editor.appointments.model import Appointment, Event
from sas_recette.editor.rendering import Screens

_NOWHERE: Final = "Ce lien ne correspond à aucun rendez-vous."
_ADVICE: Final = "Vérifiez l’adresse, ou appelez le cabinet."


@dataclass(frozen=True, slots=True)
class PatientPages:
    """What a patient sees, without any account: the appointment of a link, and how to cancel it."""

    screens: Screens
    book: AppointmentBook

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/annulation/{secret}", self.show, methods=["GET"]),
            Route("/annulation/{secret}", self.cancel, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The appointment, and the button that cancels it."""
        return await self._page(request, done=False)

    async def cancel(self, request: Request) -> Response:
        """Cancel it: the slot is free again, and whoever booked is told as for any other cancellation."""
        held = await run_in_threadpool(self._held, request.path_params["secret"])
        if held is not None:
            try:
                await run_in_threadpool(self.book.settle, held.number, Event.CANCELLED)
            except RefusedActionError:
                return await self._page(request, done=False, status=409)
        return await self._page(request, done=True)

    async def _page(self, request: Request, *, done: bool, status: int = 200) -> Response:
        held = await run_in_threadpool(self._held, request.path_params["secret"])
        if held is None:
            return self.screens.message(request, 404, "Page introuvable", _NOWHERE, advice=_ADVICE)
        return self.screens.page(
            request,
            "annulation.html",
            status,
            appointment=held,
            state=STATUSES[held.status],
            done=DONE[Event.CANCELLED] if done else "",
            cancellable=held.allows(Event.CANCELLED),
        )

    def _held(self, secret: str) -> Appointment | None:
        with self.book.store.transaction() as ledger:
            return ledger.with_secret(secret)
