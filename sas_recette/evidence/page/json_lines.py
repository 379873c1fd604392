"""A JSON body laid out on lines, each known by the path of the element that it opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.evidence.reading.legible import legible_json
from sas_recette.evidence.reading.locations import Json, JsonObject, JsonScalar, Path

_MAX_DEPTH: Final = 200


class NotJsonError(Exception):
    """The body is not JSON in UTF-8, or is nested too deep to be laid out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its depth, its text without indent, the index of the line that opens its parent (-1 at the root)."""

    depth: int
    text: str
    parent: int


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """A laid out body: the tree, its lines, and the line of each path (the first of repeated keys)."""

    root: Json
    lines: tuple[Line, ...]
    line_of: Mapping[Path, int]


def lay_out(body: bytes) -> JsonLayout:
    """Parse and lay out a JSON body, every unreadable character escaped. Raises NotJsonError.

    Numbers keep the very digits received and repeated keys stay: this is evidence, not a normalisation.
    """
    root = _parse(body)
    lines: list[Line] = []
    line_of: dict[Path, int] = {}
    _write(_Place(root, (), "", "", 0, -1), lines, line_of)
    return JsonLayout(root, tuple(lines), line_of)


@dataclass(frozen=True, slots=True)
class _Place:
    node: Json
    path: Path
    before: str
    after: str
    depth: int
    parent: int


def _parse(body: bytes) -> Json:
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=lambda pairs: JsonObject(tuple((key, _scalar(value)) for key, value in pairs)),
            parse_int=JsonScalar,
            parse_float=JsonScalar,
            parse_constant=JsonScalar,
        )
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error
    return _scalar(value)


def _scalar(value: object) -> Json:
    if isinstance(value, list):
        return [_scalar(item) for item in value]
    if isinstance(value, JsonObject | JsonScalar):
        return value
    return JsonScalar(legible_json(json.dumps(value, ensure_ascii=False)))


def _write(place: _Place, lines: list[Line], line_of: dict[Path, int]) -> None:
    if place.depth > _MAX_DEPTH:
        raise NotJsonError(f"plus de {_MAX_DEPTH} niveaux")
    here = len(lines)
    line_of.setdefault(place.path, here)
    node = place.node
    if isinstance(node, JsonScalar):
        lines.append(Line(place.depth, f"{place.before}{node.text}{place.after}", place.parent))
        return
    opening, closing = ("{", "}") if isinstance(node, JsonObject) else ("[", "]")
    children = _children(place, here)
    if not children:
        lines.append(Line(place.depth, f"{place.before}{opening}{closing}{place.after}", place.parent))
        return
    lines.append(Line(place.depth, f"{place.before}{opening}", place.parent))
    for child in children:
        _write(child, lines, line_of)
    lines.append(Line(place.depth, f"{closing}{place.after}", here))


def _children(place: _Place, here: int) -> list[_Place]:
    node, deeper = place.node, place.depth + 1
    if isinstance(node, JsonObject):
        last = len(node.pairs) - 1
        return [
            _Place(value, (*place.path, key), f"{_quoted(key)}: ", "," if rank < last else "", deeper, here)
            for rank, (key, value) in enumerate(node.pairs)
        ]
    if isinstance(node, list):
        last = len(node) - 1
        return [
            _Place(value, (*place.path, rank), "", "," if rank < last else "", deeper, here)
            for rank, value in enumerate(node)
        ]
    return []


def _quoted(key: str) -> str:
    return legible_json(json.dumps(key, ensure_ascii=False))
