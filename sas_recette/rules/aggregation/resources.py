"""Every resource of an answer as FHIR R4: structure, empty elements, references, links to a slot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.fhir.bundle import BundleGraph, Entry, contained
from sas_recette.fhir.problem import Problem, ProblemKind
from sas_recette.fhir.validity import resource_problems
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import Flow
from sas_recette.norm.terminology import DAYS_OF_WEEK
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_NAMED_ELSEWHERE: Final = frozenset(
    {
        *((ProblemKind.MISSING, "Slot", element) for element in ("status", "start", "end", "schedule")),
        *((ProblemKind.FORM, "Slot", element) for element in ("start", "end")),
        (ProblemKind.CODE, "Slot", "status"),
        (ProblemKind.MISSING, "Bundle", "type"),
        (ProblemKind.CODE, "Bundle", "type"),
        (ProblemKind.STRUCTURE, "Bundle", "total"),
    }
)
"""Structural problems (kind, resource, element) that a requirement of their own names: AGR-COM-007, 008, 029 to 031 and 039."""

_BARE_OID: Final = re.compile(r"(?:oid:|urn:)?[0-2](?:\.(?:0|[1-9]\d*)){3,}", re.IGNORECASE)


@rule("AGR-COM-017")
def valid_r4(subject: Subject) -> Iterator[Observation]:
    """Each resource, contained ones too, is structurally valid FHIR R4."""
    answer = subject.answer
    for problem in answer.parsed.problems:
        if problem.kind in {ProblemKind.DEPTH, ProblemKind.DUPLICATE_KEY}:
            yield _deviation(problem)
    if answer.graph is None:
        return
    empty = {problem.location for problem in answer.empties}
    for resource, place in _all_resources(answer.graph):
        kind = text(resource, "resourceType") or ""
        faulty = [
            problem
            for problem in resource_problems(resource, place)
            if problem.location not in empty
            and (problem.kind, kind, problem.location.removeprefix(f"{place}.")) not in _NAMED_ELSEWHERE
        ]
        for problem in faulty:
            day = _upper_case_day(problem)
            if day is None or answer.flow is not Flow.INT_SOS1:  # there AGR-SOS-026 has it
                yield day or _deviation(problem)
        if not faulty:
            yield HELD


def _all_resources(graph: BundleGraph) -> Iterator[tuple[JsonObject, str]]:
    yield graph.bundle, "Bundle"
    for entry in graph.entries:
        yield entry.resource, entry.location


def _upper_case_day(problem: Problem) -> Deviation | None:
    """A day of the week in capitals is a réserve (open point T-03)."""
    element = problem.location.rpartition(".")[2]
    if problem.kind is not ProblemKind.CODE or not element.startswith("daysOfWeek["):
        return None
    if problem.observed not in {day.upper() for day in DAYS_OF_WEEK}:
        return None
    message = (
        "Jour de la semaine en capitales : la page « SOS Médecins » de l’IG SAS les écrit ainsi, le système de codes "
        "FHIR R4 (days-of-week) en minuscules."
    )
    return Deviation(problem.location, message, problem.observed.lower(), problem.observed, reserve=True)


def _deviation(problem: Problem) -> Deviation:
    return Deviation(problem.location, problem.message, problem.expected, problem.observed)


@rule("AGR-COM-018")
def nothing_empty(subject: Subject) -> Iterator[Observation]:
    """No element without content. An empty `Bundle.entry` is AGR-COM-010’s."""
    if subject.answer.graph is None:
        return
    found = [problem for problem in subject.answer.empties if problem.location != "Bundle.entry"]
    for problem in found:
        yield _deviation(problem)
    if not found:
        yield HELD


@rule("AGR-COM-022")
def resolved_references(subject: Subject) -> Iterator[Observation]:
    """References of the graph designate a resource of the Bundle; an absolute one is a réserve (open point A-34)."""
    graph = subject.answer.graph
    if graph is None:
        return
    for holder, reference, place in _references(graph):
        written = text(reference, "reference")
        if not written:
            continue
        if written.startswith("#"):
            found: object = contained(holder.resource, reference)
        else:
            found = graph.resolve(written, holder)
        if found is None:
            message = "La référence ne désigne aucune ressource de la réponse."
            yield Deviation(f"{place}.reference", message, "une ressource présente dans le Bundle", written)
        elif written.startswith(("http://", "https://")):
            message = (
                "Référence absolue : FHIR R4 l’admet, mais le kit de test de l’ANS compare littéralement « Type/id »."
            )
            yield Deviation(f"{place}.reference", message, "Type/id", written, reserve=True)
        else:
            yield HELD


def _references(graph: BundleGraph) -> Iterator[tuple[Entry, JsonObject, str]]:
    single = {
        "Slot": "schedule",
        "PractitionerRole": "practitioner",
        "HealthcareService": "providedBy",
        "Location": "managingOrganization",
    }
    several = {"Schedule": "actor", "PractitionerRole": "location"}
    for entry in graph.entries:
        if key := single.get(entry.type):
            yield entry, child(entry.resource, key), f"{entry.location}.{key}"
        if key := several.get(entry.type):
            for index, reference in children(entry.resource, key):
                yield entry, reference, f"{entry.location}.{key}[{index}]"
        if entry.type == "Slot":
            for reference, place in service_references(entry):
                yield entry, reference, place


def is_page(graph: BundleGraph) -> bool:
    """Whether the answer goes on in a next page, which is not asked for (AGR-COM-013)."""
    return any(text(link, "relation") == "next" for _, link in children(graph.bundle, "link"))


def service_references(slot: Entry) -> Iterator[tuple[JsonObject, str]]:
    """The references of a Slot to HealthcareServices, by the R5 back-port extension, each with its FHIRPath."""
    for index, service in children(slot.resource, "serviceType"):
        for rank, extension in children(service, "extension"):
            if text(extension, "url") == canonicals.EXTENSION_SERVICE_TYPE_R5:
                place = f"{slot.location}.serviceType[{index}].extension[{rank}].valueReference"
                yield child(extension, "valueReference"), place


@rule("AGR-COM-023")
def nothing_unrelated(subject: Subject) -> Iterator[Observation]:
    """Every included resource is linked to a slot of the answer; one that comes twice is AGR-COM-020’s."""
    graph = subject.answer.graph
    if graph is None:
        return
    reached = _reached_from_slots(graph)
    identities = {_identity(entry) for entry in graph.entries if entry.index in reached}
    for entry in graph.entries:
        if entry.type in {"Slot", "OperationOutcome"}:
            continue
        if entry.index in reached or _identity(entry) in identities:
            yield HELD
        else:
            message = "La ressource n’est reliée à aucun créneau de la réponse."
            yield Deviation(entry.place, message, "reliée à un créneau", f"{entry.type}/{entry.id}")


def _identity(entry: Entry) -> tuple[str, str, str]:
    return (entry.type, entry.id, entry.full_url or "")


def _reached_from_slots(graph: BundleGraph) -> set[int]:
    waiting = list(graph.of_type("Slot"))
    reached: set[int] = set()
    while waiting:
        entry = waiting.pop()
        if entry.index in reached:
            continue
        reached.add(entry.index)
        for written in _written_references(entry.resource):
            target = graph.resolve(written, entry)
            if target is not None:
                waiting.append(target)
    return reached


def _written_references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("reference")
        if isinstance(reference, str):
            yield reference
        for value in node.values():
            yield from _written_references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _written_references(item)


@rule("AGR-COM-065")
def oids_are_urns(subject: Subject) -> Iterator[Observation]:
    """An OID in a system is written `urn:oid:` and the OID."""
    if subject.answer.graph is None:
        return
    for place, system in _systems(subject.answer.resource, "Bundle"):
        if system.startswith("urn:oid:"):
            yield HELD
        elif _BARE_OID.fullmatch(system):
            message = "Un OID s’écrit avec le préfixe « urn:oid: »."
            yield Deviation(
                place, message, f"urn:oid:{system.lower().removeprefix('oid:').removeprefix('urn:')}", system
            )


def _systems(node: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "system" and isinstance(value, str):
                yield f"{place}.system", value
            elif isinstance(value, dict | list):
                yield from _systems(value, f"{place}.{key}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _systems(item, f"{place}[{index}]")
