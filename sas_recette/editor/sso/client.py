"""What the product is at the identity provider: the registration that was agreed with the platform (sso.md §6 and §7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

Mode = Literal["delegation", "psc"]
Authentication = Literal["client_secret_basic", "client_secret_post", "private_key_jwt"]

_DISCOVERY: Final = {"delegation": "openid-configuration", "psc": "wallet-openid-configuration"}
_SCOPES: Final = {"delegation": "openid email profile", "psc": "openid scope_all"}
REQUIRED_ACR: Final = "eidas1"
"""The level of authentication that Pro Santé Connect gives (sso.md §10.2)."""


@dataclass(frozen=True, slots=True)
class SsoClient:
    """A registered, confidential client.

    `issuer` has no final slash. `ca` is a PEM file, the authority of the provider's server certificates; None takes those of
    the system. `private_key` is a PEM file, for private_key_jwt only. `origins` are the values of the parameter `origin`
    that stand for the platform; `algorithm` is the one that signs ID tokens.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    ca: Path | None = None
    mode: Mode = "delegation"
    authentication: Authentication = "client_secret_basic"
    private_key: Path | None = None
    origins: tuple[str, ...] = ("sas",)
    algorithm: str = "RS256"

    @property
    def discovery(self) -> str:
        """Where the provider describes itself: Pro Santé Connect has a name of its own for it."""
        return f"{self.issuer}/.well-known/{_DISCOVERY[self.mode]}"

    @property
    def scope(self) -> str:
        """What is asked for."""
        return _SCOPES[self.mode]
