"""Appointments as the specification writes them (appointments.md §4.4), mutated, wrapped in the exchange that brought them."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict, Unpack

from sas_recette.exchange.model import Direction, Exchange, Headers, Page, Request, Response
from sas_recette.norm.requirements import load_catalogue
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.rule import Subject
from tests.norm.validation import Changes, changed
from tests.rules.building import Json, Verdicts, body_of

BASE: Final = "https://sas.example/fhir"
PROFILE: Final = "http://sas.fr/fhir/StructureDefinition/FrAppointmentSAS"
SOS_PROFILE: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/sas-sos-appointment"
TYPES: Final = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
OPERATOR_URL: Final = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"
IDNPS: Final = "urn:oid:1.2.250.1.71.4.2.1"
SAS: Final = "urn:oid:1.2.250.1.213.3.6"
SYSTEM: Final = "urn:oid:1.1.111.1.11.1.1.1"
VALUE: Final = "b6e39355-8a61-4556-b340-36f7b95fec6a"
OTHER: Final = "c1d2e3f4-0000-4000-8000-000000000001"
RPPS: Final = "810100050075"
OTHER_RPPS: Final = "810002673899"
OPERATOR: Final = {"system": IDNPS, "value": "3456780581/11242343"}
FORMER: Final = {"system": SAS, "value": "7e1c9a52-9c1c-4a0e-8f51-6d7c5e0f9a01"}
START: Final = "2026-09-04T14:00:00+02:00"
END: Final = "2026-09-04T14:15:00+02:00"
NEW_START: Final = "2026-09-04T16:00:00+02:00"
NEW_END: Final = "2026-09-04T16:15:00+02:00"
BOOKED_AT: Final = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)

ID: Final = ("identifier", 0)
OPERATOR_ID: Final = ("extension", 0, "valueReference", "identifier")
ACTOR_ID: Final = ("participant", 0, "actor", "identifier")
HEADERS: Final[Headers] = (
    ("Host", "sas.example"),
    ("Accept", "application/json+fhir"),
    ("Content-Type", "application/fhir+json; charset=utf-8"),
)
_numbers = itertools.count(1)


def typed(code: str, system: str = TYPES) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def actor(value: str = RPPS) -> Json:
    return {"identifier": {"type": typed("IDNPS"), "system": IDNPS, "value": value}}


BOOKED: Final[Json] = {
    "resourceType": "Appointment",
    "meta": {"profile": [PROFILE]},
    "extension": [{"url": OPERATOR_URL, "valueReference": {"identifier": {"type": typed("IDNPS"), **OPERATOR}}}],
    "identifier": [{"system": SYSTEM, "value": VALUE}],
    "status": "booked",
    "start": START,
    "end": END,
    "created": "2026-09-04T10:00:00+02:00",
    "participant": [{"actor": actor(), "status": "accepted"}],
}
"""The reference body, the PS being known."""

ADM: Final = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "ADM"}]}
PENDING_SOS: Final[Json] = {
    **BOOKED,
    "meta": {"profile": [SOS_PROFILE]},
    "status": "pending",
    "participant": [{"type": [ADM], "status": "needs-action"}],
}
"""SOS Médecins, the PS not being known yet."""

BOOKED_SOS: Final[Json] = {**BOOKED, "meta": {"profile": [SOS_PROFILE]}}

TECHNICAL: Final[Changes] = {OPERATOR_ID: {"type": typed("INTRN"), **FORMER}}
"""The operator is known by his technical identifier."""
MOVED: Final[Changes] = {("start",): NEW_START, ("end",): NEW_END}


def published(*, edition: str = "1.2.0", sos: bool = False) -> Json:
    """An example of the guide: an `id`, the offset of winter in September; `created` in the edition 1.2.0 only (§4.3, §4.4)."""
    body = copy.deepcopy(PENDING_SOS if sos else BOOKED)
    body |= {"id": "ExampleAppointment", "start": "2026-09-04T14:00:00+01:00", "end": "2026-09-04T14:15:00+01:00"}
    if edition == "1.1.0":
        del body["created"]
    return body


def with_(changes: Changes, body: Json = BOOKED) -> Json:
    return changed(body, changes)


def criterion(system: str = SYSTEM, value: str = VALUE) -> str:
    return f"?identifier={system}%7C{value}"


class Sent(TypedDict, total=False):
    """The options of `sent`, for those who pass them on."""

    status: int | None
    facts: Mapping[str, str]
    after: float
    headers: Headers
    location: str
    complete: bool


def sent(
    method: str,
    target: str,
    content: Json | list[Any] | bytes,
    *,
    status: int | None = None,
    facts: Mapping[str, str] | None = None,
    after: float = 2.0,
    headers: Headers = HEADERS,
    location: str = f"{BASE}/Appointment/a1",
    complete: bool = True,
) -> SearchAnswer:
    """A message `after` seconds, answered by the bench; a fault of which nothing is answered has no `status`."""
    code = status if status is not None else (201 if method == "POST" else 200)
    told = {"endpoint": "inbox", "outcome": "created" if code == 201 else "updated", **(facts or {})}
    told.setdefault("applied", "yes" if code < 300 else "no")
    response = Response(code, (("Location", location),), complete=complete) if code else None
    return read_answer(
        Exchange(
            id=f"m{next(_numbers)}",
            scenario="s1",
            step="message",
            started=BOOKED_AT + timedelta(seconds=after),
            request=Request(method, f"{BASE}/{target}", headers, body_of(content)),
            response=response,
            direction=Direction.RECEIVED,
            facts=told,
        )
    )


def post(content: Json | list[Any] | bytes = BOOKED, **options: Unpack[Sent]) -> SearchAnswer:
    return sent("POST", "Appointment", content, **options)


def put(content: Json | list[Any] | bytes = BOOKED, query: str = criterion(), **options: Unpack[Sent]) -> SearchAnswer:
    return sent("PUT", f"Appointment{query}", content, **options)


def page() -> Page:
    return Page("p1", "s1", "réservation", BOOKED_AT, "https://agenda.example/ps", 200, "Agenda", "Rendez-vous pris")


def judged(
    *answers: SearchAnswer,
    check: str = "rdv-message",
    edition: str = "1.2.0",
    pages: tuple[Page, ...] = (),
    **expect: object,
) -> Verdicts:
    """What a check says, for a practitioner unless `use_case` says otherwise."""
    subject = Subject(answers, Facts(), edition, {"use_case": "ps", **expect}, pages)
    return Verdicts({one.requirement: one for one in judge(check, subject, load_catalogue())})


def booked(*answers: SearchAnswer, pages: tuple[Page, ...] = (), **expect: object) -> Verdicts:
    """What comes after the booking of the reference body."""
    known: dict[str, Any] = {
        "asked_at": "2026-09-04T10:00:00+02:00",
        "window": 600,
        "slot": {"start": START, "end": END},
        "practitioner": RPPS,
        "operator": OPERATOR,
    }
    return judged(*answers, check="rdv-booked", pages=pages, **(known | expect))


def updated(event: str, *answers: SearchAnswer, **expect: object) -> Verdicts:
    """What comes after an event, of which nothing else than what `expect` says is known."""
    known: dict[str, Any] = {"event": event, "asked_at": "2026-09-04T10:00:00+02:00", "window": 600}
    return judged(*answers, check="rdv-updated", **(known | expect))
