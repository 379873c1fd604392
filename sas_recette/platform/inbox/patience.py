"""Waiting on a socket: never for ever, and never after the server was told to stop."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

_SLICE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each thing may last, in seconds, and how many bytes a body may have.

    `idle` is between two messages of a connection; `head`, `body` and `handshake` are whole durations, however slowly the
    bytes come; `farewell` is what a client is left to read the end and to close.
    """

    handshake: float = 10.0
    idle: float = 60.0
    head: float = 15.0
    body: float = 30.0
    send: float = 10.0
    farewell: float = 2.0
    body_bytes: int = 1_000_000


def persist(connection: socket.socket, attempt: Callable[[], T], deadline: float, over: Callable[[], bool]) -> T:
    """Try until it is done. Raises TimeoutError at the deadline (monotonic), or soon after `over` is true."""
    while True:
        left = deadline - time.monotonic()
        connection.settimeout(max(0.001, min(_SLICE, left)))
        try:
            return attempt()
        except TimeoutError:
            if left <= _SLICE or over():
                raise
