"""One resource outside any Bundle, judged by the profile it claims: form, R4 structure, empty elements, constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import text
from sas_recette.fhir.parsing import empty_elements
from sas_recette.fhir.problem import Problem
from sas_recette.fhir.validity import resource_problems
from sas_recette.norm.profiles import Profile
from sas_recette.norm.requirements import Catalogue, Flow
from sas_recette.rules.accounts.outcome import explained
from sas_recette.rules.aggregation.envelope import utf8_json_body
from sas_recette.rules.model import Tally
from sas_recette.rules.outcome import outcome_faults
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, tally


@dataclass(frozen=True, slots=True)
class _FormRequirements:
    """The requirements of a flow on the form of any resource: a JSON text, valid R4, with nothing empty."""

    readable: str
    valid: str
    filled: str


_AGGREGATED: Final = _FormRequirements("AGR-COM-064", "AGR-COM-017", "AGR-COM-018")
_ACCOUNT: Final = _FormRequirements("ACC-056", "ACC-056", "ACC-056")


def judge_resource(profile: Profile, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
    """Judge the body of a subject as one resource of a profile."""
    form = _ACCOUNT if Flow.INT_R02 in profile.flows else _AGGREGATED
    seen: dict[str, list[Observation]] = {form.readable: list(utf8_json_body.check(subject))}
    if subject.answer.parsed.value is not None:
        constrained = list(_constrained(profile, subject))
        said = {one.location for _, one in constrained if isinstance(one, Deviation)} if form is _ACCOUNT else set()
        seen.setdefault(form.valid, []).extend(_valid_r4(profile, subject, said))
        seen.setdefault(form.filled, []).extend(_nothing_empty(profile, subject, said))
        for requirement, observation in constrained:
            seen.setdefault(requirement, []).append(observation)
    return tuple(tally(requirement, found, subject, catalogue) for requirement, found in seen.items())


def judge_outcome(flow: Flow, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
    """Judge the body of a subject as the OperationOutcome of a failure, by what the flow asks of it."""
    requirement = "ACC-032" if flow is Flow.INT_R02 else "AGR-COM-015"
    return (tally(requirement, _explanation(flow, subject), subject, catalogue),)


def _explanation(flow: Flow, subject: Subject) -> Iterator[Observation]:
    resource = subject.answer.resource
    kind = text(resource, "resourceType")
    if kind != "OperationOutcome":
        message = "Le fichier ne contient pas d’OperationOutcome."
        yield Deviation("HTTP.body", message, "OperationOutcome", kind or "autre contenu")
        return
    if flow is Flow.INT_R02:
        yield from explained(resource)
        return
    faults = list(outcome_faults(resource))
    yield from faults
    if not faults:
        yield HELD


def _constrained(profile: Profile, subject: Subject) -> Iterator[tuple[str, Observation]]:
    resource = subject.answer.resource
    if text(resource, "resourceType") == profile.resource_type:
        yield from judge_profiles([Target(profile.id, resource, profile.resource_type)], profile.edition)


def _valid_r4(profile: Profile, subject: Subject, said: Set[str]) -> Iterator[Observation]:
    resource, root = subject.answer.resource, profile.resource_type
    kind = text(resource, "resourceType") or "absent"
    if kind != root:
        yield Deviation(f"{root}.resourceType", f"Le profil {profile.id} porte sur une autre ressource.", root, kind)
        return
    empty = {problem.location for problem in empty_elements(resource, root)}
    problems = resource_problems(resource, root)
    yield from _reported((one for one in problems if one.location not in empty), root, said)


def _nothing_empty(profile: Profile, subject: Subject, said: Set[str]) -> Iterator[Observation]:
    yield from _reported(empty_elements(subject.answer.resource, profile.resource_type), profile.resource_type, said)


def _reported(problems: Iterable[Problem], root: str, said: Set[str]) -> Iterator[Observation]:
    """The problems as deviations, but for those that a constraint has already said, at their place or inside it."""
    new = [one for one in problems if one.location == root or not _is_said(one.location, said)]
    for problem in new:
        yield Deviation(problem.location, problem.message, problem.expected, problem.observed)
    if not new:
        yield HELD


def _is_said(location: str, said: Set[str]) -> bool:
    return any(one == location or one.startswith(f"{location}.") for one in said)
