"""A request as the provider reads it, the reply it makes, and the parameters of OAuth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import cookie_parser

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a request body, or of a query, that are read; more is refused."""
_FIELDS: Final = 200
_FACT: Final = 300

Facts = Mapping[str, str]
NO_STORE: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a query or form (RFC 6749 3.1): an empty one counts as absent, none may come twice.

    `readable` is false when there are more of them than anybody needs: none is read then.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    readable: bool = True

    @classmethod
    def of(cls, encoded: bytes) -> Parameters:
        """Those of an `application/x-www-form-urlencoded` text; what is not UTF-8 is replaced."""
        try:
            pairs = parse_qsl(encoded.decode("utf-8", "replace"), encoding="utf-8", max_num_fields=_FIELDS)
        except ValueError:
            return cls(readable=False)
        return cls(tuple(pairs))

    def __getitem__(self, name: str) -> str:
        """The first value of a parameter; empty when it is absent."""
        return next((value for key, value in self.pairs if key == name), "")

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)

    @property
    def repeated(self) -> tuple[str, ...]:
        """Names that come more than once."""
        return tuple(name for name, count in Counter(key for key, _ in self.pairs).items() if count > 1)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request. `path` is decoded, `query` raw; names of headers are in lower case."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """First value of a header, by its name in lower case; empty when it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def parameters(self) -> Parameters:
        """Those of the query of a GET, of the form of a POST; none from a body that is no form."""
        if self.method != "POST":
            return Parameters.of(self.query)
        return Parameters.of(self.body) if self.is_form else Parameters()

    @property
    def is_form(self) -> bool:
        """Whether the body says that it is a form."""
        return self.header("content-type").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"

    def cookie(self, name: str) -> str:
        """The value of a cookie; empty when it is absent."""
        return cookie_parser(self.header("cookie")).get(name, "")


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, and what was established on the way. A silent one is never sent."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    facts: Facts = field(default_factory=dict)
    silent: bool = False

    @classmethod
    def of_json(cls, status: int, document: object, *headers: tuple[str, str]) -> Reply:
        """A JSON document, not to be stored."""
        body = json.dumps(document, ensure_ascii=False).encode()
        return cls(status, (("Content-Type", "application/json"), *NO_STORE, *headers), body)

    @classmethod
    def redirection(cls, status: int, url: str, *headers: tuple[str, str]) -> Reply:
        """To another address; the address of this page is not told there."""
        return cls(status, (("Location", url), ("Referrer-Policy", "no-referrer"), *NO_STORE, *headers))

    def with_facts(self, facts: Facts) -> Reply:
        """The same, with more facts."""
        return replace(self, facts={**self.facts, **facts})


@dataclass(frozen=True, slots=True)
class OAuthError:
    """An error as OAuth tells it (RFC 6749 4.1.2.1, 5.2); the description is ASCII there, hence English."""

    code: str
    description: str
    status: int = 400

    @property
    def document(self) -> dict[str, str]:
        """Its members."""
        return {"error": self.code, "error_description": self.description}


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """A URL with parameters added to its query; a redirect URI has no fragment (RFC 6749 3.1.2)."""
    if not parameters:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parameters)}"


def short(value: str) -> str:
    """What somebody sent, short enough for a fact."""
    return value if len(value) <= _FACT else f"{value[:_FACT]}…"
