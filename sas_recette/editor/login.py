"""Logging in with a password of the product, and out.

A regulator account may log in too, with its address and the password that its owner chose (see `regulation`): it is then an
ordinary reader of agendas. The rights of a regulator come from the platform alone (accounts.md F5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.behaviour import Visitor
from sas_recette.editor.lockout import Lockout
from sas_recette.editor.passwords import password_matches
from sas_recette.editor.rendering import COOKIE, Screens, after_login, form_of, redirect
from sas_recette.editor.sessions import STAFF, Kind, Right
from sas_recette.editor.sso.pages import visitor_of
from sas_recette.editor.sso.policy import SsoPolicy
from sas_recette.editor.store import Store
from sas_recette.editor.targets import local_target, root_of

_LOCKED: Final = "Trop d’échecs de connexion\u00a0: cet identifiant est bloqué pendant quinze minutes."


@dataclass(frozen=True, slots=True)
class LoginPages:
    """The log-in page and the log-out of one store; `platform` tells whether the SSO is configured."""

    store: Store
    screens: Screens
    policy: SsoPolicy
    lockout: Lockout
    platform: bool

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/connexion", self.form, methods=["GET"]),
            Route("/connexion", self.login, methods=["POST"]),
            Route("/deconnexion", self.logout, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The log-in page."""
        session = await self.screens.session(request)
        suite = local_target(request, request.query_params.get("suite", ""))
        offered = self.platform and request.query_params.get("plateforme") == "proposee"
        return self.screens.page(request, "connexion.html", session=session, suite=suite, error="", offered=offered)

    async def login(self, request: Request) -> Response:
        """Open a session, then go where the visitor wanted to go."""
        form = await form_of(request)
        target = local_target(request, form.get("suite", ""))
        name, password = form.get("identifiant", ""), form.get("mot_de_passe", "")
        locked = self.lockout.locked(name)
        key = "" if locked else await run_in_threadpool(self._session, name, password, target)
        if not key:
            error = _LOCKED if locked else "Identifiant ou mot de passe incorrect."
            if not locked:
                self.lockout.failed(name)
            return self.screens.page(request, "connexion.html", 401, suite=target, error=error, offered=False)
        self.lockout.succeeded(name)
        self.screens.sessions.close(request.cookies.get(COOKIE, ""))
        session = self.screens.sessions.get(key)
        terms = session is not None and session.awaiting_terms
        return after_login(request, key, target or f"{root_of(request)}/connexion", terms=terms)

    async def logout(self, request: Request) -> Response:
        """Close the session of the product; that of the platform is the platform’s."""
        session = await self.screens.session(request)
        if session is not None and session.accepts((await form_of(request)).get("jeton", "")):
            self.screens.sessions.close(request.cookies.get(COOKIE, ""))
        return redirect(f"{root_of(request)}/connexion")

    def _session(self, name: str, password: str, target: str) -> str:
        """The cookie of a new session; empty when nobody has that name and password."""
        account = self.store.account(name)
        if account is not None and password_matches(password, account.password):
            visitor = Visitor(account.login, account.display_name)
            return self.screens.sessions.open(visitor, Kind.LOCAL, STAFF, landed=target)
        regulator = self._regulator(name)
        if regulator is None or not password_matches(password, regulator.password):
            return ""
        anyway = self.policy.regulates_anyway
        return self.screens.sessions.open(
            visitor_of(regulator),
            Kind.REGULATOR if anyway else Kind.LOCAL,
            frozenset({Right.REGULATE}) if anyway else frozenset(),
            account=regulator.id,
            landed=target,
            awaiting_terms=self.policy.asks_terms(regulator),
        )

    def _regulator(self, email: str) -> RegulatorAccount | None:
        with self.store.regulators.transaction() as register:
            found = register.with_email(email.strip()) if email.strip() else ()
        return found[0] if len(found) == 1 else None
