"""From a journal to verdicts: pure, and all that `run`, `report` and `rejudge` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sas_recette.engine.breakdown import described_error
from sas_recette.engine.result import Attestation, RequirementResult, ScenarioResult
from sas_recette.engine.scenario import Scenario
from sas_recette.engine.verdict import Verdict, worst
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page, Remark, RemarkKind
from sas_recette.norm.pieces import expected_evidence
from sas_recette.norm.requirements import Catalogue, How, Requirement
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Finding, Outcome, Tally
from sas_recette.rules.rule import Subject

Admission = Callable[[str, str], bool]
"""Whether a failure of a requirement, in a scenario, is admitted: it then weighs as a réserve."""


def nothing_admitted(_requirement: str, _scenario: str) -> bool:
    """The truth: every failure weighs what it weighs."""
    return False


@dataclass(frozen=True, slots=True)
class Norm:
    """What a journal is judged by: the catalogue, the edition, and the facts that the candidate declared."""

    catalogue: Catalogue
    edition: str
    facts: Facts
    admits: Admission = nothing_admitted


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was recorded in the name of one scenario. `cut` says, in French, that it was not played to its end."""

    exchanges: Sequence[Exchange]
    judgements: Sequence[Judgement]
    remarks: Sequence[Remark]
    started: datetime | None = None
    duration: float = 0.0
    cut: str = ""
    pages: Sequence[Page] = ()
    arrivals: Sequence[Arrival] = ()


@dataclass(slots=True)
class _Sum:
    """What is known of one requirement, in one scenario or in all."""

    examined: int = 0
    findings: list[Finding] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    scenarios: list[str] = field(default_factory=list)

    def add(self, tally: Tally) -> None:
        self.examined += tally.examined
        self.findings.extend(tally.findings)
        if tally.reason:
            self.reasons.append(tally.reason)

    @property
    def out_of_scope(self) -> bool:
        """Whether a scenario says that it does not apply, and nothing was examined all the same."""
        return not self.examined and any(one.kind is RemarkKind.NOT_APPLICABLE for one in self.remarks)

    def merge(self, other: _Sum, scenario: str) -> None:
        self.examined += other.examined
        self.findings.extend(other.findings)
        self.reasons.extend(other.reasons)
        self.remarks.extend(other.remarks)
        self.scenarios.append(scenario)


@dataclass(frozen=True, slots=True)
class JudgedScenario:
    """A scenario's result, with what it brings to each requirement."""

    result: ScenarioResult
    sums: Mapping[str, _Sum]


def judge_scenario(scenario: Scenario, evidence: Evidence, norm: Norm) -> JudgedScenario:
    """Judge what one scenario recorded. A check that breaks down is a fault of the harness, told by a remark."""
    sums: dict[str, _Sum] = {requirement: _Sum() for requirement in scenario.requirements}
    answers: dict[str, SearchAnswer] = {exchange.id: read_answer(exchange) for exchange in evidence.exchanges}
    pages = {page.id: page for page in evidence.pages}
    remarks = list(evidence.remarks)
    for judgement in evidence.judgements:
        try:
            tallies = _tallies(judgement, answers, pages, norm, tuple(evidence.arrivals))
        except Exception as error:
            remarks.append(_broken_check(judgement, error))
            continue
        for tally in tallies:
            if tally.requirement not in sums:
                sums[tally.requirement] = _Sum()
            sums[tally.requirement].add(tally)
    for remark in remarks:
        if remark.kind is RemarkKind.JOINED:
            continue
        for requirement in remark.requirements or scenario.requirements:
            sums.setdefault(requirement, _Sum()).remarks.append(remark)
    verdict, reason = _scenario_verdict(scenario, sums, remarks, evidence.cut, norm)
    result = ScenarioResult(
        id=scenario.id,
        title=scenario.title,
        flow=scenario.flow.value,
        category=scenario.category,
        preconditions=scenario.preconditions,
        steps=scenario.steps,
        expected=scenario.expected,
        requirements=scenario.requirements,
        verdict=verdict,
        reason=reason,
        findings=tuple(finding for one in sums.values() for finding in one.findings),
        exchanges=tuple(exchange.id for exchange in evidence.exchanges),
        started=evidence.started,
        duration=evidence.duration,
        pages=tuple(page.id for page in evidence.pages),
    )
    return JudgedScenario(result, sums)


