"""The agenda search of INT_SOS1 (aggregation.md §5 and §7.3).

Its criteria select slots: only those are joined to the agendas that hold them (A-11).
"""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.agenda import Agenda, AgendaSlot
from sas_recette.editor.behaviour import Entry
from sas_recette.editor.centre_resources import CentreWriter
from sas_recette.editor.criteria import (
    INCLUDE_ASSOCIATION,
    INCLUDE_LOCATION,
    REVINCLUDE_SLOTS,
    Parameters,
    SlotCriteria,
    read_schedule_criteria,
)
from sas_recette.editor.http import Resource
from sas_recette.editor.normalise import bare_siret
from sas_recette.editor.resources import ResourceWriter
from sas_recette.editor.search import Search


@dataclass(frozen=True, slots=True)
class ScheduleSearch(Search):
    """Answers `GET [base]/Schedule`: the agendas of SOS Médecins centres match."""

    @classmethod
    def beside(cls, other: Search) -> ScheduleSearch:
        """The same product, asked for its agendas."""
        return cls(other.store, other.fhir_base, other.agenda_base, other.new_id, other.behaviour, other.edition)

    def read(self, parameters: Parameters) -> SlotCriteria:
        """The criteria of INT_SOS1."""
        return read_schedule_criteria(parameters)

    def find(self, criteria: SlotCriteria) -> tuple[AgendaSlot, ...]:
        """The slots of the centres of the associations asked for."""
        stored_forms = [form for number in criteria.identifiers for form in (number, bare_siret(number))]
        associations = self.store.associations_numbered(stored_forms)
        for look in self.behaviour.associations:
            associations = look(associations, criteria, self.store)
        return self.store.association_slots(associations, criteria.lower, criteria.upper, criteria.states)

    def write(self, slots: tuple[AgendaSlot, ...], criteria: SlotCriteria) -> list[Entry]:
        """Agendas, then what is joined to them."""
        numbers = self.numbers()
        writer = CentreWriter(numbers)
        agendas = tuple(dict.fromkeys(slot.agenda for slot in slots))
        entries = [Entry(writer.schedule(agenda), "match") for agenda in agendas]
        if REVINCLUDE_SLOTS in criteria.includes:
            slot_writer = ResourceWriter(self.agenda_base, numbers)
            entries += [Entry(slot_writer.slot(slot, criteria.flow, criteria.audience), "include") for slot in slots]
        return entries + [Entry(resource, "include") for resource in _actors(agendas, criteria, writer)]


def _actors(agendas: tuple[Agenda, ...], criteria: SlotCriteria, writer: CentreWriter) -> list[Resource]:
    """Each centre once, then each association once: only those of the agendas, only if asked for."""
    held = [(place, place.centre, place.structure) for place in dict.fromkeys(agenda.place for agenda in agendas)]
    centres = [(place, centre, association) for place, centre, association in held if centre and association]
    resources: list[Resource] = []
    if INCLUDE_LOCATION in criteria.includes:
        resources += [writer.location(place, centre, association) for place, centre, association in centres]
    if INCLUDE_ASSOCIATION in criteria.includes:
        resources += [writer.association(one) for one in dict.fromkeys(association for _, _, association in centres)]
    return resources
