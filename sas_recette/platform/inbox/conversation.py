"""HTTP/1.1 over one connection: messages read whole within limits, given to the inbox, answered or deliberately not."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import h11

from sas_recette.exchange.model import Fault, FaultKind, TlsFacts
from sas_recette.platform.inbox.handshake import bid_farewell
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import Greeting, InboxFault, Received, Reply
from sas_recette.platform.inbox.patience import Limits, persist

_HEAD_BYTES: Final = 65_536
_VERSIONS: Final = frozenset({b"1.0", b"1.1"})
_ABRUPT: Final = frozenset({InboxFault.RESET, InboxFault.REFUSED})
_AT_ONCE: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER: closing drops what is unsent and resets the connection."""


class _Broken(Exception):  # noqa: N818 # not an error of ours: a message that is not whole
    """A message that cannot be read to its end."""

    def __init__(self, kind: FaultKind, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(kind, "receive", detail)


class _Nothing(Exception):  # noqa: N818 # the ordinary end of a connection
    """No more message will come."""


@dataclass(slots=True)
class Conversation:
    """A connection and its messages, one after the other. `over` tells that the server stops."""

    connection: ssl.SSLSocket
    tls: TlsFacts
    greeting: Greeting
    inbox: Inbox
    limits: Limits
    over: Callable[[], bool]
    heard: bool = False
    _http: h11.Connection = field(default_factory=lambda: h11.Connection(h11.SERVER, _HEAD_BYTES))
    _raw: bytearray = field(default_factory=bytearray)
    _head: h11.Request | None = None
    _body: bytearray = field(default_factory=bytearray)

    def hold(self) -> None:
        """Converse until either side has enough; the connection is closed then. `heard` says whether anything came."""
        try:
            while self._one():
                self._http.start_next_cycle()
                self._raw, self._body, self._head = bytearray(self._http.trailing_data[0]), bytearray(), None
        except (_Nothing, OSError):
            pass  # the client left, or the limits are past: what came whole is recorded
        finally:
            self._close()

    def _one(self) -> bool:
        """One message and its answer; whether another may follow."""
        fault = None
        try:
            self._read_head()
            self._read_body()
        except _Broken as broken:
            fault = broken.fault
        except h11.RemoteProtocolError as error:
            fault = Fault(FaultKind.PROTOCOL, "receive", f"la requête HTTP est illisible ({error})")
        self._answer(self.inbox.receive(self._received(fault)))
        return fault is None and self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    def _received(self, fault: Fault | None) -> Received:
        if self._head is None:
            return Received("", "", body=bytes(self._raw[:_HEAD_BYTES]), tls=self.tls, fault=fault)
        return Received(
            self._head.method.decode("ascii"),
            self._head.target.decode("latin-1"),
            tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in self._head.headers.raw_items()),
            bytes(self._body),
            self.tls,
            fault,
        )

    def _read_head(self) -> None:
        deadline = time.monotonic() + (self.limits.head if self._raw else self.limits.idle)
        while (event := self._http.next_event()) is h11.NEED_DATA:
            first = not self._raw
            self._feed(deadline, "l’en-tête")
            if first:
                deadline = time.monotonic() + self.limits.head
        if not isinstance(event, h11.Request):
            raise _Nothing
        self._head = event
        if event.http_version not in _VERSIONS:
            version = event.http_version.decode("ascii")
            raise _Broken(FaultKind.PROTOCOL, f"la version HTTP/{version} n’est pas celle de la négociation (HTTP/1.1)")

    def _read_body(self) -> None:
        deadline = time.monotonic() + self.limits.body
        if _declared_length(self._head) > self.limits.body_bytes:
            raise self._too_large()
        while not isinstance(event := self._http.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > self.limits.body_bytes:
                    del self._body[self.limits.body_bytes :]
                    raise self._too_large()
                continue
            if self._http.they_are_waiting_for_100_continue:
                self._write(self._http.send(h11.InformationalResponse(status_code=100, reason="Continue", headers=[])))
            self._feed(deadline, "le corps")

    def _too_large(self) -> _Broken:
        limit = f"{self.limits.body_bytes:,}".replace(",", "\u202f")
        return _Broken(FaultKind.TOO_LARGE, f"le corps dépasse {limit}\u00a0octets")

    def _feed(self, deadline: float, part: str) -> None:
        """More bytes of the message. Raises _Nothing when it has not begun, _Broken when it will have no end."""
        begun = bool(self._raw)
        try:
            data = persist(
                self.connection, lambda: self.connection.recv(_HEAD_BYTES), deadline, lambda: self._leaves(begun=begun)
            )
        except TimeoutError:
            if not begun or self.over():
                raise _Nothing from None
            raise _Broken(FaultKind.TIMEOUT, f"{part} de la requête n’est pas arrivé dans le temps imparti") from None
        except OSError:
            data = b""
        if not begun and not (data and self.inbox.is_current(self.greeting)):
            raise _Nothing
        if not data:
            raise _Broken(FaultKind.TRUNCATED, f"le client est parti avant la fin de la requête (pendant {part})")
        self.heard = True
        if self._head is None:
            self._raw += data
        self._http.receive_data(data)

    def _leaves(self, *, begun: bool) -> bool:
        """Whether to wait no more: a client that waits must connect anew once the server is no longer the same."""
        return self.over() or not (begun or self.inbox.is_current(self.greeting))

    def _answer(self, reply: Reply) -> None:
        if reply.fault in _ABRUPT:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.connection.close()
            raise _Nothing
        if reply.fault is InboxFault.TIMEOUT:
            self._keep_silent(reply.delay_seconds)
        if not reply.status:
            raise _Nothing
        head = self._http.send(
            h11.Response(status_code=reply.status, reason=HTTPStatus(reply.status).phrase, headers=list(reply.headers))
        )
        if reply.fault is InboxFault.TRUNCATED:
            self._write((head or b"")[: len(head or b"") // 2])
            raise _Nothing
        bodiless = self._head is not None and self._head.method == b"HEAD"
        body = b"" if bodiless else self._http.send(h11.Data(data=reply.body))
        self._write((head or b"") + (body or b"") + (self._http.send(h11.EndOfMessage()) or b""))

    def _keep_silent(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        try:
            while persist(self.connection, lambda: self.connection.recv(_HEAD_BYTES), deadline, self.over):
                pass
        except TimeoutError:
            raise _Nothing from None

    def _write(self, data: bytes | None) -> None:
        self.connection.settimeout(self.limits.send)
        self.connection.sendall(data or b"")

    def _close(self) -> None:
        if self.connection.fileno() == -1:
            return
        try:
            self.connection.settimeout(min(self.limits.farewell, 0.2))
            self.connection.unwrap()
        except (OSError, ValueError):
            pass  # the client did not wait for our goodbye, or talks on: the plain end below is enough
        bid_farewell(self.connection, 0.0 if self.over() else self.limits.farewell)


def _declared_length(head: h11.Request | None) -> int:
    values = [value for name, value in (head.headers if head else []) if name == b"content-length"]
    return int(values[0]) if values else 0
