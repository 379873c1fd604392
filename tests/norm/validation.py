"""What the tests need to apply a profile: conformant resources, small mutations, the constraints that fail."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from sas_recette.norm import canonicals
from sas_recette.norm.profiles import Constraint, Profile
from sas_recette.norm.requirements import Flow

MemberPath = tuple[str | int, ...]

EXAMPLES: Final = {
    Flow.INT_R01: "bundle-ps-b",
    Flow.INT_R04: "bundle-cpts-ps-e",
    Flow.INT_SOS1: "bundle-sos",
    Flow.INT_R02: "regulateur",
}
"""The worked example of each flow, in its form of edition 1.2.0."""


class Delete:
    """Marks a member to take away."""


DELETE: Final = Delete()
Changes = dict[MemberPath, Any]


def example(name: str, edition: str = "1.2.0") -> dict[str, Any]:
    """A worked example. In edition 1.1.0 the IDNST of a CPTS is of another system (open point P-02)."""
    text = (Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8")
    if edition == "1.1.0":
        text = text.replace(canonicals.FR_CORE_V2_0203, canonicals.FR_LOCATION_IDENTIFIER_TYPE)
    document: dict[str, Any] = json.loads(text)
    return document


def resources(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The Bundle, the resources of its entries, and those that they contain."""
    yield bundle
    for entry in bundle.get("entry", []):
        yield entry["resource"]
        yield from entry["resource"].get("contained", [])


def conformant(profile: Profile) -> dict[str, Any]:
    """The first resource of a profile in the worked example of its flow, the Bundle and the contained Location included."""
    bundle = example(EXAMPLES[Flow(profile.schema["x-flows"][0])], profile.edition)
    return next(each for each in resources(bundle) if each["resourceType"] == profile.resource_type)


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
