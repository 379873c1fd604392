"""Text of a candidate made safe to show: every character that hides, reorders or breaks is spelt out."""

from __future__ import annotations

import re
from typing import Final

_CONTROLS: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN: Final = "\u00ad\u200b\u2028\u2029\u2060\ufeff"
_ILLEGAL: Final = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_BLANKS: Final = re.compile("[ \t\n]+")
_UNREADABLE: Final = re.compile(f"[{_CONTROLS}{_BIDI}{_HIDDEN}{_ILLEGAL}]")
_UNREADABLE_IN_JSON: Final = re.compile(f"[\t\n{_CONTROLS}{_BIDI}{_HIDDEN}{_ILLEGAL}]")


def legible(text: str) -> str:
    """The same text with each unreadable character written « ‹U+202E› »; tabs and line feeds stay.

    Controls, bidirectional overrides, zero-width characters, lone surrogates and non-characters: none may be written to
    XML or HTML, or they would make a reader see something else than what was received.
    """
    return _UNREADABLE.sub(lambda match: f"‹U+{ord(match[0]):04X}›", text)


def legible_json(text: str) -> str:
    """The text of a JSON string with unreadable characters in their JSON escape, so that it stays JSON."""
    return _UNREADABLE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def legible_document(text: str) -> str:
    """A whole document of JSON, on one line or several, with unreadable characters in their JSON escape."""
    return "\n".join(map(legible_json, text.split("\n")))


def on_terminal(text: str) -> str:
    """The same text as a terminal may be told it: legible, without tabs."""
    return legible(text).replace("\t", " ")


def one_line(text: str, limit: int) -> str:
    """A legible text on one line, at most `limit` characters, ended by « … » when it was cut."""
    flat = _BLANKS.sub(" ", legible(text)).strip(" ")
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
