"""A whole journal judged: scenarios, requirements, the campaign's verdict and its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sas_recette.engine.appointment_traces import appointment_traces
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.contradiction import weigh_declarations
from sas_recette.engine.judging import (
    Admission,
    Evidence,
    Norm,
    judge_scenario,
    nothing_admitted,
    requirement_results,
)
from sas_recette.engine.result import CampaignResult, JoinedPiece, RequirementResult, ScenarioResult
from sas_recette.engine.scenario import Scenario
from sas_recette.engine.traces import account_traces
from sas_recette.engine.verdict import ExitCode, Verdict, worst
from sas_recette.exchange.journal import Journal
from sas_recette.exchange.model import Exchange, FaultKind, RemarkKind
from sas_recette.exchange.search import PARIS
from sas_recette.norm.requirements import Catalogue

_WITHOUT_MUTUAL_TLS: Final = (
    ' ATTENTION\u00a0: le TLS mutuel n’a pas été vérifié (tls.pki = "none")\u00a0; cette campagne ne vaut pas recette.'
)


def assess(
    journal: Journal,
    catalogue: Catalogue,
    scenarios: Mapping[str, Scenario],
    *,
    edition: str | None = None,
    admits: Admission = nothing_admitted,
) -> CampaignResult:
    """Compute the result of a recorded campaign, under its own edition or another.

    With `admits`, the result is what it would be if the failures that it admits were réserves: fit for a gate, never for a dossier.

    Raises CandidateFileError when the journal's copy of the candidate file is not one that this version reads.
    """
    header = journal.header
    candidate = validate_candidate(header.declared, "journal")
    chosen = edition or header.edition
    norm = Norm(catalogue, chosen, candidate.facts(header.started.astimezone(PARIS).date()), admits)
    judged = [
        judge_scenario(scenarios[name], _evidence(journal, name), norm) for name in header.plan if name in scenarios
    ]
    unfinished = any(_cut(journal, name) for name in header.plan)
    interrupted = journal.interrupted or unfinished
    requirements, played = weigh_declarations(
        requirement_results(judged, catalogue, admits),
        [one.result for one in judged],
        candidate,
        interrupted=interrupted,
    )
    verdict = worst([*(one.verdict for one in requirements), *(one.verdict for one in played)])
    exchanges = list(journal.exchanges.values())
    identity = {**candidate.candidate.named, "environment": candidate.environment, "pki": candidate.tls.pki}
    return CampaignResult(
        id=header.campaign,
        tool_version=header.tool_version,
        edition=chosen,
        started=header.started,
        ended=journal.ended,
        interrupted=interrupted,
        candidate=identity,
        use_cases=candidate.use_cases,
        verdict=verdict,
        exit_code=_exit_code(verdict, played, exchanges, interrupted=interrupted),
        summary=_summary(requirements, exchanges) + (_WITHOUT_MUTUAL_TLS if candidate.tls.pki == "none" else ""),
        requirements=requirements,
        scenarios=played,
        exchange_count=len(exchanges),
        account_traces=account_traces(exchanges),
        appointment_traces=appointment_traces(exchanges, journal.judgements),
        pieces=_pieces(journal),
        service=candidate.service.named,
    )


def _pieces(journal: Journal) -> tuple[JoinedPiece, ...]:
    joined = (remark for remark in journal.remarks if remark.kind is RemarkKind.JOINED)
    return tuple(JoinedPiece(one.answer, one.text, one.attachments) for one in joined)


def _evidence(journal: Journal, scenario: str) -> Evidence:
    timing = journal.scenarios.get(scenario)
    return Evidence(
        exchanges=[exchange for exchange in journal.exchanges.values() if exchange.scenario == scenario],
        judgements=[judgement for judgement in journal.judgements if judgement.scenario == scenario],
        remarks=[remark for remark in journal.remarks if remark.scenario == scenario],
        started=timing.started if timing else None,
        duration=(timing.duration or 0.0) if timing else 0.0,
        cut=_cut(journal, scenario),
        pages=[page for page in journal.pages.values() if page.scenario == scenario],
        arrivals=[arrival for arrival in journal.arrivals if arrival.scenario == scenario],
    )


def _cut(journal: Journal, scenario: str) -> str:
    """Why a scenario was not played to its end; empty when it was, or when a remark says why it never began."""
    timing = journal.scenarios.get(scenario)
    if timing is not None:
        return "" if timing.ended is not None else "la campagne a été interrompue pendant ce scénario"
    if any(remark.scenario == scenario for remark in journal.remarks):
        return ""
    return "la campagne a été interrompue avant ce scénario"


def unreachable(exchanges: Sequence[Exchange]) -> bool:
    """Whether nothing at all could be reached at the candidate's address."""
    return bool(exchanges) and all(_no_contact(exchange) for exchange in exchanges)


def _no_contact(exchange: Exchange) -> bool:
    fault = exchange.fault
    if exchange.response is not None or fault is None:
        return False
    return fault.kind.prevents_contact or (fault.kind is FaultKind.TIMEOUT and fault.phase == "connect")


def _exit_code(
    verdict: Verdict, played: Sequence[ScenarioResult], exchanges: Sequence[Exchange], *, interrupted: bool
) -> ExitCode:
    if unreachable(exchanges):
        return ExitCode.UNREACHABLE
    if verdict is Verdict.NON_CONFORME:
        return ExitCode.NON_CONFORME
    if any(one.verdict is Verdict.ERREUR_DU_BANC for one in played):
        return ExitCode.BENCH_ERROR
    incomplete = interrupted or verdict in {Verdict.NON_VERIFIE, Verdict.A_ATTESTER}
    return ExitCode.INCOMPLETE if incomplete else ExitCode.OK


def _summary(requirements: Sequence[RequirementResult], exchanges: Sequence[Exchange]) -> str:
    if unreachable(exchanges):
        return "La solution candidate n’a pas pu être jointe\u00a0: rien n’a été vérifié."
    counts = Counter(one.verdict for one in requirements)
    return ", ".join(_phrases(counts)) + f", sur {len(requirements)} exigences."


def _phrases(counts: Counter[Verdict]) -> Iterator[str]:
    for verdict in Verdict:
        if counts[verdict]:
            yield f"{counts[verdict]} {_PLURALS.get(verdict, verdict.value) if counts[verdict] > 1 else verdict.value}"


_PLURALS = {
    Verdict.CONFORME: "conformes",
    Verdict.RESERVE: "réserves",
    Verdict.NON_CONFORME: "non conformes",
    Verdict.NON_VERIFIE: "non vérifiées",
}
"""Of requirements, a feminine word in French; the other verdicts do not vary."""
