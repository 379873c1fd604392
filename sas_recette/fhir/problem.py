"""A defect of form in what a candidate sent, with its place and kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Which promise of JSON or of FHIR is broken."""

    ENCODING = "encoding"
    SYNTAX = "syntax"
    DUPLICATE_KEY = "duplicate-key"
    DEPTH = "depth"
    EMPTY = "empty"
    STRUCTURE = "structure"
    MISSING = "missing"
    FORM = "form"
    CODE = "code"
    INVARIANT = "invariant"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place. `location` is a FHIRPath; `expected` and `observed` are short French phrases or values."""

    kind: ProblemKind
    location: str
    message: str
    expected: str
    observed: str
