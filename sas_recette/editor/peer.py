"""The client certificate: from the TLS connection to the check of its names.

uvicorn does not tell an application who the client is; `PeerProtocol` adds it to the ASGI scope. The full values of CN and
OU are compared, one of several OU is enough (security.md §2, T3 to T5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sas_recette.editor.asgi import send_reply
from sas_recette.editor.errors import FhirError

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


def names(certificate: Mapping[str, Any] | None, attribute: str) -> tuple[str, ...]:
    """All the values of an attribute (`commonName`, `organizationalUnitName`) in the subject of a certificate."""
    subject = () if certificate is None else certificate.get("subject", ())
    return tuple(value for relative_name in subject for key, value in relative_name if key == attribute)


def require_client(app: ASGIApp, expected_cn: str | None, expected_ou: str | None) -> ASGIApp:
    """The same application for the expected client only; anybody else gets 403 and an OperationOutcome.

    A name of None is not checked.
    """
    expected = {"commonName": expected_cn, "organizationalUnitName": expected_ou}

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        certificate = scope.get("extensions", {}).get(_EXTENSION)
        if all(value is None or value in names(certificate, attribute) for attribute, value in expected.items()):
            await app(scope, receive, send)
            return
        message = "Le certificat client n’est pas celui de la plateforme : CN ou OU inattendu."
        await send_reply(FhirError(403, "forbidden", message).reply, scope, receive, send)

    return guarded
