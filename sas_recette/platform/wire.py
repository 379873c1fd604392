"""The network beneath one exchange: one connection, one deadline for everything, every fact written down.

A `Wire` is the network backend of one connection pool that serves one exchange. Each wait is cut to what is left of the
total time (the `timeout` of the calls is ignored), so that a server that drips one byte a second cannot outlast it. A
failure of the network is recorded as a `Fault` here, where the original error and the phase are known, before the
libraries above translate it.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import Any, Final

import httpcore

from sas_recette.exchange.model import Fault, FaultKind, Timings, TlsFacts
from sas_recette.platform.certificates import peer_certificate

_HTTP_MARK: Final = b"HTTP/"
_SHOWN_BYTES: Final = 60

SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]
Addresses = list[tuple[Any, ...]]


class Wire(httpcore.NetworkBackend):
    """What one exchange did on the network. Used once, by one thread.

    `fault` is the last failure of the network; `closed_by_peer` says that the candidate ended the connection; `head` holds
    the first bytes received, up to the end of the response's headers.
    """

    def __init__(self, *, total_timeout: float, connect_timeout: float, max_header: int) -> None:
        self.fault: Fault | None = None
        self.tls: TlsFacts | None = None
        self.closed_by_peer = False
        self.head = bytearray()
        self._max_header = max_header
        self._head_read = False
        self._total_timeout = total_timeout
        self._connect_timeout = connect_timeout
        self._begun = time.monotonic()
        self._resolution: float | None = None
        self._connect: float | None = None
        self._handshake: float | None = None
        self._first_write: float | None = None
        self._first_read: float | None = None
        self._last_read: float | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        """Resolves and connects, both within the connection's time. Raises httpcore.ConnectError, and records why."""
        begun = time.monotonic()
        limit = min(begun + self._connect_timeout, self._begun + self._total_timeout)
        try:
            addresses = _resolved(host, port, limit)
            resolved = time.monotonic()
            if not _is_address(host):
                self._resolution = resolved - begun
            sock = _connected(addresses, limit)
        except OSError as error:
            self.fault = _network_fault(error, "connect", min(self._connect_timeout, self._total_timeout))
            raise httpcore.ConnectError(str(error)) from error
        self._connect = time.monotonic() - resolved
        return WireStream(self, sock)

    def remaining(self) -> float:
        """Seconds left. Raises TimeoutError when none is."""
        left = self._begun + self._total_timeout - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def failed(self, error: OSError, phase: str) -> None:
        """Records a failure of the network."""
        self.fault = _network_fault(error, phase, self._total_timeout)

    def refuse(self, kind: FaultKind, detail: str) -> None:
        """Records an answer that the harness stops reading."""
        self.fault = Fault(kind, "receive", detail)

    def secured(self, tls: TlsFacts, seconds: float) -> None:
        """Records a finished handshake."""
        self.tls = tls
        self._handshake = seconds

    def written(self, instant: float) -> None:
        """Records when bytes of the request began to leave."""
        if self._first_write is None:
            self._first_write = instant

    def received(self, data: bytes) -> None:
        """Records received bytes. Raises httpcore.RemoteProtocolError for what is not HTTP, or has endless headers."""
        if not data:
            self.closed_by_peer = True
            return
        self.fault = None  # an answer came after all, though the request could not be sent whole
        self._last_read = time.monotonic()
        if self._first_read is None:
            self._first_read = self._last_read
        if not self._head_read:
            self._examine_head(data)

    def timings(self, *, complete: bool) -> Timings:
        """The durations so far, in milliseconds; `total` only for an answer read to its end."""
        written = self._first_write
        return Timings(
            connect=_milliseconds(self._connect),
            tls=_milliseconds(self._handshake),
            first_byte=_between(written, self._first_read),
            total=_between(written, self._last_read) if complete else None,
            whole=_milliseconds(time.monotonic() - self._begun),
            dns=_milliseconds(self._resolution),
        )

    def _examine_head(self, data: bytes) -> None:
        self.head += data
        if not self.head.startswith(_HTTP_MARK[: len(self.head)]):
            self.refuse(
                FaultKind.PROTOCOL, f"la réponse n’est pas du HTTP\u00a0: «\u00a0{shown(bytes(self.head))}\u00a0»"
            )
            raise httpcore.RemoteProtocolError("not HTTP")
        end = self.head.find(b"\r\n\r\n")
        size = len(self.head) if end < 0 else end
        if size > self._max_header:
            self.refuse(FaultKind.TOO_LARGE, f"en-têtes de plus de {self._max_header} octets")
            raise httpcore.RemoteProtocolError("header section too large")
        self._head_read = end >= 0


