"""What a campaign shows that a declaration did not: the answers that its own verdicts contradict, or leave in suspense.

A declaration is judged on what its author says. Where the same campaign examined what it speaks of, and found otherwise, the
requirement is at most a réserve that names what contradicts it: the failure itself blocks under its own requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.result import RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict, worst
from sas_recette.norm.requirements import Flow

FULL_SCOPE: Final = "REF-005"
CAHIER: Final = "REF-012"
DELEGATION: Final = "REF-022"

EXAMINED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "REF-006": ("AGR-PS-056",),
    "REF-007": ("AGR-PS-056",),
    "REF-008": ("AGR-PS-037", "AGR-PS-038", "AGR-PS-039", "AGR-PS-040"),
    "REF-009": ("AGR-COM-042", "AGR-COM-043"),
    "REF-010": ("AGR-COM-044", "AGR-COM-045", "AGR-COM-046", "AGR-COM-047"),
}
"""The requirements of the flows that speak of the same thing as a declaration (referencing.md §3)."""

_OPEN: Final = frozenset({Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Verdict.ERREUR_DU_BANC})
_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class _Seen:
    """A campaign, as declarations are held against it."""

    requirements: Mapping[str, RequirementResult]
    scenarios: Sequence[ScenarioResult]
    candidate: Candidate
    interrupted: bool


Weighed = tuple[Verdict, str] | None
"""What a declaration becomes and why; None when nothing is held against it."""


def weigh_declarations(
    requirements: Sequence[RequirementResult],
    scenarios: Sequence[ScenarioResult],
    candidate: Candidate,
    *,
    interrupted: bool,
) -> tuple[tuple[RequirementResult, ...], tuple[ScenarioResult, ...]]:
    """Hold the answers « oui » of a campaign against the rest of it; requirements and scenarios come back in their order."""
    seen = _Seen({one.requirement.id: one for one in requirements}, scenarios, candidate, interrupted)
    changed = {name: found for name in seen.requirements if (found := _weigh(name, seen)) is not None}
    return (
        tuple(_reconsidered(one, changed.get(one.requirement.id)) for one in requirements),
        tuple(_lowered(one, [changed[name] for name in one.requirements if name in changed]) for one in scenarios),
    )


def _weigh(name: str, seen: _Seen) -> Weighed:
    result = seen.requirements[name]
    answer = result.attestation
    if answer is None or answer.answer != "oui" or result.verdict is not Verdict.CONFORME or result.examined:
        return None
    if name == FULL_SCOPE:
        return _full_scope(seen)
    if name == CAHIER and seen.interrupted:
        return Verdict.NON_VERIFIE, "la campagne a été interrompue\u00a0: le cahier de recette n’est pas rempli"
    if name == DELEGATION and seen.candidate.sso is not None and seen.candidate.sso.mode != "delegation":
        return Verdict.RESERVE, 'déclaré «\u00a0oui\u00a0», alors que recette.toml donne sso.mode = "psc" (SSO OP-10)'
    return _contradicted(_failing(seen, EXAMINED_BY.get(name, ())))


def _full_scope(seen: _Seen) -> Weighed:
    """« Verdicts des flux disponibles »: every flow of the scope was played to its end, and none of it failed."""
    verdicts: dict[str, list[Verdict]] = {flow.value: [] for flow in _flows(seen.candidate)}
    for one in seen.scenarios:
        if one.flow in verdicts:
            verdicts[one.flow].append(one.verdict)
    failing = [
        name
        for name, one in seen.requirements.items()
        if one.verdict is Verdict.NON_CONFORME and (set(one.scenarios) & _played(seen, verdicts) or name in EXAMINED_BY)
    ]
    if failing:
        return _contradicted(failing)
    waiting = [flow for flow, found in verdicts.items() if not found or _OPEN.intersection(found)]
    if not waiting:
        return None
    return Verdict.NON_VERIFIE, f"les verdicts de tous les flux ne sont pas disponibles\u00a0: {', '.join(waiting)}"


def _played(seen: _Seen, flows: Iterable[str]) -> set[str]:
    wanted = set(flows)
    return {one.id for one in seen.scenarios if one.flow in wanted}


def _flows(candidate: Candidate) -> tuple[Flow, ...]:
    """The flows of the full scope of a candidate (referencing.md §1)."""
    searches = {"ps": Flow.INT_R01, "cpts": Flow.INT_R04, "sos": Flow.INT_SOS1}
    psc = candidate.sso is not None and candidate.sso.mode == "psc"
    return (
        *(searches[one] for one in candidate.use_cases),
        Flow.INT_R02,
        Flow.INT_PSC if psc else Flow.INT_SSO,
        Flow.INT_R03,
    )


def _failing(seen: _Seen, names: Iterable[str]) -> list[str]:
    return [
        name
        for name in names
        if (found := seen.requirements.get(name)) is not None and found.verdict is Verdict.NON_CONFORME
    ]


def _contradicted(failing: Sequence[str]) -> Weighed:
    if not failing:
        return None
    named = ", ".join(failing[:_NAMED]) + (f" et {len(failing) - _NAMED} autres" if len(failing) > _NAMED else "")
    return Verdict.RESERVE, f"déclaré «\u00a0oui\u00a0», ce que cette campagne contredit\u00a0: non conforme {named}"


def _reconsidered(result: RequirementResult, weighed: Weighed) -> RequirementResult:
    if weighed is None:
        return result
    verdict, reason = weighed
    return replace(result, verdict=verdict, reason=reason)


def _lowered(scenario: ScenarioResult, weighed: Sequence[tuple[Verdict, str]]) -> ScenarioResult:
    verdict = worst([scenario.verdict, *(found for found, _ in weighed)])
    if verdict is scenario.verdict:
        return scenario
    return replace(scenario, verdict=verdict, reason=next(reason for found, reason in weighed if found is verdict))
