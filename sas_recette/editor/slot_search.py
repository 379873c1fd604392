"""The slot search of INT_R01: from a request to a searchset Bundle (aggregation.md §3, §6 and §7.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sas_recette.editor.agenda import Agenda, AgendaSlot, Professional
from sas_recette.editor.behaviour import Behaviour, Entry, Numbers, through
from sas_recette.editor.criteria import INCLUDE_ACTORS, INCLUDE_SCHEDULE, SlotCriteria, read_criteria
from sas_recette.editor.http import Incoming, Resource
from sas_recette.editor.normalise import bare_rpps
from sas_recette.editor.resources import ResourceWriter
from sas_recette.editor.store import Store
from sas_recette.norm.canonicals import BUNDLE_PS


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """Answers slot searches. `fhir_base` and `agenda_base` are public URLs without a final slash."""

    store: Store
    fhir_base: str
    agenda_base: str
    new_id: Callable[[], str]
    behaviour: Behaviour

    def answer(self, incoming: Incoming) -> Resource:
        """The Bundle that answers a request. Raises FhirError when it cannot be executed."""
        criteria = through(self.behaviour.criteria, read_criteria(incoming.parameters))
        entries = self._entries(self._select(criteria), criteria)
        for hook in self.behaviour.entries:
            entries = hook(entries)
        bundle = self._bundle(entries, f"{self.fhir_base}{incoming.path}?{incoming.query}")
        for edit in self.behaviour.bundle:
            edit(bundle)
        return bundle

    def _select(self, criteria: SlotCriteria) -> tuple[AgendaSlot, ...]:
        stored_forms = [form for number in criteria.identifiers for form in (number, bare_rpps(number))]
        professionals = self.store.professionals_numbered(stored_forms)
        for find in self.behaviour.lookup:
            professionals = find(professionals, criteria, self.store)
        candidates = self.store.slots(professionals, criteria.lower, criteria.upper, criteria.states)
        slots = tuple(slot for slot in candidates if self._is_shared(slot, criteria))
        for keep in self.behaviour.selection:
            slots = keep(slots, criteria)
        return slots

    def _is_shared(self, slot: AgendaSlot, criteria: SlotCriteria) -> bool:
        shared = not slot.reserved and any(code in criteria.audience for code in slot.visibilities)
        for decide in self.behaviour.sharing:
            shared = decide(slot, criteria, shared)
        return shared

    def _entries(self, slots: tuple[AgendaSlot, ...], criteria: SlotCriteria) -> list[Entry]:
        writer = ResourceWriter(self.agenda_base, through(self.behaviour.numbers, Numbers()))
        entries = [Entry(writer.slot(slot, criteria.audience), "match") for slot in slots]
        entries += [Entry(resource, "include") for resource in _included(slots, criteria, writer)]
        for entry in entries:
            for edit in self.behaviour.resource:
                edit(entry.resource)
        return entries

    def _bundle(self, entries: list[Entry], self_url: str) -> Resource:
        bundle: Resource = {
            "resourceType": "Bundle",
            "id": self.new_id(),
            "meta": {"profile": [BUNDLE_PS]},
            "type": "searchset",
            "total": sum(entry.mode == "match" for entry in entries),
            "link": [{"relation": "self", "url": self_url}],
        }
        if entries:
            bundle["entry"] = [self._entry(entry) for entry in entries]
        return bundle

    def _entry(self, entry: Entry) -> Resource:
        resource = entry.resource
        return {
            "fullUrl": f"{self.fhir_base}/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "search": {"mode": entry.mode},
        }


def _included(slots: tuple[AgendaSlot, ...], criteria: SlotCriteria, writer: ResourceWriter) -> list[Resource]:
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
