"""FrPractitionerRegul: whether a Practitioner is one, and what it says (accounts.md §3, §4 and §8).

`name` and `telecom` are optional in the profile but needed to create an account: they are required (OP-1). The form of
identifier values is not checked beyond what an identifier needs to be searched: published examples do not all respect it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sas_recette.editor.accounts.model import TYPE_CODES, Identifier, Regulator
from sas_recette.editor.accounts.payload_json import malformed_elements
from sas_recette.editor.accounts.problems import MALFORMED, Problem
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import FR_V2_0203

TEXT_LIMIT: Final = 255
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_BLANK_OR_BAR: Final = re.compile(r"[\s|]")

Problems = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a payload says, as far as it could be read, and what is wrong with it, each element named once."""

    regulator: Regulator
    problems: tuple[Problem, ...]


def read_regulator(payload: Resource) -> Reading:
    """Read a Practitioner; what is missing reads as empty, and `active` as true."""
    problems: dict[str, Problem] = {}
    for problem in (*malformed_elements(payload), *_profile_problems(payload)):
        problems.setdefault(problem.path, problem)
    name, active = _first(payload.get("name")), payload.get("active")
    regulator = Regulator(
        identifiers=tuple(_identifiers(payload)),
        active=active if isinstance(active, bool) else True,
        family=_text(name.get("family")),
        given=_text(_first_item(name.get("given"))),
        email=_text(_first(payload.get("telecom")).get("value")),
    )
    return Reading(regulator, tuple(problems.values()))


def _profile_problems(payload: Resource) -> Problems:
    for element, check in (("identifier", _identifier), ("name", _name), ("telecom", _telecom)):
        value = payload.get(element)
        if element not in payload:
            yield _required(element)
        elif not isinstance(value, list):
            yield Problem(element, "structure", "un tableau est attendu.", MALFORMED)
        else:
            for position, item in enumerate(value):
                path = f"{element}[{position}]"
                yield from check(path, item) if isinstance(item, dict) else [_object_expected(path)]
    yield from _repeated_systems(payload)
    if "active" not in payload:
        yield _required("active")
    elif not isinstance(payload["active"], bool):
        yield Problem("active", "value", "un booléen JSON est attendu.", MALFORMED)


def _identifier(path: str, identifier: Resource) -> Problems:
    yield from _texts(path, identifier, "system", "value")
    system = identifier.get("system")
    if isinstance(system, str) and system not in TYPE_CODES:
        yield Problem(f"{path}.system", "value", f"« {system} » n’est pas une autorité d’affectation attendue.")
    if "type" not in identifier:
        yield _required(f"{path}.type")
    elif isinstance(system, str) and system in TYPE_CODES:
        yield from _type(f"{path}.type", identifier["type"], TYPE_CODES[system])
    if _BLANK_OR_BAR.search(_text(identifier.get("value"))):
        yield Problem(f"{path}.value", "value", "ni blanc ni barre verticale dans un identifiant.")


def _type(path: str, concept: object, code: str) -> Problems:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    if not isinstance(codings, list) or not all(isinstance(coding, dict) for coding in codings):
        yield Problem(path, "structure", "un objet avec un tableau coding est attendu.", MALFORMED)
    elif not any((coding.get("system"), coding.get("code")) == (FR_V2_0203, code) for coding in codings):
        yield Problem(path, "code-invalid", f"le code « {code} » du système {FR_V2_0203} est attendu.")


def _repeated_systems(payload: Resource) -> Problems:
    systems = [identifier.system for identifier in _identifiers(payload)]
    for position, system in enumerate(systems):
        if system in systems[:position]:
            yield Problem(f"identifier[{position}]", "value", "un seul identifiant par autorité d’affectation.")


def _name(path: str, name: Resource) -> Problems:
    yield from _texts(path, name, "family")
    given = name.get("given")
    if "given" not in name:
        yield _required(f"{path}.given")
    elif not isinstance(given, list):
        yield Problem(f"{path}.given", "structure", "un tableau est attendu.", MALFORMED)
    elif len(given) > 1:
        yield Problem(f"{path}.given", "value", "un seul prénom est attendu.")
    elif given:
        yield from _texts(path, {"given[0]": given[0]}, "given[0]")


def _telecom(path: str, contact: Resource) -> Problems:
    yield from _texts(path, contact, "system", "value")
    system, value = contact.get("system"), contact.get("value")
    if isinstance(system, str) and system != "email":
        yield Problem(f"{path}.system", "value", f"« email » est attendu, non « {system} ».")
    if isinstance(value, str) and not _EMAIL.fullmatch(value):
        yield Problem(f"{path}.value", "value", "une adresse électronique est attendue.")


def _texts(path: str, parent: Resource, *names: str) -> Problems:
    """Required texts of a bounded length."""
    for name in names:
        value = parent.get(name)
        if name not in parent:
            yield _required(f"{path}.{name}")
        elif not isinstance(value, str):
            yield Problem(f"{path}.{name}", "structure", "une chaîne de caractères est attendue.", MALFORMED)
        elif len(value) > TEXT_LIMIT:
            yield Problem(f"{path}.{name}", "too-long", f"{TEXT_LIMIT} caractères au plus.")


def _required(path: str) -> Problem:
    return Problem(path, "required", "élément obligatoire.")


def _object_expected(path: str) -> Problem:
    return Problem(path, "structure", "un objet est attendu.", MALFORMED)


def _identifiers(payload: Resource) -> Iterator[Identifier]:
    """Those that can be told apart: with a system and a value."""
    listed = payload.get("identifier")
    for item in listed if isinstance(listed, list) else []:
        system, value = (_text(item.get(name)) if isinstance(item, dict) else "" for name in ("system", "value"))
        if system and value:
            yield Identifier(system, value)


def _first(value: object) -> Resource:
    item = _first_item(value)
    return item if isinstance(item, dict) else {}


def _first_item(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
