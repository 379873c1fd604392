"""What INT_R04 adds: slots visible to CPTS, their HealthcareServices and Organizations (aggregation.md §7.2, §8.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sas_recette.fhir.access import child, text
from sas_recette.fhir.bundle import BundleGraph, Entry
from sas_recette.rules.aggregation.resources import service_references
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


def _services(graph: BundleGraph, slot: Entry) -> Iterator[tuple[str, str, Entry | None]]:
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
    references = [one for slot in graph.of_type("Slot") for one in _services(graph, slot)] if graph else []
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


@rule("AGR-CPTS-014")
def service_present(subject: Subject) -> Iterator[Observation]:
    """The HealthcareService that an extension designates is in the Bundle."""
    graph = subject.answer.graph
    for slot in graph.of_type("Slot") if graph else ():
        for written, place, found in _services(graph, slot) if graph else ():
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
    """Each Organization of a CPTS is designated by exactly one HealthcareService."""
    graph = subject.answer.graph
    if graph is None:
        return
    services = graph.of_type("HealthcareService")
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
def distinct_services(subject: Subject) -> Iterator[Observation]:
    """A slot seen by several CPTS designates as many distinct HealthcareServices."""
    graph = subject.answer.graph
    for slot in graph.of_type("Slot") if graph else ():
        written = [one for one, _, _ in _services(graph, slot)] if graph else []
        if len(written) < 2:
            continue
        if len(set(written)) == len(written):
            yield HELD
        else:
            message = "Deux références de ce créneau désignent le même HealthcareService."
            yield Deviation(
                f"{slot.location}.serviceType", message, "un HealthcareService par CPTS", ", ".join(written)
            )
