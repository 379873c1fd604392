"""The agenda pages: read the agenda of a professional or of an SOS Médecins centre, book a slot.

The public URL of an agenda is what `Slot.comment` carries. The platform adds an `origin` parameter to it: somebody who
arrives with it logs in at the platform; anybody else, on the product's own page (aggregation.md §8.1, sso.md §3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor import french
from sas_recette.editor.agenda import AgendaSlot, Appointment, Place, Professional, SlotState
from sas_recette.editor.appointments.book import TAKEN, AppointmentBook, RefusedActionError
from sas_recette.editor.appointments.model import Author, Patient
from sas_recette.editor.asgi import incoming_of
from sas_recette.editor.behaviour import Behaviour, Visitor, through
from sas_recette.editor.normalise import prefixed_rpps, prefixed_structure
from sas_recette.editor.offered import SHOWN, can_be_booked, shown
from sas_recette.editor.rendering import Screens, form_of, redirect, terms_first, to_login
from sas_recette.editor.sessions import Right, Session
from sas_recette.editor.sso.pages import SsoPages
from sas_recette.editor.store import Store
from sas_recette.editor.targets import APPOINTMENTS, root_of

_NAME_LIMIT: Final = 100

Owner = Professional | Place
"""Whose agenda a page shows."""


@dataclass(frozen=True, slots=True)
class AgendaPages:
    """The agendas of one store; `prepare` runs before each page, with the clock's instant."""

    store: Store
    clock: Callable[[], datetime]
    prepare: Callable[[datetime], None]
    behaviour: Behaviour
    screens: Screens
    sso: SsoPages
    appointments: AppointmentBook

    def routes(self) -> list[Route]:
        """The addresses of agendas, and of bookings."""
        return [
            Route("/ps/{slug}", self.agenda, methods=["GET"]),
            Route("/ps/{slug}/reservations", self.book, methods=["POST"]),
            Route("/pfg/{slug}", self.agenda, methods=["GET"]),
            Route("/pfg/{slug}/reservations", self.book, methods=["POST"]),
        ]

    async def agenda(self, request: Request) -> Response:
        """The agenda of a professional or of a centre, for whoever is logged in."""
        for refuse in self.behaviour.page:
            if status := refuse(incoming_of(request.scope)):
                return self.screens.message(request, status, "Page indisponible", "Cette adresse n’est pas comprise.")
        session = await self.screens.session(request)
        if self.sso.concerned(request, session):
            return await self.sso.start(request)
        visitor = through(self.behaviour.visitor, session.visitor if session else self.sso.guest(request))
        if visitor is None:
            return to_login(request)
        if (first := terms_first(request, session)) is not None:
            return first
        owner = await run_in_threadpool(self._owner, request)
        if owner is None:
            return await self.missing(request, LookupError())
        return await self._agenda_of(request, owner, session, visitor)

    async def _agenda_of(self, request: Request, owner: Owner, session: Session | None, visitor: Visitor) -> Response:
        return self.screens.page(
            request,
            "agenda.html",
            session=session,
            title=_title(owner),
            national=_national(owner),
            place=owner.centre.name if isinstance(owner, Place) and owner.centre is not None else "",
            page=request.url.path,
            chosen=request.query_params.get("creneau", ""),
            reader=visitor,
            books=session is not None and (session.may(Right.BOOK) or session.may(Right.REGULATE)),
            for_patient=session is not None and session.may(Right.REGULATE),
            booked=request.query_params.get("reservation") == "faite",
            slots=await run_in_threadpool(self._slots, owner, self.clock(), session),
            walkin=Appointment.WALKIN,
            consultations=french.CONSULTATIONS,
            visibilities=french.VISIBILITIES,
        )

    async def book(self, request: Request) -> Response:
        """Book a slot: it is no longer free, here nor in the next search. A regulator books for a patient."""
        session = await self.screens.session(request)
        if session is None:
            return to_login(request)
        if (first := terms_first(request, session)) is not None:
            return first
        form = await form_of(request)
        if not session.accepts(form.get("jeton", "")):
            return self._refused(request, 403, "Le formulaire a expiré, rechargez l’agenda.", session)
        regulates = session.may(Right.REGULATE)
        if not regulates and not session.may(Right.BOOK):
            return self._refused(request, 403, "Votre session ne permet pas de réserver un créneau.", session)
        family, given = (" ".join(form.get(name, "").split()) for name in ("nom", "prenom"))
        if (regulates and not (family and given)) or max(len(family), len(given)) > _NAME_LIMIT:
            return self._refused(request, 400, "Indiquez le nom et le prénom du patient.", session)
        owner = await run_in_threadpool(self._owner, request)
        wanted = form.get("creneau", "")
        if owner is None or not await run_in_threadpool(self._bookable, owner, wanted, session):
            return self._refused(request, 409, TAKEN, session)
        page = f"{request.url.path.removesuffix('/reservations')}?reservation=faite"
        slot = through(self.behaviour.booking, wanted)
        if not slot:
            return redirect(page)
        author = Author(session.visitor.login, session.account if regulates else "")
        try:
            held = await run_in_threadpool(self.appointments.book, slot, author, Patient(family, given))
        except RefusedActionError as error:
            return self._refused(request, 409, str(error), session)
        printed = f"{root_of(request)}{APPOINTMENTS}/{held.number}/confirmation?reservation=faite"
        return redirect(printed if regulates else page)

    async def missing(self, request: Request, error: Exception) -> Response:
        """An address that leads nowhere."""
        status = getattr(error, "status_code", 404)
        session = await self.screens.session(request)
        return self.screens.message(
            request, status, "Page introuvable", "Aucun agenda à cette adresse.", session=session
        )

    def _refused(self, request: Request, status: int, message: str, session: Session) -> Response:
        return self.screens.message(request, status, "Réservation impossible", message, session=session)

    def _owner(self, request: Request) -> Owner | None:
        slug: str = request.path_params["slug"]
        if request.url.path.startswith(f"{root_of(request)}/pfg/"):
            return self.store.centre_by_slug(slug)
        return self.store.professional_by_slug(slug)

    def _bookable(self, owner: Owner, slot_id: str, session: Session) -> bool:
        states = [SlotState.FREE] if self.appointments.policy.exclusive else [SlotState.FREE, SlotState.BUSY]
        slots = self._slots(owner, self.clock(), session, states)
        return any(slot.id == slot_id and can_be_booked(slot) for slot in slots)

    def _slots(
        self, owner: Owner, now: datetime, session: Session | None, states: Sequence[SlotState] = (SlotState.FREE,)
    ) -> tuple[AgendaSlot, ...]:
        """The free slots: all that are not private, or only those that the platform is offered too."""
        self.prepare(now)
        window = (now, now + SHOWN, states)
        if isinstance(owner, Professional):
            slots = self.store.slots([owner], *window)
        else:
            slots = self.store.centre_slots(owner, *window)
        return shown(slots, everything=session is None or not session.may(Right.REGULATE))


def _title(owner: Owner) -> str:
    if isinstance(owner, Professional):
        return f"Agenda de {owner.given} {owner.family}"
    return f"Agenda du lieu «\u00a0{owner.centre.name if owner.centre is not None else owner.id}\u00a0»"


def _national(owner: Owner) -> str:
    """The prefixed national identifier of the professional, or of the association that a centre belongs to."""
    if isinstance(owner, Professional):
        return prefixed_rpps(owner.rpps)
    structure = owner.structure
    return "" if structure is None else prefixed_structure(structure.identifier_kind, structure.identifier)
