"""A server that has nothing to do: one fixed answer over TLS, a connection after the other, in a process of its own.

    python -m benchmarks.trivial_server CERTIFICATE KEY DURATIONS

On its standard output: the port it listens on. In DURATIONS, once its input is closed: a JSON list, milliseconds from the
request read to the answer written.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from pathlib import Path
from typing import Final

ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def answer(connection: ssl.SSLSocket, durations: list[float]) -> None:
    """One request and its answer."""
    with connection:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        begun = time.perf_counter()
        connection.sendall(ANSWER)
        durations.append((time.perf_counter() - begun) * 1000)


def main() -> None:
    """Serve until the standard input is closed."""
    certificate, key, file = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    durations: list[float] = []
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            answer(context.wrap_socket(connection, server_side=True), durations)

    threading.Thread(target=serve, daemon=True).start()
    sys.stdin.read()
    Path(file).write_text(json.dumps(durations), encoding="utf-8")


if __name__ == "__main__":
    main()
