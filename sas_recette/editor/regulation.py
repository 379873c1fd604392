"""The pages of a regulator, and the terms of use that come before anything else (accounts.md F3 to F6).

« Mot de passe oublié »: this product sends no message. An account starts with a random password that nobody knows; a
regulator who wants to log in without the platform comes in by the platform once, and chooses a password on this page. That
log-in gives no right of a regulator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.appointments.french import STATUSES
from sas_recette.editor.appointments.messages import Queued
from sas_recette.editor.appointments.model import Appointment
from sas_recette.editor.passwords import hash_password
from sas_recette.editor.rendering import COOKIE, Screens, form_of, redirect, set_session, terms_first, to_login
from sas_recette.editor.sessions import Right, Session
from sas_recette.editor.sso.pages import SsoPages
from sas_recette.editor.store import Store
from sas_recette.editor.targets import MANAGEMENT, REGULATION, local_target, root_of, without_origin

SHORTEST_PASSWORD: Final = 12
_LONGEST_PASSWORD: Final = 200


@dataclass(frozen=True, slots=True)
class RegulationPages:
    """The home page of a regulator, their password, the terms of use, and the management page that is not for them."""

    store: Store
    clock: Callable[[], datetime]
    screens: Screens
    sso: SsoPages

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route(REGULATION, self.home, methods=["GET"]),
            Route(f"{REGULATION}/mot-de-passe", self.password, methods=["GET", "POST"]),
            Route("/conditions", self.terms, methods=["GET"]),
            Route("/conditions", self.accept, methods=["POST"]),
            Route(MANAGEMENT, self.management, methods=["GET"]),
        ]

    async def home(self, request: Request) -> Response:
        """Who is there, with what rights, and the agendas."""
        session = await self.screens.session(request)
        if self.sso.concerned(request, session):
            return await self.sso.start(request)
        if (refusal := self._refusal(request, session, Right.REGULATE)) is not None:
            return refusal
        people = await run_in_threadpool(self.store.professionals)
        centres = await run_in_threadpool(self.store.centres)
        mine = await run_in_threadpool(self._mine, session.account if session is not None else "")
        return self.screens.page(
            request,
            "regulation.html",
            session=session,
            people=people,
            centres=centres,
            appointments=mine,
            states=STATUSES,
        )

    async def password(self, request: Request) -> Response:
        """Choose a password of the product."""
        session = await self.screens.session(request)
        if (refusal := self._refusal(request, session, Right.REGULATE)) is not None or session is None:
            return refusal or to_login(request)
        error, done = "", False
        if request.method == "POST":
            form = await form_of(request)
            if not session.accepts(form.get("jeton", "")):
                return self._expired(request, session)
            error = _password_error(form.get("nouveau", ""), form.get("confirmation", ""))
            done = not error and bool(session.account)
            if done:
                await run_in_threadpool(self._set_password, session.account, form["nouveau"])
        context = {"error": error, "done": done, "shortest": SHORTEST_PASSWORD}
        return self.screens.page(request, "mot_de_passe.html", 422 if error else 200, session=session, **context)

    async def terms(self, request: Request) -> Response:
        """The terms of use, to accept or, once accepted, to read."""
        session = await self.screens.session(request)
        if session is None:
            return to_login(request)
        suite = local_target(request, request.query_params.get("suite", ""))
        return self.screens.page(request, "cgu.html", session=session, suite=suite, pending=session.awaiting_terms)

    async def accept(self, request: Request) -> Response:
        """Note the acceptance, then go where the log-in led."""
        session = await self.screens.session(request)
        if session is None:
            return to_login(request)
        form = await form_of(request)
        if not session.accepts(form.get("jeton", "")):
            return self._expired(request, session)
        suite = without_origin(local_target(request, form.get("suite", "")))
        response = redirect(
            suite or root_of(request) + (REGULATION if Right.REGULATE in session.rights else "/connexion")
        )
        if session.awaiting_terms:
            await run_in_threadpool(self._accept, session.account)
            key = self.screens.sessions.accept_terms(request.cookies.get(COOKIE, ""))
            set_session(request, response, key)
        return response

    async def management(self, request: Request) -> Response:
        """The appointments of every agenda, patients included: for the staff only."""
        session = await self.screens.session(request)
        if (refusal := self._refusal(request, session, Right.MANAGE)) is not None:
            return refusal
        held, refused = await run_in_threadpool(self._held)
        return self.screens.page(
            request, "gestion.html", session=session, appointments=held, refused=refused, states=STATUSES
        )

    def _refusal(self, request: Request, session: Session | None, right: Right) -> Response | None:
        """What somebody gets who may not see a page: the log-in, the terms of use, or 403."""
        if session is None:
            return to_login(request)
        if (first := terms_first(request, session)) is not None or session.may(right):
            return first
        message = "Votre session ne donne pas accès à cette page."
        advice = "Revenez à un agenda, ou passez par la plateforme SAS si vous êtes régulateur."
        return self.screens.message(request, 403, "Accès refusé", message, advice=advice, session=session)

    def _expired(self, request: Request, session: Session) -> Response:
        return self.screens.message(
            request,
            403,
            "Formulaire expiré",
            "Ce formulaire n’est plus valable.",
            advice="Rechargez la page.",
            session=session,
        )

    def _mine(self, account_id: str) -> tuple[Appointment, ...]:
        with self.store.appointments.transaction() as ledger:
            return ledger.of_account(account_id) if account_id else ()

    def _held(self) -> tuple[tuple[Appointment, ...], tuple[Queued, ...]]:
        with self.store.appointments.transaction() as ledger:
            return ledger.all(), ledger.messages.refused()

    def _accept(self, account_id: str) -> None:
        with self.store.regulators.transaction() as register:
            register.accept_terms(account_id, self.clock())

    def _set_password(self, account_id: str, password: str) -> None:
        hashed = hash_password(password)
        with self.store.regulators.transaction() as register:
            register.set_password(account_id, hashed)


def _password_error(password: str, confirmation: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        return f"Le mot de passe doit compter de {SHORTEST_PASSWORD} à {_LONGEST_PASSWORD} caractères."
    return "" if password == confirmation else "Les deux saisies sont différentes."
