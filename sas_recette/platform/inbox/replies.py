"""The FHIR answers of the inbox: OperationOutcome, CapabilityStatement, and those that are injected."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Final

from sas_recette.exchange.model import Headers
from sas_recette.platform.inbox.messages import InboxFault, Reply

FHIR_JSON: Final = "application/fhir+json"
_PROFILES: Final = (
    "http://sas.fr/fhir/StructureDefinition/FrAppointmentSAS",
    "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/sas-sos-appointment",
)
_RETRIED: Final = frozenset({InboxFault.S429, InboxFault.S503})
_ISSUES: Final = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    408: "timeout",
    409: "conflict",
    412: "multiple-matches",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    429: "throttled",
    431: "too-long",
    500: "exception",
    503: "transient",
}
"""The code of FHIR's IssueType that goes with each status."""


def of_json(status: int, body: object, *headers: tuple[str, str]) -> Reply:
    """A reply with a JSON body."""
    written = json.dumps(body, ensure_ascii=False).encode()
    return Reply(status, (("Content-Type", FHIR_JSON), *headers), written)


def refusal(status: int, *sentences: str, headers: Headers = (), code: str = "") -> Reply:
    """An OperationOutcome that says why, an issue a sentence."""
    issues = [
        {"severity": "error", "code": code or _ISSUES[status], "diagnostics": sentence}
        for sentence in (sentences or (HTTPStatus(status).phrase,))
    ]
    return of_json(status, {"resourceType": "OperationOutcome", "issue": issues}, *headers)


def injected(fault: InboxFault, retry_after: int, hold_seconds: float) -> Reply:
    """What a one-shot fault looks like; `retry_after` is in seconds."""
    if fault is InboxFault.TIMEOUT:
        return Reply(0, fault=fault, delay_seconds=hold_seconds)
    if fault is InboxFault.TRUNCATED:
        return Reply(201, (("Content-Type", FHIR_JSON), ("Content-Length", "512")), fault=fault)
    if not fault.status:
        return Reply(0, fault=fault)
    headers: Headers = (("Retry-After", str(retry_after)),) if fault in _RETRIED else ()
    if fault is InboxFault.S401:
        headers = (("WWW-Authenticate", 'Bearer realm="SAS"'),)
    sentence = f"Réponse {fault.status} simulée par le banc de recette."
    return refusal(fault.status, sentence, headers=headers)


def capability_statement(base_url: str, now: datetime) -> dict[str, object]:
    """What the platform can do (appointments.md §1)."""
    appointment = {
        "type": "Appointment",
        "supportedProfile": list(_PROFILES),
        "interaction": [{"code": "create"}, {"code": "update"}],
        "updateCreate": True,
        "conditionalUpdate": True,
        "searchParam": [{"name": "identifier", "type": "token"}],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": now.isoformat(timespec="seconds"),
        "kind": "instance",
        "implementation": {"description": "Banc de recette SAS, réception des rendez-vous", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON],
        "rest": [{"mode": "server", "resource": [appointment]}],
    }
