"""Texts made fit for a cell: legible, within the limits of the format, and never taken for a formula."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sas_recette.evidence.reading.legible import legible

LONGEST: Final = 32_767
"""The most that a cell holds, in UTF-16 code units."""
_LINE_FEEDS: Final = 253
_CUT: Final = "…"
_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_SHEET_LONGEST: Final = 31
_SHEET_FORBIDDEN: Final = str.maketrans("[]:*?/\\'", "        ")

Value = str | int | float | datetime | None
"""What a cell may hold: a text, a count, a duration in seconds, an instant with its offset, nothing."""


def cell_text(text: str) -> str:
    """The text as a cell shows it: `legible`, and ended by « … » where the format would refuse the rest."""
    shown = legible(text)
    lines = shown.split("\n", _LINE_FEEDS + 1)
    if len(lines) > _LINE_FEEDS + 1:
        shown = "\n".join(lines[:-1]) + _CUT
    return shown if _units(shown) <= LONGEST else _within(shown, LONGEST - 1) + _CUT


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet, or a CSV file made of it, could take the text for a formula."""
    return text[:1] in _FORMULA if text else False


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """A name that a sheet may bear, unlike those already taken, whatever the case."""
    plain = " ".join(legible(wanted).translate(_SHEET_FORBIDDEN).split()) or "Sans nom"
    used = {name.casefold() for name in taken}
    name, rank = _within(plain, _SHEET_LONGEST), 1
    while name.casefold() in used:
        rank += 1
        name = _within(plain, _SHEET_LONGEST - len(str(rank)) - 1) + f" {rank}"
    return name


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def _within(text: str, units: int) -> str:
    """The longest beginning of a text that takes at most that many UTF-16 code units."""
    encoded = text.encode("utf-16-le")[: 2 * units]
    return encoded.decode("utf-16-le", "ignore")
