"""Small real servers on loopback, each answering in its own bad manner."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Handler = Callable[[socket.socket, bytes], None]


@dataclass
class Loopback:
    port: int
    stopped: threading.Event
    requests: list[bytes] = field(default_factory=list)

    def url(self, target: str = "/Slot", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{target}"


def read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        if not data:
            return received
        received += data
    return received


def answering(response: bytes) -> Handler:
    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(response)

    return handle


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving(handler: Handler, context: ssl.SSLContext | None = None, *, reads: bool = True) -> Iterator[Loopback]:
    """Serves each connection in a thread. What a client's departure breaks in a server is of no interest."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    loopback = Loopback(listener.getsockname()[1], threading.Event())
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        connection.settimeout(10)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            secured = connection if context is None else context.wrap_socket(connection, server_side=True)
            with contextlib.closing(secured):
                request = read_request(secured) if reads else b""
                loopback.requests.append(request)
                handler(secured, request)

    def accept() -> None:
        while not loopback.stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield loopback
    finally:
        loopback.stopped.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [accepting, *threads]:
            thread.join(timeout=10)


def free_port() -> int:
    """A port that nobody listens on at this instant."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
