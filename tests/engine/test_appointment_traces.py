from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.appointment_traces import appointment_traces
from sas_recette.engine.result import AppointmentState, AppointmentTrace
from sas_recette.exchange.model import Direction, Exchange, Fault, FaultKind, Judgement, Request
from sas_recette.fhir.instant import read_instant
from sas_recette.rules.answer import SearchAnswer
from tests.norm.validation import Changes
from tests.rules.appointments.building import (
    BASE,
    BOOKED,
    ID,
    MOVED,
    NEW_START,
    OTHER,
    PENDING_SOS,
    RPPS,
    START,
    SYSTEM,
    VALUE,
    criterion,
    post,
    put,
    sent,
    with_,
)
from tests.rules.building import Json

T0 = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
THERE, UNCERTAIN, OVER = AppointmentState.STILL_THERE, AppointmentState.UNCERTAIN, AppointmentState.OVER
CANCELLED: Json = with_({("status",): "cancelled"})
ANONYMOUS: Json = with_({("identifier",): []})
SECOND: Changes = {(*ID, "value"): OTHER}
RESET: Mapping[str, str] = {"outcome": "injected", "applied": "no", "fault": "reset"}


def recorded(*answers: SearchAnswer, scenario: str = "RDV-S01") -> list[Exchange]:
    """The exchanges of these messages, numbered and one second apart."""
    exchanges = [answer.exchange for answer in answers if answer.exchange is not None]
    return [
        replace(one, id=f"E{rank}", scenario=scenario, started=T0 + timedelta(seconds=rank))
        for rank, one in enumerate(exchanges, start=1)
    ]


def traces(*answers: SearchAnswer, judgements: tuple[Judgement, ...] = ()) -> tuple[AppointmentTrace, ...]:
    return appointment_traces(recorded(*answers), judgements)


def states(*answers: SearchAnswer) -> list[tuple[str, AppointmentState, str]]:
    return [(one.created, one.state, one.last) for one in traces(*answers)]


def of_patient(exchange: str, patient: str = "Essai A1") -> Judgement:
    return Judgement("RDV-S01", "rdv-message", (exchange,), {"use_case": "ps", "patient": [patient]})


def asked(patient: str = "Essai A1", **expect: object) -> Judgement:
    """A booking that was asked for, and of which something was awaited."""
    known: dict[str, Any] = {
        "asked_at": "2026-09-04T08:00:00+00:00",
        "slot": {"start": START, "end": START},
        "practitioner": RPPS,
        "patient": [patient],
    }
    return Judgement("RDV-S01", "rdv-booked", ("p1",), known | expect)


def test_an_appointment_that_nothing_cancels_is_still_there() -> None:
    (trace,) = traces(post(), judgements=(of_patient("E1"),))
    assert trace == AppointmentTrace(
        system=SYSTEM,
        value=VALUE,
        status="booked",
        start=read_instant(START),
        practitioner=RPPS,
        patient="Essai A1",
        scenario="RDV-S01",
        created="E1",
        created_at=T0 + timedelta(seconds=1),
        state=THERE,
        last="E1",
        reason="Le dernier message retenu le dit «\u00a0booked\u00a0», sans annulation depuis.",
    )


def test_a_request_that_awaits_its_confirmation_is_still_there() -> None:
    (trace,) = traces(post(PENDING_SOS))
    assert (trace.state, trace.status, trace.practitioner) == (THERE, "pending", "")


@pytest.mark.parametrize("status", ["cancelled", "fulfilled", "noshow", "entered-in-error"])
def test_what_is_cancelled_or_took_place_is_over(status: str) -> None:
    (trace,) = traces(post(), put(with_({("status",): status})))
    assert (trace.created, trace.state, trace.last) == ("E1", OVER, "E2")
    assert trace.reason == f"Le dernier message retenu le dit «\u00a0{status}\u00a0»."


def test_an_appointment_that_is_moved_keeps_its_trace() -> None:
    (trace,) = traces(post(), put(with_(MOVED)))
    assert (trace.state, trace.start, trace.last) == (THERE, read_instant(NEW_START), "E2")


