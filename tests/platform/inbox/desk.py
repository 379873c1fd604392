"""An inbox to post to, in process or behind TLS, and what an editor would send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote

import httpx

from sas_recette.exchange.model import Exchange, PeerCertificate, TlsFacts
from sas_recette.platform.inbox.client import ExpectedClient
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import InboxFault, Received, Reply
from sas_recette.platform.inbox.register import Strictness
from sas_recette.platform.inbox.watching import Watch

BASE = "https://localhost:8444/fhir"
NOW = datetime(2026, 9, 4, 10, tzinfo=UTC)
START = datetime(2026, 9, 4, 12, tzinfo=UTC)
SYSTEM = "urn:oid:1.2.250.1.999.1.9.3"
IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
ANNE = f"{IDNPS}|3456780581/11242343"
DOCTOR = "810100050075"
EXPECTED = ExpectedClient("editeur", "318")
FHIR = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
WATCH = Watch("R-S01", "réservation", frozenset({ANNE}), frozenset({DOCTOR}), frozenset({START}))


def peer(subject: str = "CN=editeur,OU=318,O=BANC,C=FR") -> TlsFacts:
    return TlsFacts("TLSv1.3", "", PeerCertificate(subject, "CN=AC", "1", NOW, NOW, "00"))


def new_inbox(
    base_url: str = BASE,
    client: ExpectedClient | None = EXPECTED,
    *,
    strict: Strictness | None = None,
    location_history: bool = False,
    returns_resource: bool = False,
    hold_seconds: float = 60.0,
) -> Inbox:
    numbers = count(1)
    return Inbox(
        base_url,
        clock=lambda: NOW,
        ids=lambda: f"rdv-{next(numbers)}",
        client=client,
        strict=strict,
        location_history=location_history,
        returns_resource=returns_resource,
        hold_seconds=hold_seconds,
    )


def appointment(
    value: str = "a",
    *,
    operator: str = ANNE,
    practitioner: str = DOCTOR,
    start: str = "2026-09-04T14:00:00+02:00",
    status: str = "booked",
) -> dict[str, object]:
    system, _, number = operator.partition("|")
    return {
        "resourceType": "Appointment",
        "extension": [{"url": "urn:x", "valueReference": {"identifier": {"system": system, "value": number}}}],
        "identifier": [{"system": SYSTEM, "value": value}],
        "status": status,
        "start": start,
        "end": "2026-09-04T14:15:00+02:00",
        "participant": [{"actor": {"identifier": {"system": IDNPS, "value": practitioner}}, "status": "accepted"}],
    }


def body(resource: object) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()


def conditional(value: str = "a", system: str = SYSTEM) -> str:
    return "/fhir/Appointment?identifier=" + quote(f"{system}|{value}", safe="")


def post(resource: object, tls: TlsFacts | None = None) -> Received:
    return Received("POST", "/fhir/Appointment", tuple(FHIR.items()), body(resource), tls or peer())


def put(resource: object, target: str | None = None) -> Received:
    return Received("PUT", conditional() if target is None else target, tuple(FHIR.items()), body(resource), peer())


def outcome(exchange: Exchange) -> tuple[str, str, str]:
    """Whose it is, what became of it, and whether it was kept."""
    return exchange.scenario, exchange.facts["outcome"], exchange.facts["applied"]


def header(reply: Reply, name: str) -> str:
    return dict(reply.headers)[name]


def diagnostics(reply: Reply) -> str:
    assert header(reply, "Content-Type") == "application/fhir+json"
    read = json.loads(reply.body)
    assert read["resourceType"] == "OperationOutcome"
    return str(read["issue"][0]["diagnostics"])


class InProcess(httpx.BaseTransport):
    """An editor's transport straight to an inbox; what a network would break is broken as httpx says it."""

    def __init__(self, inbox: Inbox, tls: TlsFacts | None = None) -> None:
        self._inbox = inbox
        self._tls = tls or peer()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        greeting = self._inbox.greet()
        if greeting.refused or greeting.certificate:
            raise httpx.ConnectError("TLS", request=request)
        reply = self._inbox.receive(
            Received(
                request.method,
                request.url.raw_path.decode("ascii"),
                tuple(request.headers.multi_items()),
                request.read(),
                self._tls,
            )
        )
        if reply.fault is InboxFault.TIMEOUT:
            raise httpx.ReadTimeout("silence", request=request)
        if reply.fault:
            raise httpx.RemoteProtocolError("coupure", request=request)
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)
