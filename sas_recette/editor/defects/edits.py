"""Small edits of FHIR resources, as behaviours of the product."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sas_recette.editor.behaviour import Behaviour, Entry, ResourceHook
from sas_recette.editor.http import Resource


def on(kind: str, edit: ResourceHook) -> Behaviour:
    """An edit of every resource of one type that is an entry.

    Where another defect has already removed what is edited, there is nothing left to edit.
    """

    def hook(resource: Resource) -> None:
        if resource["resourceType"] == kind:
            with suppress(LookupError):
                edit(resource)

    return Behaviour(resource=(hook,))


def on_location(edit: ResourceHook) -> Behaviour:
    """An edit of every contained Location."""

    def edit_all(role: Resource) -> None:
        for location in role["contained"]:
            with suppress(LookupError):
                edit(location)

    return on("PractitionerRole", edit_all)


def on_entries(kind: str, edit: Callable[[Resource], None]) -> Behaviour:
    """An edit of every entry of the Bundle that holds a resource of one type; any type for `*`."""

    def hook(bundle: Resource) -> None:
        for entry in bundle.get("entry", []):
            if kind in {"*", entry["resource"]["resourceType"]}:
                with suppress(LookupError):
                    edit(entry)

    return Behaviour(bundle=(hook,))


def drop(*path: str | int) -> ResourceHook:
    """Remove the element at a path, when it is there."""

    def edit(resource: Resource) -> None:
        parent = at(resource, *path[:-1])
        if isinstance(parent, dict):
            parent.pop(str(path[-1]), None)

    return edit


def put(value: object, *path: str | int) -> ResourceHook:
    """Set the element at a path, when its parent is there."""

    def edit(resource: Resource) -> None:
        parent = at(resource, *path[:-1])
        if parent is not None:
            parent[path[-1]] = copy.deepcopy(value)

    return edit


def rewrite(change: Callable[[str], str], *path: str | int) -> ResourceHook:
    """Rewrite the string at a path, when it is there."""

    def edit(resource: Resource) -> None:
        value = at(resource, *path)
        if isinstance(value, str):
            at(resource, *path[:-1])[path[-1]] = change(value)

    return edit


def at(resource: Resource, *path: str | int) -> Any:  # noqa: ANN401 # any JSON value
    """The JSON value at a path; None when there is nothing."""
    value: Any = resource
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError):
            return None
    return value


def without(kind: str) -> Behaviour:
    """An answer without the entries of one type."""

    def hook(entries: list[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry.resource["resourceType"] != kind]

    return Behaviour(entries=(hook,))


def national_phone(international: str) -> str:
    """A phone number as the French write it, by pairs of digits."""
    digits = "0" + international[-9:]
    return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
