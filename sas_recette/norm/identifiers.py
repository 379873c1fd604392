"""National identifiers of the French health system: their kinds, transmitted forms and check digits.

Source: terminology.md §7. A *raw* value is the number alone; a *transmitted* value carries the one-digit prefix of its
kind. The kind of a raw value is never guessed: a raw number of nine or fourteen digits has several readings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_SIREN_LENGTH: Final = 9
_LA_POSTE_SIREN: Final = "356000000"


class Kind(StrEnum):
    """A kind of national identifier, of a professional or of a structure."""

    RPPS = "RPPS"
    ADELI = "ADELI"
    FINESS = "FINESS"
    SIRET = "SIRET"
    RPPS_RANG = "RPPS rang"
    ADELI_RANG = "ADELI rang"

    @property
    def form(self) -> Form:
        """Prefix, length and patterns of the kind."""
        return _FORMS[self]


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is written.

    `raw_pattern` has no anchors and `raw_length` counts characters without the prefix; `has_key` tells whether a check
    digit is defined and published for the kind.
    """

    prefix: str
    raw_length: int
    raw_pattern: str
    has_key: bool

    @property
    def pattern(self) -> str:
        """Anchored regular expression of the transmitted value."""
        return f"^{self.prefix}(?:{self.raw_pattern})$"


_FORMS: Final[Mapping[Kind, Form]] = {
    Kind.RPPS: Form("8", 11, "[0-9]{11}", has_key=True),
    Kind.ADELI: Form("0", 9, "[0-9A-Z]{9}", has_key=False),
    Kind.FINESS: Form("1", 9, "[0-9]{9}|2[AB][0-9]{7}", has_key=True),
    Kind.SIRET: Form("3", 14, "[0-9]{14}", has_key=True),
    Kind.RPPS_RANG: Form("4", 14, "[0-9]{14}", has_key=True),
    Kind.ADELI_RANG: Form("0", 11, "[0-9A-Z]{11}", has_key=False),
}

PRACTITIONER_KINDS: Final = (Kind.RPPS, Kind.ADELI)
STRUCTURE_KINDS: Final = (Kind.FINESS, Kind.SIRET, Kind.RPPS_RANG, Kind.ADELI_RANG)
"""Kinds that identify a structure, in the order of preference of the specification."""


def practitioner_kind(value: str) -> Kind | None:
    """The kind of a transmitted identifier of a professional (IDNPS), or None when it has the form of neither."""
    return _kind_among(PRACTITIONER_KINDS, value)


def structure_kind(value: str) -> Kind | None:
    """The kind of a transmitted identifier of a structure (IDNST), or None when it has the form of none.

    A Corsican FINESS (2A, 2B) is recognised, though the strict form of the guide has digits only (open point P-17).
    """
    return _kind_among(STRUCTURE_KINDS, value)


def key_is_valid(kind: Kind, value: str) -> bool | None:
    """Whether the check digit of a transmitted value holds; None when there is no key to check.

    Raises ValueError when the value has not the form of the kind.
    """
    raw = _raw_of(kind, value)
    if not kind.form.has_key or not _is_digits(raw):
        return None
    return _siret_key_is_valid(raw) if kind is Kind.SIRET else luhn(raw)


def luhn(digits: str) -> bool:
    """Whether a number, key included, satisfies Luhn's formula. Raises ValueError unless it is made of digits 0 to 9."""
    if not _is_digits(digits):
        raise ValueError(f"« {digits} » n’est pas une suite de chiffres.")
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(sum(divmod(number, 10)) for number in doubled)) % 10 == 0


def without_prefix(value: str) -> str:
    """The raw number of a transmitted value. Raises ValueError when the value has the form of no kind."""
    kind = practitioner_kind(value) or structure_kind(value)
    if kind is None:
        raise ValueError(f"« {value} » n’est pas un identifiant national préfixé.")
    return value.removeprefix(kind.form.prefix)


def with_prefix(kind: Kind, raw: str) -> str:
    """The transmitted value of a raw number. Raises ValueError when the number has not the form of the kind."""
    if re.fullmatch(kind.form.raw_pattern, raw) is None:
        raise ValueError(f"« {raw} » n’a pas la forme d’un numéro {kind} sans préfixe.")
    return kind.form.prefix + raw


def _kind_among(kinds: tuple[Kind, ...], value: str) -> Kind | None:
    return next((kind for kind in kinds if _has_form(kind, value)), None)


def _has_form(kind: Kind, value: str) -> bool:
    return re.fullmatch(kind.form.pattern, value) is not None


def _raw_of(kind: Kind, value: str) -> str:
    if not _has_form(kind, value):
        raise ValueError(f"« {value} » n’a pas la forme d’un numéro {kind} préfixé.")
    return value.removeprefix(kind.form.prefix)


def _siret_key_is_valid(raw: str) -> bool:
    if raw.startswith(_LA_POSTE_SIREN) and sum(map(int, raw)) % 5 == 0:
        return True
    return luhn(raw) and luhn(raw[:_SIREN_LENGTH])


def _is_digits(text: str) -> bool:
    return re.fullmatch("[0-9]+", text) is not None
