"""The way to the platform: mutual TLS, with the product's own client certificate (security.md §3)."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import httpx

from sas_recette.editor.appointments.messages import Outgoing
from sas_recette.editor.appointments.policy import AppointmentPolicy

TransportFactory = Callable[[], httpx.BaseTransport]

_CONNECTION_SECONDS: Final = 5.0
_EXCERPT: Final = 4096


@dataclass(frozen=True, slots=True)
class PlatformClient:
    """What the product is to the platform's FHIR server. `base_url` has no final slash.

    `ca` is the authority of the server, None for those of the system; `certificate` and `key` are the product's client
    certificate of IGC Santé and its key. All are PEM files.
    """

    base_url: str
    certificate: Path
    key: Path
    ca: Path | None = None


class Hearing(Enum):
    """What is known of a message that got no answer."""

    UNHEARD = "la plateforme n’a rien reçu"
    DOUBTFUL = "la plateforme l’a peut-être reçu"


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform's answer; `text` is its beginning."""

    status: int
    location: str
    retry_after: str
    text: str


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer, and why."""

    hearing: Hearing
    why: str


def send(outgoing: Outgoing, base_url: str, transport: TransportFactory, seconds: float) -> Answered | Silent:
    """Send a message, and wait that long for an answer. What follows the status of a success may be lost: it is one."""
    limits = httpx.Timeout(seconds, connect=min(seconds, _CONNECTION_SECONDS))
    try:
        with httpx.Client(transport=transport(), timeout=limits, trust_env=False) as client:
            url = base_url + outgoing.path
            request = client.build_request(outgoing.method, url, headers=list(outgoing.headers), content=outgoing.body)
            response = client.send(request, stream=True)
            try:
                return _answered(response)
            finally:
                response.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return Silent(Hearing.UNHEARD, _said(error))
    except (httpx.HTTPError, OSError) as error:
        return Silent(Hearing.UNHEARD if _alert(error) else Hearing.DOUBTFUL, _said(error))


def secured(client: PlatformClient, policy: AppointmentPolicy) -> TransportFactory:
    """Transports over mutual TLS. Raises OSError or ssl.SSLError when a file cannot be read."""
    context = ssl.create_default_context(cafile=None if client.ca is None else str(client.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if policy.presents_certificate:
        context.load_cert_chain(client.certificate, client.key)
    if not policy.verifies_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return lambda: _ObsoleteFirst(verify=context) if policy.obsolete_first else httpx.HTTPTransport(verify=context)


class _ObsoleteFirst(httpx.HTTPTransport):
    """Tries TLS 1.1 before anything else, as a client does that knew it first."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, once TLS 1.1 was refused."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        address = (request.url.host, request.url.port or 443)
        with suppress(OSError), socket.create_connection(address, _CONNECTION_SECONDS) as plain:
            context.wrap_socket(plain).close()
        return super().handle_request(request)


def _answered(response: httpx.Response) -> Answered:
    headers = response.headers
    return Answered(
        response.status_code, headers.get("location", ""), headers.get("retry-after", ""), _beginning(response)
    )


def _beginning(response: httpx.Response) -> str:
    held = bytearray()
    try:
        for chunk in response.iter_bytes():
            held += chunk
            if len(held) >= _EXCERPT:
                break
    except httpx.HTTPError:
        held += " […]".encode()
    return bytes(held[:_EXCERPT]).decode("utf-8", "replace")


def _alert(error: BaseException | None) -> bool:
    """Whether the server refused the connection: with TLS 1.3 the client hears of it once it has begun to send."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
            return True
        error = error.__cause__ or error.__context__
    return False


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
