"""A port that the bench listens on as the platform: taken once, or why it cannot be."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sas_recette.errors import UserError


class ListeningError(UserError):
    """The platform cannot listen where it is known to the candidate. The message is French."""


def check_address(address: tuple[str, int]) -> None:
    """Raises ListeningError when nobody could listen at a host and port at this instant."""
    with listening(address):
        pass


@contextmanager
def listening(address: tuple[str, int]) -> Iterator[socket.socket]:
    """A socket that listens at a host and port as long as the context lasts.

    Raises ListeningError when the port is taken or the host is not of this machine.
    """
    host, port = address
    try:
        listener = _bound(address)
    except OSError as error:
        why = "ce port est déjà pris" if error.errno == errno.EADDRINUSE else str(error)
        raise ListeningError(
            f"Le banc ne peut pas tenir le rôle de la plateforme à l’adresse {host}, port {port}\u00a0: {why}."
        ) from error
    with listener:
        yield listener


def _bound(address: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    # Named, the protocol makes asyncio set TCP_NODELAY: else each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
