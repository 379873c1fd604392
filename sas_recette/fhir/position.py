"""Where a FHIRPath location stands in the text of a JSON file: its line, for a developer's editor."""

from __future__ import annotations

import json
import re
from typing import Final

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


def line_of(source: str, location: str) -> int | None:
    """The line (from 1) of a location such as `Bundle.entry[3].resource.start`, or of its nearest existing parent.

    None when the location is not in the body, or the text is not JSON.
    """
    if location.startswith("HTTP"):
        return None
    steps = [name or int(index) for name, index in _STEP.findall(location)]
    at = _skip(source, 0)
    try:
        for step in steps:
            found = _member(source, at, step) if isinstance(step, str) else _item(source, at, step)
            if found is None:
                break
            at = found
    except (ValueError, IndexError, RecursionError):
        return None
    return source.count("\n", 0, at) + 1


def _member(source: str, at: int, wanted: str) -> int | None:
    if source[at] != "{":
        return None
    at = _skip(source, at + 1)
    while source[at] != "}":
        key, at = _DECODER.raw_decode(source, at)
        at = _skip(source, _skip(source, at) + 1)
        if key == wanted:
            return at
        at = _next(source, at)
    return None


def _item(source: str, at: int, wanted: int) -> int | None:
    if source[at] != "[":
        return None
    at = _skip(source, at + 1)
    index = 0
    while source[at] != "]":
        if index == wanted:
            return at
        index += 1
        at = _next(source, at)
    return None


def _next(source: str, at: int) -> int:
    """Past a value and the comma that follows it."""
    _, end = _DECODER.raw_decode(source, at)
    end = _skip(source, end)
    return _skip(source, end + 1) if source[end] == "," else end


def _skip(source: str, at: int) -> int:
    blanks = _BLANKS.match(source, at)
    return blanks.end() if blanks else at
