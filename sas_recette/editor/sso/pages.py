"""What a browser sees of the SSO: the departure, the return, and the page that says why it failed (sso.md §4).

Whoever arrives with `origin` is authenticated anew, even where a session is open: the person at the platform may have
changed (OP-8). The session of somebody else ends as soon as another person came back, with or without an account.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.behaviour import Visitor
from sas_recette.editor.rendering import COOKIE, HEADERS, Screens, after_login, redirect
from sas_recette.editor.sessions import Kind, Right, Session
from sas_recette.editor.sso.attempts import LIFE, Attempt, Return
from sas_recette.editor.sso.failures import Failure, SsoError
from sas_recette.editor.sso.policy import Fallback
from sas_recette.editor.sso.relying_party import Arrival, RelyingParty
from sas_recette.editor.targets import REGULATION, asked_page, local_target, root_of, without_origin

_LOG: Final = logging.getLogger(__name__)
RETURN_PATH: Final = "/sso/retour"
_BY_SLUG: Final = {failure.value.slug: failure for failure in Failure}
_OTHER_PERSON: Final = frozenset({Failure.UNKNOWN, Failure.AMBIGUOUS})
_GUEST: Final = Visitor("invite", "Invité de la plateforme")
_UNCHECKED: Final = Visitor("degrade", "Régulateur (mode dégradé)")


@dataclass(frozen=True, slots=True)
class SsoPages:
    """The pages of a log-in at the platform; `party` of None when no platform is configured."""

    screens: Screens
    party: RelyingParty | None

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/sso/depart", self.departure, methods=["GET"]),
            Route(RETURN_PATH, self.back, methods=["GET"]),
            Route("/sso/echec/{slug}", self.failure, methods=["GET"]),
        ]

    def guest(self, request: Request) -> Visitor | None:
        """Somebody who is let in without a session, in a version of the product that does so."""
        if self.party is None or not self.party.policy.guests or "acces" not in request.query_params:
            return None
        return _GUEST

    def concerned(self, request: Request, session: Session | None) -> bool:
        """Whether a request comes from the platform, and is to be authenticated there."""
        if self.party is None:
            return False
        origins, kind = request.query_params.getlist("origin"), session.kind.value if session is not None else ""
        return self.party.policy.from_platform(origins, self.party.client.origins, kind)

    async def start(self, request: Request) -> Response:
        """Leave for the platform; the page that was asked for comes back afterwards, without `origin`."""
        return await self._leave(request, without_origin(asked_page(request)), arrives=True)

    async def departure(self, request: Request) -> Response:
        """Leave for the platform, for a page of ours that a parameter names; any other leads to the regulator’s home."""
        asked = request.query_params.get("suite", "")
        if self.party is not None and self.party.policy.follows(asked):
            return await self._leave(request, asked, arrives=False)
        target = without_origin(local_target(request, asked))
        return await self._leave(request, target or root_of(request) + REGULATION, arrives=False)

    async def failure(self, request: Request) -> Response:
        """Why nobody was let in, and what to do."""
        failure = _BY_SLUG.get(request.path_params["slug"], Failure.RESPONSE)
        return await self._explained(request, failure)

    async def back(self, request: Request) -> Response:
        """The return from the platform: a session, or an explanation; its address does not stay in the browser."""
        if self.party is None:
            return await self._explained(request, Failure.NOT_CONFIGURED)
        parameters = request.query_params
        if any(len(parameters.getlist(name)) > 1 for name in parameters):
            return self._fail(request, Failure.RESPONSE)
        back = Return(dict(parameters), dict(request.cookies))
        if (before := self.party.succeeded(back)) is not None:
            return self._open(request, before, back)
        try:
            attempt = self.party.attempt_of(back)
        except SsoError as error:
            return self._fail(request, error.failure)
        session = await self.screens.session(request)
        try:
            arrival = await self.party.arrive(attempt, back, session.landed if session is not None else "")
            response = self._open(request, arrival, back)
        except SsoError as error:
            _LOG.info("Connexion refusée\u00a0: %r", str(error))
            response = self._failed(request, error, attempt, back)
        response.delete_cookie(attempt.cookie, path=root_of(request) + RETURN_PATH, secure=True, httponly=True)
        return response

    async def _leave(self, request: Request, target: str, *, arrives: bool) -> Response:
        if self.party is None:
            return await self._explained(request, Failure.NOT_CONFIGURED)
        try:
            location, attempt = await self.party.depart(target, arrives=arrives)
        except SsoError as error:
            return self._fail(request, error.failure)
        response = redirect(location)
        path, age = root_of(request) + RETURN_PATH, int(LIFE.total_seconds())
        response.set_cookie(
            attempt.cookie, attempt.secret, max_age=age, path=path, secure=True, httponly=True, samesite="lax"
        )
        return response

    def _open(self, request: Request, arrival: Arrival, back: Return) -> Response:
        """A session with the rights of a regulator, in the place of any other."""
        if self.party is None:
            raise RuntimeError("Aucune plateforme n’est configurée.")
        policy, account = self.party.policy, arrival.account
        terms = policy.asks_terms(account)
        key = self._session_of(request, visitor_of(account), account.id, arrival.target, terms=terms)
        address = policy.address(arrival.target, back.parameters, arrival.id_token)
        return after_login(request, key, address, terms=terms)

    def _session_of(self, request: Request, visitor: Visitor, account: str, landed: str, *, terms: bool) -> str:
        self.screens.sessions.close(request.cookies.get(COOKIE, ""))
        rights = frozenset({Right.REGULATE})
        if self.party is not None and self.party.policy.administers:
            rights |= {Right.MANAGE}
        return self.screens.sessions.open(
            visitor, Kind.REGULATOR, rights, account=account, landed=landed, awaiting_terms=terms
        )

    def _failed(self, request: Request, error: SsoError, attempt: Attempt, back: Return) -> Response:
        if error.failure in _OTHER_PERSON:
            self.screens.sessions.close(request.cookies.get(COOKIE, ""))
        match self._fallback(error.failure, back):
            case Fallback.OPEN:
                key = self._session_of(request, _UNCHECKED, "", attempt.target, terms=False)
                return after_login(request, key, attempt.target, terms=False)
            case Fallback.RESTART:
                return redirect(f"{root_of(request)}/sso/depart?{urlencode({'suite': attempt.target})}")
            case Fallback.CRASH:
                return self.screens.message(request, 500, "Erreur interne", "Le serveur a rencontré une erreur.")
            case Fallback.BLANK:
                return Response(headers=HEADERS)
            case Fallback.GUEST:
                return redirect(f"{attempt.target}{'&' if '?' in attempt.target else '?'}acces=libre")
            case Fallback.LOGIN:
                return redirect(f"{root_of(request)}/connexion?{urlencode({'suite': attempt.target})}")
            case Fallback.OFFER:
                query = urlencode({"suite": attempt.target, "plateforme": "proposee"})
                return redirect(f"{root_of(request)}/connexion?{query}")
            case Fallback.EXPLAIN:
                return self._fail(request, error.failure)

    def _fallback(self, failure: Failure, back: Return) -> Fallback:
        if self.party is None:
            return Fallback.EXPLAIN
        if failure is Failure.DENIED:
            return self.party.policy.on_error(back.parameters["error"])
        return self.party.policy.on_token_failure(failure)

    def _fail(self, request: Request, failure: Failure) -> Response:
        return redirect(f"{root_of(request)}/sso/echec/{failure.value.slug}")

    async def _explained(self, request: Request, failure: Failure) -> Response:
        told = failure.value
        session = await self.screens.session(request)
        return self.screens.message(request, told.status, told.title, told.message, advice=told.advice, session=session)


def visitor_of(account: RegulatorAccount) -> Visitor:
    """The owner of a regulator account, as the pages name them."""
    person = account.regulator
    return Visitor(person.email, f"{person.given} {person.family}".strip() or person.email)
