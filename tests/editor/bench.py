"""A product under a frozen clock, asked without any network."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.fhir_service import FhirService
from sas_recette.editor.http import Incoming, Reply
from sas_recette.editor.product import DailySlots
from sas_recette.editor.seed import seed_day
from sas_recette.editor.slot_search import SlotSearch
from sas_recette.editor.store import Store
from tests.editor.reading_store import ReadingStore

NOW: Final = datetime.fromisoformat("2026-06-16T10:12:00+02:00")
LOWER: Final = "2026-06-16T10:12:00.000+02:00"
UPPER: Final = "2026-06-18T23:59:59.999+02:00"
FHIR_BASE: Final = "https://editeur.example/fhir"
AGENDA_BASE: Final = "https://agenda.editeur.example"
IDNPS: Final = "urn:oid:1.2.250.1.71.4.2.1"
IDNST: Final = "urn:oid:1.2.250.1.71.4.2.2"

PS_A, PS_B, PS_C, PS_D, PS_E = "899900000011", "899900000029", "899900000037", "899900000045", "899900000052"
PS_F, PS_G, PS_H, PS_I, PS_X = "899900000060", "899900000078", "899900000086", "899900000094", "899900000995"

ARMOR, CORN, SOS_X = "399900021900017", "399900022700010", "399900099500012"

INCLUDES: Final = "_include=Slot:schedule&_include:iterate=Schedule:actor&"
CPTS_INCLUDES: Final = (
    INCLUDES + "_include=Slot:service-type-reference&_include:iterate=HealthcareService:organization&"
)
SOS_INCLUDES: Final = (
    "_revinclude=Slot:schedule&_include=Schedule:actor:Location&_include:iterate=Location:organization&"
)


def query(
    *identifiers: str,
    lower: str = LOWER,
    upper: str = UPPER,
    includes: str = INCLUDES,
    extra: str = "",
    bar: str = "%7C",
) -> str:
    """The query string of an INT_R01 search."""
    bounds = "&".join(f"start={prefix}{quote(text, safe=':')}" for prefix, text in (("ge", lower), ("le", upper)))
    tokens = ",".join(f"{IDNPS}{bar}{number}" for number in identifiers)
    return f"{includes}{bounds}&schedule.actor:Practitioner.identifier={tokens}&status=free{extra}"


def sos_query(
    *identifiers: str,
    lower: str = LOWER,
    upper: str = UPPER,
    includes: str = SOS_INCLUDES,
    extra: str = "",
    bar: str = "%7C",
) -> str:
    """The query string of an INT_SOS1 search."""
    name = "_has:Slot:schedule:start"
    bounds = "&".join(f"{name}={prefix}{quote(text, safe=':')}" for prefix, text in (("ge", lower), ("le", upper)))
    tokens = ",".join(f"{IDNST}{bar}{number}" for number in identifiers)
    return f"{includes}{bounds}&_has:Slot:schedule:status=free&actor:Location.organization.identifier={tokens}{extra}"


@cache
def shared_store() -> Store:
    """A store filled for the day of NOW, for everybody who only reads."""
    return ReadingStore(NOW)


@dataclass(slots=True)
class Bench:
    """One product over a store filled for the day of NOW, and its clock."""

    behaviour: Behaviour = REFERENCE
    now: datetime = NOW
    store: Store = field(default_factory=shared_store)
    edition: str | None = None
    service: FhirService = field(init=False)

    def __post_init__(self) -> None:
        numbers = itertools.count(1)
        search = SlotSearch(
            self.store, FHIR_BASE, AGENDA_BASE, lambda: f"bundle-{next(numbers)}", self.behaviour, self.edition
        )
        daily = DailySlots(self.store, seed_day(NOW))
        self.service = FhirService(search, lambda: self.now, daily.prepare)

    def get(self, query_string: str, path: str = "/Slot", accept: str = "application/json+fhir") -> Reply:
        """The raw reply to a GET."""
        return self.service.handle(Incoming("GET", path, query_string, accept))

    def bundle(self, *identifiers: str, **options: str) -> dict[str, Any]:
        """The Bundle of a search that must succeed."""
        reply = self.get(query(*identifiers, **options))
        assert reply.status == 200, reply.body.decode()
        return body(reply)

    def sos(self, *identifiers: str, **options: str) -> dict[str, Any]:
        """The Bundle of an agenda search that must succeed."""
        reply = self.get(sos_query(*identifiers, **options), path="/Schedule")
        assert reply.status == 200, reply.body.decode()
        return body(reply)

    def slots(self, *identifiers: str, **options: str) -> list[str]:
        """The ids of the Slots of a search that must succeed."""
        return [item["id"] for item in resources(self.bundle(*identifiers, **options), "Slot")]


def body(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply."""
    parsed = json.loads(reply.body)
    assert isinstance(parsed, dict)
    return parsed


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The resources of one type in a Bundle."""
    found: list[dict[str, Any]] = [entry["resource"] for entry in bundle.get("entry", [])]
    return [resource for resource in found if resource["resourceType"] == kind]
