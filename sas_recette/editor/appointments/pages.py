"""The pages of an appointment: its state and what can be done with it, and the confirmation that the patient is given.

The practice sees every appointment, a regulator those that he or she booked. This product sends no message: the
confirmation is printed, or read out, by whoever books; it holds the link by which the patient cancels (RDV-049).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.agenda import AgendaSlot, Professional, SlotState
from sas_recette.editor.appointments.book import TAKEN, AppointmentBook, RefusedActionError
from sas_recette.editor.appointments.french import DONE, STATUSES
from sas_recette.editor.appointments.messages import Queued
from sas_recette.editor.appointments.model import Appointment, Event, Practitioner
from sas_recette.editor.normalise import prefixed_rpps
from sas_recette.editor.offered import SHOWN, can_be_booked, shown
from sas_recette.editor.rendering import Screens, form_of, redirect, terms_first, to_login
from sas_recette.editor.sessions import Right, Session
from sas_recette.editor.store import Store
from sas_recette.editor.targets import APPOINTMENTS, MANAGEMENT, root_of

EVENTS: Final[Mapping[str, Event]] = {
    "deplacement": Event.MOVED,
    "praticien": Event.REPLACED,
    "acceptation": Event.CONFIRMED,
    "annulation": Event.CANCELLED,
    "venue": Event.HONOURED,
    "absence": Event.ABSENT,
}
_OF_REGULATORS: Final = frozenset({Event.MOVED, Event.CANCELLED})
_ELSEWHERE: Final = "Ce rendez-vous n’existe pas, ou n’est pas de ceux que vous gérez."


@dataclass(frozen=True, slots=True)
class AppointmentPages:
    """The appointments of one store, for those who are logged in; `address` is where the product is."""

    store: Store
    clock: Callable[[], datetime]
    prepare: Callable[[datetime], None]
    screens: Screens
    book: AppointmentBook
    address: str

    def routes(self) -> list[Route]:
        """Their addresses."""
        one = f"{APPOINTMENTS}/{{number:int}}"
        return [
            Route(one, self.show, methods=["GET"]),
            Route(f"{one}/confirmation", self.confirmation, methods=["GET"]),
            Route(f"{one}/{{action}}", self.act, methods=["POST"]),
            Route(f"{MANAGEMENT}/envois/{{number:int}}", self.send_again, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """An appointment, and what its reader can do with it."""
        session, held = await self._held(request)
        if isinstance(held, Response):
            return held
        manages = session is not None and session.may(Right.MANAGE)
        allowed = {event for event in EVENTS.values() if held.allows(event) and (manages or event in _OF_REGULATORS)}
        done = EVENTS.get(request.query_params.get("fait", ""))
        return self.screens.page(
            request,
            "rendez_vous.html",
            session=session,
            appointment=held,
            state=STATUSES[held.status],
            done=DONE.get(done, "") if done is not None else "",
            allowed={slug: event in allowed for slug, event in EVENTS.items()},
            slots=await run_in_threadpool(self._slots, held, session) if Event.MOVED in allowed else (),
            people=await run_in_threadpool(self._people, held) if Event.REPLACED in allowed else (),
            messages=await run_in_threadpool(self._messages, held) if manages else (),
        )

    async def confirmation(self, request: Request) -> Response:
        """What the patient is given: when, where, with whom, and how to cancel."""
        session, held = await self._held(request)
        if isinstance(held, Response):
            return held
        booked = request.query_params.get("reservation") == "faite"
        return self.screens.page(
            request,
            "confirmation.html",
            session=session,
            appointment=held,
            state=STATUSES[held.status],
            address=self.address,
            booked=booked,
        )

    async def act(self, request: Request) -> Response:
        """Something that happens to an appointment, then its page."""
        session, held = await self._held(request)
        if isinstance(held, Response) or session is None:
            return held if isinstance(held, Response) else to_login(request)
        event = EVENTS.get(request.path_params["action"])
        if event is None:
            return self._refused(request, 404, _ELSEWHERE, session)
        form = await form_of(request)
        if not session.accepts(form.get("jeton", "")):
            return self._refused(request, 403, "Le formulaire a expiré, rechargez la page.", session)
        if not session.may(Right.MANAGE) and event not in _OF_REGULATORS:
            return self._refused(request, 403, "Votre session ne le permet pas.", session)
        try:
            await run_in_threadpool(self._act, held, event, form, session)
        except RefusedActionError as error:
            return self._refused(request, 409, str(error), session)
        return redirect(f"{root_of(request)}{APPOINTMENTS}/{held.number}?fait={request.path_params['action']}")

    async def send_again(self, request: Request) -> Response:
        """Have a message sent that the platform refused."""
        session = await self.screens.session(request)
        if session is None:
            return to_login(request)
        form = await form_of(request)
        if not (session.may(Right.MANAGE) and session.accepts(form.get("jeton", ""))):
            return self._refused(request, 403, "Votre session ne le permet pas.", session)
        await run_in_threadpool(self.book.send_again, request.path_params["number"])
        return redirect(root_of(request) + MANAGEMENT)

    async def _held(self, request: Request) -> tuple[Session | None, Appointment | Response]:
        """Who asks, and the appointment of the address; or what is answered to somebody who may not see it."""
        session = await self.screens.session(request)
        if session is None:
            return None, to_login(request)
        if (first := terms_first(request, session)) is not None:
            return session, first
        held = await run_in_threadpool(self._get, request.path_params["number"])
        if held is None or not _sees(session, held):
            return session, self._refused(request, 404, _ELSEWHERE, session)
        return session, held

    def _get(self, number: int) -> Appointment | None:
        with self.store.appointments.transaction() as ledger:
            return ledger.get(number)

    def _act(self, held: Appointment, event: Event, form: Mapping[str, str], session: Session) -> None:
        match event:
            case Event.MOVED:
                self.book.move(held.number, self._slot(held, form.get("creneau", ""), session))
            case Event.REPLACED:
                self.book.entrust(held.number, self._practitioner(held, form.get("praticien", "")))
            case _:
                self.book.settle(held.number, event)

    def _slot(self, held: Appointment, start: str, session: Session) -> str:
        """The id of the free slot of the same agenda that starts then."""
        for slot in self._slots(held, session):
            if slot.start.isoformat() == start:
                return slot.id
        raise RefusedActionError(TAKEN)

    def _practitioner(self, held: Appointment, identifier: str) -> Practitioner:
        for person in self._people(held):
            if person.identifier == identifier:
                return person
        raise RefusedActionError("Choisissez un praticien de la liste.")

    def _slots(self, held: Appointment, session: Session | None) -> tuple[AgendaSlot, ...]:
        """Where an appointment can be moved to."""
        now = self.clock()
        self.prepare(now)
        slots = self.store.agenda_slots(held.agenda, now, now + SHOWN, [SlotState.FREE])
        everything = session is not None and session.may(Right.MANAGE)
        return tuple(filter(can_be_booked, shown(slots, everything=everything)))

    def _people(self, held: Appointment) -> tuple[Practitioner, ...]:
        """Who else can honour an appointment, in the order of names."""
        known = sorted(self.store.professionals(), key=lambda person: (person.family, person.given))
        people = map(_as_practitioner, known)
        return tuple(one for one in people if one != held.practitioner)

    def _messages(self, held: Appointment) -> tuple[Queued, ...]:
        with self.store.appointments.transaction() as ledger:
            return ledger.messages.of(held)

    def _refused(self, request: Request, status: int, message: str, session: Session) -> Response:
        return self.screens.message(request, status, "Action impossible", message, session=session)


def _sees(session: Session, held: Appointment) -> bool:
    mine = bool(session.account) and held.author.account == session.account
    return session.may(Right.MANAGE) or (session.may(Right.REGULATE) and mine)


def _as_practitioner(person: Professional) -> Practitioner:
    return Practitioner(prefixed_rpps(person.rpps), f"{person.given} {person.family}")
