"""A search answer, read once for all rules: envelope, JSON, Bundle, graph, and what stands in the way of reading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sas_recette.exchange.model import Exchange, FaultKind
from sas_recette.exchange.search import ParsedSearch, parse_search_url
from sas_recette.fhir.access import JsonObject, as_object, child, children, text
from sas_recette.fhir.bundle import BundleGraph, Entry, contained, read_bundle
from sas_recette.fhir.instant import read_instant
from sas_recette.fhir.parsing import Parsed, parse_json
from sas_recette.norm import canonicals


@dataclass(frozen=True, slots=True)
class SlotView:
    """A Slot with what its references lead to. Anything may be missing: other rules say so."""

    entry: Entry
    schedule: Entry | None
    practitioner: Entry | None
    role: Entry | None
    location: JsonObject | None

    @property
    def resource(self) -> JsonObject:
        """The Slot itself."""
        return self.entry.resource

    @property
    def start(self) -> datetime | None:
        """Start as an instant, None when absent or malformed."""
        return read_instant(text(self.resource, "start"))

    @property
    def end(self) -> datetime | None:
        """End as an instant, None when absent or malformed."""
        return read_instant(text(self.resource, "end"))

    @property
    def owner(self) -> str | None:
        """National identifier of the practitioner, as the Bundle writes it."""
        return national_identifier(self.practitioner.resource) if self.practitioner else None


def national_identifier(practitioner: JsonObject) -> str | None:
    """The value of a Practitioner's national identifier: of the right system, else the first one."""
    identifiers = [identifier for _, identifier in children(practitioner, "identifier")]
    national = [one for one in identifiers if text(one, "system") == canonicals.IDNPS_SYSTEM]
    return next((value for one in (national or identifiers) if (value := text(one, "value"))), None)


@dataclass(frozen=True)
class SearchAnswer:
    """One answer to a slot search. `exchange` is None when a file is validated; `query` when no request is known."""

    body: bytes
    exchange: Exchange | None = None
    query: ParsedSearch | None = None

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
        return self.exchange.fault is None and response is not None and response.status == 200 and response.complete

    @cached_property
    def graph(self) -> BundleGraph | None:
        """The Bundle as a graph, or None when the search did not give a searchset that can be read."""
        usable = self.complete and text(self.resource, "resourceType") == "Bundle"
        return read_bundle(self.resource) if usable else None

    @cached_property
    def obstacle(self) -> str:
        """Why there is no Bundle to judge, in French; empty when there is one."""
        if self.graph is not None:
            return ""
        exchange = self.exchange
        if exchange is not None and exchange.fault is not None:
            late = exchange.fault.kind is FaultKind.TIMEOUT
            return (
                "la recherche n’a pas reçu de réponse à temps"
                if late
                else "la recherche n’a pas reçu de réponse entière"
            )
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
            actors = list(self.actors(schedule)) if schedule else []
            practitioner = next((actor for actor in actors if actor.type == "Practitioner"), None)
            role = next((actor for actor in actors if actor.type == "PractitionerRole"), None)
            place = None
            if role is not None:
                place = next((contained(role.resource, one) for _, one in children(role.resource, "location")), None)
            yield SlotView(slot, schedule, practitioner, role, place)

    def actors(self, schedule: Entry) -> Iterator[Entry]:
        """The entries that a Schedule's actors designate."""
        if self.graph is None:
            return
        for _, actor in children(schedule.resource, "actor"):
            found = self.graph.referenced(schedule, actor)
            if found is not None:
                yield found


def read_answer(exchange: Exchange) -> SearchAnswer:
    """The answer of a recorded search."""
    body = exchange.response.body if exchange.response else b""
    return SearchAnswer(body, exchange, parse_search_url(exchange.request.url))
