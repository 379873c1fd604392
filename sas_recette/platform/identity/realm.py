"""The realm that the platform is: its addresses and what it publishes of itself (sso.md §7, §10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal
from urllib.parse import urlsplit

from sas_recette.platform.identity.person import Client

Mode = Literal["delegation", "psc"]

_WELL_KNOWN: Final[dict[Mode, str]] = {
    "delegation": "/.well-known/openid-configuration",
    "psc": "/.well-known/wallet-openid-configuration",
}
_CLAIMS: Final[dict[Mode, tuple[str, ...]]] = {
    "delegation": ("email", "email_verified", "idp_connect", "name", "given_name", "family_name"),
    "psc": ("SubjectNameID", "preferred_username", "given_name", "family_name", "SubjectRole", "SubjectRefPro"),
}
_SCOPES: Final[dict[Mode, tuple[str, ...]]] = {
    "delegation": ("openid", "email", "profile"),
    "psc": ("openid", "scope_all"),
}
_PROTOCOL: Final = "/protocol/openid-connect"


@dataclass(frozen=True)
class Realm:
    """An issuer and its one client. With Pro Santé Connect the authorization endpoint is outside the issuer."""

    issuer: str
    client: Client
    mode: Mode
    idp_connect: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def authorization(self) -> str:
        """The authorization endpoint."""
        return f"{self.origin}/auth" if self.mode == "psc" else f"{self.issuer}{_PROTOCOL}/auth"

    @property
    def login(self) -> str:
        """Where the log-in form is sent."""
        return f"{self.issuer}/login-actions/authenticate"

    @property
    def token(self) -> str:
        """The token endpoint."""
        return f"{self.issuer}{_PROTOCOL}/token"

    @property
    def userinfo(self) -> str:
        """The UserInfo endpoint."""
        return f"{self.issuer}{_PROTOCOL}/userinfo"

    @property
    def keys(self) -> str:
        """The signing keys."""
        return f"{self.issuer}{_PROTOCOL}/certs"

    @property
    def logout(self) -> str:
        """The end of the platform's session."""
        return f"{self.issuer}{_PROTOCOL}/logout"

    @cached_property
    def paths(self) -> dict[str, str]:
        """The name of each endpoint, by its path."""
        addresses = {
            "discovery": self.issuer + _WELL_KNOWN[self.mode],
            "authorization": self.authorization,
            "login": self.login,
            "token": self.token,
            "userinfo": self.userinfo,
            "keys": self.keys,
            "logout": self.logout,
        }
        return {urlsplit(url).path: name for name, url in addresses.items()}

    @property
    def metadata(self) -> dict[str, object]:
        """What is published of it (OpenID Connect Discovery 1.0, 3; RFC 9207 2.4)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.authorization,
            "token_endpoint": self.token,
            "userinfo_endpoint": self.userinfo,
            "jwks_uri": self.keys,
            "end_session_endpoint": self.logout,
            "scopes_supported": _SCOPES[self.mode],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "acr_values_supported": [self.acr],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", *_CLAIMS[self.mode]],
            "code_challenge_methods_supported": ["S256", "plain"],
            "prompt_values_supported": ["none", "login"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "authorization_response_iss_parameter_supported": True,
        }

    @property
    def acr(self) -> str:
        """The level of authentication that is told."""
        return "eidas1" if self.mode == "psc" else "1"

    @property
    def token_life(self) -> int:
        """Seconds that an access token lasts (sso.md §10.2 for Pro Santé Connect)."""
        return 120 if self.mode == "psc" else 300
