"""The FHIR endpoint, free of any web framework: routes, content negotiation, errors.

Every error carries an OperationOutcome (aggregation.md §6.2).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.editor.accounts.service import AccountService, is_account_route
from sas_recette.editor.behaviour import through
from sas_recette.editor.capability import capability_statement
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming, Reply
from sas_recette.editor.schedule_search import ScheduleSearch
from sas_recette.editor.slot_search import SlotSearch

_LOG: Final = logging.getLogger(__name__)

_JSON_TYPES: Final = frozenset(
    {"application/fhir+json", "application/json+fhir", "application/json", "application/*", "*/*", "json"}
)


@dataclass(frozen=True, slots=True)
class FhirService:
    """Answers the requests under the FHIR base. `prepare` runs before each search, with the clock's instant."""

    search: SlotSearch
    clock: Callable[[], datetime]
    prepare: Callable[[datetime], None]

    def handle(self, incoming: Incoming) -> Reply:
        """The reply to any request; never raises."""
        behaviour = self.search.behaviour
        try:
            reply = self._route(through(behaviour.request, incoming))
        except FhirError as error:
            reply = error.reply
        except Exception:
            _LOG.exception("Requête %s %s", incoming.method, incoming.path)
            reply = FhirError(500, "exception", "Erreur interne du serveur.").reply
        for hook in behaviour.reply:
            reply = hook(reply, incoming)
        return reply

    def _route(self, incoming: Incoming) -> Reply:
        accounts = AccountService.beside(self.search, self.clock)
        if is_account_route(incoming.route):
            allowed = accounts.allowed(incoming.route)
        elif incoming.route in {"/Slot", "/Schedule", "/metadata"}:
            allowed = ("GET",)
        else:
            raise FhirError(404, "not-found", f"Aucune ressource à l’adresse « {incoming.path} ».")
        if incoming.method not in allowed:
            return _method_not_allowed(incoming.method, allowed)
        _negotiate(incoming)
        return accounts.answer(incoming) if is_account_route(incoming.route) else self._search(incoming)

    def _search(self, incoming: Incoming) -> Reply:
        now = self.clock()
        if incoming.route == "/metadata":
            return Reply.of(200, capability_statement(self.search.fhir_base, now.date()))
        self.prepare(now)
        search = self.search if incoming.route == "/Slot" else ScheduleSearch.beside(self.search)
        return Reply.of(200, search.answer(incoming))


def _method_not_allowed(method: str, allowed: tuple[str, ...]) -> Reply:
    methods = ", ".join(allowed)
    message = f"La méthode {method} n’est pas prise en charge à cette adresse (méthodes admises : {methods})."
    reply = FhirError(405, "not-supported", message).reply
    return Reply(reply.status, reply.body, headers=(("Allow", methods),))


def _negotiate(incoming: Incoming) -> None:
    """Only JSON is spoken; `_format` takes precedence over the Accept header."""
    formats = [value.replace(" ", "+") for name, value in incoming.parameters if name == "_format" and value]
    ranges = formats or incoming.accept.split(",")
    if not any(_is_json(text) for text in ranges):
        asked = ", ".join(ranges)
        message = f"Le format « {asked} » n’est pas disponible, le serveur répond en application/fhir+json."
        raise FhirError(406, "not-supported", message)


def _is_json(media_range: str) -> bool:
    media_type, *options = (part.strip().lower() for part in media_range.split(";"))
    refused = any(option.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for option in options)
    return media_type in _JSON_TYPES and not refused
