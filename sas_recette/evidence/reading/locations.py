"""Where a finding points: FHIRPath locations read against a JSON tree, and places of the HTTP envelope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Step = str | int
Path = tuple[Step, ...]

_NAME: Final = re.compile(r"`?([A-Za-z_][A-Za-z0-9_]*)`?")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_CAST: Final = re.compile(r"(?:ofType|as)\([^()]*\)")
_HEADER: Final = re.compile(r"header\(\s*['\"]?([^()'\"]+?)['\"]?\s*\)")
_ANY_INDEX: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object as received: its pairs in order, repeated keys included."""

    pairs: tuple[tuple[str, Json], ...]


@dataclass(frozen=True, slots=True)
class JsonScalar:
    """A JSON string, number, boolean or null, by its JSON text (numbers exactly as received)."""

    text: str


Json = JsonObject | list["Json"] | JsonScalar


def is_envelope(location: str) -> bool:
    """Whether a location names a place of the HTTP envelope and not of the body."""
    return location == "HTTP" or location.startswith(("HTTP.", "HTTP "))


def header_name(location: str) -> str:
    """Lower-case name of the header that an envelope location names, empty when it names none."""
    match = _HEADER.search(location) if is_envelope(location) else None
    return match[1].lower() if match else ""


def without_indexes(location: str) -> str:
    """The location with every index written `[*]`: what findings that repeat have in common."""
    return _ANY_INDEX.sub("[*]", location)


def steps_of(location: str) -> Path:
    """Names and indexes below the root of the resource, as far as the location is a plain path.

    `ofType(…)` and `as(…)` are stepped over; any other function ends the path, since only its value could be followed.
    """
    steps: list[Step] = []
    position = 0
    root_seen = False
    while position < len(location):
        if index := _INDEX.match(location, position):
            steps.append(int(index[1]))
            position = index.end()
        elif cast := _CAST.match(location, position):
            position = cast.end()
        elif (name := _NAME.match(location, position)) and location[name.end() : name.end() + 1] != "(":
            if root_seen:
                steps.append(name[1])
            root_seen = True
            position = name.end()
        else:
            break
        position += location[position : position + 1] == "."
    return tuple(steps)


def nearest(root: Json, steps: Sequence[Step]) -> Path:
    """Path of the deepest element that exists on the way; an element that is missing gives its parent.

    A list met without an index is entered when it holds one element. A choice element is found by its FHIRPath name
    (`value` for `valueReference`).
    """
    node: Json = root
    path: Path = ()
    for step in steps:
        if isinstance(step, str) and isinstance(node, list) and len(node) == 1:
            node, path = node[0], (*path, 0)
        found = _child(node, step)
        if found is None:
            break
        key, node = found
        path = (*path, key)
    return path


def _child(node: Json, step: Step) -> tuple[Step, Json] | None:
    if isinstance(step, int):
        return (step, node[step]) if isinstance(node, list) and step < len(node) else None
    if not isinstance(node, JsonObject):
        return None
    exact = next(((key, value) for key, value in node.pairs if key == step), None)
    if exact is not None:
        return exact
    choices = [(key, value) for key, value in node.pairs if key.startswith(step) and key[len(step)].isupper()]
    return choices[0] if len(choices) == 1 else None
