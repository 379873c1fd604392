"""What INT_R04 adds: slots visible to CPTS, their HealthcareServices and Organizations (aggregation.md §7.2, §8.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, child, children, codes, text
from sas_recette.fhir.bundle import BundleGraph, Entry
from sas_recette.norm import canonicals
from sas_recette.norm.terminology import CPTS, CPTS_CARE
from sas_recette.rules.aggregation.resources import is_page, service_references
from sas_recette.rules.aggregation.roles import distinct
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_AMONG_PRACTITIONERS: Final = ("Practitioner", "PractitionerRole", "HealthcareService")
_NAMED_TYPE: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+(?:/_history/[^/]+)?$")


def visible_to_cpts(slot: JsonObject) -> bool:
    """Whether a Slot says, by its type, its type of care or its extension, that a CPTS sees it."""
    security = children(child(slot, "meta"), "security")
    types = (one for _, one in security if text(one, "system") == canonicals.TRE_R314_SLOT_TYPE)
    return any(text(one, "code") == CPTS for one in types) or any(
        _of_care(service) or _extended(service) for _, service in children(slot, "serviceType")
    )


def _of_care(service: JsonObject) -> bool:
    return any(text(coding, "code") == CPTS_CARE for _, coding in children(service, "coding"))


def _extended(service: JsonObject) -> bool:
    urls = (text(extension, "url") for _, extension in children(service, "extension"))
    return canonicals.EXTENSION_SERVICE_TYPE_R5 in urls


def structures(graph: BundleGraph) -> frozenset[int]:
    """The Organizations, by index, that are no CPTS: structures of PractitionerRoles, and those that nothing designates.

    Among practitioners that is; as long as a CPTS is looked for in vain, one that nothing designates may be it.
    """
    communities = _designated(graph, "HealthcareService", "providedBy")
    if not any(map(graph.of_type, _AMONG_PRACTITIONERS)) or _looks_in_vain(graph):
        return _designated(graph, "PractitionerRole", "organization") - communities
    return frozenset(one.index for one in graph.of_type("Organization")) - communities


def _designated(graph: BundleGraph, holder: str, element: str) -> frozenset[int]:
    targets = (graph.referenced(one, child(one.resource, element)) for one in graph.of_type(holder))
    return frozenset(target.index for target in targets if target is not None)


def _looks_in_vain(graph: BundleGraph) -> bool:
    services = graph.of_type("HealthcareService")
    owners = [graph.referenced(one, child(one.resource, "providedBy")) for one in services]
    if any(owner is None or owner.type != "Organization" for owner in owners):
        return True
    slots = graph.of_type("Slot")
    unknown = any(found is None for slot in slots for _, _, found in services_of(graph, slot))
    return unknown or (not services and any(visible_to_cpts(slot.resource) for slot in slots))


def services_of(graph: BundleGraph, slot: Entry) -> Iterator[tuple[str, str, Entry | None]]:
    """The references of a slot to its CPTS: as written, where, and the HealthcareService found."""
    for reference, place in service_references(slot):
        written = text(reference, "reference")
        if written:
            found = graph.resolve(written, slot)
            yield written, place, found if found is not None and found.type == "HealthcareService" else None


@rule("AGR-CPTS-001")
def services_included(subject: Subject) -> Iterator[Observation]:
    """`_include=Slot:service-type-reference` brings HealthcareServices. A single missing one is AGR-CPTS-014’s."""
    graph = subject.answer.graph
    references = [one for slot in graph.of_type("Slot") for one in services_of(graph, slot)] if graph else []
    if graph is None or not references:
        return
    if graph.of_type("HealthcareService"):
        yield HELD
    else:
        message = "Aucun HealthcareService n’est inclus (_include=Slot:service-type-reference)."
        yield Deviation("Bundle.entry", message, "les HealthcareService référencés", "aucun")


@rule("AGR-CPTS-002")
def organizations_included(subject: Subject) -> Iterator[Observation]:
    """`_include:iterate=HealthcareService:organization` brings Organizations. A single missing one is AGR-CPTS-015’s."""
    graph = subject.answer.graph
    services = graph.of_type("HealthcareService") if graph else ()
    if graph is None or not any(text(child(one.resource, "providedBy"), "reference") for one in services):
        return
    if graph.of_type("Organization"):
        yield HELD
    else:
        message = "Aucune Organization n’est incluse (_include:iterate=HealthcareService:organization)."
        yield Deviation("Bundle.entry", message, "les Organization des HealthcareService", "aucune")


@rule("AGR-CPTS-003")
def nothing_of_cpts_without_cpts(subject: Subject) -> Iterator[Observation]:
    """Without any slot that a CPTS sees, the answer is that of INT_R01: no HealthcareService, no Organization of CPTS.

    A page says nothing of the slots of the others.
    """
    graph = subject.answer.graph
    slots = graph.of_type("Slot") if graph else ()
    if graph is None or not slots or is_page(graph) or any(visible_to_cpts(slot.resource) for slot in slots):
        return
    own = _designated(graph, "PractitionerRole", "organization")
    joined = [
        entry
        for entry in (*graph.of_type("HealthcareService"), *graph.of_type("Organization"))
        if entry.index not in own
    ]
    for entry in joined:
        message = "Aucun créneau n’est visible d’une CPTS : la réponse ne doit contenir aucune ressource de CPTS."
        yield Deviation(entry.place, message, "ni HealthcareService ni Organization", f"{entry.type}/{entry.id}")
    if not joined:
        yield HELD


@rule("AGR-CPTS-014")
def service_present(subject: Subject) -> Iterator[Observation]:
    """The HealthcareService that an extension designates is in the Bundle. Another type of resource is AGR-CPTS-012’s."""
    graph = subject.answer.graph
    for slot in graph.of_type("Slot") if graph else ():
        for written, place, found in services_of(graph, slot) if graph else ():
            named = _NAMED_TYPE.search(written)
            if named is not None and named[1] != "HealthcareService":
                continue
            if found is not None:
                yield HELD
            else:
                message = "La référence du créneau ne désigne aucun HealthcareService de la réponse."
                yield Deviation(f"{place}.reference", message, "un HealthcareService présent", written)


@rule("AGR-CPTS-015")
def organization_present(subject: Subject) -> Iterator[Observation]:
    """The Organization of a HealthcareService is in the Bundle."""
    graph = subject.answer.graph
    for service in graph.of_type("HealthcareService") if graph else ():
        reference = child(service.resource, "providedBy")
        written = text(reference, "reference")
        if graph is None or not written:
            continue
        found = graph.referenced(service, reference)
        if found is not None and found.type == "Organization":
            yield HELD
        else:
            message = "providedBy ne désigne aucune Organization de la réponse."
            yield Deviation(f"{service.location}.providedBy.reference", message, "une Organization présente", written)


@rule("AGR-CPTS-016")
def one_service_an_organization(subject: Subject) -> Iterator[Observation]:
    """Each Organization of a CPTS is designated by exactly one HealthcareService; a repeated one is AGR-COM-020’s."""
    graph = subject.answer.graph
    if graph is None:
        return
    services = distinct(graph.of_type("HealthcareService"))
    targets = (graph.referenced(one, child(one.resource, "providedBy")) for one in services)
    designated = Counter(target.index for target in targets if target is not None)
    for organization in graph.of_type("Organization"):
        count = designated[organization.index]
        if count == 1:
            yield HELD
        elif count > 1:
            message = "Plusieurs HealthcareService désignent la même CPTS."
            yield Deviation(organization.location, message, "un HealthcareService par Organization", f"{count}")


@rule("AGR-CPTS-017")
def a_service_for_each_community(subject: Subject) -> Iterator[Observation]:
    """A slot seen by several CPTS has a serviceType for each, and each designates another HealthcareService."""
    graph = subject.answer.graph
    for slot in graph.of_type("Slot") if graph else ():
        written = list(_one_a_service_type(slot))
        if graph is None or len(written) < 2:
            continue
        targets = {found.place if (found := graph.resolve(one, slot)) else one for one in written}
        if len(targets) == len(written):
            yield HELD
        else:
            message = "Deux références de ce créneau désignent le même HealthcareService."
            yield Deviation(
                f"{slot.location}.serviceType", message, "un HealthcareService par CPTS", ", ".join(written)
            )


def _one_a_service_type(slot: Entry) -> Iterator[str]:
    """The first reference of each serviceType of care; elsewhere it has no place (AGR-CPTS-005, 012, 013)."""
    seen: set[str] = set()
    care = {
        f"{slot.location}.serviceType[{index}]"
        for index, service in children(slot.resource, "serviceType")
        if _of_care(service) and not codes(service, canonicals.V3_ACT_CODE)
    }
    for reference, place in service_references(slot):
        holder = place.partition(".extension[")[0]
        written = text(reference, "reference")
        if written and holder not in seen and holder in care:
            seen.add(holder)
            yield written
