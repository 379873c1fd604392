"""The result of a campaign, as every renderer of evidence reads it. Computed from the journal alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.exchange.model import Attachment
from sas_recette.norm.requirements import Requirement
from sas_recette.rules.model import Finding


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's answer to a requirement that no exchange can decide. `date` is ISO 8601, empty when it is not known."""

    requirement: str
    answer: str
    person: str
    statement: str
    date: str = ""
    comment: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedPiece:
    """A piece of the dossier (`norm.pieces`) that proves no requirement, and its documents."""

    piece: str
    comment: str
    attachments: tuple[Attachment, ...]


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
    """One line of the cahier de recette, with what came of it. Times in seconds; `exchanges` and `pages` are ids."""

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
    pages: tuple[str, ...] = ()


class TraceState(StrEnum):
    """What the exchanges tell of an account that a campaign created; what asks for an action comes first."""

    MAYBE_ACTIVE = "peut-être encore actif"
    UNCERTAIN = "incertain"
    DEACTIVATED = "désactivé"


@dataclass(frozen=True, slots=True)
class AccountTrace:
    """An account that a campaign left on the candidate, or may have left: there is no deletion (accounts.md §3).

    `system`, `value`, `name` and `address` are the last ones accepted, empty where no readable one was; `account` is the id
    that the candidate gave in its Location. `created` is the exchange that created it, at `created_at`, in `scenario`.
    `last` is the exchange that decided the state, and `reason` says in French what came of it.
    """

    system: str
    value: str
    name: str
    address: str
    account: str
    scenario: str
    created: str
    created_at: datetime
    state: TraceState
    last: str
    reason: str


class AppointmentState(StrEnum):
    """What the messages tell of an appointment that a campaign took; what asks for an action comes first."""

    STILL_THERE = "encore dans l’agenda"
    UNCERTAIN = "incertain"
    OVER = "annulé ou terminé"


@dataclass(frozen=True, slots=True)
class AppointmentTrace:
    """An appointment that a campaign left in the candidate's agendas, or may have left (appointments.md §2, §5).

    `system`, `value`, `status`, `start` and `practitioner` (the professional's national identifier) are the last ones that
    a message told, empty or None where none did. `patient` is the invented family name that it was taken for. `created`
    is the first exchange about it, empty when nothing ever came, at `created_at`, in `scenario`. `last` is the exchange
    that decided the state, and `reason` says in French what came of it.
    """

    system: str
    value: str
    status: str
    start: datetime | None
    practitioner: str
    patient: str
    scenario: str
    created: str
    created_at: datetime
    state: AppointmentState
    last: str
    reason: str


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """A judged campaign. `candidate` is the declared identity (editor, product, version, base_url, environment…).

    `account_traces` are the accounts left on the candidate, `appointment_traces` the appointments left in its agendas, both
    in the order of their creation. `pieces` are the documents joined that prove no requirement, and `service` the commitments of
    the convention by label: a value left to the convention is empty, and there is none at all when none was given.
    """

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
    account_traces: tuple[AccountTrace, ...] = ()
    appointment_traces: tuple[AppointmentTrace, ...] = ()
    pieces: tuple[JoinedPiece, ...] = ()
    service: Mapping[str, str] = field(default_factory=dict)