def test_a_move_by_cancellation_and_new_booking_leaves_the_new_one() -> None:
    assert states(post(), put(CANCELLED), post(with_(MOVED | SECOND))) == [("E1", OVER, "E2"), ("E3", THERE, "E3")]


@pytest.mark.parametrize("status", [400, 403, 422, 503])
def test_what_the_platform_never_kept_is_uncertain(status: int) -> None:
    (trace,) = traces(post(status=status), post(status=status))
    assert (trace.created, trace.state, trace.last) == ("E1", UNCERTAIN, "E2")
    assert trace.reason == (
        f"Aucun message à son sujet n’a été retenu (le dernier\u00a0: «\u00a0booked\u00a0», HTTP {status})."
    )


def test_a_message_sent_again_after_a_fault_is_one_appointment() -> None:
    assert states(post(status=503), post(status=0, facts=RESET), post()) == [("E1", THERE, "E3")]
    assert states(post(status=503), post(with_(MOVED))) == [("E1", THERE, "E2")]


def test_a_fault_without_an_answer_is_told() -> None:
    (trace,) = traces(post(status=0, facts=RESET))
    assert trace.reason.endswith("«\u00a0booked\u00a0», sans réponse, panne jouée par le banc).")
    (cut,) = recorded(post(status=0, facts={"outcome": "malformed", "applied": "no"}))
    cut = replace(cut, fault=Fault(FaultKind.RESET, "receive", "x"))
    assert appointment_traces([cut], ())[0].reason.endswith(
        "«\u00a0booked\u00a0», la connexion est coupée par la solution (x))."
    )


def test_a_cancellation_that_the_platform_did_not_keep_is_no_certainty() -> None:
    (trace,) = traces(post(), put(CANCELLED, status=503))
    assert (trace.state, trace.last, trace.status) == (UNCERTAIN, "E2", "booked")
    assert trace.reason == "Un message non retenu (HTTP 503) le dit ensuite «\u00a0cancelled\u00a0»."
    assert states(post(), put(CANCELLED, status=503), put(CANCELLED)) == [("E1", OVER, "E3")]
    assert states(post(), put(with_(MOVED), status=503)) == [("E1", THERE, "E1")]


def test_a_booking_refused_after_a_cancellation_is_no_certainty_either() -> None:
    assert states(post(), put(CANCELLED), post(status=422)) == [("E1", UNCERTAIN, "E3")]
    assert states(post(), put(CANCELLED), put(b"{", status=400)) == [("E1", OVER, "E2")]


@pytest.mark.parametrize(("status", "said"), [("waitlist", "«\u00a0waitlist\u00a0»"), (7, "sans statut lisible")])
def test_a_status_that_tells_nothing(status: object, said: str) -> None:
    (trace,) = traces(post(with_({("status",): status})))
    assert (trace.state, trace.reason) == (UNCERTAIN, f"Le dernier message retenu ne dit pas s’il tient\u00a0: {said}.")


def test_an_illegible_creation_may_be_an_appointment() -> None:
    (trace,) = traces(post(b"{", status=400), put(b"{", status=400, query=""))
    assert (trace.created, trace.state, trace.value, trace.start) == ("E1", UNCERTAIN, "", None)
    assert trace.reason == "Le message qui a pu l’annoncer est illisible (HTTP 400)."


def test_the_patient_ties_an_illegible_message_to_its_appointment() -> None:
    judgements = (of_patient("E1"), of_patient("E2"), of_patient("E3", "Essai B2"))
    found = traces(post(b"{", status=400), post(), post(b"[", status=400), judgements=judgements)
    assert [(one.created, one.state, one.value) for one in found] == [("E1", THERE, VALUE), ("E3", UNCERTAIN, "")]


def test_one_of_two_identifiers_is_enough() -> None:
    both = with_({("identifier",): [{"system": SYSTEM, "value": VALUE}, {"system": "urn:oid:1.9", "value": "X"}]})
    other = with_({("status",): "cancelled", ("identifier",): [{"system": "urn:oid:1.9", "value": "X"}]})
    assert states(post(both), put(other, query=criterion("urn:oid:1.9", "X"))) == [("E1", OVER, "E2")]


