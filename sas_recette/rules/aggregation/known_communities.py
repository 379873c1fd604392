"""CPTS against what the candidate declares: which of them see each slot, their names and phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import child, children, text
from sas_recette.fhir.bundle import BundleGraph, Entry
from sas_recette.norm.terminology import CPTS_CARE
from sas_recette.rules.aggregation.cpts import services_of
from sas_recette.rules.aggregation.lines import pairs, said
from sas_recette.rules.aggregation.practitioners import folded
from sas_recette.rules.aggregation.telecom import phone_verdict
from sas_recette.rules.answer import national_identifier
from sas_recette.rules.facts import CptsFacts
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_FINESS: Final = re.compile(r"1?[0-9]{9}")


@rule("AGR-CPTS-017")
def a_service_for_each_known_community(subject: Subject) -> Iterator[Observation]:
    """A slot that n CPTS are declared to see designates n HealthcareServices; whose they are is AGR-CPTS-018’s.

    One that lacks its type of care, or a reference on it, is AGR-CPTS-010’s or 012’s.
    """
    graph = subject.answer.graph
    for line, slot in pairs(subject):
        if graph is None or len(line.cpts) < 2 or not _refers_by_each_care(graph, slot.entry):
            continue
        count = _services_designated(graph, slot.entry)
        if count >= len(line.cpts):
            yield HELD
        else:
            message = f"D’après l’agenda déclaré, {said(line)} est visible de {len(line.cpts)} CPTS."
            expected = f"{len(line.cpts)} HealthcareService désignés"
            yield Deviation(f"{slot.entry.location}.serviceType", message, expected, f"{count}")


def _refers_by_each_care(graph: BundleGraph, slot: Entry) -> bool:
    holders = {place.partition(".extension[")[0] for _, place, _ in services_of(graph, slot)}
    care = {
        f"{slot.location}.serviceType[{index}]"
        for index, service in children(slot.resource, "serviceType")
        if any(text(coding, "code") == CPTS_CARE for _, coding in children(service, "coding"))
    }
    return bool(holders) and care <= holders


def _services_designated(graph: BundleGraph, slot: Entry) -> int:
    return len({found.place if found else written for written, _, found in services_of(graph, slot)})


@rule("AGR-CPTS-018")
def its_own_communities(subject: Subject) -> Iterator[Observation]:
    """A slot designates, by its HealthcareServices, the CPTS that are declared to see it, and no other.

    What does not lead to a CPTS with a FINESS is other rules’, a slot that designates too few AGR-CPTS-017’s.
    """
    graph = subject.answer.graph
    for line, slot in pairs(subject):
        if graph is None or not line.cpts or _services_designated(graph, slot.entry) < len(line.cpts):
            continue
        found = _communities(graph, slot.entry)
        if found is None:
            continue
        if {_prefixed(one) for one in found} == set(line.cpts):
            yield HELD
        else:
            message = f"D’après l’agenda déclaré, {said(line)} n’est pas celui de la CPTS qu’il désigne."
            place = f"{slot.entry.location}.serviceType"
            yield Deviation(place, message, ", ".join(line.cpts), ", ".join(dict.fromkeys(found)))


def _communities(graph: BundleGraph, slot: Entry) -> list[str] | None:
    """The FINESS of the CPTS that a slot designates, as written; None when one of them cannot be told."""
    found: list[str] = []
    for _, _, service in services_of(graph, slot):
        organization = graph.referenced(service, child(service.resource, "providedBy")) if service else None
        number = national_identifier(organization.resource) if organization else None
        if number is None or not _FINESS.fullmatch(number):
            return None
        found.append(number)
    return found


def _prefixed(finess: str) -> str:
    """A missing prefix is AGR-CPTS-019’s."""
    return finess if len(finess) > 9 else f"1{finess}"


@rule("AGR-CPTS-022")
def community_name(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the name of a CPTS, Organization.name carries it."""
    for organization, facts in _known_communities(subject):
        written = text(organization.resource, "name") or ""
        if not facts.name:
            continue
        if folded(written) == folded(facts.name):
            yield HELD
        else:
            other = "Le nom transmis n’est pas celui que la solution déclare pour cette CPTS."
            none = "Le nom de la CPTS, connu de la solution, n’est pas transmis."
            place = f"{organization.location}.name"
            yield Deviation(place, other if written.strip() else none, facts.name, written or "absent")


@rule("AGR-CPTS-023")
def community_phone(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the phone of a CPTS, Organization.telecom carries it."""
    for organization, facts in _known_communities(subject):
        if facts.phone:
            yield phone_verdict(organization, facts.phone, "cette CPTS")


def _known_communities(subject: Subject) -> Iterator[tuple[Entry, CptsFacts]]:
    graph = subject.answer.graph
    for organization in graph.of_type("Organization") if graph else ():
        facts = subject.facts.cpts.get(_prefixed(national_identifier(organization.resource) or ""))
        if facts is not None:
            yield organization, facts
