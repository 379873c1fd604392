"""The Practitioner endpoint, where the platform manages the accounts of regulators (INT_R02, accounts.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.editor.accounts.book import AccountBook
from sas_recette.editor.accounts.criteria import read_tokens
from sas_recette.editor.accounts.model import Regulator, RegulatorAccount
from sas_recette.editor.accounts.payload_json import read_practitioner
from sas_recette.editor.accounts.problems import RefusedAccountError
from sas_recette.editor.accounts.profile import read_regulator
from sas_recette.editor.accounts.resources import account_bundle, location_of, practitioner_of
from sas_recette.editor.behaviour import through
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming, Reply, Resource
from sas_recette.editor.search import Search

BODY_LIMIT: Final = 65_536
"""Bytes of a body; the platform sends less than one kibibyte."""

_ROUTE: Final = "/Practitioner"
_CONTENT_TYPES: Final = frozenset({"application/fhir+json", "application/json+fhir", "application/json"})
_CHARSETS: Final = frozenset({"utf-8", "utf8"})


def is_account_route(route: str) -> bool:
    """Whether a path under the FHIR base is that of accounts or of one account."""
    return route == _ROUTE or (route.startswith(f"{_ROUTE}/") and route.count("/") == 2)


@dataclass(frozen=True, slots=True)
class AccountService:
    """Answers what is asked of Practitioner. `fhir_base` is a public URL without a final slash."""

    book: AccountBook
    fhir_base: str
    new_id: Callable[[], str]

    @classmethod
    def beside(cls, search: Search, clock: Callable[[], datetime]) -> AccountService:
        """The accounts of the product that answers a search."""
        book = AccountBook(search.store.regulators, clock, search.behaviour)
        return cls(book, search.fhir_base, search.new_id)

    def allowed(self, route: str) -> tuple[str, ...]:
        """The methods of a path."""
        return ("GET", "POST", "PUT") if route == _ROUTE else ("GET", "PUT")

    def answer(self, incoming: Incoming) -> Reply:
        """The reply to an allowed method. Raises FhirError when the request is refused."""
        logical_id = incoming.route.removeprefix(_ROUTE).removeprefix("/")
        if incoming.method == "GET":
            return self._read(logical_id) if logical_id else self._search(incoming)
        if incoming.method == "POST":
            return self._written(201, self.book.create(self._regulator(incoming, "")))
        if logical_id:
            return self._update(logical_id, self._regulator(incoming, logical_id))
        tokens = read_tokens(incoming.parameters)
        account, created = self.book.put(tokens, self._regulator(incoming, ""))
        return self._written(201 if created else 200, account)

    def _read(self, logical_id: str) -> Reply:
        with self.book.store.transaction() as register:
            account = register.get(logical_id)
        if account is None:
            raise _unknown(logical_id)
        return Reply.of(200, practitioner_of(account))

    def _search(self, incoming: Incoming) -> Reply:
        with self.book.store.transaction() as register:
            found = register.find(read_tokens(incoming.parameters))
        self_url = f"{self.fhir_base}{incoming.path}?{incoming.query}"
        return Reply.of(200, account_bundle(found, self.fhir_base, self.new_id(), self_url))

    def _update(self, logical_id: str, regulator: Regulator) -> Reply:
        account = self.book.replace(logical_id, regulator)
        if account is None:
            raise _unknown(logical_id)
        return self._written(200, account)

    def _written(self, status: int, account: RegulatorAccount) -> Reply:
        reply = Reply.of(status, practitioner_of(account))
        return Reply(status, reply.body, headers=(("Location", location_of(account, self.fhir_base)),))

    def _regulator(self, incoming: Incoming, logical_id: str) -> Regulator:
        """What the body says. The `id` of a body means something in an update by logical id only (accounts.md §3)."""
        _require_json(incoming.content_type)
        if len(incoming.body) > BODY_LIMIT:
            raise FhirError(413, "too-long", f"Le corps de la requête dépasse {BODY_LIMIT} octets.")
        payload = through(self.book.behaviour.payload, read_practitioner(incoming.body))
        if logical_id and payload.get("id") != logical_id:
            raise FhirError(400, "invalid", "id : l’identifiant logique du corps n’est pas celui de l’URL.")
        return self._checked(payload, incoming)

    def _checked(self, payload: Resource, incoming: Incoming) -> Regulator:
        reading = read_regulator(payload)
        problems = reading.problems
        for judge in self.book.behaviour.problems:
            problems = judge(problems, payload, incoming)
        if problems:
            raise RefusedAccountError(problems)
        return reading.regulator


def _require_json(content_type: str) -> None:
    media_type, *options = (part.strip().lower() for part in content_type.split(";"))
    charsets = {option.partition("=")[2].strip(' "') for option in options if option.startswith("charset=")}
    if media_type not in _CONTENT_TYPES or not charsets <= _CHARSETS:
        message = f"Content-Type : « {content_type} » n’est pas lu, le serveur lit application/fhir+json en UTF-8."
        raise FhirError(415, "not-supported", message)


def _unknown(logical_id: str) -> FhirError:
    return FhirError(404, "not-found", f"Aucun compte à l’adresse « Practitioner/{logical_id} ».")
