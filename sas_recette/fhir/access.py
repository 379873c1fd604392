"""Reading JSON of unknown shape: what is absent or of another type reads as nothing, never as an error.

Rules look for business facts; the wrong types they step over are reported by the structural checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

JsonObject = Mapping[str, object]
_NOTHING: JsonObject = {}


def as_object(value: object) -> JsonObject:
    """The value when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def child(node: JsonObject, key: str) -> JsonObject:
    """The object under `key`, empty when there is none."""
    return as_object(node.get(key))


def children(node: JsonObject, key: str) -> Iterator[tuple[int, JsonObject]]:
    """The objects of the array under `key`, each with its index."""
    value = node.get(key)
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item


def text(node: JsonObject, key: str) -> str | None:
    """The string under `key`."""
    value = node.get(key)
    return value if isinstance(value, str) else None


def texts(node: JsonObject, key: str) -> tuple[str, ...]:
    """The strings of the array under `key`."""
    value = node.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def codes(concept: JsonObject, system: str) -> tuple[str, ...]:
    """The codes of a CodeableConcept in one code system."""
    return tuple(
        code
        for _, coding in children(concept, "coding")
        if text(coding, "system") == system and (code := text(coding, "code"))
    )