class WireStream(httpcore.NetworkStream):
    """The connection of a Wire, plain or secured."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        self._wire = wire
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most `max_bytes`; empty when the candidate closed. Raises httpcore.ReadError, and records why."""
        try:
            self._sock.settimeout(self._wire.remaining())
            data = self._sock.recv(max_bytes)
        except OSError as error:
            self._wire.failed(error, "receive")
            raise httpcore.ReadError(str(error)) from error
        self._wire.received(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Everything. Raises httpcore.WriteError, and records why."""
        self._wire.written(time.monotonic())
        rest = memoryview(buffer)
        try:
            while rest:
                self._sock.settimeout(self._wire.remaining())
                rest = rest[self._sock.send(rest) :]
        except OSError as error:
            self._wire.failed(error, "send")
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Closes the connection."""
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The handshake. Raises httpcore.ConnectError, and records why."""
        begun = time.monotonic()
        try:
            self._sock.settimeout(self._wire.remaining())
            secured = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
        except (OSError, ValueError) as error:
            self.close()
            self._wire.failed(error if isinstance(error, OSError) else ssl.SSLError(str(error)), "tls")
            raise httpcore.ConnectError(str(error)) from error
        self._wire.secured(tls_facts(secured), time.monotonic() - begun)
        return WireStream(self._wire, secured)

    def get_extra_info(self, info: str) -> object:
        """The socket, under httpcore's names."""
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        return self._sock if info == "socket" else None


def shown(data: bytes) -> str:
    """The beginning of some bytes, printable."""
    return data[:_SHOWN_BYTES].decode("latin-1").encode("unicode_escape").decode("ascii")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def _between(begun: float | None, ended: float | None) -> float | None:
    return None if begun is None or ended is None else _milliseconds(max(0.0, ended - begun))


def _left(limit: float) -> float:
    left = limit - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _resolved(host: str, port: int, limit: float) -> Addresses:
    """The addresses of a name, in time: the system's resolver knows no time-out, hence the thread."""
    answers: SimpleQueue[Addresses | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:
            answers.put(socket.gaierror(str(error)))

    threading.Thread(target=ask, name="sas-recette-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(limit))
    except Empty as error:
        raise TimeoutError from error
    if isinstance(answer, OSError):
        raise answer
    return answer


def _connected(addresses: Addresses, limit: float) -> socket.socket:
    refusal: OSError = OSError("aucune adresse")
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_left(limit))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            refusal = error
        else:
            return sock
    raise refusal


def tls_facts(secured: ssl.SSLSocket | ssl.SSLObject) -> TlsFacts:
    """What a finished handshake negotiated, and with whom."""
    cipher = secured.cipher()
    return TlsFacts(
        version=secured.version() or "",
        cipher=cipher[0] if cipher else "",
        peer=peer_certificate(secured.getpeercert(binary_form=True)),
    )


_RULES: Final[tuple[tuple[type[OSError], FaultKind, Callable[[OSError], str]], ...]] = (
    (socket.gaierror, FaultKind.NAME, lambda error: f"nom d’hôte inconnu ({error.strerror or error})"),
    (ssl.SSLError, FaultKind.TLS, lambda error: _tls_detail(error)),
    (ConnectionRefusedError, FaultKind.REFUSED, lambda _: "connexion refusée"),
    (ConnectionError, FaultKind.RESET, lambda _: "connexion rompue par la solution candidate"),
)


def _network_fault(error: OSError, phase: str, limit: float) -> Fault:
    if isinstance(error, TimeoutError) and not isinstance(error, ssl.SSLError):
        seconds = f"{limit:g}".replace(".", ",")
        return Fault(FaultKind.TIMEOUT, phase, f"délai de {seconds}\u00a0s dépassé")
    for kind_of_error, kind, detail in _RULES:
        if isinstance(error, kind_of_error):
            return Fault(kind, phase, detail(error))
    kind = FaultKind.UNREACHABLE if phase == "connect" else FaultKind.RESET
    return Fault(kind, phase, f"échec du réseau ({error.strerror or error})")


def _tls_detail(error: OSError) -> str:
    reason = str(getattr(error, "reason", None) or error)
    verification = getattr(error, "verify_message", None)
    return f"{reason}\u00a0: {verification}" if verification else reason
