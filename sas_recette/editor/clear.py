"""One port for TLS and for plain HTTP: the first byte that a client sends tells which it speaks."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Final

_TLS: Final = b"\x16"
"""The type of a handshake record: no HTTP request begins so."""


async def serve_both(
    listener: socket.socket, protocol: Callable[[], asyncio.Protocol], context: ssl.SSLContext
) -> None:
    """Serve every connection of a socket that listens, until cancelled."""
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    meetings: set[asyncio.Task[None]] = set()
    while True:
        connection, _ = await loop.sock_accept(listener)
        meeting = loop.create_task(_meet(connection, protocol, context))
        meetings.add(meeting)
        meeting.add_done_callback(meetings.discard)


async def _meet(connection: socket.socket, protocol: Callable[[], asyncio.Protocol], context: ssl.SSLContext) -> None:
    connection.setblocking(False)
    with contextlib.suppress(OSError):
        await _readable(connection)
        secured = connection.recv(1, socket.MSG_PEEK) == _TLS
        await asyncio.get_running_loop().connect_accepted_socket(protocol, connection, ssl=context if secured else None)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection)
