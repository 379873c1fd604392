"""Regulator accounts: what the platform says of a regulator, and what the product keeps of the account (accounts.md §3 to §5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM

TYPE_CODES: Final[Mapping[str, str]] = {IDNPS_SYSTEM: "IDNPS", SAS_TECHNICAL_SYSTEM: "INTRN"}
"""The code of `identifier.type` that goes with each system."""


class Role(StrEnum):
    """What an account lets its owner do."""

    REGULATOR = "regulateur"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as the platform sent it."""

    system: str
    value: str

    @property
    def key(self) -> str:
        """What makes two values the same: a UUID has no case, a national number is taken letter for letter."""
        return identifier_key(self.system, self.value)


@dataclass(frozen=True, slots=True)
class Regulator:
    """The whole state that a request carries: texts are kept as sent."""

    identifiers: tuple[Identifier, ...]
    active: bool
    family: str
    given: str
    email: str

    def has(self, identifier: Identifier) -> bool:
        """Whether an identifier is one of this regulator's."""
        return any((one.system, one.key) == (identifier.system, identifier.key) for one in self.identifiers)


@dataclass(frozen=True, slots=True)
class RegulatorAccount:
    """An account of the product. Instants are aware; `password` is a hash; `terms_accepted_at` of None is not yet."""

    id: str
    regulator: Regulator
    created_at: datetime
    updated_at: datetime
    terms_accepted_at: datetime | None = None
    password: str = field(default="", repr=False)
    role: Role = Role.REGULATOR


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """What a version of the product makes sure of when it records an account.

    `identifier` and `email` belong to one active account at most; with `lifelong`, a deactivated account keeps its
    identifier to itself. All this is checked in the transaction that records, and the database refuses the rest; unless there
    is a `window`, the seconds that a version which checks first and records later lets go by in between.
    """

    identifier: bool = True
    email: bool = True
    lifelong: bool = False
    window: float = 0.0

    @property
    def enforced(self) -> Uniqueness:
        """What the database itself makes sure of."""
        return replace(self, identifier=self.identifier and not self.window, email=self.email and not self.window)


def identifier_key(system: str, value: str) -> str:
    """The value under which an identifier is looked up."""
    return value.lower() if system == SAS_TECHNICAL_SYSTEM else value


def email_key(email: str) -> str:
    """The address under which an account is looked up: the case of its letters does not matter (OP-9)."""
    return unicodedata.normalize("NFC", email).casefold()
