"""From raw bytes to JSON, without ever trusting them: encoding, syntax, repeated keys, depth.

The raw bytes stay the evidence; what is returned here is for reading only. Lone surrogates are replaced, so that every
string can be written again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TypeGuard

from sas_recette.fhir.location import Path, fhirpath
from sas_recette.fhir.problem import Problem, ProblemKind

MAX_DEPTH = 64
"""Deepest nesting read. FHIR resources of these flows stay under 12 levels."""

_BOM = b"\xef\xbb\xbf"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""How a text in UTF-8 may hold a surrogate, alone or not."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed body: `value` is None when nothing could be read; `problems` says what was wrong on the way."""

    value: object
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reader:
    repeated: list[str] = field(default_factory=list)

    def pairs(self, items: list[tuple[str, object]]) -> dict[str, object]:
        read = dict(items)
        if len(read) != len(items) or not all(map(str.isascii, read)):
            read = {_written(key): item for key, item in items}
        if len(read) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if _written(key) in seen:
                    self.repeated.append(_written(key))
                seen.add(_written(key))
        return read


def _written(value: str) -> str:
    return value if value.isascii() else _LONE_SURROGATE.sub("\ufffd", value)


def _refuse_constant(name: str) -> object:
    message = f"{name} n’est pas une valeur JSON"
    raise ValueError(message)


def _unreadable(kind: ProblemKind, message: str, expected: str, observed: str) -> Parsed:
    return Parsed(None, (Problem(kind, "HTTP.body", message, expected, observed),))


def parse_json(body: bytes) -> Parsed:
    """Read a body as JSON (RFC 8259, UTF-8 only). Never raises for the body's sake."""
    try:
        source = body.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        around = body[max(0, error.start - 12) : error.start + 12]
        return _unreadable(
            ProblemKind.ENCODING,
            f"Le corps n’est pas encodé en UTF-8 : octet invalide en position {error.start}.",
            "un texte JSON encodé en UTF-8",
            repr(around)[1:],
        )
    reader = _Reader()
    try:
        value = json.loads(source, object_pairs_hook=reader.pairs, parse_constant=_refuse_constant)
    except RecursionError:
        return _too_deep()
    except json.JSONDecodeError as error:
        return _unreadable(
            ProblemKind.SYNTAX,
            f"Le corps n’est pas du JSON : erreur ligne {error.lineno}, colonne {error.colno} ({error.msg}).",
            "un document JSON complet",
            source[max(0, error.pos - 30) : error.pos + 30] or "(corps vide)",
        )
    except ValueError as error:
        reason = "un nombre entier démesuré y figure" if "int_max_str_digits" in str(error) else str(error)
        return _unreadable(
            ProblemKind.SYNTAX, f"Le corps n’est pas du JSON lisible : {reason}.", "un document JSON complet", reason
        )
    if _depth(value) > MAX_DEPTH:
        return _too_deep()
    if _ESCAPED_SURROGATE.search(source):
        value = _clean(value)
    root = _root(value)
    problems = [
        Problem(
            ProblemKind.DUPLICATE_KEY,
            root,
            f"La clé « {key} » figure deux fois dans le même objet.",
            "une seule fois",
            key,
        )
        for key in reader.repeated
    ]
    return Parsed(value, tuple(problems))


def _too_deep() -> Parsed:
    return _unreadable(
        ProblemKind.DEPTH,
        f"Le corps est imbriqué sur plus de {MAX_DEPTH} niveaux : ce n’est pas une ressource FHIR.",
        f"{MAX_DEPTH} niveaux au plus",
        f"plus de {MAX_DEPTH} niveaux",
    )


def _root(value: object) -> str:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else "HTTP.body"


def _depth(value: object) -> int:
    """How many objects and arrays are one in another, without recursion; it stops counting past the deepest that is read."""
    depth, level = 0, _within([value])
    while level and depth <= MAX_DEPTH:
        depth, level = depth + 1, [inner for node in level for inner in _within(node)]
    return depth


def _within(node: dict[str, object] | list[object]) -> list[dict[str, object] | list[object]]:
    """The objects and arrays that one holds."""
    items = node.values() if isinstance(node, dict) else node
    return [item for item in items if isinstance(item, (dict, list))]


def _clean(value: object) -> object:
    """Replace lone surrogates, in place, without recursion."""
    if isinstance(value, str):
        return _written(value)
    waiting = _within([value])
    while waiting:
        node = waiting.pop()
        waiting.extend(_within(node))
        if isinstance(node, dict):
            node.update({key: _written(item) for key, item in node.items() if _unwritable(item)})
        else:
            node[:] = [_written(item) if _unwritable(item) else item for item in node]
    return value


def _unwritable(item: object) -> TypeGuard[str]:
    return isinstance(item, str) and not item.isascii() and bool(_LONE_SURROGATE.search(item))


def empty_elements(value: object, root: str) -> list[Problem]:
    """Every element without content: `""`, blanks only, `{}`, `[]`, `null` (invariant ele-1; AGR-COM-018).

    A null inside an array of primitives is legal when the extension array of the same name stands beside it.
    """
    found: list[Problem] = []
    if not _something_empty(value):  # as in most answers: no place has to be told
        return found
    waiting: list[tuple[object, Path, bool]] = [(value, (), False)]
    while waiting:
        node, path, null_allowed = waiting.pop()
        if isinstance(node, dict) and node:
            waiting.extend(
                (item, (*path, key), _null_allowed(node, key)) for key, item in node.items() if _may_be_empty(item)
            )
        elif isinstance(node, list) and node:
            waiting.extend(
                (item, (*path, index), null_allowed) for index, item in enumerate(node) if _may_be_empty(item)
            )
        elif (described := _emptiness(node)) and not (node is None and null_allowed and isinstance(path[-1], int)):
            found.append(
                Problem(
                    ProblemKind.EMPTY,
                    fhirpath(root, path),
                    f"Élément sans contenu ({described}) : une information absente ne se transmet pas.",
                    "élément absent, ou renseigné",
                    described,
                )
            )
    found.sort(key=lambda problem: problem.location)
    return found


def _something_empty(value: object) -> bool:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            if not node or node.isspace():
                return True
        elif isinstance(node, (dict, list)):
            if not node:
                return True
            waiting += node.values() if isinstance(node, dict) else node
        elif node is None:
            return True
    return False


def _may_be_empty(item: object) -> bool:
    """Whether an item has to be visited: most are strings with something in them."""
    return not item.strip() if isinstance(item, str) else item is None or isinstance(item, dict | list)


def _null_allowed(node: dict[str, object], key: str) -> bool:
    return key.startswith("_") or f"_{key}" in node


def _emptiness(node: object) -> str:
    if node is None:
        return "null"
    if isinstance(node, dict):
        return "{}"
    if isinstance(node, list):
        return "[]"
    if isinstance(node, str) and not node.strip():
        return f"« {node} »" if node else '""'
    return ""