def _tallies(
    judgement: Judgement,
    answers: Mapping[str, SearchAnswer],
    pages: Mapping[str, Page],
    norm: Norm,
    arrivals: tuple[Arrival, ...],
) -> tuple[Tally, ...]:
    shown = tuple(pages[name] for name in judgement.exchanges if name in pages)
    chosen = tuple(answers[name] for name in judgement.exchanges if name not in pages)
    subject = Subject(chosen, norm.facts, norm.edition, judgement.expect, shown, arrivals)
    return judge(judgement.check, subject, norm.catalogue)


def _broken_check(judgement: Judgement, error: Exception) -> Remark:
    why = f"le contrôle «\u00a0{judgement.check}\u00a0» n’a pas pu s’exécuter\u00a0: {described_error(error)}"
    return Remark(judgement.scenario, RemarkKind.BENCH_ERROR, why)


def _scenario_verdict(
    scenario: Scenario, sums: Mapping[str, _Sum], remarks: Sequence[Remark], cut: str, norm: Norm
) -> tuple[Verdict, str]:
    """The gravest of the requirements it names; nothing less grave than what kept it from being played or judged."""
    named = [_admitted(norm, name, scenario.id, sums[name]) for name in scenario.requirements]
    broken = [(Verdict.ERREUR_DU_BANC, one.text) for one in remarks if one.kind is RemarkKind.BENCH_ERROR]
    unfinished = [(Verdict.NON_VERIFIE, cut)] if cut else []
    weighed = [*broken, *unfinished, *named]
    verdict = worst(found for found, _ in weighed)
    return verdict, next((why for found, why in weighed if found is verdict), "")


def _admitted(norm: Norm, requirement: str, scenario: str, known: _Sum) -> tuple[Verdict, str]:
    verdict, reason = requirement_verdict(norm.catalogue[requirement], known)
    if verdict is Verdict.NON_CONFORME and norm.admits(requirement, scenario):
        return Verdict.RESERVE, reason
    return verdict, reason


def requirement_verdict(requirement: Requirement, known: _Sum) -> tuple[Verdict, str]:
    """The verdict of a requirement and, in French, why."""
    failures = [finding for finding in known.findings if finding.outcome is Outcome.FAIL]
    if failures:
        return Verdict.NON_CONFORME, _counted(failures)
    by_kind = {remark.kind: remark for remark in reversed(known.remarks)}
    attested = by_kind.get(RemarkKind.ATTESTED)
    set_aside = _set_aside(known) if requirement.how is How.DECLARATIVE and not known.examined else None
    if set_aside is not None:
        return set_aside
    if known.examined and (attested is None or attested.answer != "non"):
        return (Verdict.RESERVE, _counted(known.findings)) if known.findings else (Verdict.CONFORME, "")
    if attested is not None and (requirement.how is not How.AUTO or attested.answer != "oui"):
        return _answered(requirement, attested)
    for kind, verdict in _BY_REMARK.items():
        if kind in by_kind:
            return verdict, by_kind[kind].text
    reason = next(iter(known.reasons), "aucun échange n’a permis de l’examiner")
    if attested is not None:
        reason += f"\u00a0; la réponse «\u00a0{attested.answer}\u00a0» de {attested.person} ne peut pas en tenir lieu"
    if requirement.how is How.AUTO:
        return Verdict.NON_VERIFIE, reason
    return (
        Verdict.A_ATTESTER,
        f'une personne doit répondre\u00a0: [[attestations]], requirement = "{requirement.id}" ({reason})',
    )


def _set_aside(known: _Sum) -> tuple[Verdict, str] | None:
    """What a scenario says of a declaration by its name outweighs the answer: not asked of this candidate, or tried in vain."""
    for kind, verdict in (
        (RemarkKind.NOT_VERIFIED, Verdict.NON_VERIFIE),
        (RemarkKind.NOT_APPLICABLE, Verdict.SANS_OBJET),
    ):
        said = next((one for one in known.remarks if one.kind is kind and one.requirements), None)
        if said is not None:
            return verdict, said.text
    return None


