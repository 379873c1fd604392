"""The sender of the messages that are queued: at once, again after a failure, and in their order (appointments.md §8).

What the platform certainly did not keep is sent again as it was. Where nobody knows whether a creation was heard, it is sent
again as an update, which creates what is missing and never makes a double.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from sas_recette.editor.appointments.messages import CREATE, UPDATE, Outgoing, Queued, Sending, criterion
from sas_recette.editor.appointments.platform import Answered, Hearing, Silent, TransportFactory, send
from sas_recette.editor.appointments.policy import AppointmentPolicy
from sas_recette.editor.appointments.store import AppointmentStore

_LOG: Final = logging.getLogger(__name__)
_HEADERS: Final = (("Accept", "application/fhir+json"), ("Content-Type", "application/fhir+json"))
_LONGEST_ASKED: Final = timedelta(hours=1)
_LONGEST_SLEEP: Final = 60.0
_SHORTEST_SLEEP: Final = 0.01


@dataclass(slots=True)
class Outbox:
    """Sends what is queued in one store. `at_once` sends in the thread that asks, instead of one of its own."""

    store: AppointmentStore
    base_url: str
    transport: TransportFactory
    policy: AppointmentPolicy
    clock: Callable[[], datetime]
    at_once: bool = False
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _awake: bool = False
    _closed: bool = False
    _thread: threading.Thread | None = None

    def hurry(self) -> None:
        """Something was queued, or may have been before this process: have it sent."""
        if self.at_once:
            self.flush(self.clock())
            return
        with self._wake:
            self._awake = True
            self._wake.notify()
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self.run, name="envois", daemon=True)
                self._thread.start()

    def resume(self) -> None:
        """Have sent what a former process left."""
        if self.next_due() is not None:
            self.hurry()

    def run(self) -> None:
        """Send what is due, and what will be, until it is closed."""
        while not self._closed:
            self.flush(self.clock())
            with self._wake:
                if not (self._awake or self._closed):
                    self._wake.wait(self._pause())
                self._awake = False

    def close(self) -> None:
        """Stop; what is not sent stays queued."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(self.policy.seconds * 2)

    def flush(self, now: datetime) -> None:
        """Send everything that is due at `now` (aware), in the calling thread."""
        with self._one_at_a_time:
            while not self._closed and self._send_one(now):
                continue

    def next_due(self) -> datetime | None:
        """When the next message leaves, aware; None when nothing waits."""
        with self.store.transaction() as ledger:
            return ledger.messages.next_due()

    def _pause(self) -> float | None:
        due = self.next_due()
        if due is None:
            return None
        return min(max((due - self.clock()).total_seconds(), _SHORTEST_SLEEP), _LONGEST_SLEEP)

    def _send_one(self, now: datetime) -> bool:
        with self.store.transaction() as ledger:
            queued = ledger.messages.begin(now)
        if queued is None:
            return False
        outgoing = self.policy.outgoing(self._outgoing(queued), queued)
        answer = send(outgoing, self.base_url, self.transport, self.policy.seconds)
        self._note(queued, answer, max(now, self.clock()))
        return True

    def _outgoing(self, queued: Queued) -> Outgoing:
        message, method, query = queued.message, queued.message.method, queued.message.query
        if method == CREATE and queued.doubtful:
            method, query = UPDATE, criterion(self.policy.identifier(queued.appointment, queued.event))
        path = f"/Appointment?{query}" if query else "/Appointment"
        return Outgoing(method, path, _HEADERS, message.body)

    def _note(self, queued: Queued, answer: Answered | Silent, now: datetime) -> None:
        told = _told(answer)
        heard = isinstance(answer, Silent) and answer.hearing is Hearing.DOUBTFUL
        doubtful = queued.doubtful or heard
        with self.store.transaction() as ledger:
            messages = ledger.messages
            sending = self.policy.answered(answer.status) if isinstance(answer, Answered) else Sending.WAITING
            if isinstance(answer, Answered) and sending is Sending.ACCEPTED:
                messages.accept(queued.number, now, told, answer.location)
                return
            if sending is Sending.REJECTED:
                _LOG.warning("Message %s refusé par la plateforme\u00a0: %s", queued.number, told)
                messages.stop(queued.number, now, told, Sending.REJECTED, doubtful=doubtful)
                return
            delay = self.policy.delay(queued.attempts + 1)
            if delay is None:
                messages.stop(queued.number, now, told, Sending.ABANDONED, doubtful=doubtful)
                return
            asked = _asked(answer, now)
            messages.postpone(queued.number, now + max(delay, asked), told, doubtful=doubtful)


def _asked(answer: Answered | Silent, now: datetime) -> timedelta:
    """How long the platform asks to wait: Retry-After, in seconds or as a date, for an hour at most."""
    text = answer.retry_after.strip() if isinstance(answer, Answered) else ""
    if not text:
        return timedelta(0)
    if text.isdecimal():
        return min(timedelta(seconds=min(int(text), 86_400)), _LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), _LONGEST_ASKED)


def _told(answer: Answered | Silent) -> str:
    """The answer in a line, for the staff."""
    if isinstance(answer, Silent):
        return f"{answer.why} ({answer.hearing.value})"
    diagnostics = _diagnostics(answer.text)
    return f"{answer.status}\u00a0: {diagnostics}" if diagnostics else f"{answer.status}"


def _diagnostics(text: str) -> str:
    try:
        outcome = json.loads(text)
        issues = outcome["issue"] if outcome["resourceType"] == "OperationOutcome" else []
        return " ; ".join(one.get("diagnostics") or one["code"] for one in issues)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
