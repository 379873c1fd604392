"""HTTP over the wire: how messages may come, how they may fail to, and what the bench does wrong on purpose."""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.patience import Limits
from sas_recette.platform.pki import TestPki
from tests.platform.inbox.desk import SYSTEM, WATCH, appointment, body, outcome
from tests.platform.inbox.wired import BRIEF, Wired, everything, wired

HEAD = b"POST /fhir/Appointment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n"
SENT = body(appointment())


def message(sent: bytes = SENT, *headers: bytes) -> bytes:
    lines = b"".join(each + b"\r\n" for each in headers)
    return HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(sent) + sent


@pytest.fixture
def brief(pki: TestPki) -> Iterator[Wired]:
    with wired(pki, BRIEF) as server:
        server.inbox.watch(WATCH)
        yield server


def test_the_request_is_recorded_as_it_was_spelt(served: Wired) -> None:
    answer = served.said(
        b"PUT /fhir/Appointment?Identifier=a%7Cb&x=%C3%A9 HTTP/1.1\r\nHost: localhost\r\nX-Mixed-Case: Oui\r\nConnection: close\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    exchange = served.next()
    assert exchange.request.url == f"{served.inbox.base_url}/Appointment?Identifier=a%7Cb&x=%C3%A9"
    assert exchange.request.headers == (("Host", "localhost"), ("X-Mixed-Case", "Oui"), ("Connection", "close"))
    assert exchange.facts["appointment"] == "a|b"


def test_a_body_in_chunks(served: Wired) -> None:
    half = len(SENT) // 2
    with served.editor() as editor:
        response = editor.post("/Appointment", content=iter([SENT[:half], SENT[half:]]))

    assert response.request.headers["transfer-encoding"] == "chunked"
    assert response.status_code == 201
    assert served.next().request.body == SENT


def test_a_client_that_waits_to_be_told_to_continue(served: Wired) -> None:
    with served.talking() as connection:
        connection.sendall(
            HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(SENT)
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(SENT)
        assert everything(connection).startswith(b"HTTP/1.1 201 ")

    assert served.next().request.body == SENT


def test_two_messages_on_one_connection(served: Wired) -> None:
    second = body(appointment("b"))
    answer = served.said(message() + message(second, b"Connection: close"))

    assert answer.count(b"HTTP/1.1 201 ") == 2
    assert [exchange.request.body for exchange in served.inbox.taken()] == [SENT, second]


def test_a_client_of_http_1_0(served: Wired) -> None:
    assert b"201" in served.said(message().replace(b"HTTP/1.1", b"HTTP/1.0")).partition(b"\r\n")[0]


def test_the_capability_statement_over_the_wire(served: Wired) -> None:
    with served.editor() as editor:
        answers = [editor.get("/metadata"), editor.head("/metadata"), editor.get("/metadata")]

    assert [answer.status_code for answer in answers] == [200, 405, 200]
    assert answers[2].json()["resourceType"] == "CapabilityStatement"
    assert answers[2].headers["content-type"] == "application/fhir+json"


def test_a_body_that_is_too_large_is_cut(pki: TestPki) -> None:
    large = b"x" * 60_000
    with wired(pki, Limits(body_bytes=50_000)) as server:
        server.inbox.watch(WATCH)
        declared = server.said(message(large))
        streamed = server.said(HEAD + b"Transfer-Encoding: chunked\r\n\r\nea60\r\n" + large + b"\r\n0\r\n\r\n")
        expected = server.said(HEAD + b"Expect: 100-continue\r\nContent-Length: 60000\r\n\r\n")

    assert {answer.partition(b"\r\n")[0] for answer in (declared, streamed, expected)} == {
        b"HTTP/1.1 413 " + HTTPStatus(413).phrase.encode()
    }
    exchanges = server.inbox.taken()
    assert {outcome(exchange) for exchange in exchanges} == {("R-S01", "malformed", "no")}
    assert [len(exchange.request.body) for exchange in exchanges] == [0, 50_000, 0]
    assert exchanges[0].fault is not None
    assert exchanges[0].fault.kind is FaultKind.TOO_LARGE
    assert exchanges[0].fault.detail == "le corps dépasse 50\u202f000\u00a0octets"


def test_a_client_that_trickles_is_timed_out(brief: Wired) -> None:
    started = time.monotonic()
    with brief.talking() as connection:
        for byte in HEAD[:12]:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
        answer = everything(connection)
    assert time.monotonic() - started < 3
    assert answer.startswith(b"HTTP/1.1 408 ")
    exchange = brief.next()
    assert outcome(exchange) == ("R-S01", "malformed", "no")
    assert exchange.fault is not None
    assert (exchange.fault.kind, exchange.fault.phase) == (FaultKind.TIMEOUT, "receive")
    assert exchange.fault.detail == "l’en-tête de la requête n’est pas arrivé dans le temps imparti"
    assert HEAD.startswith(exchange.request.body)


def test_a_body_that_does_not_come_is_timed_out(brief: Wired) -> None:
    assert brief.said(message()[:-10]).startswith(b"HTTP/1.1 408 ")

    exchange = brief.next()
    assert exchange.request.method == "POST"
    assert exchange.request.body == SENT[:-10]
    assert exchange.fault is not None
    assert exchange.fault.detail == "le corps de la requête n’est pas arrivé dans le temps imparti"


def test_a_client_that_leaves_in_the_middle(served: Wired) -> None:
    with served.talking() as connection:
        connection.sendall(message()[:-10])

    exchange = served.next()
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.TRUNCATED
    assert (exchange.response, exchange.request.body) == (None, SENT[:-10])


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"n'importe quoi\r\n\r\n",
        b"POST /fhir/Appointment HTTP/1.1\r\nContent-Length: beaucoup\r\n\r\n",
        b"POST /fhir/Appointment HTTP/1.1\r\n\r\n",
        b"A" * 200_000,
    ],
)
def test_garbage(served: Wired, raw: bytes) -> None:
    assert served.said(raw).startswith(b"HTTP/1.1 400 ")

    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "malformed", "no")
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.PROTOCOL
    assert raw.startswith(exchange.request.body)
    assert exchange.request.body