def _answered(requirement: Requirement, attested: Remark) -> tuple[Verdict, str]:
    """What a person's answer makes of a requirement that it can decide."""
    if attested.answer == "non":
        return Verdict.NON_CONFORME if requirement.level.binding else Verdict.RESERVE, _declared(attested)
    missing = _missing_evidence(requirement, attested)
    if missing:
        return Verdict.A_ATTESTER, missing
    return Verdict.SANS_OBJET if attested.answer == "sans objet" else Verdict.CONFORME, _declared(attested)


def _declared(attested: Remark) -> str:
    joined = ", ".join(one.path for one in attested.attachments)
    said = f"déclaré «\u00a0{attested.answer}\u00a0» par {attested.person}. {attested.text}".strip()
    return f"{said} Pièces jointes\u00a0: {joined}." if joined else said


def _missing_evidence(requirement: Requirement, attested: Remark) -> str:
    """What an answer lacks to be believed (security.md §7: « oui » and evidence); empty when it lacks nothing."""
    if attested.text.strip():
        return ""
    if attested.answer == "sans objet":
        return f"{requirement.id}\u00a0: une réponse «\u00a0sans objet\u00a0» se justifie\u00a0; donnez la raison (statement)"
    if attested.attachments:
        return ""
    return (
        f"la réponse «\u00a0oui\u00a0» de {attested.person} est sans preuve\u00a0; ajoutez statement ou attachments. "
        f"Attendu\u00a0: {expected_evidence(requirement.id)}"
    )


_BY_REMARK = {
    RemarkKind.BENCH_ERROR: Verdict.ERREUR_DU_BANC,
    RemarkKind.NOT_APPLICABLE: Verdict.SANS_OBJET,
    RemarkKind.NOT_VERIFIED: Verdict.NON_VERIFIE,
}


def _counted(findings: Sequence[Finding]) -> str:
    first = findings[0].message
    return first if len(findings) == 1 else f"{first} ({len(findings)} constats)"


def requirement_results(
    judged: Iterable[JudgedScenario], catalogue: Catalogue, admits: Admission = nothing_admitted
) -> tuple[RequirementResult, ...]:
    """The verdict of every requirement that a scenario named, or that an exchange let examine."""
    parts: dict[str, list[tuple[str, _Sum]]] = {}
    for one in judged:
        for requirement, known in one.sums.items():
            if requirement in one.result.requirements or known.examined:
                parts.setdefault(requirement, []).append((one.result.id, known))
    return tuple(
        _requirement_result(catalogue[name], _total(parts[name]), _all_admitted(catalogue[name], parts[name], admits))
        for name in catalogue
        if name in parts
    )


def _all_admitted(requirement: Requirement, parts: Sequence[tuple[str, _Sum]], admits: Admission) -> bool:
    """Whether every scenario in which a requirement fails admits it."""
    failing = [name for name, known in parts if requirement_verdict(requirement, known)[0] is Verdict.NON_CONFORME]
    return all(admits(requirement.id, name) for name in failing)


def _total(parts: Sequence[tuple[str, _Sum]]) -> _Sum:
    """What all scenarios bring; one that is out of scope brings nothing where another is not."""
    total = _Sum()
    everywhere = all(known.out_of_scope for _, known in parts)
    for scenario, known in parts:
        if everywhere or not known.out_of_scope:
            total.merge(known, scenario)
    return total


def _requirement_result(requirement: Requirement, known: _Sum, admitted: bool) -> RequirementResult:
    verdict, reason = requirement_verdict(requirement, known)
    if verdict is Verdict.NON_CONFORME and admitted:
        verdict = Verdict.RESERVE
    attested = next((remark for remark in known.remarks if remark.kind is RemarkKind.ATTESTED), None)
    return RequirementResult(
        requirement=requirement,
        verdict=verdict,
        reason=reason,
        examined=known.examined,
        findings=tuple(known.findings),
        scenarios=tuple(known.scenarios),
        attestation=_attestation(requirement, attested) if attested else None,
    )


def _attestation(requirement: Requirement, answer: Remark) -> Attestation:
    return Attestation(
        requirement.id,
        answer.answer,
        answer.person,
        answer.text,
        date=answer.date,
        comment=answer.comment,
        attachments=answer.attachments,
    )
