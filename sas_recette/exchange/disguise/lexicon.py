"""What is replaced, and by what: sequences of words, looked for wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sas_recette.exchange.disguise.tokens import Token, rewritten, tokens

Words = tuple[str, ...]

_GAP: Final = 12
"""Characters that may stand between two words of one sequence: `-`, `%20`, `": ["`…"""

_NOTHING: Final[Words] = ()


@dataclass(slots=True)
class _Node:
    """A word of some sequences: what may follow it, and what replaces the sequence that ends with it."""

    following: dict[str, _Node] = field(default_factory=dict)
    replacement: Words = ()


@dataclass(slots=True)
class Lexicon:
    """Sequences of folded words with their replacements, word for word and letter for letter.

    `whole` holds those that are only replaced when they are all of a value.
    """

    whole: dict[Words, Words] = field(default_factory=dict)
    _root: _Node = field(default_factory=_Node)

    def add(self, sequence: Words, replacement: Words) -> None:
        """Have a sequence replaced wherever it stands; the first replacement given to it stays."""
        node = self._root
        for word in sequence:
            node = node.following.setdefault(word, _Node())
        node.replacement = node.replacement or replacement

    def add_whole(self, sequence: Words, replacement: Words) -> None:
        """Have a sequence replaced where it is all of a value."""
        if sequence:
            self.whole.setdefault(sequence, replacement)

    def value(self, value: str) -> str:
        """A value with what it is, or holds, replaced."""
        found = list(tokens(value))
        replacement = self.whole.get(tuple(token.word for token in found))
        return self._changed(value, found) if replacement is None else _replaced(value, found, replacement)

    def text(self, text: str) -> str:
        """A text with every sequence that it holds replaced; the longest that begins at a word is the one."""
        return self._changed(text, list(tokens(text)))

    def _changed(self, text: str, found: Sequence[Token]) -> str:
        changed: list[Token] = []
        words: list[str] = []
        at = 0
        while at < len(found):
            replacement = self._at(found, at)
            changed += found[at : at + len(replacement)]
            words += replacement
            at += len(replacement) or 1
        return _replaced(text, changed, words)

    def _at(self, found: Sequence[Token], at: int) -> Words:
        node, longest = self._root.following.get(found[at].word), _NOTHING
        while node is not None:
            longest = node.replacement or longest
            at += 1
            if at == len(found) or found[at].start - found[at - 1].end > _GAP:
                break
            node = node.following.get(found[at].word)
        return longest


def _replaced(text: str, changed: Sequence[Token], words: Sequence[str]) -> str:
    parts, at = [], 0
    for token, word in zip(changed, words, strict=True):
        parts += [text[at : token.start], rewritten(text[token.start : token.end], word)]
        at = token.end
    return "".join((*parts, text[at:])) if parts else text
