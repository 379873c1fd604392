"""A request as the product reads it, and the reply it is about to send, free of any web framework."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import unquote

Resource = dict[str, Any]

FHIR_JSON = "application/fhir+json; charset=utf-8"


class Pace(Enum):
    """How promptly a reply leaves; the durations behind the slow ones are settings."""

    PROMPT = "prompt"
    SLUGGISH = "sluggish"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request. `path` is relative to the FHIR base and keeps its trailing slash; `query` is raw, as received.

    `body` may be cut short once it is longer than anything that is read. Of a search, `rank` counts those since the start of the
    instance, from 1, and `company` holds those that are being answered at the same time.
    """

    method: str
    path: str
    query: str
    accept: str = "*/*"
    content_type: str = ""
    body: bytes = b""
    rank: int = 0
    company: tuple[Incoming, ...] = ()

    @property
    def route(self) -> str:
        """The path without its trailing slash."""
        return self.path.rstrip("/")

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Decoded parameters in order. A raw `+` stays a `+`: time-zone offsets often travel unencoded."""
        pairs = (part.partition("=") for part in self.query.split("&") if part)
        return tuple((unquote(name), unquote(value)) for name, _, value in pairs)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: raw body, so that what is measured on the wire is decided here."""

    status: int
    body: bytes
    content_type: str = FHIR_JSON
    headers: tuple[tuple[str, str], ...] = ()
    pace: Pace = Pace.PROMPT

    @classmethod
    def of(cls, status: int, resource: Mapping[str, Any]) -> Reply:
        """A FHIR resource as UTF-8 JSON."""
        return cls(status, json.dumps(resource, ensure_ascii=False).encode())
