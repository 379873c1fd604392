"""Identities told by what is exchanged: FHIR resources, claims of tokens, criteria of searches, and what has their form anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote_plus

from sas_recette.norm.canonicals import IDNPS_SYSTEM, IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.norm.identifiers import practitioner_kind, structure_kind


class Kind(StrEnum):
    """What an identity is."""

    PERSON = "person"
    STRUCTURE = "structure"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    IDENTIFIER = "identifier"
    LOGIN = "login"


Identity = tuple[Kind, str]

_SYSTEMS: Final = frozenset({IDNPS_SYSTEM, IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM})
_BEARERS: Final = frozenset(
    {"Practitioner", "Organization", "Location", "HealthcareService", "Patient", "PractitionerRole"}
)
"""Resources whose identifiers and addresses are somebody’s."""
_PEOPLE: Final = frozenset({"Practitioner", "Patient"})
_PLACES: Final = frozenset({"Organization", "Location", "HealthcareService"})
_MEMBERS: Final[Mapping[str, Kind]] = {
    "family": Kind.PERSON,
    "given": Kind.PERSON,
    "family_name": Kind.PERSON,
    "given_name": Kind.PERSON,
    "middle_name": Kind.PERSON,
    "patient": Kind.PERSON,
    "email": Kind.EMAIL,
    "phone": Kind.PHONE,
    "phone_number": Kind.PHONE,
    "preferred_username": Kind.LOGIN,
    "login_hint": Kind.LOGIN,
    "login": Kind.LOGIN,
    "sub": Kind.IDENTIFIER,
    "SubjectNameID": Kind.IDENTIFIER,
    "street": Kind.ADDRESS,
    "line": Kind.ADDRESS,
}
"""What tells an identity by its name, in resources, in claims, and in the candidate file."""
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}(?:@|%(?:25)*40|&#64;)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE: Final = re.compile(
    r"(?<![\w.])(?:\+|%(?:25)*2[Bb]|00)[1-9]\d{8,13}(?!\w)|(?<![\w.:-])0[1-9](?:[ .\u00a0-]?\d\d){4}(?![\w.:-])"
)
_PREFIXED: Final = re.compile(r"(?<!\w)8\d{11}(?!\w)")
_CRITERION: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(_SYSTEMS)))})(?:\||%(?:25)*7[Cc])((?:[^&\s\"'<>,|%\\]|%(?:25)*2[Ff])+)"
)


@dataclass(slots=True)
class Collector:
    """Gathers identities as they are met; `found` keeps their order and holds each once."""

    found: dict[Identity, None] = field(default_factory=dict)

    def add(self, kind: Kind, value: object) -> None:
        """Keep an identity, or each of a list."""
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, str) and one.strip():
                self.found.setdefault((kind, one))

    def text(self, text: str) -> None:
        """Keep what has the form of an identity, and what JSON tells when the text is some."""
        for pattern, kind in ((_MAIL, Kind.EMAIL), (_PHONE, Kind.PHONE), (_PREFIXED, Kind.IDENTIFIER)):
            for match in pattern.finditer(text):
                self.add(kind, _plain(match[0]))
        for match in _CRITERION.finditer(text):
            self.add(Kind.IDENTIFIER, _plain(match[1]))
        if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
            self.document(_parsed(text))

    def document(self, document: object) -> None:
        """Keep what the members of a JSON document tell."""
        waiting = [document]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                self._members(node)
                waiting.extend(node.values())
            elif isinstance(node, list | tuple):
                waiting.extend(node)
            elif isinstance(node, str) and node[:1] in {"{", "["}:
                waiting.append(_parsed(node))

    def declared(self, declared: Mapping[str, Any]) -> None:
        """Keep what a candidate file tells: identifiers wherever they stand, names of structures where they do."""
        self.document(declared)
        for key, value in _strings(declared):
            if key not in {"client_cn", "client_ou", "siren", "siret"} and (
                practitioner_kind(value) or structure_kind(value)
            ):
                self.add(Kind.IDENTIFIER, value)
            self.text(value)
        for table in ("cpts", "associations"):
            for key, value in _strings(declared.get(table)):
                self.add(Kind.STRUCTURE, value if key == "name" else "")
        for key, value in _strings(declared):
            self.add(Kind.STRUCTURE, value if key == "place" else "")

    def _members(self, node: Mapping[str, Any]) -> None:
        for member, kind in _MEMBERS.items():
            if member in node:
                self.add(kind, node[member])
        resource = node.get("resourceType")
        if resource in _PEOPLE or "email" in node or "sub" in node:
            self._name(node.get("name"))
        if resource in _PLACES:
            self.add(Kind.STRUCTURE, node.get("name"))
        if resource in _BEARERS:
            self._identifiers(node.get("identifier"))
            self._address(node.get("address"))
            self.add(Kind.IDENTIFIER, node.get("id") if _like_a_uuid(node.get("id")) else "")
        if "display" in node and ("identifier" in node or str(node.get("reference", "")).startswith("Practitioner/")):
            self.add(Kind.PERSON, node["display"])
        if node.get("system") in _SYSTEMS:
            self.add(Kind.IDENTIFIER, node.get("value"))
        if node.get("system") in {"phone", "fax", "sms"}:
            self.add(Kind.PHONE, node.get("value"))

    def _name(self, name: object) -> None:
        self.add(Kind.PERSON, name)
        for one in name if isinstance(name, list) else (name,):
            if isinstance(one, dict):
                self.add(Kind.PERSON, one.get("text"))

    def _identifiers(self, identifiers: object) -> None:
        for one in identifiers if isinstance(identifiers, list) else (identifiers,):
            if isinstance(one, dict):
                self.add(Kind.IDENTIFIER, one.get("value"))

    def _address(self, address: object) -> None:
        for one in address if isinstance(address, list) else (address,):
            if isinstance(one, dict):
                self.add(Kind.ADDRESS, one.get("text"))


def _strings(node: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield key, node
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from _strings(value, str(name))
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _strings(value, key)


def _plain(written: str) -> str:
    if "%" not in written:
        return written.replace("&#64;", "@")
    return unquote_plus(re.sub("%(?:25)+", "%", written).replace("+", "%2B"))


def _parsed(text: str) -> object:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def _like_a_uuid(value: object) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", value) is not None
    )
