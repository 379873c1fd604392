"""The HTTP client of the platform: sends one request, records one exchange, whatever the candidate does.

Every exchange has its own connection, so that connect and TLS times exist (performance-and-service.md §1); HTTP/1.1, no
redirect followed, no proxy or other setting taken from the environment. Only this module and `load.kept` know httpx.
"""

from __future__ import annotations

import itertools
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpcore
import httpx

from sas_recette import __version__
from sas_recette.exchange.model import Exchange, Fault, FaultKind, Headers, Request, Response
from sas_recette.platform.decoding import DecodingError, decode_body
from sas_recette.platform.wire import Wire

OURS: Final[Headers] = (("Accept-Encoding", "identity"), ("User-Agent", f"sas-recette/{__version__}"))
"""What every request says besides its own headers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the harness bears from a candidate. Times in seconds, sizes in bytes.

    `total_timeout` is for the whole exchange, set-up included: the 7 s after which the platform gives up (PERF-001).
    Past `max_body` nothing more is read, and `excerpt` is what is kept of a body that no rule will read.
    """

    total_timeout: float = 7.0
    connect_timeout: float = 7.0
    max_body: int = 32 * 1024 * 1024
    excerpt: int = 256 * 1024
    max_header: int = 64 * 1024


class Transport:
    """Sends requests to the candidate and tells what became of each. Thread-safe.

    `context` is the TLS identity and trust (`tls.client_context`); without one, only plain HTTP works. `clock` gives aware
    datetimes, `ids` the ids of exchanges (default: `x1`, `x2`…).
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        *,
        clock: Callable[[], datetime],
        ids: Callable[[], str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._context = context or _trusts_nobody()
        self._clock = clock
        self._ids = ids or _numbered()
        self._limits = limits or Limits()
        self._lock = threading.Lock()

    def presenting(self, context: ssl.SSLContext) -> Transport:
        """The same transport with another TLS identity; both number their exchanges together."""
        return Transport(context, clock=self._clock, ids=self.new_id, limits=self._limits)

    def new_id(self) -> str:
        """The id of one more exchange, for what is sent by other means."""
        with self._lock:
            return self._ids()

    def send(
        self,
        request: Request,
        *,
        scenario: str,
        step: str,
        exchange_id: str | None = None,
        limits: Limits | None = None,
    ) -> Exchange:
        """Sends `request`, its URL exactly as it is written, and returns the exchange.

        The request of the exchange holds the headers really sent. No fault of the candidate raises: it becomes
        `Exchange.fault`, with what was read kept in an incomplete response. An address that cannot be used is such a fault too
        (PROTOCOL, in phase « connect »). Raises ValueError for a method or a header that HTTP forbids.
        """
        name = exchange_id or self.new_id()
        started = self._clock()
        bounds = limits or self._limits
        complete_request = replace(request, headers=with_ours(request.headers, ("Connection", "close")))
        exchange = Exchange(name, scenario, step, started, complete_request)
        try:
            prepared = outgoing(complete_request)
        except UnusableAddressError as error:
            return replace(exchange, fault=unusable(error))
        exchange = replace(exchange, request=replace(request, headers=latin(prepared.headers.raw)))
        return _Sending(self._context, bounds).send(prepared, exchange)


class UnusableAddressError(Exception):
    """A URL that cannot be put on the wire."""


def unusable(error: UnusableAddressError) -> Fault:
    """The fault of such a URL: the candidate gave it."""
    return Fault(FaultKind.PROTOCOL, "connect", f"adresse inutilisable ({error})")


class _OneConnection(httpx.HTTPTransport):
    """A pool that serves one exchange on one `Wire`.

    Used without httpx.Client, which would read `Location` and cookies, and fail on those of a careless candidate.
    """

    def __init__(self, context: ssl.SSLContext, wire: Wire) -> None:
        super().__init__(verify=context, trust_env=False, http1=True, http2=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=1, max_keepalive_connections=0, network_backend=wire
        )


class _Sending:
    """One request on its way: what was received so far survives any failure."""

    def __init__(self, context: ssl.SSLContext, limits: Limits) -> None:
        self._context = context
        self._limits = limits
        self._wire = Wire(
            total_timeout=limits.total_timeout, connect_timeout=limits.connect_timeout, max_header=limits.max_header
        )
        self._response: Response | None = None
        self._body = bytearray()

    def send(self, outgoing: httpx.Request, exchange: Exchange) -> Exchange:
        fault: Fault | None = None
        try:
            with _OneConnection(self._context, self._wire) as connection:
                self._receive(connection, outgoing)
        except httpx.LocalProtocolError as error:
            raise ValueError(f"HTTP forbids this request: {error}") from error
        except _TooLargeError:
            fault = too_large(self._limits)
        except httpx.TransportError as error:
            fault = self._fault(error)
        response, fault = self._result(fault)
        complete = response is not None and response.complete
        if response is not None and fault is not None and fault.kind is FaultKind.TOO_LARGE:
            response = replace(response, body=response.body[: self._limits.excerpt])
        return replace(
            exchange, response=response, fault=fault, tls=self._wire.tls, timings=self._wire.timings(complete=complete)
        )

    def _receive(self, connection: httpx.HTTPTransport, outgoing: httpx.Request) -> None:
        answer = connection.handle_request(outgoing)
        try:
            self._response = Response(
                answer.status_code, latin(answer.headers.raw), http_version=answer.http_version, complete=False
            )
            for chunk in answer.iter_raw():
                self._body += chunk[: self._limits.max_body - len(self._body) + 1]
                if len(self._body) > self._limits.max_body:
                    del self._body[self._limits.max_body :]
                    raise _TooLargeError
            self._response = replace(self._response, complete=True)
        finally:
            answer.close()

    def _fault(self, error: httpx.TransportError) -> Fault:
        wire = self._wire
        if wire.fault is not None:
            return wire.fault
        if not wire.closed_by_peer:
            if "Receive buffer too long" in str(error):  # h11's own bound, past several interim answers
                return Fault(FaultKind.TOO_LARGE, "receive", f"en-têtes de plus de {self._limits.max_header} octets")
            return Fault(FaultKind.PROTOCOL, "receive", f"réponse HTTP invalide ({error})")
        if not wire.head:
            return Fault(FaultKind.RESET, "receive", "connexion fermée sans réponse")
        return Fault(FaultKind.TRUNCATED, "receive", f"réponse interrompue ({error})")

    def _result(self, fault: Fault | None) -> tuple[Response | None, Fault | None]:
        if self._response is None:
            return None, fault
        return readable(replace(self._response, body=bytes(self._body)), fault, self._limits)


def too_large(limits: Limits) -> Fault:
    """The fault of a body past the limit."""
    return Fault(FaultKind.TOO_LARGE, "receive", f"corps de plus de {limits.max_body} octets")


def readable(response: Response, fault: Fault | None, limits: Limits) -> tuple[Response, Fault | None]:
    """A response as received, its body decoded; a fault that is known already remains."""
    encoding = ",".join(value for name, value in response.headers if name.lower() == "content-encoding")
    if not encoding:
        return response, fault
    try:
        decoded = decode_body(response.body, encoding, limits.max_body)
    except DecodingError as error:
        return response, fault or Fault(FaultKind.PROTOCOL, "receive", str(error))
    if decoded.too_large:
        fault = fault or too_large(limits)
    elif not decoded.complete:
        fault = fault or Fault(FaultKind.TRUNCATED, "receive", f"corps «\u00a0{encoding}\u00a0» interrompu")
    return replace(response, body=decoded.body, complete=response.complete and decoded.complete), fault


class _TooLargeError(Exception):
    """The body passed the limit."""


def _trusts_nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _numbered() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"x{next(numbers)}"


def with_ours(headers: Headers, *more: tuple[str, str]) -> Headers:
    """Headers completed by those of the platform, and by `more`; a request’s own prevail."""
    given = {name.lower() for name, _ in headers}
    return headers + tuple(header for header in sorted((*OURS, *more)) if header[0].lower() not in given)


def latin(raw: list[tuple[bytes, bytes]]) -> Headers:
    """Headers as text."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def outgoing(request: Request) -> httpx.Request:
    """A request for httpx: the origin alone, and the target apart, since it would rewrite `%7C` and its like in a URL.

    Raises UnusableAddressError.
    """
    try:
        parts = urlsplit(request.url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        origin = httpx.URL(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/")
    except (ValueError, httpx.InvalidURL) as error:
        raise UnusableAddressError(str(error)) from error
    if not valid:
        raise UnusableAddressError("ni http ni https, ou sans nom d’hôte, ou port nul")
    target = _target(request.url)
    return httpx.Request(
        request.method,
        origin,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        content=request.body or None,
        extensions={"target": target},
    )


def _target(url: str) -> bytes:
    rest = url.partition("#")[0].partition("://")[2]
    start = min((rest.find(mark) for mark in "/?" if mark in rest), default=len(rest))
    target = rest[start:]
    if not target.startswith("/"):
        target = "/" + target
    if not all("!" <= character <= "~" for character in target):
        raise UnusableAddressError("l’adresse contient un blanc ou un caractère qui n’est pas de l’ASCII")
    return target.encode("ascii")
