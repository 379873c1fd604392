"""The agenda pages: log in, read the agenda of a professional or of an SOS Médecins centre, book a slot.

The public URL of an agenda is what `Slot.comment` carries. The platform adds an `origin` parameter to it; somebody who
arrives without a session logs in first, and finds the agenda, and that parameter, afterwards (aggregation.md §8.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sas_recette.editor import french
from sas_recette.editor.agenda import AgendaSlot, Appointment, Place, Professional, SlotState
from sas_recette.editor.asgi import incoming_of
from sas_recette.editor.behaviour import Behaviour, Visitor, through
from sas_recette.editor.passwords import password_matches
from sas_recette.editor.sessions import Session, Sessions
from sas_recette.editor.store import Store

COOKIE: Final = "agenda_session"
_AGENDAS: Final = ("/ps/", "/pfg/")
_SHOWN: Final = timedelta(days=14)
_BODY_LIMIT: Final = 16_384

Owner = Professional | Place
"""Whose agenda a page shows."""

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_TEMPLATES: Final = Environment(
    loader=PackageLoader("sas_recette.editor"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.filters.update(long_date=french.long_date, hour=french.hour)


@dataclass(frozen=True, slots=True)
class AgendaPages:
    """The pages over one store; `prepare` runs before each page, with the clock's instant."""

    store: Store
    clock: Callable[[], datetime]
    prepare: Callable[[datetime], None]
    behaviour: Behaviour
    sessions: Sessions = field(default_factory=Sessions)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/connexion", self.login_form, methods=["GET"]),
                Route("/connexion", self.login, methods=["POST"]),
                Route("/deconnexion", self.logout, methods=["POST"]),
                Route("/ps/{slug}", self.agenda, methods=["GET"]),
                Route("/ps/{slug}/reservations", self.book, methods=["POST"]),
                Route("/pfg/{slug}", self.agenda, methods=["GET"]),
                Route("/pfg/{slug}/reservations", self.book, methods=["POST"]),
            ],
            exception_handlers={404: self.missing, 405: self.missing},
        )

    async def login_form(self, request: Request) -> Response:
        """The log-in page."""
        return _page(request, "connexion.html", suite=_local_target(request, request.query_params.get("suite", "")))

    async def login(self, request: Request) -> Response:
        """Open a session, then go where the visitor wanted to go."""
        form = await _form(request)
        target = _local_target(request, form.get("suite", ""))
        account = await run_in_threadpool(self.store.account, form.get("identifiant", ""))
        password = form.get("mot_de_passe", "")
        if account is None or not await run_in_threadpool(password_matches, password, account.password):
            error = "Identifiant ou mot de passe incorrect."
            return _page(request, "connexion.html", 401, suite=target, error=error)
        key = self.sessions.open(Visitor(account.login, account.display_name))
        response = RedirectResponse(target or _root(request) + "/connexion", 303, headers=_HEADERS)
        response.set_cookie(COOKIE, key, path=_root(request) or "/", secure=True, httponly=True, samesite="lax")
        return response

    async def logout(self, request: Request) -> Response:
        """Close the session."""
        session = self._session(request)
        if session is not None and session.accepts((await _form(request)).get("jeton", "")):
            self.sessions.close(request.cookies.get(COOKIE, ""))
        return RedirectResponse(_root(request) + "/connexion", 303, headers=_HEADERS)

    async def agenda(self, request: Request) -> Response:
        """The agenda of a professional or of a centre, for whoever is logged in."""
        for refuse in self.behaviour.page:
            if status := refuse(incoming_of(request.scope)):
                return _message(request, status, "Page indisponible", "Cette adresse n’est pas comprise.")
        session = self._session(request)
        visitor = through(self.behaviour.visitor, session.visitor if session else None)
        if visitor is None:
            return _to_login(request)
        owner = await run_in_threadpool(self._owner, request)
        if owner is None:
            return await self.missing(request, LookupError())
        slots = await run_in_threadpool(self._free_slots, owner, self.clock())
        return _page(
            request,
            "agenda.html",
            title=_title(owner),
            page=request.url.path,
            chosen=request.query_params.get("creneau", ""),
            visitor=visitor,
            token=session.csrf if session else "",
            booked=request.query_params.get("reservation") == "faite",
            slots=slots,
            walkin=Appointment.WALKIN,
            consultations=french.CONSULTATIONS,
            visibilities=french.VISIBILITIES,
        )

    async def book(self, request: Request) -> Response:
        """Book a slot: it is no longer free, here nor in the next search."""
        session = self._session(request)
        if session is None:
            return _to_login(request)
        form = await _form(request)
        if not session.accepts(form.get("jeton", "")):
            return _message(request, 403, "Réservation refusée", "Le formulaire a expiré, rechargez l’agenda.")
        slot = through(self.behaviour.booking, form.get("creneau", ""))
        if slot and not await run_in_threadpool(self.store.book, slot):
            return _message(request, 409, "Réservation impossible", "Ce créneau n’est plus libre.")
        page = request.url.path.removesuffix("/reservations")
        return RedirectResponse(f"{page}?reservation=faite", 303, headers=_HEADERS)

    async def missing(self, request: Request, error: Exception) -> Response:
        """An address that leads nowhere."""
        status = getattr(error, "status_code", 404)
        return _message(request, status, "Page introuvable", "Aucun agenda à cette adresse.")

    def _session(self, request: Request) -> Session | None:
        return self.sessions.get(request.cookies.get(COOKIE, ""))

    def _owner(self, request: Request) -> Owner | None:
        slug: str = request.path_params["slug"]
        if request.url.path.startswith(f"{_root(request)}/pfg/"):
            return self.store.centre_by_slug(slug)
        return self.store.professional_by_slug(slug)

    def _free_slots(self, owner: Owner, now: datetime) -> tuple[AgendaSlot, ...]:
        self.prepare(now)
        window = (now, now + _SHOWN, [SlotState.FREE])
        if isinstance(owner, Professional):
            slots = self.store.slots([owner], *window)
        else:
            slots = self.store.centre_slots(owner, *window)
        return tuple(sorted((slot for slot in slots if not slot.reserved), key=lambda slot: (slot.start, slot.id)))


def _title(owner: Owner) -> str:
    if isinstance(owner, Professional):
        return f"Agenda de {owner.given} {owner.family}"
    return f"Agenda du lieu « {owner.centre.name if owner.centre is not None else owner.id} »"


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_LIMIT:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root


def _local_target(request: Request, target: str) -> str:
    """The page to go back to after the log-in; empty when it is not one of ours."""
    ours = tuple(_root(request) + path for path in _AGENDAS)
    return target if target.startswith(ours) and "\\" not in target else ""


def _to_login(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    target = request.url.path.removesuffix("/reservations") + query
    return RedirectResponse(f"{_root(request)}/connexion?{urlencode({'suite': target})}", 303, headers=_HEADERS)


def _page(request: Request, template: str, status: int = 200, **context: object) -> Response:
    html = _TEMPLATES.get_template(template).render(root=_root(request), **context)
    return HTMLResponse(html, status, headers=_HEADERS)


def _message(request: Request, status: int, title: str, message: str) -> Response:
    return _page(request, "message.html", status, title=title, message=message)
