"""All that is structurally wrong with a resource: its structure (AGR-COM-017) and the invariants of base R4.

The same practitioners, agendas and slots come back in answer after answer: what has been examined once is remembered by its
content, wherever it stood.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sas_recette.fhir.access import JsonObject
from sas_recette.fhir.invariants import invariant_problems
from sas_recette.fhir.problem import Problem
from sas_recette.fhir.structure import structural_problems

_ORDINARY: Final = 16 * 1024
"""Characters of a resource worth remembering; those of these flows have two thousand."""


def resource_problems(resource: JsonObject, root: str) -> tuple[Problem, ...]:
    """Every structural problem and broken invariant of a resource and of what it contains. `root` is its FHIRPath."""
    if resource.get("resourceType") == "Bundle":  # each answer has its own
        return _examined(resource, root)
    written = json.dumps(resource, ensure_ascii=False)
    if len(written) > _ORDINARY:
        return _examined(resource, root)
    return tuple(replace(problem, location=f"{root}{problem.location}") for problem in _remembered(written))


@lru_cache(maxsize=1024)
def _remembered(written: str) -> tuple[Problem, ...]:
    return _examined(json.loads(written), "")


def _examined(resource: JsonObject, root: str) -> tuple[Problem, ...]:
    return (*structural_problems(resource, root), *invariant_problems(resource, root))
