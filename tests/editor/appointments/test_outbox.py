from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS, doubled
from sas_recette.editor.behaviour import REFERENCE
from tests.editor.appointments.bench import BASE, LATER, MANAGEMENT, START, Answer, desk
from tests.editor.bench import AGENDA_BASE
from tests.editor.sso_bench import LISE, hidden


def outcome(status: int, text: str = "refus", **headers: str) -> httpx.Response:
    issue = {"severity": "error", "code": "invalid", "diagnostics": text}
    body = {"resourceType": "OperationOutcome", "issue": [issue]}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (outcome(500), 0.5),
        (outcome(503, Retry_After="30"), 30),
        (outcome(429, Retry_After="Tue, 16 Jun 2026 08:12:20 GMT"), 20),
        (outcome(503, Retry_After="bientôt".encode("ascii", "ignore").decode()), 0.5),
        (httpx.ConnectError("certificate verify failed"), 0.5),
        (httpx.ConnectTimeout(""), 0.5),
    ],
)
def test_what_the_platform_did_not_keep_is_posted_again_as_it_was(answer: Answer, seconds: float) -> None:
    with desk(REFERENCE, answer) as held:
        held.book(held.regulator())
        held.wait(seconds - 0.1)
        assert len(held.platform.received) == 1
        held.wait(0.1)
        first, second = held.platform.received
        assert (first.method, first.query, first.raw) == (second.method, second.query, second.raw)
        held.wait(3600)
        assert len(held.platform.received) == 2


@pytest.mark.parametrize("answer", [httpx.ReadTimeout(""), httpx.RemoteProtocolError("closed"), httpx.ReadError("")])
def test_what_was_perhaps_heard_is_sent_again_as_an_update(answer: Answer) -> None:
    with desk(REFERENCE, answer, outcome(503)) as held:
        held.book(held.regulator())
        held.wait(0.5)
        held.wait(1)
        first, *again = held.platform.received
        assert first.method == "POST"
        assert [one.method for one in again] == ["PUT", "PUT"]
        assert {one.query for one in again} == {f"identifier={first.identifier.replace('|', '%7C')}"}
        assert {one.raw for one in again} == {first.raw}


class Cut(httpx.SyncByteStream):
    """A body that stops in the middle."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"resourceType": "Appoi'
        raise httpx.RemoteProtocolError("peer closed connection")


def test_an_answer_cut_after_its_status_is_an_answer() -> None:
    with desk(REFERENCE, httpx.Response(201, headers={"location": f"{BASE}/Appointment/1"}, stream=Cut())) as held:
        held.book(held.regulator())
        held.wait(3600)
        assert held.platform.told == ["POST booked"]


def test_delays_double_up_to_a_minute_and_never_end() -> None:
    assert [doubled(attempts) for attempts in (1, 2, 3, 8, 9, 5000)] == [
        timedelta(seconds=one) for one in (0.5, 1, 2, 60, 60, 60)
    ]


def test_a_definite_refusal_is_shown_to_the_staff_who_may_send_again() -> None:
    with desk(REFERENCE, outcome(422, "end précède start")) as held:
        held.book(held.regulator())
        held.wait(3600)
        assert len(held.platform.received) == 1
        staff = held.staff()
        page = staff.open(MANAGEMENT)
        assert "422\u00a0: end précède start" in page.text
        assert "refusé" in staff.open(f"{AGENDA_BASE}/rendez-vous/1").text
        address = f"{AGENDA_BASE}/gestion/envois/1"
        assert staff.send(address, {"jeton": "faux"}).status_code == 403
        assert held.regulator().send(address, hidden(held.regulator().open(AGENDA_BASE))).status_code == 403
        again = staff.send(address, {"jeton": hidden(page)["jeton"]})
        assert "Messages que la plateforme SAS" not in again.text
        assert held.platform.told == ["POST booked", "POST booked"]


def test_messages_of_one_appointment_keep_their_order_and_others_do_not_wait() -> None:
    with desk(REFERENCE, outcome(503, Retry_After="60")) as held:
        one, other = held.regulator(), held.regulator(person=LISE)
        held.book(one)
        held.act(one, "deplacement", creneau=LATER)
        held.act(one, "annulation")
        assert held.platform.told == ["POST booked"]
        held.book(other, family="Autre")
        assert held.platform.told == ["POST booked", "POST booked"]
        held.wait(60)
        assert held.platform.told[2:] == ["POST booked", "PUT booked", "PUT cancelled"]
        assert [one.body["start"] for one in held.platform.received[2:]] == [START, LATER, LATER]


def test_a_thread_sends_and_stops() -> None:
    sent, before = threading.Event(), set(threading.enumerate())

    def handle(request: httpx.Request) -> httpx.Response:
        del request
        sent.set()
        return httpx.Response(201)

    with desk() as held:
        quiet = Outbox(
            held.bench.store.appointments,
            BASE,
            lambda: httpx.MockTransport(handle),
            REFERENCE_APPOINTMENTS,
            lambda: held.bench.now,
        )
        held.platform.answers.append(outcome(503))
        held.book(held.regulator())
        held.bench.now += timedelta(seconds=1)
        quiet.resume()
        assert sent.wait(10)
        quiet.close()
        assert not any(thread.name == "envois" for thread in set(threading.enumerate()) - before)
        assert quiet.next_due() is None
