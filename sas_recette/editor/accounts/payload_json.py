"""From the bytes of a body to a JSON object that respects the rules of FHIR JSON (FHIR R4, « JSON »)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from sas_recette.editor.accounts.problems import MALFORMED, Problem
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Resource

_PROBLEMS_SHOWN: Final = 20
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_EMPTY: Final = "vide, un élément sans valeur ne se transmet pas."


def read_practitioner(body: bytes) -> Resource:
    """The Practitioner of a body. Raises FhirError (400) when the body is not one."""
    try:
        value = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_not_json)
    except UnicodeDecodeError as error:
        raise _unreadable("il n’est pas encodé en UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _unreadable("ce n’est pas du JSON bien formé") from error
    if not isinstance(value, dict):
        raise _unreadable("ce n’est pas un objet JSON")
    if value.get("resourceType") != "Practitioner":
        raise _unreadable("resourceType : la valeur « Practitioner » est attendue")
    return value


def malformed_elements(resource: Resource) -> tuple[Problem, ...]:
    """The empty elements, null members and forbidden characters of a resource, the first twenty."""
    found = (Problem(path, "structure", message, MALFORMED) for path, message in _faults(resource))
    return tuple(problem for problem, _ in zip(found, range(_PROBLEMS_SHOWN), strict=False))


def _faults(resource: Resource) -> Iterator[tuple[str, str]]:
    """Depth first without recursion: a body may be nested as deep as its length allows."""
    pending: list[tuple[str, Any]] = [("", resource)]
    while pending:
        path, value = pending.pop()
        if value is None or value in ({}, []) or (isinstance(value, str) and not value.strip()):
            yield path, _EMPTY
        elif isinstance(value, str):
            if _FORBIDDEN.search(value):
                yield path, "caractère interdit."
        elif isinstance(value, dict):
            pending += [(f"{path}.{name}" if path else name, member) for name, member in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(f"{path}[{position}]", item) for position, item in reversed([*enumerate(value)])]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs) or any(_FORBIDDEN.search(name) for name in members):
        raise ValueError("membre en double ou au nom interdit")
    return members


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _unreadable(reason: str) -> FhirError:
    return FhirError(400, "structure", f"Le corps de la requête est illisible : {reason}.")
