"""The address for revocation on a port of its own, in plain HTTP: whoever asks cannot trust anybody yet (RFC 5280 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sas_recette.exchange.model import Exchange, Headers
from sas_recette.platform.listening import listening
from sas_recette.platform.revocation.publisher import BODY_LIMIT, Publisher
from sas_recette.platform.web_server import running

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@contextmanager
def serving_revocation(
    publisher: Publisher, address: tuple[str, int], record: Callable[[Exchange], object]
) -> Iterator[None]:
    """Serve a publisher at a host and port as long as the context lasts; `record` is told each exchange before its answer goes.

    Raises ListeningError when the port is taken or the host is not of this machine.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return
        exchange = publisher.receive(request.method, _target(scope), _headers(request), body)
        record(exchange)
        answered = exchange.response
        if answered is not None:
            response = Response(answered.body, answered.status)
            response.raw_headers = [(name.lower().encode(), value.encode()) for name, value in answered.headers]
            await response(scope, receive, send)

    with listening(address) as listener, running(app, listener, "revocation"):
        yield


async def _body(request: Request) -> bytes:
    """The body, or as much of it as shows that it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            break
    return bytes(body)


def _headers(request: Request) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)


def _target(scope: Scope) -> str:
    query = scope.get("query_string", b"")
    return bytes(scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
