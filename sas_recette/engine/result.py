"""The result of a campaign, as every renderer of evidence reads it. Computed from the journal alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.norm.requirements import Requirement
from sas_recette.rules.model import Finding


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's answer to a requirement that no exchange can decide."""

    requirement: str
    answer: str
    person: str
    statement: str


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement of the scope: its verdict, why, and what was seen.

    `examined` counts the subjects that its rules looked at, in the whole campaign; `scenarios` are the ids of the
    scenarios that named it or examined it.
    """

    requirement: Requirement
    verdict: Verdict
    reason: str
    examined: int
    findings: tuple[Finding, ...]
    scenarios: tuple[str, ...]
    attestation: Attestation | None = None


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One line of the cahier de recette, with what came of it. Times in seconds."""

    id: str
    title: str
    flow: str
    category: str
    preconditions: tuple[str, ...]
    steps: tuple[str, ...]
    expected: tuple[str, ...]
    requirements: tuple[str, ...]
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    exchanges: tuple[str, ...]
    started: datetime | None
    duration: float


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """A judged campaign. `candidate` is the declared identity (editor, product, version, base_url, environment…)."""

    id: str
    tool_version: str
    edition: str
    started: datetime
    ended: datetime | None
    interrupted: bool
    candidate: Mapping[str, str]
    use_cases: tuple[str, ...]
    verdict: Verdict
    exit_code: ExitCode
    summary: str
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    exchange_count: int
