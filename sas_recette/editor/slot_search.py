"""The slot search of INT_R01 and INT_R04 (aggregation.md §3, §4, §7.1 and §7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.agenda import Agenda, AgendaSlot, Professional
from sas_recette.editor.behaviour import Entry
from sas_recette.editor.community_resources import CommunityWriter
from sas_recette.editor.criteria import (
    INCLUDE_ACTORS,
    INCLUDE_COMMUNITIES,
    INCLUDE_SCHEDULE,
    INCLUDE_SERVICES,
    Parameters,
    SlotCriteria,
    read_slot_criteria,
)
from sas_recette.editor.http import Resource
from sas_recette.editor.normalise import bare_rpps
from sas_recette.editor.resources import ResourceWriter
from sas_recette.editor.search import Search


@dataclass(frozen=True, slots=True)
class SlotSearch(Search):
    """Answers `GET [base]/Slot`: the slots of professionals match."""

    def read(self, parameters: Parameters) -> SlotCriteria:
        """The criteria of INT_R01 or INT_R04."""
        return read_slot_criteria(parameters)

    def find(self, criteria: SlotCriteria) -> tuple[AgendaSlot, ...]:
        """The slots of the professionals asked for."""
        stored_forms = [form for number in criteria.identifiers for form in (number, bare_rpps(number))]
        professionals = self.store.professionals_numbered(stored_forms)
        for look in self.behaviour.lookup:
            professionals = look(professionals, criteria, self.store)
        return self.store.slots(professionals, criteria.lower, criteria.upper, criteria.states)

    def write(self, slots: tuple[AgendaSlot, ...], criteria: SlotCriteria) -> list[Entry]:
        """Slots, then what is joined to them."""
        numbers = self.numbers()
        writer = ResourceWriter(self.agenda_base, numbers)
        included = _actors(slots, criteria, writer)
        if criteria.flow.with_communities:
            included += _communities(slots, criteria, CommunityWriter(numbers, self.edition))
        matches = [writer.slot(slot, criteria.flow, criteria.audience) for slot in slots]
        return [Entry(match, "match") for match in matches] + [Entry(resource, "include") for resource in included]


def _actors(slots: tuple[AgendaSlot, ...], criteria: SlotCriteria, writer: ResourceWriter) -> list[Resource]:
    """Each agenda once, then each professional once, then each role: only those of the slots, only if asked for."""
    held = {slot.agenda: slot.agenda.professional for slot in slots}
    owners: list[tuple[Agenda, Professional]] = [(agenda, person) for agenda, person in held.items() if person]
    resources: list[Resource] = []
    if INCLUDE_SCHEDULE in criteria.includes:
        resources += [writer.schedule(agenda, person) for agenda, person in owners]
    if INCLUDE_ACTORS in criteria.includes:
        resources += [writer.practitioner(person) for person in dict.fromkeys(person for _, person in owners)]
        resources += [writer.role(agenda, person) for agenda, person in owners]
    return resources


def _communities(slots: tuple[AgendaSlot, ...], criteria: SlotCriteria, writer: CommunityWriter) -> list[Resource]:
    """Each CPTS that sees a slot once: its HealthcareService, then its Organization, only if asked for."""
    resources: list[Resource] = []
    for community in dict.fromkeys(community for slot in slots for community in slot.communities):
        if INCLUDE_SERVICES in criteria.includes:
            resources.append(writer.service(community))
        if INCLUDE_COMMUNITIES in criteria.includes:
            resources.append(writer.organization(community))
    return resources
