"""The connections of a load run: kept from one request to the next, under mutual TLS, and never more than so many.

Unlike an evidence request, which has a connection of its own so that its set-up can be measured, a load request takes what is
there, as the platform does. After a freeze of the candidate many connections are opened at once: the bound is for that.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

import httpx

from sas_recette.exchange.model import Fault, FaultKind, Request, Response, TlsFacts
from sas_recette.platform.load.firing import Landed
from sas_recette.platform.transport import (
    Limits,
    UnusableAddressError,
    latin,
    outgoing,
    readable,
    too_large,
    unusable,
    with_ours,
)
from sas_recette.platform.wire import tls_facts

CONNECTIONS: Final = 100
_IDLE_SECONDS: Final = 4.0
"""Below the 5 s after which common servers close an idle connection, so that few requests cross such a closing."""


class KeptConnections:
    """Sends requests over kept connections, within one event loop; closes them when the context is left."""

    def __init__(
        self, context: ssl.SSLContext, limits: Limits | None = None, *, connections: int = CONNECTIONS
    ) -> None:
        self._limits = limits or Limits()
        bounds = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=_IDLE_SECONDS
        )
        self._pool = httpx.AsyncHTTPTransport(verify=context, trust_env=False, http1=True, http2=False, limits=bounds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    async def send(self, request: Request, *, whole: bool) -> Landed:
        """The time allowed counts from here, the wait for a free connection included.

        A kept connection that the candidate closes just as a request leaves is nobody’s fault: the request is sent again, once,
        on another (RFC 9112 §9.3.1).
        """
        try:
            prepared = outgoing(replace(request, headers=with_ours(request.headers)))
        except UnusableAddressError as error:
            return Landed(fault=unusable(error))
        first = _Sending(self._pool, self._limits, whole=whole)
        begun = asyncio.get_running_loop().time()
        landed = await first.send(prepared, self._limits.total_timeout)
        if not first.crossed_a_closing:
            return landed
        left = self._limits.total_timeout - (asyncio.get_running_loop().time() - begun)
        return await _Sending(self._pool, self._limits, whole=whole).send(prepared, left)


class _Sending:
    """One request on its way: what was received so far survives any failure."""

    def __init__(self, pool: httpx.AsyncHTTPTransport, limits: Limits, *, whole: bool) -> None:
        self._pool = pool
        self._limits = limits
        self._whole = whole
        self._response: Response | None = None
        self._first_byte: float | None = None
        self._tls: TlsFacts | None = None
        self._body = bytearray()
        self._size = 0
        self._opened = False
        self._cut: Exception | None = None

    @property
    def crossed_a_closing(self) -> bool:
        """Whether a kept connection was found closed, before any byte of an answer."""
        return self._cut is not None and not self._opened and self._response is None

    async def send(self, prepared: httpx.Request, seconds: float) -> Landed:
        fault: Fault | None = None
        prepared.extensions = {**prepared.extensions, "trace": self._trace}
        try:
            async with asyncio.timeout(seconds):
                fault = await self._receive(prepared)
        except TimeoutError:
            limit = f"{self._limits.total_timeout:g}".replace(".", ",")
            fault = Fault(FaultKind.TIMEOUT, "receive", f"délai de {limit}\u00a0s dépassé")
        except (httpx.TransportError, OSError) as error:  # an alert read past the handshake comes as it is
            self._cut = error
            fault = self._fault(error)
        response = self._response and replace(self._response, body=bytes(self._body))
        if response is not None and self._whole:
            response, fault = readable(response, fault, self._limits)
        return Landed(response, fault, self._first_byte, self._size, self._opened, self._tls)

    async def _receive(self, prepared: httpx.Request) -> Fault | None:
        answer = await self._pool.handle_async_request(prepared)
        try:
            self._first_byte = asyncio.get_running_loop().time()
            version = answer.extensions.get("http_version", b"HTTP/1.1").decode("latin-1")
            headers = latin(answer.headers.raw)
            self._response = Response(answer.status_code, headers, http_version=version, complete=False)
            self._tls = _secured(answer.extensions) if self._whole else None
            kept = self._limits.max_body if self._whole else self._limits.excerpt
            async for chunk in answer.aiter_raw():
                self._size += len(chunk)
                self._body += chunk[: max(0, kept - len(self._body))]
                if self._size > self._limits.max_body:
                    return too_large(self._limits)
            self._response = replace(self._response, complete=True)
            return None
        finally:
            await answer.aclose()

    async def _trace(self, event: str, _: Mapping[str, object]) -> None:
        if event == "connection.connect_tcp.started":
            self._opened = True

    def _fault(self, error: Exception) -> Fault:
        kind, detail = next(
            ((kind, detail) for one in _causes(error) for cause, kind, detail in _CAUSES if isinstance(one, cause)),
            (FaultKind.UNREACHABLE, "échec du réseau"),
        )
        phase = "connect" if isinstance(error, httpx.ConnectError) else "receive"
        if isinstance(error, httpx.RemoteProtocolError):
            if self._response is not None:
                return Fault(FaultKind.TRUNCATED, phase, f"réponse interrompue ({error})")
            closed = "disconnected" in str(error)  # h11 says so of a peer that leaves without a word
            return Fault(FaultKind.RESET if closed else FaultKind.PROTOCOL, phase, f"réponse HTTP invalide ({error})")
        return Fault(kind, "tls" if kind is FaultKind.TLS else phase, f"{detail} ({error})" if str(error) else detail)


_CAUSES: Final = (
    (ssl.SSLError, FaultKind.TLS, "négociation TLS"),
    (socket.gaierror, FaultKind.NAME, "nom d’hôte inconnu"),
    (ConnectionRefusedError, FaultKind.REFUSED, "connexion refusée"),
    (ConnectionError, FaultKind.RESET, "connexion rompue par la solution candidate"),
    (httpx.ReadError, FaultKind.RESET, "connexion rompue par la solution candidate"),
    (httpx.WriteError, FaultKind.RESET, "connexion rompue par la solution candidate"),
)


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what it came from, the deepest first: the libraries above translate the system’s."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain[::-1]


def _secured(extensions: Mapping[str, object]) -> TlsFacts | None:
    stream = extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if hasattr(stream, "get_extra_info") else None
    return tls_facts(secured) if isinstance(secured, ssl.SSLObject | ssl.SSLSocket) else None
