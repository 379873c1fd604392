"""The `[sso]` table of `recette.toml`: the client that the candidate is at the platform, and what its pages look like.

What is secret never stands in the file: it is named by an environment variable, or read from a file of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from sas_recette.engine.test_data import OwnerId, Table
from sas_recette.errors import UserError
from sas_recette.platform.browser import Mark

Algorithm = Literal["RS256", "ES256"]
Authentication = Literal["client_secret_basic", "client_secret_post", "private_key_jwt"]


class SecretError(UserError):
    """A secret that the candidate file names and that is not there. The message is French."""


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or value.endswith("/"):
        raise ValueError("l’émetteur s’écrit https://hôte:port/realms/sas, sans paramètre ni barre oblique finale")
    return value


def _departure(value: str) -> str:
    if value and ("{page}" not in value or not value.startswith("https://")):
        raise ValueError("l’adresse de départ s’écrit https://…, avec {page} à la place de la page cible")
    return value


class PageMark(Table):
    """`[sso.pages.<name>]`: what tells a page of the solution; all the criteria that are given must hold.

    `url` is a pattern with `*`, `text` is found in what the page shows, `selector` is a CSS selector.
    """

    url: str = ""
    text: str = ""
    selector: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.url or self.text or self.selector):
            raise ValueError("donnez au moins url, text ou selector")
        return self

    def mark(self, name: str) -> Mark:
        """The same as the browser looks for it."""
        return Mark(name, self.url, self.text, self.selector)


class TermsPage(PageMark):
    """`[sso.pages.terms]`: the terms of use of a first log-in, and what is clicked to accept them."""

    accept: str = Field(min_length=1)


class LoginPage(PageMark):
    """`[sso.pages.login]`: the solution’s own log-in page; `platform` is clicked to log in by the SAS, if it offers that."""

    platform: str = ""


class Pages(Table):
    """`[sso.pages]`: `session` is only seen by a regulator whose session is open; `reserved` is an address to see it at.

    Without `reserved` it is looked for on the agenda page of the slot. `log_out` is what is clicked to close the session.
    `departure` is an address of the solution that starts a log-in and carries the page to come back to, written `{page}`.
    """

    session: PageMark | None = None
    login: LoginPage | None = None
    terms: TermsPage | None = None
    error: PageMark | None = None
    reserved: str = ""
    log_out: str = ""
    departure: Annotated[str, AfterValidator(_departure)] = ""


class AgendaPage(PageMark):
    """`[[sso.agendas]]`: what tells the agenda page of a practitioner, or of a place of an association.

    `place` is the name of the place; empty for a practitioner.
    """

    owner: OwnerId
    place: str = ""

    @property
    def name(self) -> str:
        """The name of its mark."""
        return f"agenda:{self.owner}" + (f":{self.place}" if self.place else "")


class LocalAccount(Table):
    """`[sso.local]`: somebody else of the solution, who logs in with a password on its own page."""

    page: str = Field(min_length=1)
    login: str = Field(min_length=1)
    password_env: str = ""
    password_file: Path | None = None
    login_field: str = Field(min_length=1)
    password_field: str = Field(min_length=1)
    submit: str = Field(min_length=1)
    session: PageMark
    """What only that person’s session shows."""

    def password(self, key: str = "sso.local.password") -> str:
        """The password; `key` is what messages call it. Raises SecretError when it is not there."""
        return _secret(key, self.password_env, self.password_file)


class Sso(Table):
    """`[sso]`: the way of logging in without a second password, and the platform as it is known to the solution.

    `issuer` is the address at which the bench plays the platform, and which the test environment of the solution is configured
    with; it listens there, or at `listen` (`host:port`) where a relay stands between. `signature` says whether ID tokens are
    verified by their signature or the candidate relies on TLS (OP-5). `signing_key` is the PEM file of the key that the bench
    signs with, a fresh one each campaign without it. `origin` is sent in addresses.
    """

    mode: Literal["delegation", "psc"] = "delegation"
    issuer: Annotated[str, AfterValidator(_issuer)] = ""
    listen: str = ""
    certificate: Path | None = None
    key: Path | None = None
    client_id: str = ""
    client_secret_env: str = ""
    client_secret_file: Path | None = None
    client_keys: Path | None = None
    authentication: Authentication = "client_secret_basic"
    redirect_uris: tuple[str, ...] = ()
    algorithm: Algorithm = "RS256"
    signing_key: Path | None = None
    signature: Literal["verified", "tls"] = "verified"
    origin: str = "sas"
    idp_connect: str = "pwd"
    pages: Pages = Pages()
    agendas: tuple[AgendaPage, ...] = ()
    local: LocalAccount | None = None
    driver: str = ""

    @model_validator(mode="after")
    def _issuer_comes_whole(self) -> Self:
        if self.issuer:
            needed = ("client_id", "redirect_uris", "certificate", "key")
            missing = [key for key in needed if not getattr(self, key)]
            if missing:
                raise ValueError(f"avec issuer, il faut aussi {', '.join(missing)}")
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port where the bench listens. Raises ValueError when `listen` is not `host:port`."""
        parts = urlsplit(f"//{self.listen}" if self.listen else self.issuer)
        return parts.hostname or "127.0.0.1", parts.port or 443

    def client_secret(self) -> str:
        """The secret that the solution authenticates with. Raises SecretError when it is not there."""
        return _secret("sso.client_secret", self.client_secret_env, self.client_secret_file)

    def public_keys(self) -> str:
        """The JWKS of the solution, for private_key_jwt. Raises SecretError when it cannot be read."""
        if self.client_keys is None:
            raise SecretError(
                "Avec private_key_jwt, sso.client_keys est le fichier JWKS des clés publiques de la solution."
            )
        return _read("sso.client_keys", self.client_keys)

    def marks(self) -> Iterator[Mark]:
        """Everything that pages are looked at for."""
        for name in ("session", "login", "terms", "error"):
            page: PageMark | None = getattr(self.pages, name)
            if page is not None:
                yield page.mark(name)
        for agenda in self.agendas:
            yield agenda.mark(agenda.name)
        if self.local is not None:
            yield self.local.session.mark("local")


def _secret(key: str, variable: str, file: Path | None) -> str:
    if variable:
        value = os.environ.get(variable, "")
        if value:
            return value
        raise SecretError(f"{key}_env nomme la variable d’environnement {variable}, qui est absente ou vide.")
    if file is None:
        raise SecretError(f"Indiquez {key}_env ou {key}_file\u00a0: un secret ne s’écrit pas dans recette.toml.")
    return _read(f"{key}_file", file)


def _read(key: str, file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{key} ({file})\u00a0: lecture impossible ({error}).") from error
