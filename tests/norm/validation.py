"""What the tests need to apply a profile: conformant resources, small mutations, the constraints that fail."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from sas_recette.norm.profiles import Constraint, Profile

MemberPath = tuple[str | int, ...]


class Delete:
    """Marks a member to take away."""


DELETE: Final = Delete()
Changes = dict[MemberPath, Any]


def example(name: str) -> dict[str, Any]:
    text = (Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def conformant(resource_type: str) -> dict[str, Any]:
    """The first resource of a type in the worked example, the Bundle itself and the contained Location included."""
    bundle = example("bundle-ps-b")
    if resource_type == "Bundle":
        return bundle
    resources = [entry["resource"] for entry in bundle["entry"]]
    contained = [inner for resource in resources for inner in resource.get("contained", [])]
    found: dict[str, Any] = next(each for each in resources + contained if each["resourceType"] == resource_type)
    return found


def changed(resource: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """A copy of a resource with some members replaced, added (`-1` appends) or taken away."""
    result = copy.deepcopy(resource)
    for path, value in changes.items():
        node: Any = result
        for step in path[:-1]:
            node = node[step]
        last = path[-1]
        if isinstance(value, Delete):
            del node[last]
        elif last == -1:
            node.append(value)
        else:
            node[last] = value
    return result


def failing(profile: Profile, resource: dict[str, Any]) -> list[Constraint]:
    """The constraints that a resource breaks."""
    return [
        constraint
        for constraint in profile.constraints
        if not Draft202012Validator(profile.schema["allOf"][constraint.index]).is_valid(resource)
    ]


def applies(constraint: Constraint, resource: dict[str, Any]) -> bool:
    """Whether the condition of a constraint holds."""
    return constraint.condition is None or Draft202012Validator(dict(constraint.condition)).is_valid(resource)
