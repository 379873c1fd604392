"""The calls from the product's server to the provider: authenticated by TLS, short, never redirected (sso.md R8 to R10)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from sas_recette.editor.sso.failures import Failure, SsoError
from sas_recette.editor.sso.policy import CONNECTION_SECONDS

TransportFactory = Callable[[], httpx.AsyncBaseTransport]
_LIMIT: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it will be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class BackChannel:
    """Calls through transports of one making, one a call."""

    transport: TransportFactory

    async def read(self, url: str, bearer: str = "") -> Mapping[str, Any]:
        """The JSON object at an address, asked with an access token if there is one.

        Raises SsoError (UNREACHABLE) for anything else than 200 and a JSON object, or after CONNECTION_SECONDS.
        """
        headers = {"accept": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        response = await self.send(Request("GET", url, headers), CONNECTION_SECONDS)
        if response.status_code != httpx.codes.OK:
            raise SsoError(Failure.UNREACHABLE, f"{url}\u00a0: statut {response.status_code}.")
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise SsoError(Failure.UNREACHABLE, f"{url}\u00a0: la réponse n’est pas un objet JSON.")
        return document

    async def send(self, request: Request, seconds: float) -> httpx.Response:
        """The whole response. Raises SsoError (UNREACHABLE) when there is none after `seconds`."""
        try:
            async with asyncio.timeout(seconds), self._client(seconds) as client:
                built = client.build_request(
                    request.method, request.url, headers=dict(request.headers), content=request.body
                )
                response = await client.send(built, stream=True)
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LIMIT:
                        raise SsoError(Failure.UNREACHABLE, f"{request.url}\u00a0: la réponse est trop longue.")
                return httpx.Response(response.status_code, headers=_plain(response.headers), content=bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, TimeoutError) as error:
            raise SsoError(Failure.UNREACHABLE, f"{request.url}\u00a0: {error or type(error).__name__}") from error

    @asynccontextmanager
    async def _client(self, seconds: float) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(transport=self.transport(), timeout=seconds, trust_env=False) as client:
            yield client


def verified(ca: Path | None, *, verifies_tls: bool = True) -> TransportFactory:
    """Transports over TLS 1.2 or more that trust one authority only, or those of the system without `ca`.

    Raises OSError when the file cannot be read.
    """
    context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verifies_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return lambda: httpx.AsyncHTTPTransport(verify=context)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Headers of a body that is no longer encoded."""
    return {name: value for name, value in headers.items() if name in {"content-type", "cache-control"}}
