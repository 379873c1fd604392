"""The appointments that the platform keeps, and its answer to each message about one (appointments.md §3 and §3.1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from sas_recette.fhir.access import JsonObject
from sas_recette.platform.inbox.content import Content, Criterion, Token, read_criteria
from sas_recette.platform.inbox.messages import InboxFault, Received, Reply
from sas_recette.platform.inbox.replies import FHIR_JSON, refusal

Strictness = Callable[[JsonObject], tuple[str, ...]]
"""The rules that an Appointment breaks, a French sentence each."""
_PLAIN_ENCODINGS: Final = frozenset({"", "identity"})


@dataclass(frozen=True, slots=True)
class Address:
    """A request target beside the base URL: what it designates, and with which query.

    `kind` is "type" ([base]/Appointment), "instance" ([base]/Appointment/<id>), "metadata" or "unknown".
    """

    kind: str
    query: str = ""
    resource_id: str = ""

    @classmethod
    def of(cls, target: str, base_url: str) -> Address:
        """Read the target of a request line, in origin or absolute form."""
        path, _, query = target.partition("?")
        if "://" in path:
            path = "/" + path.partition("://")[2].partition("/")[2]
        base = urlsplit(base_url).path.rstrip("/")
        below = unquote(path).removeprefix(base) if unquote(path).startswith(f"{base}/") else ""
        match below.split("/")[1:]:
            case ["Appointment"]:
                return cls("type", query)
            case ["Appointment", resource_id] if resource_id and resource_id[0] not in "_$":
                return cls("instance", query, resource_id)
            case ["metadata"]:
                return cls("metadata", query)
        return cls("unknown", query)

    @property
    def methods(self) -> tuple[str, ...]:
        """What may be asked there."""
        return {"type": ("POST", "PUT"), "instance": ("PUT",), "metadata": ("GET",)}.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply, what it means (the fact `outcome`), whether the platform kept the resource, and the fault that was played."""

    reply: Reply
    outcome: str
    applied: bool = False
    fault: InboxFault | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment that the platform holds."""

    id: str
    version: int
    identifiers: tuple[Token, ...]
    body: bytes


@dataclass(slots=True)
class Register:
    """The appointments of a campaign. `strict` names what makes one refused; None accepts all and lets the rules judge.

    `location_history` adds the version to Location; `returns_resource` sends back what was kept.
    """

    base_url: str
    location_history: bool = False
    returns_resource: bool = False
    strict: Strictness | None = None
    _kept: dict[str, Kept] = field(default_factory=dict)

    def answer(self, request: Received, address: Address, content: Content) -> Decision:
        """What becomes of a POST or PUT about an appointment."""
        encoding = request.header("content-encoding").strip().lower()
        if encoding not in _PLAIN_ENCODINGS:
            return _malformed(
                415, f"Le corps annonce l’encodage «\u00a0{encoding}\u00a0», que la plateforme ne lit pas."
            )
        if content.problem:
            return _malformed(400, content.problem)
        broken = self.strict(content.resource) if self.strict else ()
        if broken:
            return Decision(refusal(422, *broken), "invalid")
        if request.method == "POST":
            return self._create(request.body, content.identifiers)
        if address.kind == "instance":
            return self._update_by_id(request.body, content.identifiers, address.resource_id)
        return self._update(request.body, content.identifiers, read_criteria(address.query))

    def _create(self, body: bytes, identifiers: tuple[Token, ...]) -> Decision:
        known = next((token for token in identifiers if self._matching(Criterion(token.system, token.value))), None)
        if known is not None:
            sentence = f"Un rendez-vous est déjà connu sous l’identifiant «\u00a0{known}\u00a0»\u00a0: il se met à jour par PUT."
            return Decision(refusal(422, sentence, code="duplicate"), "duplicate")
        return self._keep(self._new(body, identifiers), 201, "created")

    def _update(self, body: bytes, identifiers: tuple[Token, ...], criteria: tuple[Criterion, ...]) -> Decision:
        if len(criteria) != 1:
            counted = "aucun" if not criteria else "plusieurs"
            return _malformed(
                400, f"La mise à jour attend un critère «\u00a0identifier\u00a0» et un seul\u00a0: {counted} reçu."
            )
        criterion = criteria[0]
        if identifiers and not any(map(criterion.matches, identifiers)):
            sentence = "L’identifiant de la ressource n’est pas celui que désigne le critère de la mise à jour."
            return Decision(refusal(422, sentence), "mismatch")
        matching = self._matching(criterion)
        if len(matching) > 1:
            return _malformed(412, "Plusieurs rendez-vous répondent au critère de la mise à jour.")
        named = identifiers or (Token(criterion.system or "", criterion.value),)
        if not matching:
            return self._keep(self._new(body, named), 201, "created-by-update")
        return self._keep(_next(matching[0], body, named), 200, "updated")

    def _update_by_id(self, body: bytes, identifiers: tuple[Token, ...], resource_id: str) -> Decision:
        known = self._kept.get(resource_id)
        if known is None:
            sentence = f"Aucun rendez-vous n’a l’identifiant technique «\u00a0{resource_id}\u00a0»."
            return Decision(refusal(404, sentence), "unknown-id")
        return self._keep(_next(known, body, identifiers or known.identifiers), 200, "updated-by-id")

    def _matching(self, criterion: Criterion) -> list[Kept]:
        return [kept for kept in self._kept.values() if any(map(criterion.matches, kept.identifiers))]

    def _new(self, body: bytes, identifiers: tuple[Token, ...]) -> Kept:
        return Kept(f"rdv-{len(self._kept) + 1}", 1, identifiers, body)

    def _keep(self, kept: Kept, status: int, outcome: str) -> Decision:
        self._kept[kept.id] = kept
        location = f"{self.base_url}/Appointment/{kept.id}"
        if self.location_history:
            location += f"/_history/{kept.version}"
        headers = [("Location", location), ("ETag", f'W/"{kept.version}"')]
        if not self.returns_resource:
            return Decision(Reply(status, tuple(headers)), outcome, applied=True)
        body = _with_id(kept)
        return Decision(Reply(status, (("Content-Type", FHIR_JSON), *headers), body), outcome, applied=True)


def _malformed(status: int, sentence: str) -> Decision:
    return Decision(refusal(status, sentence), "malformed")


def _next(kept: Kept, body: bytes, identifiers: tuple[Token, ...]) -> Kept:
    return Kept(kept.id, kept.version + 1, identifiers, body)


def _with_id(kept: Kept) -> bytes:
    resource = {**json.loads(kept.body.removeprefix(b"\xef\xbb\xbf")), "id": kept.id}
    return json.dumps(resource, ensure_ascii=False).encode(errors="replace")
