"""The worked answers of INT_R04 and INT_SOS1, and mutations that name the resource they change."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.facts import Facts
from tests.rules.building import BASE, Json, Mutation, Verdicts, answer, body_of, judged
from tests.rules.mutations import DELETED

CPTS: Final = "bundle-cpts-ps-e"
SOS: Final = "bundle-sos"
_DATA: Final = Path(__file__).parents[1] / "norm" / "data"


@cache
def _text(name: str) -> str:
    return (_DATA / f"{name}.json").read_text(encoding="utf-8")


def worked(name: str, *mutations: Mutation) -> Json:
    """A worked answer, mutated."""
    bundle: Json = json.loads(_text(name))
    for mutate in mutations:
        mutate(bundle)
    return bundle


def request_of(name: str) -> str:
    """The request that a worked answer answers: its self link."""
    return str(json.loads(_text(name))["link"][0]["url"])


def judged_flow(name: str, *mutations: Mutation, edition: str = "1.2.0", facts: Facts | None = None) -> Verdicts:
    """A worked answer, mutated, as the answer to its request."""
    return judged(answer(worked(name, *mutations), url=request_of(name)), edition=edition, facts=facts)


def judged_file(name: str, *mutations: Mutation, edition: str = "1.2.0") -> Verdicts:
    """The same without any exchange."""
    return judged(SearchAnswer(body_of(worked(name, *mutations))), edition=edition)


def rank_of(bundle: Json, named: str) -> int:
    """The rank of the entry of a resource, `Type/id`."""
    found = [f"{one['resource']['resourceType']}/{one['resource'].get('id')}" for one in bundle["entry"]]
    return found.index(named)


def entry_named(bundle: Json, named: str) -> Json:
    found: Json = bundle["entry"][rank_of(bundle, named)]
    return found


def named(bundle: Json, name: str) -> Json:
    """The resource `Type/id`."""
    found: Json = entry_named(bundle, name)["resource"]
    return found


def on(name: str, *path: str | int, value: object = DELETED) -> Mutation:
    """Set the member at a path of the resource `Type/id`, or delete it."""

    def mutate(bundle: Json) -> None:
        node: Any = named(bundle, name)
        for step in path[:-1]:
            node = node[step]
        if value is DELETED:
            del node[path[-1]]
        else:
            node[path[-1]] = copy.deepcopy(value)

    return mutate


def append(name: str, *path: str | int, value: object) -> Mutation:
    """Append to the array at a path of the resource `Type/id`."""

    def mutate(bundle: Json) -> None:
        node: Any = named(bundle, name)
        for step in path:
            node = node[step]
        node.append(copy.deepcopy(value))

    return mutate


def mode(name: str, value: str) -> Mutation:
    """Mark the entry of `Type/id`."""
    return lambda bundle: entry_named(bundle, name)["search"].update(mode=value)


def gone(*names: str) -> Mutation:
    """Without the entries of `Type/id`."""

    def mutate(bundle: Json) -> None:
        for name in names:
            del bundle["entry"][rank_of(bundle, name)]

    return mutate


def duplicated(name: str) -> Mutation:
    return lambda bundle: bundle["entry"].append(copy.deepcopy(entry_named(bundle, name)))


def twin(name: str, identity: str) -> Mutation:
    """A copy of the entry `Type/id` under another id."""

    def mutate(bundle: Json) -> None:
        copied = copy.deepcopy(entry_named(bundle, name))
        copied["resource"]["id"] = identity
        copied["fullUrl"] = f"{BASE}/{copied['resource']['resourceType']}/{identity}"
        bundle["entry"].append(copied)

    return mutate


def next_link(bundle: Json) -> None:
    bundle["link"].append({"relation": "next", "url": f"{BASE}?page=2"})


def absolute(bundle: Json) -> None:
    """Every reference to an entry, absolute."""
    known = {f"{one['resource']['resourceType']}/{one['resource']['id']}": one["fullUrl"] for one in bundle["entry"]}
    rewrite(bundle["entry"], known)


def uuids(bundle: Json) -> None:
    """Every entry under a urn:uuid, references included."""
    known: dict[str, str] = {}
    for rank, one in enumerate(bundle["entry"]):
        one["fullUrl"] = f"urn:uuid:0d0b7a4e-6b1f-4d0e-9a3c-{rank:012x}"
        known[f"{one['resource']['resourceType']}/{one['resource']['id']}"] = one["fullUrl"]
    rewrite(bundle["entry"], known)


def rewrite(node: object, known: dict[str, str]) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            node["reference"] = known.get(node["reference"], node["reference"])
        for value in node.values():
            rewrite(value, known)
    elif isinstance(node, list):
        for item in node:
            rewrite(item, known)


def outcome(bundle: Json) -> None:
    issue = {"severity": "information", "code": "informational", "diagnostics": "Recherche limitée à 72 h"}
    bundle["entry"].append(
        {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}
    )


def without_profiles(node: object) -> None:
    """No resource declares its profile, the Bundle and the contained ones neither."""
    if isinstance(node, dict):
        node.get("meta", {}).pop("profile", None)
        if not node.get("meta", True):
            del node["meta"]
        for value in node.values():
            without_profiles(value)
    elif isinstance(node, list):
        for item in node:
            without_profiles(item)
