"""The thin layer between ASGI and the FHIR service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sas_recette.editor.accounts.service import BODY_LIMIT
from sas_recette.editor.errors import FhirError
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Incoming, Pace, Reply
from sas_recette.editor.traffic import Traffic

_DRAINED: Final = 16 * 1024 * 1024
"""Bytes of a body after which a client that goes on sending is no longer listened to."""


def fhir_app(service: FhirService, delays: Mapping[Pace, float]) -> ASGIApp:
    """The service as an ASGI application; `delays` are the seconds behind each pace of reply."""
    traffic = Traffic()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"" if scope["method"] == "GET" else await _body(receive)
        with traffic.admitted(incoming_of(scope, body)) as incoming:
            reply = await run_in_threadpool(service.handle, incoming)
            await asyncio.sleep(delays.get(reply.pace, 0))
            await send_reply(reply, scope, receive, send)

    return app


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """What is answered outside every FHIR base."""
    error = FhirError(404, "not-found", f"Aucun point d’accès FHIR à l’adresse « {scope['path']} ».")
    await send_reply(error.reply, scope, receive, send)


async def send_reply(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a reply as it is."""
    headers = {"content-type": reply.content_type, **dict(reply.headers)}
    await Response(reply.body, reply.status, headers)(scope, receive, send)


def incoming_of(scope: Mapping[str, Any], body: bytes = b"") -> Incoming:
    """The request of an HTTP scope; its path is relative to where the application is mounted."""
    headers = Headers(raw=scope["headers"])
    return Incoming(
        method=scope["method"],
        path=scope["path"].removeprefix(scope.get("root_path", "")),
        query=scope["query_string"].decode("latin-1"),
        accept=",".join(headers.getlist("accept")) or "*/*",
        content_type=headers.get("content-type", ""),
        body=body,
    )


async def _body(receive: Receive) -> bytes:
    """The body, kept up to just past what is read; the rest is drained, so that the client hears the refusal."""
    body, drained, more = bytearray(), 0, True
    while more and drained < _DRAINED:
        message = await receive()
        chunk = message.get("body", b"")
        body += chunk[: max(0, BODY_LIMIT + 1 - len(body))]
        drained += len(chunk)
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)
