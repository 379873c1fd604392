"""The profiles of the specification, as self-contained JSON Schemas (draft 2020-12), one folder an edition.

A profile file carries the constraints that one resource decides alone. Each entry of its `allOf` is one constraint,
annotated: `x-requirement` (id in the catalogue), `x-message` and `x-expected` (French), optionally `x-reserve` (the
published sources that contradict each other: failing it is a réserve whatever the level). An entry with a top-level `if`
applies only where the `if` holds. Source: profiles.md; validating is not done here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from sas_recette.errors import UserError
from sas_recette.norm.requirements import Flow

EDITIONS: Final = ("1.1.0", "1.2.0")
DEFAULT_EDITION: Final = "1.2.0"

_SUFFIX: Final = ".schema.json"


class ProfileError(UserError):
    """An edition or a profile is unknown, or its file is wrong. The message is French and names the nearest id."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One entry of a profile's `allOf`.

    `condition` is the schema of its `if`, None when it applies to every resource; `reserve` is empty when failing it
    weighs what the level of the requirement says.
    """

    index: int
    requirement: str
    message: str
    expected: str
    reserve: str
    condition: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of one edition; `schema` is the JSON Schema as published in the file, `flows` are those it serves."""

    id: str
    canonical: str
    edition: str
    resource_type: str
    flows: tuple[Flow, ...]
    schema: Mapping[str, Any]
    constraints: tuple[Constraint, ...]


@cache
def load_profile(profile_id: str, edition: str = DEFAULT_EDITION) -> Profile:
    """Read one profile, once. Raises ProfileError for an unknown edition or profile, or a wrong file."""
    known = profile_ids(edition)
    if profile_id not in known:
        nearest = get_close_matches(profile_id, known, n=1, cutoff=0.4)
        hint = f" (vouliez-vous dire « {nearest[0]} » ?)" if nearest else ""
        raise ProfileError(f"Profil inconnu dans l’édition {edition} : « {profile_id} »{hint}.")
    name = profile_id + _SUFFIX
    return read_profile(_folder(edition).joinpath(name).read_text(encoding="utf-8"), f"{edition}/{name}")


def profiles(edition: str = DEFAULT_EDITION) -> tuple[Profile, ...]:
    """All the profiles of an edition, by id. Raises ProfileError for an unknown edition."""
    return tuple(load_profile(profile_id, edition) for profile_id in profile_ids(edition))


def profile_ids(edition: str = DEFAULT_EDITION) -> tuple[str, ...]:
    """The sorted ids of the profiles of an edition. Raises ProfileError for an unknown edition."""
    names = (entry.name for entry in _folder(edition).iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names))


def read_profile(text: str, name: str) -> Profile:
    """Read the text of a profile file; `name` is used in messages. Raises ProfileError when it is not one."""
    try:
        schema = json.loads(text)
        return Profile(
            id=schema["x-profile"],
            canonical=schema["$id"],
            edition=schema["x-edition"],
            resource_type=schema["x-resource-type"],
            flows=tuple(Flow(flow) for flow in schema["x-flows"]),
            schema=schema,
            constraints=tuple(_constraint(index, entry) for index, entry in enumerate(schema["allOf"])),
        )
    except ValueError as error:
        raise ProfileError(f"{name} : JSON illisible ({error}).") from error
    except KeyError as error:
        raise ProfileError(f"{name} : annotation {error} absente.") from error


def _constraint(index: int, entry: Mapping[str, Any]) -> Constraint:
    return Constraint(
        index=index,
        requirement=entry["x-requirement"],
        message=entry["x-message"],
        expected=entry["x-expected"],
        reserve=entry.get("x-reserve", ""),
        condition=entry.get("if"),
    )


def _folder(edition: str) -> Traversable:
    if edition not in EDITIONS:
        raise ProfileError(f"Édition inconnue : « {edition} » (éditions connues : {', '.join(EDITIONS)}).")
    return resources.files("sas_recette.norm").joinpath("profiles", edition)
