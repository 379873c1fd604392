"""Profiles as rules: the annotated constraints of the JSON Schemas, judged on every resource they apply to.

jsonschema-rs says where a resource is not valid, and each error goes to the annotated constraint it comes from (`x-requirement`, `x-message`, `x-expected`, `x-reserve`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import jsonschema_rs

from sas_recette.fhir.access import JsonObject
from sas_recette.fhir.location import fhirpath
from sas_recette.norm.profiles import Constraint, Profile, load_profile
from sas_recette.rules.rule import HELD, Deviation, Observation


@dataclass(frozen=True, slots=True)
class Target:
    """A resource to judge by a profile, with its FHIRPath."""

    profile: str
    resource: JsonObject
    location: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    profile: Profile
    validator: jsonschema_rs.Validator
    conditions: Mapping[int, jsonschema_rs.Validator]


@cache
def _compiled(profile_id: str, edition: str) -> _Compiled:
    profile = load_profile(profile_id, edition)
    return _Compiled(
        profile,
        jsonschema_rs.Draft202012Validator(dict(profile.schema)),
        {
            constraint.index: jsonschema_rs.Draft202012Validator(dict(constraint.condition))
            for constraint in profile.constraints
            if constraint.condition is not None
        },
    )


def judge_profiles(targets: Iterable[Target], edition: str) -> Iterator[tuple[str, Observation]]:
    """Judge resources by their profiles: (requirement id, observation), one HELD a requirement and resource."""
    for target in targets:
        compiled = _compiled(target.profile, edition)
        deviations = {} if compiled.validator.is_valid(target.resource) else _deviations(compiled, target)
        held = {
            constraint.requirement
            for constraint in compiled.profile.constraints
            if constraint.condition is None or compiled.conditions[constraint.index].is_valid(target.resource)
        }
        for requirement, found in deviations.items():
            yield from ((requirement, deviation) for deviation in found)
        for requirement in held - deviations.keys():
            yield requirement, HELD


def _deviations(compiled: _Compiled, target: Target) -> dict[str, list[Deviation]]:
    found: dict[str, list[Deviation]] = {}
    for error in compiled.validator.iter_errors(target.resource):
        constraint = compiled.profile.constraints[int(error.schema_path[1])]
        found.setdefault(constraint.requirement, []).append(_deviation(constraint, error, target))
    return found


def _deviation(constraint: Constraint, error: jsonschema_rs.ValidationError, target: Target) -> Deviation:
    path, observed = tuple(error.instance_path), _shown(error.instance)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path, observed = (*path, error.kind.property), "absent"
    message = f"{constraint.message} Sources : {constraint.reserve}." if constraint.reserve else constraint.message
    return Deviation(
        fhirpath(target.location, path), message, constraint.expected, observed, reserve=bool(constraint.reserve)
    )


def _shown(instance: object) -> str:
    written = instance if isinstance(instance, str) else json.dumps(instance, ensure_ascii=False)
    return written if len(written) <= 200 else f"{written[:200]}…"
