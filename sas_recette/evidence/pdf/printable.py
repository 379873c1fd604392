"""Texts made fit for a page of paper: only characters that the fonts at hand can draw, and places where a line may end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sas_recette.evidence.reading.legible import legible

Plain = str | int | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""What JSON can hold, and all that the template is given."""

DRAWN: Final = (
    "\n -~\u00a0-\u00ac\u00ae-\u02ff\u0384-\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u1e00-\u1eff"
    "\u2010-\u2027\u202f-\u2040\u2044-\u2052\u20a0-\u20b5\u2190-\u23ff\u2500-\u262f\u2701-\u2704\u270c-\u2727"
)
"""As a character class: Latin, Greek, Cyrillic, punctuation, currencies, arrows, mathematics, shapes.

A document declared PDF/UA-1 is refused whole when one character has no glyph. A combining mark may fail on some letters
only, so it is left out.
"""

_UNDRAWN: Final = re.compile(f"[^{DRAWN}]")
_LONG: Final = re.compile(r"[^\s\u00a0]{20,}")
_BREAK: Final = "\u200b"
_AFTER: Final = re.compile(r"(?<=[/?&=.,;:|_@\-])(?=[^\s/])|(?=‹)")
_WIDEST: Final = 20


def printable(value: Plain) -> Plain:
    """The same value with every text in it legible, drawable and breakable; what cannot be drawn is « ‹U+1F600› »."""
    match value:
        case str():
            return _LONG.sub(_breakable, _UNDRAWN.sub(_spelt, legible(value)))
        case Mapping():
            return {key: printable(item) for key, item in value.items()}
        case Sequence():
            return [printable(item) for item in value]
    return value


def _spelt(match: re.Match[str]) -> str:
    return " " if match[0] == "\t" else f"‹U+{ord(match[0]):04X}›"


def _breakable(match: re.Match[str]) -> str:
    """A long word that may break after its separators, and anywhere in what is still too long."""
    parts = (part[start : start + _WIDEST] for part in _AFTER.split(match[0]) for start in range(0, len(part), _WIDEST))
    return _BREAK.join(parts)
