"""The platform's inbox without a network: messages come as soon as they leave, and time goes by when somebody waits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.platform import PlatformClient
from sas_recette.editor.appointments.policy import AppointmentPolicy
from sas_recette.exchange.model import Exchange, PeerCertificate, TlsFacts
from sas_recette.platform.inbox.client import ExpectedClient
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import BrokenHandshake, InboxFault, Received
from sas_recette.platform.pki import EDITOR_CN, EDITOR_OU
from tests.matrix.stand_in import NOW

PLATFORM: Final = PlatformClient("https://plateforme.example/fhir", Path("editeur.pem"), Path("editeur.key"))
_BRIEF: Final = 1
"""Seconds that the platform asks to wait, in its answers 429 and 503."""


@dataclass(slots=True)
class Clock:
    """The one clock of a rehearsal: it only moves when somebody waits for something that is due."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class PromptInbox(Inbox):
    """Instead of waiting, it lets time go by until the next message of `outbox` is due."""

    outbox: Outbox | None = None
    moment: Clock

    def wait(self, scenario: str, wanted: Callable[[Exchange], bool], seconds: float) -> Exchange | None:
        deadline = self.moment.now + timedelta(seconds=seconds)
        while (found := super().wait(scenario, wanted, 0)) is None:
            due = self.outbox.next_due() if self.outbox else None
            if self.outbox is None or due is None or due > deadline:
                return None
            self.moment.now = max(self.moment.now, due)
            self.outbox.flush(self.moment.now)
        return found


def inbox_of(clock: Clock) -> PromptInbox:
    """An inbox that expects the reference editor."""
    numbers = itertools.count(1)
    inbox = PromptInbox(
        PLATFORM.base_url,
        clock=clock,
        ids=lambda: f"rdv-{next(numbers):04d}",
        client=ExpectedClient(EDITOR_CN, EDITOR_OU),
        retry_after=_BRIEF,
    )
    inbox.moment = clock
    return inbox


@dataclass(frozen=True, slots=True)
class ToTheInbox(httpx.BaseTransport):
    """The way to the platform; there is no TLS here, only what becomes of a client that checks certificates, or shows one."""

    inbox: Inbox
    policy: AppointmentPolicy
    issuer: str = "CN=AUTORITE"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.policy.obsolete_first:
            self.inbox.broken(BrokenHandshake("le client ne propose pas TLS 1.2 ou une version plus récente"))
        greeting = self.inbox.greet()
        if greeting.refused:
            raise httpx.ConnectError("handshake failure")
        if greeting.certificate is not None and self.policy.verifies_tls:
            self.inbox.broken(BrokenHandshake("le client a refusé le certificat du serveur", greeting=greeting))
            raise httpx.ConnectError("certificate verify failed: self-signed certificate in certificate chain")
        reply = self.inbox.receive(
            Received(
                request.method,
                request.url.raw_path.decode(),
                tuple((key, value) for key, value in request.headers.multi_items()),
                request.read(),
                _tls(self.issuer, shows=self.policy.presents_certificate),
            )
        )
        if reply.fault in {InboxFault.RESET, InboxFault.TRUNCATED}:
            raise httpx.ReadError("connection reset by peer")
        if reply.fault is InboxFault.TIMEOUT:
            raise httpx.ReadTimeout("la plateforme se tait")
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)


def _tls(issuer: str, *, shows: bool) -> TlsFacts:
    until = NOW + timedelta(days=365)
    subject = f"CN={EDITOR_CN},OU={EDITOR_OU},O=EDITEUR,C=FR"
    peer = PeerCertificate(subject, issuer, "01", NOW, until, "00" * 32)
    return TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", peer if shows else None)