def test_the_criterion_tells_when_the_body_does_not() -> None:
    nameless = with_({("status",): "cancelled", ("identifier",): []})
    assert states(post(), put(nameless)) == [("E1", OVER, "E2")]
    assert states(post(), put(nameless, query=f"?identifier={VALUE}")) == [("E1", OVER, "E2")]
    (alone,) = traces(put(with_({("identifier",): []})))
    assert (alone.system, alone.value, alone.state) == (SYSTEM, VALUE, THERE)


def test_without_any_identifier_the_address_on_the_platform_tells() -> None:
    gone = with_({("status",): "cancelled", ("identifier",): []})
    first, second = f"{BASE}/Appointment/a1", f"{BASE}/Appointment/a2"
    assert states(
        post(ANONYMOUS, location=f"{first}/_history/1"),
        post(ANONYMOUS, location=f"{second}/_history/1"),
        sent("PUT", "Appointment/a1", gone, location=f"{first}/_history/2"),
    ) == [("E1", OVER, "E3"), ("E2", THERE, "E2")]


def test_an_identifier_used_twice_is_two_appointments() -> None:
    reused = post(with_(MOVED), status=422, facts={"outcome": "duplicate"})
    assert states(post(), reused) == [("E1", THERE, "E1"), ("E2", UNCERTAIN, "E2")]
    assert states(post(), reused, put(with_(MOVED | {("status",): "cancelled"}))) == [
        ("E1", THERE, "E1"),
        ("E2", OVER, "E3"),
    ]
    assert states(post(), put(CANCELLED), post()) == [("E1", OVER, "E2"), ("E3", THERE, "E3")]


def test_a_booking_of_which_nothing_came_is_uncertain() -> None:
    (trace,) = appointment_traces((), [asked()])
    assert trace == AppointmentTrace(
        system="",
        value="",
        status="",
        start=read_instant(START),
        practitioner=RPPS,
        patient="Essai A1",
        scenario="RDV-S01",
        created="",
        created_at=T0,
        state=UNCERTAIN,
        last="",
        reason="Aucun message n’est venu de cette réservation.",
    )


def test_a_booking_that_a_message_tells_of_is_told_once() -> None:
    assert len(traces(post(), judgements=(asked(), of_patient("E1")))) == 1
    assert len(traces(post(), judgements=(asked(),))) == 1
    assert len(traces(post(), judgements=(asked("Essai B2"), of_patient("E1")))) == 2
    elsewhere = replace(asked(), scenario="RDV-S02")
    assert [one.created for one in traces(post(), judgements=(elsewhere,))] == ["", "E1"]


def test_a_judgement_without_its_instant_tells_nothing() -> None:
    assert appointment_traces((), [asked(asked_at=7), Judgement("RDV-S01", "rdv-booked", ())]) == ()


def test_other_exchanges_are_no_messages() -> None:
    (message,) = recorded(post())
    others = [
        replace(message, direction=Direction.SENT),
        replace(message, facts={"endpoint": "token"}),
        replace(message, request=Request("", BASE)),
        replace(message, request=Request("GET", f"{BASE}/metadata")),
        replace(message, request=Request("DELETE", f"{BASE}/Appointment/a1")),
        replace(message, request=Request("POST", f"{BASE}/elsewhere", (), b"{}")),
    ]
    assert appointment_traces(others, ()) == ()


def test_an_appointment_sent_to_a_wrong_address_counts() -> None:
    assert states(sent("POST", "Rendez-vous", BOOKED, status=404)) == [("E1", UNCERTAIN, "E1")]


@given(st.binary(), st.text(), st.sampled_from(["POST", "PUT"]), st.dictionaries(st.text(), st.text()))
def test_whatever_comes_is_read(body: bytes, query: str, method: str, expect: dict[str, str]) -> None:
    exchange = Exchange(
        "E1",
        "hors-scenario",
        "",
        T0,
        Request(method, f"{BASE}/Appointment?{query}", (), body),
        direction=Direction.RECEIVED,
        facts={"endpoint": "inbox", "applied": "no"},
    )
    found = appointment_traces([exchange], [Judgement("RDV-S01", "rdv-message", ("E1",), expect)])
    assert len(found) <= 1
