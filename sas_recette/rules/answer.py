"""A search answer, read once for all rules: envelope, JSON, Bundle, graph, and what stands in the way of reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from sas_recette.exchange.model import Exchange, FaultKind
from sas_recette.exchange.search import ParsedSearch, parse_search_url
from sas_recette.fhir.access import JsonObject, as_object, child, children, text
from sas_recette.fhir.bundle import BundleGraph, Entry, contained, read_bundle
from sas_recette.fhir.instant import read_instant
from sas_recette.fhir.parsing import Parsed, empty_elements, parse_json
from sas_recette.fhir.problem import Problem
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import Flow
from sas_recette.rules.flow import FORMS, FlowForm, flow_of

PLATFORM_TIMEOUT_MS: Final = 7000.0
"""Beyond it the platform ignores the answer, and so does every rule (performance-and-service.md §1)."""


_NATIONAL: Final = frozenset({canonicals.IDNPS_SYSTEM, canonicals.IDNST_SYSTEM})


@dataclass(frozen=True, slots=True)
class SlotView:
    """A Slot with what its references lead to. Anything may be missing: other rules say so.

    `location` is the place, contained or an entry; `organization` the SOS association. `start` and `end` are None when
    absent or malformed; `owner` is the national identifier of the practitioner or of the association, as the Bundle writes it.
    """

    entry: Entry
    schedule: Entry | None
    practitioner: Entry | None
    role: Entry | None
    location: JsonObject | None
    organization: Entry | None
    start: datetime | None
    end: datetime | None
    owner: str | None

    @property
    def resource(self) -> JsonObject:
        """The Slot itself."""
        return self.entry.resource


def national_identifier(holder: JsonObject) -> str | None:
    """The value of a Practitioner's or an Organization's national identifier: of a national system, else the first one."""
    identifiers = [identifier for _, identifier in children(holder, "identifier")]
    national = [one for one in identifiers if text(one, "system") in _NATIONAL]
    return next((value for one in (national or identifiers) if (value := text(one, "value"))), None)


@dataclass(frozen=True)
class SearchAnswer:
    """One answer to a slot search.

    `exchange` is None when a file is validated, `query` when no request is known; `declared_flow` is the flow that a user
    asks a file to be judged by.
    """

    body: bytes
    exchange: Exchange | None = None
    query: ParsedSearch | None = None
    declared_flow: Flow | None = None

    @cached_property
    def flow(self) -> Flow:
        """The aggregation flow that the answer belongs to."""
        return self.declared_flow or flow_of(self.query, self.resource)

    @property
    def form(self) -> FlowForm:
        """What answers of its flow are made of."""
        return FORMS[self.flow]

    @cached_property
    def parsed(self) -> Parsed:
        """The body as JSON."""
        return parse_json(self.body)

    @cached_property
    def resource(self) -> JsonObject:
        """The body's resource, empty when there is none."""
        return as_object(self.parsed.value)

    @property
    def complete(self) -> bool:
        """Whether a whole 200 answer came within the time allowed; a late answer is used by no rule."""
        if self.exchange is None:
            return True
        response = self.exchange.response
        whole = self.exchange.fault is None and response is not None and response.status == 200 and response.complete
        return whole and not self.late

    @property
    def late(self) -> bool:
        """Whether the answer came after the platform had given up, or not at all for that reason."""
        exchange = self.exchange
        if exchange is None:
            return False
        if exchange.fault is not None and exchange.fault.kind is FaultKind.TIMEOUT:
            return True
        return (exchange.timings.whole or 0.0) >= PLATFORM_TIMEOUT_MS

    @cached_property
    def empties(self) -> tuple[Problem, ...]:
        """The elements of the body that have no content."""
        return tuple(empty_elements(self.resource, "Bundle"))

    @cached_property
    def graph(self) -> BundleGraph | None:
        """The Bundle as a graph, or None when the search did not give a searchset that can be read."""
        usable = self.complete and text(self.resource, "resourceType") == "Bundle"
        return read_bundle(self.resource) if usable else None

    @cached_property
    def obstacle(self) -> str:
        """Why there is no Bundle to judge, in French; empty when there is one, or when the request was not a search."""
        if self.graph is not None:
            return ""
        exchange = self.exchange
        if exchange is not None and exchange.request.method != "GET":
            return "la requête n’a pas reçu de réponse entière" if exchange.fault else ""
        if self.late:
            return "la recherche n’a pas reçu de réponse à temps"
        if exchange is not None and exchange.fault is not None:
            return "la recherche n’a pas reçu de réponse entière"
        if exchange is not None and exchange.response is not None and exchange.response.status != 200:
            return f"la recherche a été refusée (HTTP {exchange.response.status})"
        return "le corps de la réponse n’est pas un Bundle lisible"

    @cached_property
    def slots(self) -> tuple[SlotView, ...]:
        """Every Slot of the Bundle, with its agenda, practitioner, role and place."""
        return tuple(self._views()) if self.graph else ()

    def _views(self) -> Iterator[SlotView]:
        graph = self.graph
        if graph is None:
            return
        for slot in graph.of_type("Slot"):
            schedule = graph.referenced(slot, child(slot.resource, "schedule"))
            actors = self.actors(schedule) if schedule else ()
            practitioner = next((actor for actor in actors if actor.type == "Practitioner"), None)
            role = next((actor for actor in actors if actor.type == "PractitionerRole"), None)
            fixed = next((actor for actor in actors if actor.type == "Location"), None)
            place = fixed.resource if fixed else None
            if role is not None:
                place = next((contained(role.resource, one) for _, one in children(role.resource, "location")), None)
            organization = graph.referenced(fixed, child(fixed.resource, "managingOrganization")) if fixed else None
            owner = practitioner or organization
            yield SlotView(
                slot,
                schedule,
                practitioner,
                role,
                place,
                organization,
                start=read_instant(text(slot.resource, "start")),
                end=read_instant(text(slot.resource, "end")),
                owner=national_identifier(owner.resource) if owner else None,
            )

    def actors(self, schedule: Entry) -> tuple[Entry, ...]:
        """The entries that a Schedule's actors designate."""
        return self._actors.get(schedule.index, ())

    @cached_property
    def _actors(self) -> Mapping[int, tuple[Entry, ...]]:
        graph = self.graph
        if graph is None:
            return {}
        found = {
            schedule.index: (graph.referenced(schedule, actor) for _, actor in children(schedule.resource, "actor"))
            for schedule in graph.of_type("Schedule")
        }
        return {index: tuple(actor for actor in actors if actor is not None) for index, actors in found.items()}

    @cached_property
    def schedules_of(self) -> Mapping[int, tuple[Entry, ...]]:
        """The Schedules by the index of each entry that is one of their actors."""
        schedules = self.graph.of_type("Schedule") if self.graph else ()
        return _grouped((actor.index, schedule) for schedule in schedules for actor in self.actors(schedule))

    @cached_property
    def roles_of(self) -> Mapping[int, tuple[Entry, ...]]:
        """The PractitionerRoles by the index of the entry that is their practitioner."""
        roles = self.graph.of_type("PractitionerRole") if self.graph else ()
        return _grouped((owner.index, role) for role in roles if (owner := self.practitioner_of(role)) is not None)

    def practitioner_of(self, role: Entry) -> Entry | None:
        """The entry that a PractitionerRole refers to as its practitioner."""
        return self.graph.referenced(role, child(role.resource, "practitioner")) if self.graph else None


def _grouped(pairs: Iterable[tuple[int, Entry]]) -> Mapping[int, tuple[Entry, ...]]:
    groups: dict[int, dict[int, Entry]] = {}
    for key, entry in pairs:
        groups.setdefault(key, {})[entry.index] = entry
    return {key: tuple(entries.values()) for key, entries in groups.items()}


def read_answer(exchange: Exchange) -> SearchAnswer:
    """The answer of a recorded search."""
    body = exchange.response.body if exchange.response else b""
    return SearchAnswer(body, exchange, parse_search_url(exchange.request.url))
