"""An ASGI application served in a thread of its own, as long as a context lasts."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from uvicorn import Config, Server

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 2


@contextmanager
def running(app: ASGIApp, listener: socket.socket, name: str, context: ssl.SSLContext | None = None) -> Iterator[None]:
    """Serve an application on a socket that listens, behind TLS when a context is given; `name` is the thread's.

    Raises RuntimeError when it does not start.
    """
    server = _server(app, context)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), name=name, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"Un serveur du banc n’a pas démarré ({name}).")
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)


def _server(app: ASGIApp, context: ssl.SSLContext | None) -> Server:
    config = Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )
    return Server(config)
