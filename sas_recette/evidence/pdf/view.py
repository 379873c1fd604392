"""What the procès-verbal says, as plain values for the template: nothing is computed after that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sas_recette.engine.result import Attestation, CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.pdf.annexes import exchanges_view, scenarios_view, traces_view
from sas_recette.evidence.pdf.pieces import pieces_view
from sas_recette.evidence.pdf.printable import Plain
from sas_recette.evidence.reading.french import count, day, moment
from sas_recette.evidence.reading.identity import campaign_facts, candidate_facts
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.missing import gaps
from sas_recette.evidence.reading.shortened import shortened
from sas_recette.evidence.reading.summary import by_flow, flows_of, tally
from sas_recette.evidence.reading.tints import VERDICT_TINT
from sas_recette.evidence.reading.words import EXIT_MEANING, VERDICT_ORDER, VERDICT_SYMBOL, flow_label
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.typography import NBSP, french

_LONGEST: Final = 600
_CONSTATS: Final = 4
_NAMES: Final = 6


def view_dossier(result: CampaignResult, recorded: Recorded, digest: str) -> dict[str, Plain]:
    """The procès-verbal of a campaign. `digest` is the SHA-256 of its campaign.json, in hexadecimal."""
    return {
        "id": one_line(result.id, 80),
        "product": one_line(result.candidate.get("product", ""), 120),
        "editor": one_line(result.candidate.get("editor", ""), 120),
        "day": moment(result.ended or result.started),
        "interrupted": result.interrupted,
        "verdict": _mark(result.verdict),
        "summary": one_line(result.summary, _LONGEST),
        "meaning": EXIT_MEANING[result.exit_code],
        "candidate": [list(fact) for fact in candidate_facts(result)],
        "campaign": [list(fact) for fact in campaign_facts(result)],
        "scope": _scope(result),
        "verdicts": {verdict.value: _mark(verdict) for verdict in VERDICT_ORDER},
        "flows": _flows(result),
        "requirements": _requirements(result),
        "reserves": _reserves(result.requirements),
        "attestations": _attestations(result.requirements),
        "gaps": _gaps(result),
        "pieces": pieces_view(result, recorded),
        "scenarios": scenarios_view(result.scenarios),
        "exchanges": exchanges_view(result, recorded),
        "traces": traces_view(result.account_traces, result.appointment_traces),
        "digest": digest,
    }


def _mark(verdict: Verdict) -> Mapping[str, Plain]:
    tint = VERDICT_TINT[verdict]
    return {"word": verdict.value, "symbol": VERDICT_SYMBOL[verdict], "ink": tint.ink, "ground": tint.ground}


def _scope(result: CampaignResult) -> str:
    flows = [flow.flow for flow in by_flow(result)]
    return (
        f"{count(len(result.scenarios), 'scénario joué', 'scénarios joués')}, "
        f"{count(len(result.requirements), 'exigence')}, flux{NBSP}: {', '.join(flows) or 'aucun'}"
    )


def _flows(result: CampaignResult) -> list[Plain]:
    rows: list[Plain] = [
        [f"{flow.flow} – {flow.label}", flow.verdict.value, _counted(flow.scenarios), _counted(flow.requirements)]
        for flow in by_flow(result)
    ]
    scenarios, requirements = (
        tally(one.verdict for one in judged) for judged in (result.scenarios, result.requirements)
    )
    return [*rows, ["Ensemble", result.verdict.value, _counted(scenarios), _counted(requirements)]]


def _counted(counts: Mapping[Verdict, int]) -> str:
    return "\n".join(f"{verdict.value}{NBSP}: {number}" for verdict, number in counts.items()) or "—"


def _requirements(result: CampaignResult) -> list[Plain]:
    """The requirements under the first of their flows, those that block first."""
    gathered: dict[str, list[RequirementResult]] = {flow: [] for flow in flows_of(result)}
    for item in result.requirements:
        gathered[item.requirement.flows[0].value].append(item)
    return [
        {"title": f"{flow} – {flow_label(flow)}", "rows": [_requirement(item) for item in _by_gravity(members)]}
        for flow, members in gathered.items()
        if members
    ]


def _by_gravity(items: Iterable[RequirementResult]) -> list[RequirementResult]:
    return sorted(items, key=lambda item: VERDICT_ORDER.index(item.verdict))


def _requirement(item: RequirementResult) -> Plain:
    stated = item.requirement
    blocking = item.verdict is Verdict.NON_CONFORME
    lines = [*shortened(item.findings, _CONSTATS)] if blocking else []
    if not lines and item.reason:
        lines = [one_line(item.reason, _LONGEST)]
    return {
        "id": stated.id,
        "title": french(one_line(stated.title, _LONGEST)),
        "level": stated.level.value,
        "verdict": item.verdict.value,
        "lines": [line.removeprefix(f"{stated.id} – ") for line in lines],
        "scenarios": [*item.scenarios[:_NAMES]],
        "more": f" et {count(rest, 'autre')}" if (rest := len(item.scenarios) - _NAMES) > 0 else "",
    }


def _reserves(items: Iterable[RequirementResult]) -> list[Plain]:
    return [
        {
            "id": item.requirement.id,
            "title": french(one_line(item.requirement.title, _LONGEST)),
            "source": french(one_line(item.requirement.source, _LONGEST)),
            "lines": [
                line.removeprefix(f"{item.requirement.id} (réserve) – ")
                for line in shortened(item.findings, _CONSTATS) or (one_line(item.reason, _LONGEST),)
            ],
        }
        for item in items
        if item.verdict is Verdict.RESERVE
    ]


def _attestations(items: Iterable[RequirementResult]) -> list[Plain]:
    return [
        [
            item.requirement.id,
            french(one_line(item.requirement.title, _LONGEST)),
            one_line(item.attestation.person, 120),
            one_line(item.attestation.answer, 60),
            day(item.attestation.date),
            "\n".join(_said(item.attestation)),
        ]
        for item in items
        if item.attestation is not None
    ]


def _said(answer: Attestation) -> Iterator[str]:
    """What was declared, the comment, and the documents."""
    yield from (one_line(text, _LONGEST) for text in (answer.statement, answer.comment) if text.strip())
    yield from (f"Pièce jointe{NBSP}: {one_line(each.path, _LONGEST)}" for each in answer.attachments)


def _gaps(result: CampaignResult) -> list[Plain]:
    return [
        {
            "verdict": gap.verdict.value,
            "reason": one_line(gap.reason, _LONGEST),
            "keys": ", ".join(gap.keys),
            "requirements": [item.requirement.id for item in gap.requirements],
            "scenarios": [one.id for one in gap.scenarios],
        }
        for gap in gaps(result)
    ]
