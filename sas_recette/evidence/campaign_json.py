"""campaign.json: the canonical result of a campaign, and the way back. Its schema is published with the package.

The order of requirements, scenarios and findings is the campaign's own; the keys of objects are sorted. A finding is
written once, under an id (`C0001`), and named from the requirement and the scenarios that hold it. `account_traces`,
`appointment_traces`, the `pages` of scenarios, `pieces`, `service`, `checklist` and what attestations tell of their date and
documents came after the first files of the format: always written, they may be absent of what is read. `checklist` is derived
from the rest, for readers that have no sas_recette at hand: nothing is read back of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from sas_recette.engine.result import (
    AccountTrace,
    AppointmentState,
    AppointmentTrace,
    Attestation,
    CampaignResult,
    JoinedPiece,
    RequirementResult,
    ScenarioResult,
    TraceState,
)
from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.errors import UserError
from sas_recette.evidence.reading.checklist import Checked, checklist
from sas_recette.evidence.reading.french import size
from sas_recette.evidence.reading.grouping import campaign_findings
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Attachment
from sas_recette.norm.requirements import Flow, How, Level, Requirement
from sas_recette.rules.model import Finding, Outcome

NAME: Final = "campaign.json"
FORMAT: Final = "sas-recette/campaign/1"
_LIMIT: Final = 200_000_000
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class CampaignFormatError(UserError):
    """A campaign.json that cannot be read. The message is French and names the place."""


def render_campaign(result: CampaignResult, _recorded: Recorded) -> str:
    """The JSON text of a campaign; equal results give equal bytes. Raises ValueError for a time without offset."""
    findings = campaign_findings(result)
    ids = {finding: f"C{rank:04d}" for rank, finding in enumerate(findings, start=1)}
    document = {
        "format": FORMAT,
        "id": result.id,
        "tool_version": result.tool_version,
        "edition": result.edition,
        "started": _time(result.started),
        "ended": _time(result.ended),
        "interrupted": result.interrupted,
        "candidate": dict(result.candidate),
        "use_cases": result.use_cases,
        "verdict": result.verdict,
        "exit_code": int(result.exit_code),
        "summary": result.summary,
        "exchange_count": result.exchange_count,
        "findings": [{"id": ids[finding], **asdict(finding)} for finding in findings],
        "requirements": [_requirement(item, ids) for item in result.requirements],
        "scenarios": [_scenario(item, ids) for item in result.scenarios],
        "account_traces": [{**asdict(item), "created_at": _time(item.created_at)} for item in result.account_traces],
        "appointment_traces": [_appointment(item) for item in result.appointment_traces],
        "pieces": [asdict(item) for item in result.pieces],
        "service": dict(result.service),
        "checklist": [_checked(item) for item in checklist(result)],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def load_campaign(path: Path) -> CampaignResult:
    """Read a campaign.json back. Raises OSError, or CampaignFormatError when it is not one."""
    return parse_campaign(path.read_bytes())


def read_dossier(folder: Path) -> bytes:
    """The bytes of the campaign.json of a dossier. Raises CampaignFormatError when there is none, or one too long; OSError."""
    path = folder / NAME
    if path.is_symlink() or not path.is_file():
        raise CampaignFormatError(
            f"«\u00a0{folder}\u00a0» n’est pas le dossier d’une campagne\u00a0: il n’a pas de {NAME}."
        )
    with path.open("rb") as stream:
        data = stream.read(_LIMIT + 1) if path.stat().st_size <= _LIMIT else b""
    if not data or len(data) > _LIMIT:
        raise CampaignFormatError(f"{path} est vide, ou trop long\u00a0: {size(_LIMIT)} au plus.")
    return data


def parse_campaign(data: bytes) -> CampaignResult:
    """Read the bytes of a campaign.json. Raises CampaignFormatError."""
    try:
        document = json.loads(data)
    except ValueError as error:
        raise CampaignFormatError(f"campaign.json n’est pas du JSON\u00a0: {error}") from error
    except RecursionError:
        raise CampaignFormatError("campaign.json n’est pas du JSON lisible\u00a0: trop d’imbrications.") from None
    error_found = next(iter(_validator().iter_errors(document)), None)
    if error_found is not None:
        raise CampaignFormatError(f"campaign.json, {error_found.json_path}\u00a0: {one_line(error_found.message, 300)}")
    findings = {entry["id"]: _read_finding(entry) for entry in document["findings"]}
    try:
        return _read_campaign(document, findings)
    except KeyError as error:
        raise CampaignFormatError(f"campaign.json nomme le constat {error.args[0]}, qui n’y figure pas.") from error
    except ValueError as error:
        raise CampaignFormatError(f"campaign.json\u00a0: {error}.") from error


def campaign_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of campaign.json."""
    text = resources.files("sas_recette.evidence").joinpath("schemas", "campaign.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(campaign_schema())


def _time(value: datetime | None) -> str | None:
    if value is not None and value.utcoffset() is None:
        raise ValueError("Une date sans décalage horaire ne peut pas figurer dans campaign.json.")
    return None if value is None else value.isoformat()


def _requirement(item: RequirementResult, ids: Mapping[Finding, str]) -> dict[str, object]:
    return {
        "requirement": asdict(item.requirement),
        "verdict": item.verdict,
        "reason": item.reason,
        "examined": item.examined,
        "findings": [ids[finding] for finding in item.findings],
        "scenarios": item.scenarios,
        "attestation": None if item.attestation is None else asdict(item.attestation),
    }


def _scenario(item: ScenarioResult, ids: Mapping[Finding, str]) -> dict[str, object]:
    return {
        **asdict(replace(item, findings=())),
        "findings": [ids[finding] for finding in item.findings],
        "started": _time(item.started),
    }


def _checked(item: Checked) -> dict[str, object]:
    return {
        "piece": item.piece.id,
        "title": item.piece.title,
        "state": item.state,
        "documents": [one.path for one in item.documents],
    }


def _appointment(item: AppointmentTrace) -> dict[str, object]:
    return {**asdict(item), "start": _time(item.start), "created_at": _time(item.created_at)}


def _read_campaign(document: Mapping[str, Any], findings: Mapping[str, Finding]) -> CampaignResult:
    return CampaignResult(
        id=document["id"],
        tool_version=document["tool_version"],
        edition=document["edition"],
        started=_read_time(document["started"]),
        ended=_read_optional_time(document["ended"]),
        interrupted=document["interrupted"],
        candidate=document["candidate"],
        use_cases=tuple(document["use_cases"]),
        verdict=Verdict(document["verdict"]),
        exit_code=ExitCode(document["exit_code"]),
        summary=document["summary"],
        requirements=tuple(_read_requirement(entry, findings) for entry in document["requirements"]),
        scenarios=tuple(_read_scenario(entry, findings) for entry in document["scenarios"]),
        exchange_count=document["exchange_count"],
        account_traces=tuple(_read_trace(entry) for entry in document.get("account_traces", ())),
        appointment_traces=tuple(_read_appointment(entry) for entry in document.get("appointment_traces", ())),
        pieces=tuple(_read_piece(entry) for entry in document.get("pieces", ())),
        service=document.get("service", {}),
    )


def _read_time(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() is None:
        raise ValueError(f"date sans décalage horaire «\u00a0{value}\u00a0»")
    return moment


def _read_optional_time(value: str | None) -> datetime | None:
    return None if value is None else _read_time(value)


def _read_finding(entry: Mapping[str, Any]) -> Finding:
    texts = {key: value for key, value in entry.items() if key not in {"id", "level", "outcome"}}
    return Finding(level=Level(entry["level"]), outcome=Outcome(entry["outcome"]), **texts)


def _read_trace(entry: Mapping[str, Any]) -> AccountTrace:
    read = {"created_at": _read_time(entry["created_at"]), "state": TraceState(entry["state"])}
    return AccountTrace(**{**entry, **read})


def _read_piece(entry: Mapping[str, Any]) -> JoinedPiece:
    return JoinedPiece(entry["piece"], entry["comment"], _read_attachments(entry))


def _read_attestation(entry: Mapping[str, Any]) -> Attestation:
    return Attestation(**{**entry, "attachments": _read_attachments(entry)})


def _read_attachments(entry: Mapping[str, Any]) -> tuple[Attachment, ...]:
    return tuple(Attachment(**one) for one in entry.get("attachments", ()))


def _read_appointment(entry: Mapping[str, Any]) -> AppointmentTrace:
    times = {"start": _read_optional_time(entry["start"]), "created_at": _read_time(entry["created_at"])}
    return AppointmentTrace(**{**entry, **times, "state": AppointmentState(entry["state"])})


def _read_requirement(entry: Mapping[str, Any], findings: Mapping[str, Finding]) -> RequirementResult:
    stated = dict(entry["requirement"])
    stated["flows"] = tuple(Flow(flow) for flow in stated["flows"])
    stated["level"] = Level(stated["level"])
    stated["how"] = How(stated["how"])
    stated["ans_ids"] = tuple(stated["ans_ids"])
    attestation = entry["attestation"]
    return RequirementResult(
        requirement=Requirement(**stated),
        verdict=Verdict(entry["verdict"]),
        reason=entry["reason"],
        examined=entry["examined"],
        findings=tuple(findings[name] for name in entry["findings"]),
        scenarios=tuple(entry["scenarios"]),
        attestation=None if attestation is None else _read_attestation(attestation),
    )


def _read_scenario(entry: Mapping[str, Any], findings: Mapping[str, Finding]) -> ScenarioResult:
    return ScenarioResult(
        id=entry["id"],
        title=entry["title"],
        flow=entry["flow"],
        category=entry["category"],
        preconditions=tuple(entry["preconditions"]),
        steps=tuple(entry["steps"]),
        expected=tuple(entry["expected"]),
        requirements=tuple(entry["requirements"]),
        verdict=Verdict(entry["verdict"]),
        reason=entry["reason"],
        findings=tuple(findings[name] for name in entry["findings"]),
        exchanges=tuple(entry["exchanges"]),
        started=_read_optional_time(entry["started"]),
        duration=entry["duration"],
        pages=tuple(entry.get("pages", ())),
    )
