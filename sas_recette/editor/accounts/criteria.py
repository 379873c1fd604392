"""The `identifier` criterion of a conditional update or of a search: FHIR tokens (accounts.md §2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sas_recette.editor.accounts.model import Identifier, identifier_key
from sas_recette.editor.errors import FhirError

_WITHOUT_EFFECT: Final = frozenset({"_format", "_pretty"})
_COMMA: Final = re.compile(r"(?<!\\),")
_BAR: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\([\\,|$])")


@dataclass(frozen=True, slots=True)
class Token:
    """An identifier looked for; a system of None stands for any system."""

    system: str | None
    value: str

    def designates(self, identifier: Identifier) -> bool:
        """Whether an identifier is the one looked for."""
        same_system = self.system is None or self.system == identifier.system
        return same_system and identifier_key(identifier.system, self.value) == identifier.key


def read_tokens(parameters: Iterable[tuple[str, str]]) -> tuple[Token, ...]:
    """The identifiers asked for, one of which is enough.

    Raises FhirError (400) unless there is exactly one criterion, `identifier`, and each of its tokens has a value: a
    criterion left aside would designate other accounts.
    """
    given = [(name, value) for name, value in parameters if name not in _WITHOUT_EFFECT]
    others = sorted({name for name, _ in given if name != "identifier"})
    if others:
        raise FhirError(400, "not-supported", f"Paramètre {others[0]} : seul le critère identifier est pris en charge.")
    if len(given) != 1:
        raise FhirError(400, "required", "Paramètre identifier : un critère et un seul est obligatoire.")
    return tuple(_token(text) for text in _COMMA.split(given[0][1]))


def _token(text: str) -> Token:
    parts = [_ESCAPED.sub(r"\1", part) for part in _BAR.split(text)]
    if len(parts) > 2 or not parts[-1]:
        raise FhirError(400, "invalid", f"Paramètre identifier : « {text} » n’est pas de la forme système|valeur.")
    return Token(parts[0] if len(parts) > 1 else None, parts[-1])
