"""National numbers and phone numbers: from any form typed in the product to the form that is transmitted.

Source: terminology.md §7.1 and §8, aggregation.md §8.2 (« Prefix normalisation »).
"""

from __future__ import annotations

import re

from sas_recette.editor.agenda import IdentifierKind

_RPPS_LENGTH = 11
_STRUCTURE_FORMS = {
    IdentifierKind.FINESS: ("1", 9),
    IdentifierKind.SIRET: ("3", 14),
    IdentifierKind.RPPS_RANG: ("4", 14),
}


def prefixed_rpps(stored: str) -> str:
    """The RPPS with its prefix 8, whichever way it was stored."""
    digits = _compact(stored)
    return "8" + digits if len(digits) == _RPPS_LENGTH else digits


def bare_rpps(prefixed: str) -> str:
    """The eleven digits of a prefixed RPPS; any other value unchanged."""
    if len(prefixed) == _RPPS_LENGTH + 1 and prefixed.startswith("8"):
        return prefixed[1:]
    return prefixed


def prefixed_structure(kind: IdentifierKind, stored: str) -> str:
    """The structure number with the prefix of its kind, whichever way it was stored."""
    prefix, length = _STRUCTURE_FORMS[kind]
    digits = _compact(stored)
    return prefix + digits if len(digits) == length else digits


def bare_siret(prefixed: str) -> str:
    """The fourteen digits of a prefixed SIRET; any other value unchanged."""
    prefix, length = _STRUCTURE_FORMS[IdentifierKind.SIRET]
    return prefixed[1:] if len(prefixed) == length + 1 and prefixed.startswith(prefix) else prefixed


def international_phone(stored: str) -> str:
    """A phone number as `+` and country code, without separators; a national number is taken as metropolitan."""
    digits = re.sub(r"[^\d+]", "", stored)
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("0"):
        return "+33" + digits[1:]
    return digits


def _compact(value: str) -> str:
    return re.sub(r"\s", "", value)
