"""One resource outside any Bundle, judged by the profile it claims: form, R4 structure, empty elements, constraints."""

from __future__ import annotations

from collections.abc import Iterator

from sas_recette.fhir.access import text
from sas_recette.fhir.invariants import invariant_problems
from sas_recette.fhir.parsing import empty_elements
from sas_recette.fhir.structure import structural_problems
from sas_recette.norm.profiles import Profile
from sas_recette.norm.requirements import Catalogue
from sas_recette.rules.aggregation.envelope import utf8_json_body
from sas_recette.rules.model import Tally
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, tally


def judge_resource(profile: Profile, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
    """Judge the body of a subject as one resource of a profile."""
    seen: dict[str, list[Observation]] = {"AGR-COM-064": list(utf8_json_body.check(subject))}
    if subject.answer.parsed.value is not None:
        seen["AGR-COM-017"] = list(_valid_r4(profile, subject))
        seen["AGR-COM-018"] = list(_nothing_empty(profile, subject))
        target = Target(profile.id, subject.answer.resource, profile.resource_type)
        for requirement, observation in judge_profiles([target], profile.edition):
            seen.setdefault(requirement, []).append(observation)
    return tuple(tally(requirement, found, subject, catalogue) for requirement, found in seen.items())


def _valid_r4(profile: Profile, subject: Subject) -> Iterator[Observation]:
    resource, root = subject.answer.resource, profile.resource_type
    kind = text(resource, "resourceType") or "absent"
    if kind != root:
        yield Deviation(f"{root}.resourceType", f"Le profil {profile.id} porte sur une autre ressource.", root, kind)
        return
    empty = {problem.location for problem in empty_elements(resource, root)}
    faulty = [
        problem
        for problem in (*structural_problems(resource, root), *invariant_problems(resource, root))
        if problem.location not in empty
    ]
    for problem in faulty:
        yield Deviation(problem.location, problem.message, problem.expected, problem.observed)
    if not faulty:
        yield HELD


def _nothing_empty(profile: Profile, subject: Subject) -> Iterator[Observation]:
    problems = empty_elements(subject.answer.resource, profile.resource_type)
    for problem in problems:
        yield Deviation(problem.location, problem.message, problem.expected, problem.observed)
    if not problems:
        yield HELD
