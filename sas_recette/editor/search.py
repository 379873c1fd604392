"""What the searches of the product have in common: from a request to a searchset Bundle (aggregation.md §6)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.behaviour import Behaviour, Entry, Numbers, through
from sas_recette.editor.criteria import Parameters, SlotCriteria
from sas_recette.editor.http import Incoming, Resource
from sas_recette.editor.store import Store


@dataclass(frozen=True, slots=True)
class Search(ABC):
    """Answers searches. `fhir_base` and `agenda_base` are public URLs without a final slash.

    `edition` is the one whose codings are sent where editions disagree; None sends those of all of them.
    """

    store: Store
    fhir_base: str
    agenda_base: str
    new_id: Callable[[], str]
    behaviour: Behaviour
    edition: str | None = None

    @abstractmethod
    def read(self, parameters: Parameters) -> SlotCriteria:
        """The criteria of a request. Raises FhirError when they cannot be understood."""

    @abstractmethod
    def find(self, criteria: SlotCriteria) -> tuple[AgendaSlot, ...]:
        """The slots of the actors asked for that are in the window and of the states asked for."""

    @abstractmethod
    def write(self, slots: tuple[AgendaSlot, ...], criteria: SlotCriteria) -> list[Entry]:
        """The entries of the answer."""

    def answer(self, incoming: Incoming) -> Resource:
        """The Bundle that answers a request. Raises FhirError when it cannot be executed."""
        criteria = through(self.behaviour.criteria, self.read(incoming.parameters))
        entries = self.write(self._shared(self.find(criteria), criteria), criteria)
        for entry in entries:
            for edit in self.behaviour.resource:
                edit(entry.resource)
        entries = through(self.behaviour.entries, entries)
        bundle = self._bundle(entries, criteria, f"{self.fhir_base}{incoming.path}?{incoming.query}")
        for edit in self.behaviour.bundle:
            edit(bundle)
        return bundle

    def numbers(self) -> Numbers:
        """How this version of the product writes numbers."""
        return through(self.behaviour.numbers, Numbers())

    def _shared(self, candidates: Sequence[AgendaSlot], criteria: SlotCriteria) -> tuple[AgendaSlot, ...]:
        slots = tuple(slot for slot in candidates if self._is_shared(slot, criteria))
        for keep in self.behaviour.selection:
            slots = keep(slots, criteria)
        return slots

    def _is_shared(self, slot: AgendaSlot, criteria: SlotCriteria) -> bool:
        shared = not slot.reserved and any(code in criteria.audience for code in slot.visibilities)
        for decide in self.behaviour.sharing:
            shared = decide(slot, criteria, shared)
        return shared

    def _bundle(self, entries: list[Entry], criteria: SlotCriteria, self_url: str) -> Resource:
        bundle: Resource = {
            "resourceType": "Bundle",
            "id": self.new_id(),
            "meta": {"profile": [criteria.flow.bundle_profile]},
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
