"""The requests of the platform on accounts, sent to a product without any network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from sas_recette.editor.accounts.service import AccountService
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.http import Incoming, Reply
from sas_recette.editor.store import Store
from tests.editor.bench import NOW, Bench, body

IDNPS: Final = "urn:oid:1.2.250.1.71.4.2.1"
SAS: Final = "urn:oid:1.2.250.1.213.3.6"
TYPES: Final = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
PROFILE: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/FrPractitionerRegul"
CODES: Final = {IDNPS: "IDNPS", SAS: "INTRN"}

NATIONAL: Final = (IDNPS, "3456780581/11242343")
OTHER_NATIONAL: Final = (IDNPS, "3620100057/70326SR")
RPPS: Final = (IDNPS, "810002673899")
TECHNICAL: Final = (SAS, "b6e39355-8a61-4556-b340-36f7b95fec6a")
VERSION_6: Final = (SAS, "1ef1c748-01a3-6180-b098-73283ce4e5b1")
MAIL: Final = "sebastien.loridon@test.com"
OTHER_MAIL: Final = "jules.marius@test.com"

JSON = dict[str, Any]


def identifier(system: str, value: str) -> JSON:
    """An identifier with the type of its system."""
    return {"type": {"coding": [{"system": TYPES, "code": CODES[system]}]}, "system": system, "value": value}


def practitioner(
    token: tuple[str, str] = NATIONAL,
    *,
    email: str = MAIL,
    family: str = "Loridon",
    given: str = "Sébastien",
    active: bool = True,
) -> JSON:
    """The reference request of accounts.md §3."""
    return {
        "resourceType": "Practitioner",
        "meta": {"source": SAS, "profile": [PROFILE]},
        "identifier": [identifier(*token)],
        "active": active,
        "name": [{"family": family, "given": [given]}],
        "telecom": [{"system": "email", "value": email}],
    }


def without(payload: JSON, *names: str) -> JSON:
    """The same without some members."""
    return {name: value for name, value in payload.items() if name not in names}


def criterion(token: tuple[str, str], safe: str = "") -> str:
    """The query of a conditional update."""
    system, value = token
    return f"identifier={quote(system, safe=':')}%7C{quote(value, safe=safe)}"


@dataclass(frozen=True, slots=True)
class Platform:
    """Somebody who sends requests on accounts to one product."""

    bench: Bench

    def send(
        self,
        method: str,
        payload: object = None,
        query: str = "",
        path: str = "/Practitioner",
        accept: str = "application/json+fhir",
        content_type: str = "application/fhir+json",
    ) -> Reply:
        """The raw reply; the payload is sent as JSON, unless it is bytes already."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
        content = b"" if payload is None else raw
        return self.bench.service.handle(Incoming(method, path, query, accept, content_type, content))

    def post(self, payload: object, **options: str) -> Reply:
        """A creation."""
        return self.send("POST", payload, **options)

    def put(self, token: tuple[str, str], payload: object, **options: str) -> Reply:
        """A conditional update."""
        return self.send("PUT", payload, criterion(token), **options)

    def created(self, payload: object) -> str:
        """The logical id of an account that must have been created."""
        reply = self.post(payload)
        assert reply.status == 201, reply.body.decode()
        return location(reply).rpartition("/")[2]

    def found(self, token: tuple[str, str]) -> list[JSON]:
        """The accounts of an identifier, as a search gives them."""
        reply = self.send("GET", query=criterion(token))
        assert reply.status == 200, reply.body.decode()
        return [entry["resource"] for entry in body(reply).get("entry", [])]

    def everybody(self) -> list[tuple[object, ...]]:
        """Every account of the product, in the order in which they were opened."""
        with self.bench.store.regulators.transaction() as register:
            listed = [register.get(f"compte-{number}") for number in range(1, 60)]
        return [(one.id, one.regulator, one.password, one.updated_at) for one in listed if one is not None]


def location(reply: Reply) -> str:
    """The Location of a reply, empty when there is none."""
    return dict(reply.headers).get("Location", "")


def diagnostics(reply: Reply) -> list[str]:
    """What the OperationOutcome of a refusal says, after its shape was checked."""
    outcome = body(reply)
    assert outcome["resourceType"] == "OperationOutcome"
    assert all(issue["severity"] == "error" and issue["code"] for issue in outcome["issue"])
    return [issue["diagnostics"] for issue in outcome["issue"]]


@contextmanager
def product(behaviour: Behaviour = REFERENCE, now: datetime = NOW, store: Store | None = None) -> Iterator[Platform]:
    """A product with no regulator account, over a store of its own."""
    with closing(Store() if store is None else store) as own:
        yield Platform(Bench(behaviour, now, own))


def service_of(platform: Platform) -> AccountService:
    """The accounts of the product, without HTTP."""
    return AccountService.beside(platform.bench.service.search, lambda: platform.bench.now)
