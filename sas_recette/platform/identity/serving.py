"""The provider on a port of its own, behind TLS: its certificate, or one that nobody should trust."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from uvicorn import Config, Server

from sas_recette.errors import UserError
from sas_recette.platform.authority import (
    LEAF_LIFE,
    Validity,
    authority_name,
    issue_authority,
    issue_server,
    organisation_name,
)
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.tls import check_key_pair

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 2


class ListeningError(UserError):
    """The provider cannot listen where it is known to the candidate. The message is French."""


@contextmanager
def serving(provider: Provider, address: tuple[str, int], certificate: Path, key: Path) -> Iterator[None]:
    """Serve a provider at a host and port as long as the context lasts, in a thread of its own.

    `certificate` and `key` are PEM files. Raises ListeningError when the port is taken or the host is not of this machine,
    TlsMaterialError when the files cannot serve.
    """
    check_key_pair(certificate, key)
    hosts = sorted({urlsplit(provider.realm.issuer).hostname or address[0], address[0]})
    trusted, untrusted = _context(certificate, key), _untrusted_context(hosts)
    context = _ChosenContext(ssl.PROTOCOL_TLS_SERVER)
    context.choose = lambda: untrusted if provider.untrusted else trusted
    with _listening(address) as listener, _running(_server(provider, context), listener):
        yield


class _ChosenContext(ssl.SSLContext):
    """Another context for each connection, chosen as it begins.

    A callback on the server name would come too late: a client that resumes a session of the first context is shown no
    certificate at all.
    """

    choose: Callable[[], ssl.SSLContext]

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """What the server wraps each connection with."""
        return self.choose().wrap_bio(incoming, outgoing, server_side, server_hostname, session)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def _untrusted_context(hosts: list[str]) -> ssl.SSLContext:
    """The same but for trust: right names, right dates, an authority that was made on the spot and is kept nowhere."""
    validity = Validity.lasting(datetime.now(UTC), LEAF_LIFE)
    authority = issue_authority(authority_name("AUTORITE INCONNUE DU BANC"), validity)
    issued = issue_server(organisation_name(hosts[0], "BANC"), validity, authority, hosts)
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        certificate.write_bytes(issued.certificate.public_bytes(Encoding.PEM))
        key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return _context(certificate, key)


def check_address(address: tuple[str, int]) -> None:
    """Raises ListeningError when nobody could listen at a host and port at this instant."""
    with _listening(address):
        pass


@contextmanager
def _listening(address: tuple[str, int]) -> Iterator[socket.socket]:
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


def _server(provider: Provider, context: ssl.SSLContext) -> Server:
    config = Config(
        provider.app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ssl_context_factory=lambda _config, _default: context,
    )
    return Server(config)


@contextmanager
def _running(server: Server, listener: socket.socket) -> Iterator[None]:
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), name="identity", daemon=True
    )
    thread.start()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("Le fournisseur d’identité du banc n’a pas démarré.")
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
