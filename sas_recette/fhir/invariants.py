"""Invariants of base R4 that neither types nor cardinalities say (profiles.md §1).

Left to the requirements that name them: ele-1 (AGR-COM-018), bdl-3 to bdl-5 (the Bundle's profile), bdl-7 (AGR-COM-020),
bdl-8 (AGR-COM-019), references between entries (AGR-COM-022), the place of a
PractitionerRole (AGR-PS-031), a phone number without system (cpt-2, AGR-PS-027).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.fhir.problem import Problem, ProblemKind

PHONE_LIKE: Final = re.compile(r"\+?[0-9][0-9 .()-]{7,}")
"""What a telecom without system has to look like to be taken for a phone number."""

_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_QUALIFIED_ELSEWHERE: Final = frozenset({"Practitioner", "PractitionerRole"})


def invariant_problems(resource: JsonObject, root: str) -> Iterator[Problem]:
    """Every broken invariant of a resource and of what it contains. `root` is its FHIRPath."""
    yield from _contained(resource, root)
    yield from _own_problems(resource, root, phones_elsewhere=text(resource, "resourceType") in _QUALIFIED_ELSEWHERE)
    for index, inner in children(resource, "contained"):
        yield from _own_problems(inner, f"{root}.contained[{index}]", phones_elsewhere=False)


def _own_problems(resource: JsonObject, root: str, *, phones_elsewhere: bool) -> Iterator[Problem]:
    yield from _organization(resource, root)
    for place, node in _objects(resource, root):
        if "start" in node and place != root:
            yield from _period(node, place)
        if "value" in node and "system" not in node:
            yield from _telecom(node, place, root, phones_elsewhere=phones_elsewhere)
        if "data" in node and "contentType" not in node:
            yield from _attachment(place)


def _contained(resource: JsonObject, root: str) -> Iterator[Problem]:
    held = list(children(resource, "contained"))
    referenced = set(_local_references(resource)) if held else set()
    place_found = any(inner.get("resourceType") == "Location" and text(inner, "id") in referenced for _, inner in held)
    for index, inner in held:
        place = f"{root}.contained[{index}]"
        if "contained" in inner:
            yield _broken("dom-2", f"{place}.contained", "une ressource contenue n’en contient pas d’autre")
        for key in ("versionId", "lastUpdated"):
            if key in child(inner, "meta"):
                yield _broken("dom-4", f"{place}.meta.{key}", f"une ressource contenue ne porte pas meta.{key}")
        if "security" in child(inner, "meta"):
            yield _broken("dom-5", f"{place}.meta.security", "une ressource contenue ne porte pas meta.security")
        named_elsewhere = inner.get("resourceType") == "Location" and not place_found
        linked = text(inner, "id") in referenced or "" in _local_references(inner)
        if not named_elsewhere and not linked:
            yield _broken("dom-3", place, "une ressource contenue est désignée par la ressource qui la contient")


def _local_references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("reference")
        if isinstance(reference, str) and reference.startswith("#"):
            yield reference[1:]
        for value in node.values():
            yield from _local_references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _local_references(item)


def _organization(resource: JsonObject, root: str) -> Iterator[Problem]:
    if resource.get("resourceType") != "Organization":
        return
    if "identifier" not in resource and "name" not in resource:
        yield _broken("org-1", root, "une Organization porte un identifiant ou un nom")
    for invariant, key in (("org-2", "address"), ("org-3", "telecom")):
        for index, item in children(resource, key):
            if text(item, "use") == "home":
                yield _broken(
                    invariant, f"{root}.{key}[{index}].use", f"{key} d’une Organization n’est jamais « home »"
                )


def _period(node: JsonObject, place: str) -> Iterator[Problem]:
    start, end = text(node, "start"), text(node, "end")
    if start and end and _later(start, end):
        yield _broken("per-1", place, "le début d’une période précède sa fin")


def _later(start: str, end: str) -> bool:
    """Whether a period starts after its end; dates without time are compared as far as both are precise."""
    if _DATE.fullmatch(start) and _DATE.fullmatch(end):
        precise = min(len(start), len(end))
        return start[:precise] > end[:precise]
    first, last = _moment(start), _moment(end)
    return first is not None and last is not None and first > last


def _telecom(node: JsonObject, place: str, root: str, *, phones_elsewhere: bool) -> Iterator[Problem]:
    holder, _, element = place.rpartition(".")
    value = text(node, "value") or ""
    if not element.startswith("telecom[") or not value:
        return
    if not (phones_elsewhere and holder == root and PHONE_LIKE.fullmatch(value)):
        yield _broken("cpt-2", place, "une valeur de telecom est qualifiée par system")


def _attachment(place: str) -> Iterator[Problem]:
    if place.rpartition(".")[2].startswith(("photo", "valueAttachment")):
        yield _broken("att-1", place, "des données jointes ont un contentType")


def _objects(node: JsonObject, place: str) -> Iterator[tuple[str, JsonObject]]:
    """Every object of a resource with its FHIRPath, without the resources that it contains or that are its entries."""
    apart = {"contained", "resource"} if node.get("resourceType") == "Bundle" else {"contained"}
    waiting: list[tuple[str, JsonObject]] = [(place, node)]
    while waiting:
        where, current = waiting.pop()
        yield where, current
        for key, value in current.items():
            if isinstance(value, dict) and key not in apart:
                waiting.append((f"{where}.{key}", value))
            elif isinstance(value, list) and key not in apart:
                waiting.extend(
                    (f"{where}.{key}[{rank}]", one) for rank, one in enumerate(value) if isinstance(one, dict)
                )


def _moment(written: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _broken(invariant: str, place: str, rule: str) -> Problem:
    return Problem(
        ProblemKind.INVARIANT, place, f"Invariant {invariant} de FHIR R4 non respecté : {rule}.", rule, "non respecté"
    )
