"""An inbox on a real port behind mutual TLS, and clients of every kind."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from sas_recette.exchange.model import Exchange
from sas_recette.platform.inbox.client import ExpectedClient
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.patience import Limits
from sas_recette.platform.inbox.serving import serving_inbox
from sas_recette.platform.pki import EDITOR_CN, EDITOR_OU, Identity, TestPki
from sas_recette.platform.server_identity import ServerIdentity
from sas_recette.platform.tls import client_context
from tests.platform.inbox.desk import FHIR, new_inbox
from tests.platform.loopback import free_port

BRIEF = Limits(handshake=5, idle=5, head=0.4, body=0.4, send=5, farewell=0.5)


@dataclass(frozen=True)
class Wired:
    inbox: Inbox
    port: int
    pki: TestPki

    def context(
        self,
        identity: Identity | None = None,
        *,
        ca: Path | None = None,
        version: ssl.TLSVersion | None = None,
        anonymous: bool = False,
    ) -> ssl.SSLContext:
        shown = None if anonymous else identity or self.pki.editor
        return client_context(
            shown.certificate if shown else None,
            shown.key if shown else None,
            ca or self.pki.root,
            minimum=version or ssl.TLSVersion.TLSv1_2,
            maximum=version or ssl.TLSVersion.TLSv1_3,
        )

    def editor(self, context: ssl.SSLContext | None = None) -> httpx.Client:
        return httpx.Client(
            verify=context or self.context(), base_url=self.inbox.base_url, headers=FHIR, trust_env=False, timeout=10
        )

    @contextlib.contextmanager
    def talking(self, context: ssl.SSLContext | None = None, host: str = "localhost") -> Iterator[ssl.SSLSocket]:
        """A bare TLS connection."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain,
            (context or self.context()).wrap_socket(plain, server_hostname=host) as secured,
        ):
            yield secured

    def said(self, raw: bytes, context: ssl.SSLContext | None = None) -> bytes:
        """All that comes back for raw bytes, until the server closes."""
        with self.talking(context) as secured:
            secured.sendall(raw)
            return everything(secured)

    def next(self, scenario: str = "R-S01") -> Exchange:
        """The next exchange of a scenario, once it is there."""
        found = self.inbox.wait(scenario, lambda _: True, 10)
        assert found is not None
        return found


@contextlib.contextmanager
def wired(
    pki: TestPki,
    limits: Limits | None = None,
    *,
    faulty: Mapping[InboxFault, ServerIdentity] | None = None,
    hold_seconds: float = 60.0,
    expected: ExpectedClient | None = None,
    client_ca: Path | None = None,
) -> Iterator[Wired]:
    port = free_port()
    inbox = new_inbox(
        f"https://localhost:{port}/fhir", expected or ExpectedClient(EDITOR_CN, EDITOR_OU), hold_seconds=hold_seconds
    )
    identity = ServerIdentity(pki.server.certificate, pki.server.key)
    with serving_inbox(inbox, ("127.0.0.1", port), identity, client_ca or pki.chain, faulty=faulty, limits=limits):
        yield Wired(inbox, port, pki)


def everything(connection: socket.socket) -> bytes:
    received = bytearray()
    while data := connection.recv(65536):
        received += data
    return bytes(received)
