"""What a rule says: observations, findings and the tally of what was examined."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sas_recette.norm.requirements import Level


class Outcome(StrEnum):
    """What a finding weighs: `fail` breaks a SHALL, `warn` is a réserve."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw at one place (constat).

    `location` is a FHIRPath into the body, or `HTTP …` for the envelope; `message`, `expected` and `observed` are French
    sentences or values; `exchange` is the id of the exchange, empty when a file is validated.
    """

    requirement: str
    level: Level
    outcome: Outcome
    location: str
    message: str
    expected: str
    observed: str
    exchange: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one requirement in one judgement: how many subjects were examined, and the findings.

    `reason` says in French why nothing could be examined, when `examined` is 0.
    """

    requirement: str
    examined: int
    findings: tuple[Finding, ...] = ()
    reason: str = ""
