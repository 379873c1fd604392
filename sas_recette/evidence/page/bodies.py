"""A body ready to be read: JSON laid out with the faulty places marked, or text, cut when it is too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sas_recette.evidence.page.json_lines import JsonLayout, Line, NotJsonError, lay_out
from sas_recette.evidence.reading.legible import legible
from sas_recette.evidence.reading.locations import is_envelope, nearest, steps_of

WHOLE_LINES: Final = 1500
WHOLE_BYTES: Final = 200_000
_HEAD_LINES: Final = 60
_WIDE_CONTEXT: Final = 4
_NARROW_CONTEXT: Final = 1
_MARKS_WITH_WIDE_CONTEXT: Final = 60
_MAX_MARKS: Final = 2000
_MAX_LINE: Final = 1200


class BodyKind(StrEnum):
    """How a body is shown."""

    EMPTY = "empty"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One row on screen: a line of the body (`line` is its index), or the count of lines `omitted` in its place."""

    text: str = ""
    line: int = -1
    marked: bool = False
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class ReadableBody:
    """A body as rows. `line_of` gives, for each location asked, the index of the line where it is marked."""

    kind: BodyKind
    rows: tuple[Row, ...] = ()
    cut: bool = False
    line_of: Mapping[str, int] = field(default_factory=dict)


def readable_body(body: bytes, locations: Iterable[str] = (), whole_lines: int = WHOLE_LINES) -> ReadableBody:
    """Lay out a body and mark the places that findings name (FHIRPath; those of the envelope are left out).

    A missing element marks its nearest existing parent. A body over `whole_lines` lines or 200 kB is cut: around its
    marked places with the lines that open their parents, or to its first lines when nothing is marked.
    """
    if not body:
        return ReadableBody(BodyKind.EMPTY)
    try:
        layout = lay_out(body)
    except NotJsonError:
        return _text(body, whole_lines)
    line_of = _marks(layout, locations)
    marked = frozenset(line_of.values())
    whole = len(layout.lines) <= whole_lines and len(body) <= WHOLE_BYTES
    kept = range(len(layout.lines)) if whole else sorted(_kept(layout.lines, marked))
    rows = tuple(_rows(layout.lines, kept, marked))
    return ReadableBody(BodyKind.JSON, rows, cut=len(kept) < len(layout.lines), line_of=line_of)


def _marks(layout: JsonLayout, locations: Iterable[str]) -> dict[str, int]:
    """The line of each location; beyond a bound, further places are not marked, to keep the page readable."""
    line_of: dict[str, int] = {}
    lines: set[int] = set()
    for location in locations:
        if location in line_of or is_envelope(location):
            continue
        line = layout.line_of[nearest(layout.root, steps_of(location))]
        if line in lines or len(lines) < _MAX_MARKS:
            lines.add(line)
            line_of[location] = line
    return line_of


def _kept(lines: tuple[Line, ...], marked: frozenset[int]) -> set[int]:
    if not marked:
        return set(range(min(_HEAD_LINES, len(lines))))
    context = _WIDE_CONTEXT if len(marked) <= _MARKS_WITH_WIDE_CONTEXT else _NARROW_CONTEXT
    kept = {0, len(lines) - 1}
    opened: set[int] = set()
    for mark in marked:
        kept.update(range(max(0, mark - context), min(len(lines), mark + context + 1)))
        parent = lines[mark].parent
        while parent >= 0 and parent not in opened:
            opened.add(parent)
            parent = lines[parent].parent
    return kept | opened


def _rows(lines: tuple[Line, ...], kept: Iterable[int], marked: frozenset[int]) -> Iterable[Row]:
    following = 0
    for index in kept:
        if index > following:
            yield Row(omitted=index - following)
        line = lines[index]
        yield Row("  " * line.depth + _bounded(line.text), index, index in marked)
        following = index + 1
    if following < len(lines):
        yield Row(omitted=len(lines) - following)


def _text(body: bytes, whole_lines: int) -> ReadableBody:
    """Not JSON: the text itself, with the bytes that are not UTF-8 written as escapes."""
    limit = whole_lines if len(body) <= WHOLE_BYTES else _HEAD_LINES
    lines = body.split(b"\n", limit)[:limit]
    texts = (line.removesuffix(b"\r").decode("utf-8", "backslashreplace") for line in lines)
    rows = [Row(legible(_bounded(text)), index) for index, text in enumerate(texts)]
    omitted = body.count(b"\n") + 1 - len(lines)
    if omitted:
        rows.append(Row(omitted=omitted))
    return ReadableBody(BodyKind.TEXT, tuple(rows), cut=omitted > 0)


def _bounded(text: str) -> str:
    if len(text) <= _MAX_LINE:
        return text
    half = _MAX_LINE // 2
    return f"{text[:half]} […\u00a0{len(text) - 2 * half} caractères omis\u00a0…] {text[-half:]}"
