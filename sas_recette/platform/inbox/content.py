"""What an appointment says of itself, read for delivery only: anything legible counts, right or wrong.

Judging is for the rules. A message must reach its scenario even when it breaks a rule, so nothing here is strict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from sas_recette.fhir.access import JsonObject, as_object, child, children, text
from sas_recette.fhir.instant import read_instant
from sas_recette.fhir.parsing import parse_json

_ESCAPED: Final = re.compile(r"\\([\\$,|])")
_BAR: Final = re.compile(r"(?<!\\)\|")
_COMMA: Final = re.compile(r"(?<!\\),")
_CRITERIA: Final = ("identifier", "Identifier")
"""The technical page of the guide writes the capital (RDV-010)."""


@dataclass(frozen=True, slots=True)
class Token:
    """An identifier: who gave it, and its value."""

    system: str
    value: str

    def __str__(self) -> str:
        return f"{self.system}|{self.value}"


@dataclass(frozen=True, slots=True)
class Criterion:
    """The `identifier` of a conditional update; `system` is None when the value stands alone, which any system matches."""

    system: str | None
    value: str

    def matches(self, token: Token) -> bool:
        """Whether an identifier is meant."""
        return token.value == self.value and self.system in {None, token.system}


@dataclass(frozen=True, slots=True)
class Content:
    """What a body says. `problem` is a French sentence when it is no Appointment, and the rest is then empty."""

    resource: JsonObject
    problem: str = ""
    identifiers: tuple[Token, ...] = ()
    operators: frozenset[str] = frozenset()
    practitioners: frozenset[str] = frozenset()
    start: datetime | None = None

    @property
    def legible(self) -> bool:
        """Whether anything tells which appointment it is about."""
        return bool(self.identifiers or self.operators or self.start)


def read_content(body: bytes) -> Content:
    """Read a body, whatever it is. `operators` and `practitioners` are values without their systems."""
    parsed = parse_json(body)
    if parsed.value is None and parsed.problems:
        return Content({}, parsed.problems[0].message)
    if not isinstance(parsed.value, dict):
        return Content({}, "Le corps n’est pas un objet JSON.")
    resource = as_object(parsed.value)
    kind = text(resource, "resourceType")
    if kind != "Appointment":
        found = f"est de type «\u00a0{kind}\u00a0»" if kind else "n’a pas de «\u00a0resourceType\u00a0»"
        return Content({}, f"La ressource {found}\u00a0: un Appointment est attendu.")
    return Content(
        resource,
        identifiers=tuple(token for _, node in children(resource, "identifier") if (token := _token(node))),
        operators=frozenset(_operators(resource)),
        practitioners=frozenset(_practitioners(resource)),
        start=read_instant(text(resource, "start")),
    )


def read_criteria(query: str) -> tuple[Criterion, ...]:
    """The distinct criteria of a raw query string; several alternatives in one parameter are several criteria."""
    pairs = parse_qsl(query, keep_blank_values=True)
    written = (part for name, value in pairs if name in _CRITERIA for part in _COMMA.split(value))
    return tuple(dict.fromkeys(_criterion(part) for part in written if part))


def _criterion(written: str) -> Criterion:
    bar = _BAR.search(written)
    if bar is None:
        return Criterion(None, _plain(written))
    return Criterion(_plain(written[: bar.start()]), _plain(written[bar.end() :]))


def _plain(written: str) -> str:
    return _ESCAPED.sub(r"\1", written)


def _token(node: JsonObject) -> Token | None:
    value = text(node, "value")
    return Token(text(node, "system") or "", value) if value else None


def _operators(resource: JsonObject) -> Iterator[str]:
    for _, extension in children(resource, "extension"):
        token = _token(child(child(extension, "valueReference"), "identifier"))
        if token:
            yield token.value


def _practitioners(resource: JsonObject) -> Iterator[str]:
    for _, participant in children(resource, "participant"):
        token = _token(child(child(participant, "actor"), "identifier"))
        if token:
            yield token.value
