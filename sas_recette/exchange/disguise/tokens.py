"""Words of a text of any kind, however their letters are written: in a URL, in JSON, in HTML or plainly."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import codepoint2name
from typing import Final
from urllib.parse import unquote

_PERCENT: Final = r"%(?:25)*"
_ESCAPE: Final = (
    rf"{_PERCENT}[Cc][3-9A-Fa-f]{_PERCENT}[89ABab][0-9A-Fa-f]|{_PERCENT}[0-9A-Fa-f]{{2}}"
    r"|\\+u[0-9A-Fa-f]{4}|\\+[nrtbf]|&(?:\#\d{1,6}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"
)
_MARK: Final = r"[\u0300-\u036f]"
"""An accent apart from its letter."""
_PIECE: Final = re.compile(rf"(?P<escape>{_ESCAPE})|(?P<mark>{_MARK})|[^\W_]+")
_UNIT: Final = re.compile(rf"(?P<escape>{_ESCAPE})|{_MARK}|[^\W_]")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters and digits. `word` is it without case, accents and ligatures."""

    start: int
    end: int
    word: str


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, in order; what an escape writes that is no letter separates them like a blank does."""
    start, end, word = 0, -1, ""
    for piece in _PIECE.finditer(text):
        plain = folded(_decoded(piece[0]) if piece["escape"] else piece[0])
        if word and (piece.start() != end or not (plain or piece["mark"])):
            yield Token(start, end, word)
            word = ""
        if piece["mark"] and word:
            end = piece.end()
        if plain:
            start = start if word else piece.start()
            end, word = piece.end(), word + plain
    if word:
        yield Token(start, end, word)


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(token.word for token in tokens(text))


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """A text without case, accents, ligatures, punctuation and blanks."""
    if text.isascii() and text.isalnum():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(filter(str.isalnum, decomposed))


def rewritten(written: str, word: str) -> str:
    """A token as it was written, with the letters of another word of the same length: its case, accents and escapes stay."""
    if written.isascii() and written.isalnum():
        return "".join(new.upper() if old.isupper() else new for old, new in zip(written, word, strict=True))
    parts, at = [], 0
    for piece in _UNIT.finditer(written):
        decoded = _decoded(piece[0]) if piece["escape"] else piece[0]
        before = folded(decoded)
        after = word[at : at + len(before)]
        at += len(before)
        parts.append(piece[0] if after == before else _like(piece[0], _dressed(decoded, after)))
    return "".join(parts)


def _dressed(model: str, letters: str) -> str:
    """Letters with the case and the accents of a character."""
    if len(letters) == 1:
        marks = "".join(filter(unicodedata.combining, unicodedata.normalize("NFD", model)))
        accented = unicodedata.normalize("NFC", letters + marks)
        letters = accented if len(accented) == 1 and ord(accented) < 0x100 else letters
    return letters.upper() if model.isupper() else letters


def _decoded(escape: str) -> str:
    """What an escape stands for; empty when it is nothing that a word is made of."""
    if escape.startswith("%"):
        decoded = unquote(re.sub("%(?:25)+", "%", escape), errors="ignore")
    elif escape.startswith("&"):
        decoded = html.unescape(escape)
    else:
        unit = escape.lstrip("\\")
        decoded = chr(int(unit[1:], 16)) if unit.startswith("u") else ""
    return decoded if folded(decoded) else ""


def _like(model: str, text: str) -> str:
    """A text written with the kind of escape that a piece was."""
    if model.startswith("%"):
        prefix = re.match("%(?:25)*", model)
        mark = prefix[0] if prefix else "%"
        digits = "%02x" if model == model.lower() else "%02X"
        return "".join(
            char if char.isascii() else "".join(mark + digits % byte for byte in char.encode()) for char in text
        )
    if model.startswith("&"):
        return "".join(
            char if char.isascii() else f"&{codepoint2name.get(ord(char), f'#{ord(char)}')};" for char in text
        )
    if model.startswith("\\"):
        mark = model[: len(model) - len(model.lstrip("\\"))]
        return "".join(f"{mark}u{ord(char):04x}" for char in text)
    return text
