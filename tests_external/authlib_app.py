"""A small agenda whose log-in is authlib's: its OpenID Connect client for Starlette, as its documentation shows it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from sas_recette.platform.identity.person import Client
from sas_recette.platform.pki import TestPki

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 10.0
_PAGE: Final = (
    '<!doctype html><html lang="fr"><title>Agenda</title><body data-session="{session}"><b id="qui">{text}</b>'
)


def relying_party(client: Client, issuer: str, authority: Path) -> Starlette:
    """The agenda, as a client of a provider whose certificate comes from `authority`."""
    oauth = OAuth()
    oauth.register(
        "sas",
        client_id=client.id,
        client_secret=client.secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": client.authentication,
            "verify": ssl.create_default_context(cafile=str(authority)),
            "trust_env": False,
        },
    )

    async def agenda(request: Request) -> Response:
        if "email" in request.session:
            return HTMLResponse(_PAGE.format(session="regulateur", text=request.session["email"]))
        if request.query_params.getlist("origin") != ["sas"]:
            return HTMLResponse(_PAGE.format(session="aucune", text="Connexion requise"), 401)
        request.session["target"] = request.url.path
        redirection: Response = await oauth.sas.authorize_redirect(request, client.redirect_uris[0])
        return redirection

    async def back(request: Request) -> Response:
        try:
            tokens = await oauth.sas.authorize_access_token(request)
            request.session["email"] = tokens["userinfo"]["email"]
        except (AuthlibBaseError, JoseError, HTTPError, KeyError, ValueError) as error:
            return HTMLResponse(_PAGE.format(session="aucune", text=type(error).__name__), 403)
        return RedirectResponse(request.session.pop("target"), 303)

    routes = [Route("/ps/{who}", agenda), Route("/sso/retour", back)]
    session = Middleware(
        SessionMiddleware, secret_key=secrets.token_urlsafe(32), https_only=True, session_cookie="agenda"
    )
    return Starlette(routes=routes, middleware=[session])


@contextmanager
def running_agenda(client: Client, issuer: str, port: int, pki: TestPki) -> Iterator[str]:
    """It, on a port of the loopback; yields its address."""
    config = Config(
        relying_party(client, issuer, pki.chain),
        lifespan="off",
        log_config=None,
        ssl_certfile=str(pki.server.certificate),
        ssl_keyfile=str(pki.server.key),
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    with socket.create_server((HOST, port)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield f"https://{HOST}:{port}"
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)
