"""The inbox of the platform: every message recorded raw, attributed to a scenario, answered as appointments.md §3.1 says."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from sas_recette.exchange.model import (
    Direction,
    Exchange,
    Fault,
    FaultKind,
    Headers,
    PeerCertificate,
    Request,
    Response,
)
from sas_recette.platform.inbox.client import ClientName, ExpectedClient
from sas_recette.platform.inbox.content import Content, read_content, read_criteria
from sas_recette.platform.inbox.ledger import Ledger
from sas_recette.platform.inbox.messages import BrokenHandshake, Greeting, InboxFault, Received, Reply
from sas_recette.platform.inbox.register import Address, Decision, Register, Strictness
from sas_recette.platform.inbox.replies import capability_statement, injected, of_json, refusal
from sas_recette.platform.inbox.watching import OUTSIDE, Attribution, Watch

RETRY_AFTER: Final = 5
HOLD: Final = 60.0
"""Seconds: what an injected 429 or 503 asks for, and how long an injected silence lasts (appointments.md §3.1)."""
_BROKEN: Final = {FaultKind.TOO_LARGE: 413, FaultKind.TIMEOUT: 408}
_GONE: Final = frozenset({FaultKind.TRUNCATED, FaultKind.RESET})
"""The client left before its message was whole: nobody is there to be answered."""


class Inbox:
    """The platform's side of INT_R03, without a network. Thread-safe.

    `base_url` is what the candidate was told, without a slash at the end; `clock` gives aware instants, `ids` the names of
    exchanges. `client` is the certificate that every message must come with, None when none is asked for. `strict` names the
    rules that an Appointment breaks, for which it is then refused (422); without it every Appointment is accepted.
    """

    def __init__(
        self,
        base_url: str,
        *,
        clock: Callable[[], datetime],
        ids: Callable[[], str],
        client: ExpectedClient | None,
        location_history: bool = False,
        returns_resource: bool = False,
        strict: Strictness | None = None,
        retry_after: int = RETRY_AFTER,
        hold_seconds: float = HOLD,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._clock = clock
        self._ids = ids
        self._client = client
        self._retry_after = retry_after
        self._hold_seconds = hold_seconds
        self._changed = threading.Condition()
        self._register = Register(self.base_url, location_history, returns_resource, strict)
        self._attribution = Attribution()
        self._ledger = Ledger()
        self._steps: dict[str, str] = {}
        self._faults: dict[str, deque[InboxFault]] = {}
        self._certificate: InboxFault | None = None

    @property
    def client(self) -> ExpectedClient | None:
        """The client certificate that is expected."""
        return self._client

    @property
    def certificate(self) -> InboxFault | None:
        """What is wrong with the server's certificate from now on; None when nothing is. Raises ValueError when set amiss."""
        return self._certificate

    @certificate.setter
    def certificate(self, state: InboxFault | None) -> None:
        if state is not None and not state.is_state:
            raise ValueError(f"{state} is not a state of a certificate")
        with self._changed:
            self._certificate = state

    def watch(self, watch: Watch) -> None:
        """A scenario begins to wait, or waits for something else from now on."""
        with self._changed:
            self._attribution.watch(watch)
            self._steps[watch.scenario] = watch.step

    def step(self, scenario: str, step: str) -> None:
        """Name the step that what comes next belongs to."""
        with self._changed:
            self._steps[scenario] = step

    def inject(self, scenario: str, *faults: InboxFault) -> None:
        """The next messages of a scenario get these, one each. Raises ValueError for a state of the certificate."""
        if any(fault.is_state for fault in faults):
            raise ValueError("a certificate is a state of the server: set `certificate`")
        with self._changed:
            self._faults.setdefault(scenario, deque()).extend(faults)

    def unwatch(self, scenario: str) -> None:
        """A scenario waits no more: faults that struck nothing are dropped, late messages remain its own."""
        with self._changed:
            self._attribution.unwatch(scenario)
            self._faults.pop(scenario, None)

    def greet(self) -> Greeting:
        """How to meet a connection that begins. A refusal is recorded, and used up."""
        with self._changed:
            refused = self._refusing()
            if refused:
                self._faults[refused].popleft()
                facts = {"outcome": "injected", "applied": "no", "fault": InboxFault.REFUSED.value}
                self._record(refused, Request("", self.base_url), facts=facts)
            return Greeting(bool(refused), self._certificate)

    def is_current(self, greeting: Greeting) -> bool:
        """Whether a connection that was met so may go on: not when the server has changed since, or refuses from now on."""
        with self._changed:
            return greeting.certificate is self._certificate and not self._refusing()

    def receive(self, request: Received) -> Reply:
        """Record a message, and answer it."""
        content = read_content(request.body)
        address = Address.of(request.target, self.base_url)
        appointment = _appointment(content, address)
        with self._changed:
            scenario = self._scenario(request, address, content, appointment)
            lacking = self._client.lacking(request.tls.peer if request.tls else None) if self._client else ""
            decision = self._decision(request, address, content, scenario, lacking)
            if decision.applied or decision.fault is not None:
                self._attribution.own(appointment, scenario)
            reply = self._complete(decision.reply)
            facts = {
                "outcome": decision.outcome,
                "applied": "yes" if decision.applied else "no",
                "certificate": lacking,
            }
            fault = decision.fault or self._certificate
            facts |= {"fault": fault.value} if fault else {}
            facts |= {"appointment": appointment} if appointment else {}
            self._record(scenario, self._request(request), facts, request, reply)
        return reply

    def broken(self, handshake: BrokenHandshake) -> None:
        """Record a connection that brought no message."""
        lacking, state = handshake.certificate, handshake.greeting.certificate
        facts = {"outcome": "refused-certificate" if lacking else "no-message", "applied": "no", "certificate": lacking}
        facts |= {"reason": handshake.reason} | ({"fault": state.value} if state else {})
        fault = Fault(FaultKind.TLS, "tls", handshake.reason)
        incoming = Received("", "", tls=handshake.tls, fault=fault)
        with self._changed:
            self._record(self._attribution.sole(), Request("", self.base_url), facts, incoming)

    def fail(self, error: Exception) -> None:
        """The bench itself broke down: `taken` raises it."""
        with self._changed:
            self._ledger.fail(error)

    def wait(self, scenario: str, wanted: Callable[[Exchange], bool], seconds: float) -> Exchange | None:
        """The first exchange of a scenario that is wanted, came already or within so many seconds; None when none did."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                found = next((each for each in self._ledger.of_scenario(scenario) if wanted(each)), None)
                left = deadline - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._changed.wait(left)

    def taken(self) -> tuple[Exchange, ...]:
        """What came since the last call, in order of arrival. Raises RuntimeError, once, when the bench broke down."""
        with self._changed:
            return self._ledger.taken()

    def history(self, appointment: str) -> tuple[Exchange, ...]:
        """Every message about an appointment, « system|value », in order of arrival."""
        with self._changed:
            return self._ledger.of_appointment(appointment)

    def _refusing(self) -> str:
        """The scenario whose next fault is a refused connection; empty when there is none."""
        queues = self._faults.items()
        return next((scenario for scenario, queue in queues if queue and queue[0] is InboxFault.REFUSED), "")

    def _scenario(self, request: Received, address: Address, content: Content, appointment: str) -> str:
        if address.kind == "metadata" and not request.fault:
            return OUTSIDE
        return self._attribution.of(content, appointment, creates=request.method == "POST")

    def _decision(self, request: Received, address: Address, content: Content, scenario: str, lacking: str) -> Decision:
        try:
            return self._decided(request, address, content, scenario, lacking)
        except Exception as error:  # whatever it is, the candidate is not to blame: `taken` raises it
            self._ledger.fail(error)
            return Decision(refusal(500, "Erreur du banc de recette."), "error")

    def _decided(self, request: Received, address: Address, content: Content, scenario: str, lacking: str) -> Decision:
        if request.fault is not None:
            status = _BROKEN.get(request.fault.kind, 400)
            gone = request.fault.kind in _GONE
            return Decision(Reply(0) if gone else refusal(status, request.fault.detail), "malformed")
        if lacking:
            return Decision(refusal(403, f"Accès refusé\u00a0: {lacking}."), "refused-certificate")
        if address.kind == "unknown":
            return Decision(refusal(404, "La plateforme n’a rien à cette adresse."), "unknown-path")
        if request.method not in address.methods:
            allowed = ", ".join(address.methods)
            sentence = f"La méthode {request.method} n’est pas admise ici ({allowed} attendu)."
            return Decision(refusal(405, sentence, headers=(("Allow", allowed),)), "method-not-allowed")
        if address.kind == "metadata":
            return Decision(of_json(200, capability_statement(self.base_url, self._clock())), "metadata")
        faults = self._faults.get(scenario)
        if faults:
            fault = faults.popleft()
            return Decision(injected(fault, self._retry_after, self._hold_seconds), "injected", fault=fault)
        return self._register.answer(request, address, content)

    def _complete(self, reply: Reply) -> Reply:
        if not reply.status:
            return reply
        date = format_datetime(self._clock().astimezone(UTC), usegmt=True)
        length: Headers = () if reply.fault else (("Content-Length", str(len(reply.body))),)
        return replace(reply, headers=(("Date", date), *reply.headers, *length))

    def _request(self, request: Received) -> Request:
        parts = urlsplit(self.base_url)
        target = request.target
        slash = "" if target.startswith("/") else "/"
        url = target if "://" in target.partition("?")[0] else f"{parts.scheme}://{parts.netloc}{slash}{target}"
        return Request(request.method, url if target else self.base_url, request.headers, request.body)

    def _record(
        self,
        scenario: str,
        request: Request,
        facts: dict[str, str],
        incoming: Received | None = None,
        reply: Reply | None = None,
    ) -> None:
        whole = reply is not None and reply.status and reply.fault is None
        peer = incoming.tls.peer if incoming and incoming.tls else None
        self._ledger.add(
            Exchange(
                id=self._ids(),
                scenario=scenario,
                step=self._steps.get(scenario, ""),
                started=self._clock(),
                request=request,
                response=Response(reply.status, reply.headers, reply.body) if reply and whole else None,
                fault=incoming.fault if incoming else None,
                tls=incoming.tls if incoming else None,
                direction=Direction.RECEIVED,
                facts={"endpoint": "inbox", **_named(peer), **facts},
            )
        )
        self._changed.notify_all()


def _appointment(content: Content, address: Address) -> str:
    """What identifies the appointment that a message is about, « system|value »; its body has the first word."""
    if content.identifiers:
        return str(content.identifiers[0])
    criteria = read_criteria(address.query)
    return f"{criteria[0].system or ''}|{criteria[0].value}" if len(criteria) == 1 else ""


def _named(peer: PeerCertificate | None) -> dict[str, str]:
    name = ClientName.of(peer)
    return {"client_cn": name.common_name, "client_ou": " | ".join(name.units)}
