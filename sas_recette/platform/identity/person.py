"""Who logs in at the platform, and the client that the candidate is there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """A regulator as the platform knows him. `national` is a prefixed national identifier, for Pro Santé Connect."""

    subject: str
    email: str
    family: str
    given: str
    national: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered relying party. `keys` is its JWKS (a JSON document) for private_key_jwt, empty otherwise.

    `authentication` is client_secret_basic, client_secret_post or private_key_jwt; `algorithm` signs its ID tokens.
    """

    id: str
    secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    authentication: str = "client_secret_basic"
    algorithm: str = "RS256"
    keys: str = ""
