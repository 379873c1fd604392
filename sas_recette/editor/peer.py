"""The client certificate: from the TLS connection to the check of its names and of its revocation.

uvicorn does not tell an application who the client is; `PeerProtocol` adds it to the ASGI scope. The full values of CN and
OU are compared, one of several OU is enough (security.md §2, T3 to T5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sas_recette.editor.asgi import send_reply
from sas_recette.editor.connection import REFERENCE_CONNECTION, Certificate, ConnectionPolicy, Turned, in_time
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Reply

_EXTENSION: Final = "client_certificate"


class PeerProtocol(H11Protocol):
    """HTTP/1.1 whose scope extension `client_certificate` holds what `SSLObject.getpeercert` says of the client."""

    def connection_made(  # type: ignore[override]  # asyncio.Transport, as in the class extended
        self, transport: asyncio.Transport
    ) -> None:
        """Note the certificate once for all the requests of the connection."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = None if tls is None else tls.getpeercert()
        inner = self.app

        async def with_certificate(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 # uvicorn's own types
            scope.setdefault("extensions", {})[_EXTENSION] = certificate
            await inner(scope, receive, send)

        self.app = with_certificate


@dataclass(frozen=True, slots=True)
class Door:
    """What the application checks of a client, after TLS: a name of None is not checked, `revoked` are serial numbers.

    The dates are checked, at the time of `clock`, where TLS leaves some of them out.
    """

    expected_cn: str | None
    expected_ou: str | None
    policy: ConnectionPolicy = REFERENCE_CONNECTION
    revoked: frozenset[int] = frozenset()
    clock: Callable[[], datetime] | None = None

    def admits(self, certificate: Certificate, headers: Mapping[str, str], route: str, *, secured: bool) -> bool:
        """Whether a request is the platform's."""
        policy = self.policy
        if not secured:
            return policy.in_clear or self._checks_nothing
        if not certificate:
            forged = self.expected_cn is not None and policy.trusted_headers(headers, self.expected_cn)
            return not policy.asks or policy.open_to(route) or forged or self._checks_nothing
        if self.clock is not None and not in_time(certificate, self.clock(), policy.dates):
            return False
        if policy.revocation and int(str(certificate.get("serialNumber", "0")), 16) in self.revoked:
            return False
        named = self.expected_cn is None or policy.cn(certificate, self.expected_cn)
        return named and (self.expected_ou is None or policy.ou(certificate, self.expected_ou))

    @property
    def _checks_nothing(self) -> bool:
        return self.expected_cn is None and self.expected_ou is None


def guarded_by(app: ASGIApp, door: Door) -> ASGIApp:
    """The same application for the platform only; anybody else is turned away, by 403 and an OperationOutcome as a rule."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        certificate = scope.get("extensions", {}).get(_EXTENSION) or {}
        route = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        if door.admits(certificate, Headers(raw=scope["headers"]), route, secured=scope["scheme"] == "https"):
            await app(scope, receive, send)
            return
        await send_reply(_turned_away(door.policy.turned), scope, receive, send)

    return guarded


def _turned_away(turned: Turned) -> Reply:
    message = "Le certificat client n’est pas celui de la plateforme : CN ou OU inattendu, ou certificat révoqué."
    reply = FhirError(turned.status, "forbidden", message).reply
    if turned.location:
        return replace(reply, headers=(("location", turned.location),))
    if turned.with_data:
        return Reply.of(turned.status, {"resourceType": "Bundle", "type": "searchset", "total": 0})
    return reply
