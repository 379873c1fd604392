"""The appointments that a campaign leaves in the candidate's agendas, told from the journal alone (INT_R03).

The last message that the platform kept decides: pending or booked, the appointment is still there. A later one that the
platform did not keep makes it uncertain when it tells the contrary, and so does a booking of which no message was kept,
or none ever came: an appointment is never told as over on a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sas_recette.engine.appointment_message import Told, read_told
from sas_recette.engine.result import AppointmentState, AppointmentTrace
from sas_recette.exchange.model import Exchange, Judgement
from sas_recette.fhir.access import child, text, texts
from sas_recette.fhir.instant import read_instant
from sas_recette.norm.typography import NBSP
from sas_recette.platform.inbox.content import Token

_BOOKED: Final = "rdv-booked"
_NOBODY: Final = Token("", "")


@dataclass(slots=True)
class _Trace:
    """An appointment as it is known so far. `kept` is the last message that the platform kept, `doubt` a later contrary one."""

    first: Told
    patient: str
    names: set[Token] = field(default_factory=set)
    name: Token = _NOBODY
    address: str = ""
    status: str = ""
    start: datetime | None = None
    practitioner: str = ""
    kept: Told | None = None
    doubt: Told | None = None
    latest: Told | None = None

    def learn(self, told: Told) -> None:
        """Take what a message says; what it leaves out stays as it was, and what was not kept corrects nothing."""
        self.latest = told
        if told.applied:
            self.kept, self.doubt = told, None
            self.status = told.status
        elif self.kept is not None:
            contrary = told.over if self.kept.standing else told.standing
            self.doubt = told if contrary else self.doubt
            return
        self.names |= told.names
        self.name = told.name or self.name
        self.address = told.address or self.address
        self.status = told.status or self.status
        self.start = told.start or self.start
        self.practitioner = told.practitioner or self.practitioner

    def frozen(self) -> AppointmentTrace:
        state, decided, reason = self._state()
        return AppointmentTrace(
            system=self.name.system,
            value=self.name.value,
            status=self.status,
            start=self.start,
            practitioner=self.practitioner,
            patient=self.patient,
            scenario=self.first.exchange.scenario,
            created=self.first.exchange.id,
            created_at=self.first.exchange.started,
            state=state,
            last=decided.exchange.id,
            reason=reason,
        )

    def _state(self) -> tuple[AppointmentState, Told, str]:
        if self.kept is None:
            return AppointmentState.UNCERTAIN, self.latest or self.first, self._never_kept()
        if self.doubt is not None:
            said = f"Un message non retenu ({self.doubt.answered}) le dit ensuite {self.doubt.said}."
            return AppointmentState.UNCERTAIN, self.doubt, said
        if self.kept.over:
            return AppointmentState.OVER, self.kept, f"Le dernier message retenu le dit {self.kept.said}."
        if self.kept.standing:
            said = f"Le dernier message retenu le dit {self.kept.said}, sans annulation depuis."
            return AppointmentState.STILL_THERE, self.kept, said
        return (
            AppointmentState.UNCERTAIN,
            self.kept,
            f"Le dernier message retenu ne dit pas s’il tient{NBSP}: {self.kept.said}.",
        )

    def _never_kept(self) -> str:
        last = self.latest or self.first
        if last.legible:
            return f"Aucun message à son sujet n’a été retenu (le dernier{NBSP}: {last.said}, {last.answered})."
        return f"Le message qui a pu l’annoncer est illisible ({last.answered})."


def appointment_traces(exchanges: Iterable[Exchange], judgements: Iterable[Judgement]) -> tuple[AppointmentTrace, ...]:
    """The appointments that these exchanges, in the order of time, tell of, and the bookings that none tells of.

    Judgements say for which patient each was taken. The order is that of creation.
    """
    asked = tuple(judgements)
    patients = dict(_patients(asked))
    traces: list[_Trace] = []
    for told in filter(None, map(read_told, exchanges)):
        patient = patients.get(told.exchange.id, "")
        trace = _designated(traces, told, patient)
        if trace is None and (told.legible or told.creates):
            trace = _Trace(told, patient)
            traces.append(trace)
        if trace is not None:
            trace.patient = trace.patient or patient
            trace.learn(told)
    found = [trace.frozen() for trace in traces]
    return tuple(sorted((*found, *_untold(asked, found)), key=lambda trace: trace.created_at))


def _patients(judgements: Iterable[Judgement]) -> Iterator[tuple[str, str]]:
    for judgement in judgements:
        names = texts(judgement.expect, "patient")
        if names and judgement.check == "rdv-message":
            yield from ((name, " ".join(names)) for name in judgement.exchanges)


def _designated(traces: Sequence[_Trace], told: Told, patient: str) -> _Trace | None:
    """The appointment that a message is about: by its identifier, then by its address on the platform.

    One identifier may be that of several appointments (RDV-048): the one at the same time first. Where nothing can be read,
    the patient tells: each booking of a campaign has its own.
    """
    latest = traces[::-1]
    named = [trace for trace in latest if any(map(told.means, trace.names))]
    found = next((trace for trace in named if trace.start == told.start), next(iter(named), None))
    if found is None and told.address and not told.creates:
        found = next((trace for trace in latest if trace.address == told.address), None)
    if found is None and patient:
        blank = (trace for trace in latest if not (trace.names and told.names))
        found = next((trace for trace in blank if trace.patient == patient), None)
    return None if found is not None and _is_another(found, told) else found


def _is_another(found: _Trace, told: Told) -> bool:
    """Whether a creation is not the same message sent again, but another appointment under the same identifier."""
    if not (told.creates and told.legible):
        return False
    if told.applied:
        return found.kept is not None
    return told.start is not None and found.start is not None and told.start != found.start


def _untold(judgements: Iterable[Judgement], told: Sequence[AppointmentTrace]) -> Iterator[AppointmentTrace]:
    """The bookings of which no message came, not even late."""
    for judgement in judgements:
        trace = _silent(judgement) if judgement.check == _BOOKED else None
        if trace is not None and not any(_same(trace, one) for one in told):
            yield trace


def _silent(judgement: Judgement) -> AppointmentTrace | None:
    expect = judgement.expect
    asked_at = read_instant(text(expect, "asked_at"))
    if asked_at is None:
        return None
    return AppointmentTrace(
        system="",
        value="",
        status="",
        start=read_instant(text(child(expect, "slot"), "start")),
        practitioner=text(expect, "practitioner") or "",
        patient=" ".join(texts(expect, "patient")),
        scenario=judgement.scenario,
        created="",
        created_at=asked_at,
        state=AppointmentState.UNCERTAIN,
        last="",
        reason="Aucun message n’est venu de cette réservation.",
    )


def _same(silent: AppointmentTrace, told: AppointmentTrace) -> bool:
    """Whether a booking is the one that messages of its scenario tell of: its patient says so, its time when he is not known."""
    if silent.scenario != told.scenario:
        return False
    if silent.patient and told.patient:
        return silent.patient == told.patient
    return silent.start == told.start
