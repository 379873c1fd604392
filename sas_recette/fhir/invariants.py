"""Invariants of base R4 that neither types nor cardinalities say (profiles.md §1).

Left to the requirements that name them: ele-1 (AGR-COM-018), bdl-3 to bdl-5 (the Bundle's profile), bdl-7 (AGR-COM-020),
bdl-8 (AGR-COM-019), references between entries (AGR-COM-022), the place of a
PractitionerRole (AGR-PS-031), a phone number without system (cpt-2, AGR-PS-027).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.fhir.problem import Problem, ProblemKind


def invariant_problems(resource: JsonObject, root: str) -> Iterator[Problem]:
    """Every broken invariant of a resource. `root` is its FHIRPath."""
    for check in _CHECKS:
        yield from check(resource, root)


def _contained(resource: JsonObject, root: str) -> Iterator[Problem]:
    referenced = set(_local_references(resource))
    for index, inner in children(resource, "contained"):
        place = f"{root}.contained[{index}]"
        if "contained" in inner:
            yield _broken("dom-2", f"{place}.contained", "une ressource contenue n’en contient pas d’autre")
        for key in ("versionId", "lastUpdated"):
            if key in child(inner, "meta"):
                yield _broken("dom-4", f"{place}.meta.{key}", f"une ressource contenue ne porte pas meta.{key}")
        if "security" in child(inner, "meta"):
            yield _broken("dom-5", f"{place}.meta.security", "une ressource contenue ne porte pas meta.security")
        if inner.get("resourceType") != "Location" and text(inner, "id") not in referenced:
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


def _periods(resource: JsonObject, root: str) -> Iterator[Problem]:
    for place, node in _objects(resource, root):
        start, end = _moment(text(node, "start")), _moment(text(node, "end"))
        if start and end and place != root and start > end:
            yield _broken("per-1", place, "le début d’une période précède sa fin")


def _telecoms(resource: JsonObject, root: str) -> Iterator[Problem]:
    qualified_elsewhere = resource.get("resourceType") in {"Practitioner", "PractitionerRole"}
    for index, telecom in children(resource, "telecom"):
        value = text(telecom, "value") or ""
        if value and "system" not in telecom and not (qualified_elsewhere and value[0] in "+0123456789"):
            yield _broken("cpt-2", f"{root}.telecom[{index}]", "une valeur de telecom est qualifiée par system")


def _attachments(resource: JsonObject, root: str) -> Iterator[Problem]:
    for place, node in _objects(resource, root):
        if (
            "data" in node
            and place.rpartition(".")[2].startswith(("photo", "valueAttachment"))
            and "contentType" not in node
        ):
            yield _broken("att-1", place, "des données jointes ont un contentType")


def _objects(node: object, place: str) -> Iterator[tuple[str, JsonObject]]:
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if isinstance(value, dict | list) and key != "contained":
                yield from _objects(value, f"{place}.{key}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _objects(item, f"{place}[{index}]")


def _moment(written: str | None) -> datetime | None:
    try:
        read = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return read if read and read.tzinfo else None


def _broken(invariant: str, place: str, rule: str) -> Problem:
    return Problem(
        ProblemKind.INVARIANT, place, f"Invariant {invariant} de FHIR R4 non respecté : {rule}.", rule, "non respecté"
    )


_CHECKS: Final[tuple[Callable[[JsonObject, str], Iterator[Problem]], ...]] = (
    _contained,
    _organization,
    _telecoms,
    _periods,
    _attachments,
)