def test_http_2_is_not_spoken(served: Wired) -> None:
    assert served.said(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").startswith(b"HTTP/1.1 400 ")

    exchange = served.next()
    assert exchange.request.method == "PRI"
    assert exchange.fault is not None
    assert exchange.fault.detail == "la version HTTP/2.0 n’est pas celle de la négociation (HTTP/1.1)"


def test_garbage_in_the_chunks(served: Wired) -> None:
    assert served.said(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n").startswith(b"HTTP/1.1 400 ")
    assert served.next().request.method == "POST"


def test_a_connection_that_says_nothing_is_not_recorded(served: Wired) -> None:
    with served.talking():
        pass
    with served.editor() as editor:
        editor.post("/Appointment", content=SENT)

    assert [exchange.facts["outcome"] for exchange in served.inbox.taken()] == ["created"]


def test_a_reset_really_resets(served: Wired) -> None:
    served.inbox.inject("R-S01", InboxFault.RESET)
    with served.talking() as connection:
        connection.sendall(message())
        # Python's SSL sockets show a reset as an ordinary end: the one underneath tells.
        with socket.socket(fileno=os.dup(connection.fileno())) as underneath:
            underneath.settimeout(10)
            with pytest.raises(ConnectionResetError):
                everything(underneath)

    exchange = served.next()
    assert (outcome(exchange), exchange.facts["fault"]) == (("R-S01", "injected", "no"), "reset")
    assert (exchange.request.body, exchange.response) == (SENT, None)


def test_a_truncated_answer_really_stops_within_its_head(served: Wired) -> None:
    served.inbox.inject("R-S01", InboxFault.TRUNCATED, InboxFault.TRUNCATED)
    with served.talking() as connection:
        connection.sendall(message())
        received = everything(connection)
    assert received.startswith(b"HTTP/1.1 201 ")
    assert b"\r\n\r\n" not in received
    with served.editor() as editor, pytest.raises(httpx.RemoteProtocolError):
        editor.post("/Appointment", content=SENT)

    exchanges = served.inbox.taken()
    assert {(outcome(each), each.facts["fault"]) for each in exchanges} == {(("R-S01", "injected", "no"), "truncated")}
    assert [exchange.response for exchange in exchanges] == [None, None]


def test_a_silence_lasts_as_long_as_was_said(pki: TestPki) -> None:
    with wired(pki, hold_seconds=0.6) as server:
        server.inbox.watch(WATCH)
        server.inbox.inject("R-S01", InboxFault.TIMEOUT, InboxFault.TIMEOUT)
        started = time.monotonic()
        assert server.said(message()) == b""
        assert 0.5 <= time.monotonic() - started < 3
        with server.editor() as editor, pytest.raises(httpx.ReadTimeout):
            editor.post("/Appointment", content=SENT, timeout=0.2)

        assert [exchange.facts["fault"] for exchange in server.inbox.taken()] == ["timeout", "timeout"]


def test_a_silence_does_not_keep_the_bench_from_stopping(pki: TestPki) -> None:
    with wired(pki) as server:
        server.inbox.watch(WATCH)
        server.inbox.inject("R-S01", InboxFault.TIMEOUT)
        with server.editor() as editor, pytest.raises(httpx.ReadTimeout):
            editor.post("/Appointment", content=SENT, timeout=0.1)
        with server.talking() as connection:
            server.inbox.inject("R-S01", InboxFault.TIMEOUT)
            connection.sendall(message())
            server.inbox.wait("R-S01", lambda exchange: exchange.id == "rdv-2", 10)
            started = time.monotonic()
    assert time.monotonic() - started < 3


def test_a_status_is_injected_over_the_wire(served: Wired) -> None:
    served.inbox.inject("R-S01", InboxFault.S503)
    with served.editor() as editor:
        answers = [editor.post("/Appointment", content=SENT) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 201]
    assert answers[0].headers["retry-after"] == "5"


def test_two_messages_at_once(served: Wired) -> None:
    barrier, statuses = threading.Barrier(2), []

    def send(value: str) -> None:
        with served.editor() as editor:
            barrier.wait(10)
            statuses.append(editor.post("/Appointment", content=body(appointment(value))).status_code)

    threads = [threading.Thread(target=send, args=(value,)) for value in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201, 201]
    exchanges = served.inbox.taken()
    assert {exchange.facts["appointment"] for exchange in exchanges} == {f"{SYSTEM}|a", f"{SYSTEM}|b"}
    assert {exchange.id for exchange in exchanges} == {"rdv-1", "rdv-2"}


def test_a_slow_client_does_not_hold_up_another(served: Wired) -> None:
    with served.talking() as slow:
        slow.sendall(HEAD)
        with served.editor() as editor:
            assert editor.post("/Appointment", content=SENT).status_code == 201


def test_no_socket_is_left_open(served: Wired) -> None:
    served.said(message(SENT, b"Connection: close"))
    gc.collect()  # an unclosed socket would warn, and a warning is an error here
