"""How pages are sent: templates, headers that trust nobody, the session of a request, its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sas_recette.editor import french
from sas_recette.editor.accounts.store import RegulatorStore
from sas_recette.editor.sessions import Session, Sessions
from sas_recette.editor.targets import asked_page, local_target, root_of

COOKIE: Final = "agenda_session"
_BODY_LIMIT: Final = 16_384

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TEMPLATES: Final = Environment(
    loader=PackageLoader("sas_recette.editor"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.filters.update(long_date=french.long_date, hour=french.hour)


@dataclass(frozen=True, slots=True)
class Screens:
    """What every page needs. `disclosed` is a text that a version of the product leaves in its pages."""

    sessions: Sessions
    accounts: RegulatorStore
    disclosed: str = ""

    async def session(self, request: Request) -> Session | None:
        """The open session of a request. That of a regulator ends with the account’s habilitation (accounts.md F9)."""
        key = request.cookies.get(COOKIE, "")
        session = self.sessions.get(key)
        if session is not None and session.account and not await run_in_threadpool(self._active, session.account):
            self.sessions.close(key)
            return None
        return session

    def page(
        self, request: Request, template: str, status: int = 200, *, session: Session | None = None, **context: object
    ) -> Response:
        """An HTML page, for whoever has that session."""
        open_kind = session.kind.value if session is not None and not session.awaiting_terms else "aucune"
        html = _TEMPLATES.get_template(template).render(
            root=root_of(request),
            data_session=open_kind,
            token=session.csrf if session is not None else "",
            visitor=session.visitor if session is not None else None,
            disclosed=self.disclosed,
            **context,
        )
        return HTMLResponse(html, status, headers=HEADERS)

    def message(
        self,
        request: Request,
        status: int,
        title: str,
        message: str,
        *,
        advice: str = "",
        session: Session | None = None,
    ) -> Response:
        """A page that says what went wrong, and what to do."""
        context = {"title": title, "message": message, "advice": advice}
        return self.page(request, "message.html", status, session=session, **context)

    def _active(self, account_id: str) -> bool:
        with self.accounts.transaction() as register:
            account = register.get(account_id)
        return account is not None and account.regulator.active


def stylesheet() -> Response:
    """The style of every page."""
    source, _, _ = PackageLoader("sas_recette.editor").get_source(_TEMPLATES, "style.css")
    headers = {**HEADERS, "Cache-Control": "max-age=3600"}
    return Response(source, media_type="text/css", headers=headers)


def redirect(location: str) -> RedirectResponse:
    """The browser goes on by GET."""
    return RedirectResponse(location, 303, headers=HEADERS)


def to_login(request: Request) -> Response:
    """The log-in page of the product, then back to the page that was asked for."""
    target = local_target(request, asked_page(request))
    return redirect(f"{root_of(request)}/connexion?{urlencode({'suite': target})}")


def after_login(request: Request, key: str, target: str, *, terms: bool) -> Response:
    """The first page of a new session, under its cookie: the terms of use where they are to be accepted."""
    root = root_of(request)
    location = f"{root}/conditions?{urlencode({'suite': target})}" if terms else target
    response = redirect(location)
    set_session(request, response, key)
    return response


def set_session(request: Request, response: Response, key: str) -> None:
    """The cookie of a session: for our pages only, unreadable by scripts, sent when the platform leads here."""
    path = root_of(request) or "/"
    response.set_cookie(COOKIE, key, path=path, secure=True, httponly=True, samesite="lax")


def terms_first(request: Request, session: Session | None) -> Response | None:
    """Where a session goes whose terms of use are not accepted yet."""
    if session is None or not session.awaiting_terms:
        return None
    return redirect(f"{root_of(request)}/conditions?{urlencode({'suite': asked_page(request)})}")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; none when it is too long to be one of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_LIMIT:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
