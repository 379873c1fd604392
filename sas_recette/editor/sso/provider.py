"""What the provider publishes of itself: its endpoints and its keys, fetched when needed and kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.failures import Failure, SsoError

_KEPT: Final = timedelta(hours=1)

SigningKey = RSAKey | ECKey


class JsonReader(Protocol):
    """Reads a JSON object at an address, in bounded time."""

    async def read(self, url: str, bearer: str = "") -> Mapping[str, Any]:
        """Raises SsoError (UNREACHABLE)."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of the provider; `userinfo` is empty when it has none."""

    authorization: str
    token: str
    keys: str
    userinfo: str


@dataclass(slots=True)
class Provider:
    """The provider as discovered."""

    client: SsoClient
    reader: JsonReader
    clock: Callable[[], datetime]
    _endpoints: tuple[datetime, Endpoints] | None = field(default=None, init=False)
    _keys: tuple[datetime, tuple[SigningKey, ...]] | None = field(default=None, init=False)

    async def endpoints(self) -> Endpoints:
        """Raises SsoError when the provider does not describe itself, or describes somebody else (sso.md R28)."""
        if self._endpoints is None or self.clock() - self._endpoints[0] > _KEPT:
            document = await self.reader.read(self.client.discovery)
            if document.get("issuer") != self.client.issuer:
                raise SsoError(Failure.UNREACHABLE, "Le document de découverte est celui d’un autre émetteur.")
            self._endpoints = self.clock(), _endpoints(document)
        return self._endpoints[1]

    async def key(self, kid: str | None, *, reload: bool) -> SigningKey | None:
        """The published key of a `kid`; without `kid`, the only key there is. None when there is no such key.

        With `reload`, keys are fetched again once before giving up (sso.md R22). Raises SsoError when they cannot be read.
        """
        fresh = self._keys is None or self.clock() - self._keys[0] > _KEPT
        found = _named(await self._published(again=fresh), kid)
        if found is None and reload and not fresh:
            found = _named(await self._published(again=True), kid)
        return found

    async def all_keys(self) -> tuple[SigningKey, ...]:
        """Every published key. Raises SsoError when they cannot be read."""
        return await self._published(again=self._keys is None)

    async def _published(self, *, again: bool) -> tuple[SigningKey, ...]:
        if again or self._keys is None:
            endpoints = await self.endpoints()
            self._keys = self.clock(), _signing_keys(await self.reader.read(endpoints.keys))
        return self._keys[1]


def _endpoints(document: Mapping[str, Any]) -> Endpoints:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    authorization, token, keys, userinfo = (_https(document.get(name)) for name in names)
    if not (authorization and token and keys):
        raise SsoError(Failure.UNREACHABLE, "Le document de découverte ne donne pas les adresses attendues.")
    return Endpoints(authorization, token, keys, userinfo)


def _https(address: object) -> str:
    return address if isinstance(address, str) and address.startswith("https://") else ""


def _signing_keys(document: Mapping[str, Any]) -> tuple[SigningKey, ...]:
    """The RSA and EC keys of a JWKS; those of other kinds, or for encryption, or unreadable, are passed over."""
    found: list[SigningKey] = []
    keys = document.get("keys")
    for one in keys if isinstance(keys, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            found += [key for key in KeySet.import_key_set({"keys": [one]}).keys if isinstance(key, RSAKey | ECKey)]
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return tuple(found)


def _named(keys: tuple[SigningKey, ...], kid: str | None) -> SigningKey | None:
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.get("kid") == kid), None)
