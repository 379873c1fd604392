"""Other values of the same form: names, identifiers that keep their check digit right or wrong, phone numbers."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sas_recette.norm.identifiers import luhn

_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bdfghjklmpqrstvwxyz"
"""Neither « c » nor « n », which keep their cedilla and their tilde by staying what they are."""
_HEXADECIMAL: Final = "abcdef"
_DIGITS: Final = "0123456789"
_SIREN: Final = 9
_SIRET: Final = 14
_PHONE: Final = 9
_PHONE_KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Forms:
    """Replacements under a secret: a function of the value alone. All values are folded ones (see `tokens`)."""

    secret: bytes

    def word(self, word: str) -> str:
        """Another word, its vowels and consonants where they were."""
        chance = self._chance(f"word {word}")
        return "".join(_another(letter, (_VOWELS, _CONSONANTS, _DIGITS), chance) for letter in word)

    def code(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Another identifier, its digits and letters where they were; a UUID keeps its version and its variant."""
        whole = "-".join(parts)
        chance = self._chance(f"code {whole}")
        letters = _HEXADECIMAL if all(one in _HEXADECIMAL + _DIGITS + "-" for one in whole) else _VOWELS + _CONSONANTS
        found = tuple("".join(_another(one, (letters, _DIGITS), chance) for one in part) for part in parts)
        if tuple(map(len, parts)) != (8, 4, 4, 4, 12):
            return found
        return (*found[:2], parts[2][0] + found[2][1:], parts[3][0] + found[3][1:], found[4])

    def number(self, raw: str) -> str:
        """Another national number, without its prefix: its first digit stays, its check digits hold if they held."""
        chance = self._chance(f"number {raw}")
        found = raw[0] + "".join(_another(one, (_DIGITS,), chance) for one in raw[1:])
        if len(raw) == _SIRET:
            found = _checked(found[:_SIREN], like=raw[:_SIREN]) + found[_SIREN:]
        return _checked(found, like=raw)

    def phone(self, digits: str) -> str:
        """Another phone number, all its digits: what comes before the last seven of them stays."""
        line = digits[-_PHONE:]
        chance = self._chance(f"phone {line}")
        kept = len(digits) - len(line) + _PHONE_KEPT
        return digits[:kept] + "".join(_another(one, (_DIGITS,), chance) for one in line[_PHONE_KEPT:])

    def _chance(self, what: str) -> Iterator[int]:
        """Bytes without end, drawn from the value: which is hashed once, however long a candidate makes it."""
        seed = hmac.digest(self.secret, what.encode("utf-8", "surrogatepass"), "sha256")
        for block in itertools.count():
            yield from hashlib.sha256(seed + block.to_bytes(8, "big")).digest()


def _another(letter: str, alphabets: tuple[str, ...], chance: Iterator[int]) -> str:
    drawn = next(chance)
    alphabet = next((one for one in alphabets if letter in one), "")
    if not alphabet:
        return letter
    return alphabet[(alphabet.index(letter) + 1 + drawn % (len(alphabet) - 1)) % len(alphabet)]


def _checked(digits: str, *, like: str) -> str:
    """A number whose last digit makes the check hold if it holds for another."""
    if not (like.isascii() and like.isdigit()):
        return digits
    right = next(last for last in _DIGITS if luhn(digits[:-1] + last))
    if luhn(like):
        return digits[:-1] + right
    return digits if digits[-1] != right else digits[:-1] + _DIGITS[(int(right) + 1) % 10]
