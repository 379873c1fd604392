from __future__ import annotations

import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sas_recette.exchange.model import Direction, Fault, FaultKind, Request
from sas_recette.platform.transport import Limits, Transport
from tests.platform.loopback import answering, free_port, http, serving
from tests.platform.sending import STARTED, exchange_with, fault_of, send, transport


def test_a_whole_exchange_is_recorded() -> None:
    answer = http(b'{"a": 1}', "Content-Type: application/fhir+json", "X-Twice: 1", "X-Twice: 2")
    with serving(answering(answer)) as server:
        exchange = send(server.url())
        assert exchange.id == "x1"
        assert exchange.scenario == "s1"
        assert exchange.step == "pas"
        assert exchange.started == STARTED
        assert exchange.direction is Direction.SENT
        assert exchange.fault is None
        assert exchange.tls is None
        assert exchange.response is not None
        assert exchange.response.status == 200
        assert exchange.response.body == b'{"a": 1}'
        assert exchange.response.complete
        assert exchange.response.http_version == "HTTP/1.1"
        assert exchange.response.headers == (
            ("Content-Length", "8"),
            ("Content-Type", "application/fhir+json"),
            ("X-Twice", "1"),
            ("X-Twice", "2"),
        )


def test_the_recorded_headers_are_those_of_the_wire() -> None:
    with serving(answering(http(b""))) as server:
        request = Request("POST", server.url("/Practitioner"), (("Accept", "application/json+fhir"),), b"{}")
        exchange = send("", request=request)
    written = server.requests[0].split(b"\r\n\r\n")[0].decode().split("\r\n")
    assert written[0] == "POST /Practitioner HTTP/1.1"
    assert sorted(written[1:]) == sorted(f"{name}: {value}" for name, value in exchange.request.headers)
    assert dict(exchange.request.headers)["Accept-Encoding"] == "identity"
    assert dict(exchange.request.headers)["Content-Length"] == "2"
    assert exchange.request.body == b"{}"


@pytest.mark.parametrize(
    "target",
    [
        "/fhir/Slot?start=ge2026-06-16T10:12:00.000%2B02:00&a=urn:oid:1.2%7C8,urn:oid:1.2%7C9",
        "/fhir/Slot?start=ge2026-06-16T10:12:00.000+02:00&a=urn:oid:1.2|8",
        "/fhir/Slot/?x=%7c%C3%A9%zz&&y==&z=\"'<>^`{}\\",
        "/a/../b//c;d=1/%2e%2E/?",
    ],
)
def test_the_url_is_put_on_the_wire_as_it_is_written(target: str) -> None:
    with serving(answering(http(b""))) as server:
        exchange = send(server.url(target))
    assert server.requests[0].split(b"\r\n")[0].decode() == f"GET {target} HTTP/1.1"
    assert exchange.request.url == server.url(target)


@pytest.mark.parametrize(("suffix", "target"), [("", "/"), ("?a=1", "/?a=1"), ("/x#part", "/x")])
def test_an_empty_path_and_a_fragment_never_break_the_target(suffix: str, target: str) -> None:
    with serving(answering(http(b""))) as server:
        send(server.url(suffix))
    assert server.requests[0].split(b"\r\n")[0].decode() == f"GET {target} HTTP/1.1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/Slot",
        "ftp://127.0.0.1/",
        "http://",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:0/",
        "http://[::1/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/é",
    ],
)
def test_an_unusable_address_is_a_fault(url: str) -> None:
    fault = fault_of(send(url))
    assert (fault.kind, fault.phase) == (FaultKind.PROTOCOL, "connect")
    assert fault.detail.startswith("adresse inutilisable")


def test_a_request_that_http_forbids_is_the_harness_fault() -> None:
    with serving(answering(http(b""))) as server, pytest.raises(ValueError, match="HTTP forbids"):
        send("", request=Request("GET", server.url(), (("Accept", "a\r\nb: c"),)))


def test_timings_are_coherent() -> None:
    def slowly(connection: socket.socket, _: bytes) -> None:
        time.sleep(0.1)
        connection.sendall(http(b"xy")[:-1])
        time.sleep(0.1)
        connection.sendall(b"y")

    timings = exchange_with(slowly).timings
    assert timings.connect is not None
    assert timings.first_byte is not None
    assert timings.total is not None
    assert timings.whole is not None
    assert timings.tls is None
    assert 90 <= timings.first_byte < timings.total
    assert timings.total >= 190
    assert timings.whole >= timings.total


def test_a_redirect_is_not_followed_whatever_its_location() -> None:
    for location in ("/Slot", "http://[bad", "javascript:alert(1)"):
        exchange = exchange_with(answering(http(b"", f"Location: {location}", "Set-Cookie: ;;=", status="302 Found")))
        assert exchange.response is not None
        assert exchange.response.status == 302
        assert exchange.response.header("location") == location
        assert exchange.fault is None


def test_an_html_page_is_kept() -> None:
    exchange = exchange_with(answering(http(b"<html>Erreur</html>", "Content-Type: text/html", status="500 Oops")))
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (500, b"<html>Erreur</html>")
    assert exchange.fault is None


def test_refused() -> None:
    exchange = send(f"http://127.0.0.1:{free_port()}/")
    assert exchange.fault == Fault(FaultKind.REFUSED, "connect", "connexion refusée")
    assert exchange.response is None
    assert exchange.timings.connect is None
    assert exchange.timings.whole is not None


def test_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    fault = fault_of(send("http://agenda.invalid/"))
    assert (fault.kind, fault.phase) == (FaultKind.NAME, "connect")


def test_a_resolver_that_never_answers_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def silent(*_: object, **__: object) -> list[object]:
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    exchange = send("http://agenda.invalid/", Limits(total_timeout=5, connect_timeout=0.2))
    released.set()
    assert exchange.fault == Fault(FaultKind.TIMEOUT, "connect", "délai de 0,2\u00a0s dépassé")


def test_reset() -> None:
    def reset(connection: socket.socket, _: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert exchange_with(reset).fault == Fault(FaultKind.RESET, "receive", "connexion rompue par la solution candidate")


def test_closed_without_an_answer() -> None:
    assert exchange_with(answering(b"")).fault == Fault(FaultKind.RESET, "receive", "connexion fermée sans réponse")


def test_silence_is_a_timeout() -> None:
    released = threading.Event()

    def silent(_: socket.socket, __: bytes) -> None:
        released.wait(10)

    with serving(silent) as server:
        exchange = send(server.url(), Limits(total_timeout=0.3))
        released.set()
    assert exchange.fault == Fault(FaultKind.TIMEOUT, "receive", "délai de 0,3\u00a0s dépassé")
    assert exchange.response is None


@pytest.mark.parametrize("at_once", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_a_slow_drip_cannot_outlast_the_total_time(at_once: bytes) -> None:
    dripped = b"x" * 60 if at_once else b"HTTP/1.1 200 O" + b"K" * 60

    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(at_once)
        for byte in dripped:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    exchange = exchange_with(drip, Limits(total_timeout=0.5))
    assert exchange.fault == Fault(FaultKind.TIMEOUT, "receive", "délai de 0,5\u00a0s dépassé")
    assert exchange.timings.whole is not None
    assert 490 <= exchange.timings.whole < 1500
    assert exchange.timings.total is None
    if at_once.endswith(b"\r\n\r\n"):
        assert exchange.response is not None
        assert not exchange.response.complete
        assert set(exchange.response.body) == {ord("x")}
    else:
        assert exchange.response is None


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\n",
    ],
)
def test_a_truncated_body_is_kept_and_told(response: bytes) -> None:
    exchange = exchange_with(answering(response))
    fault = fault_of(exchange)
    assert (fault.kind, fault.phase) == (FaultKind.TRUNCATED, "receive")
    assert exchange.response is not None
    assert exchange.response.body == b"abc"
    assert not exchange.response.complete


def test_truncated_headers() -> None:
    exchange = exchange_with(answering(b"HTTP/1.1 200 OK\r\nContent-Le"))
    assert fault_of(exchange).kind is FaultKind.TRUNCATED
    assert exchange.response is None


@pytest.mark.parametrize(
    "response",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/one 200 OK\r\n\r\n",
        b"HTTP/1.1 XYZ Non\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: dix\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
    ],
)
def test_what_is_not_http_is_a_protocol_fault(response: bytes) -> None:
    fault = fault_of(exchange_with(answering(response)))
    assert (fault.kind, fault.phase) == (FaultKind.PROTOCOL, "receive")


def test_a_greeting_is_shown_and_not_waited_for() -> None:
    released = threading.Event()

    def greet(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"220 smtp.example.org\r\n")
        released.wait(10)

    with serving(greet) as server:
        fault = fault_of(send(server.url()))
        released.set()
    assert fault.detail == "la réponse n’est pas du HTTP\u00a0: «\u00a0220 smtp.example.org\\r\\n\u00a0»"


def test_an_early_answer_to_a_large_request_is_kept() -> None:
    def refuse_early(connection: socket.socket, _: bytes) -> None:
        connection.sendall(http(b"trop", status="413 Too Large"))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    with serving(refuse_early) as server:
        exchange = send("", request=Request("POST", server.url(), (), b"x" * 5_000_000))
    assert exchange.response is not None
    assert exchange.response.status == 413
    assert exchange.fault is None


def test_http_1_0_and_a_body_ended_by_the_close() -> None:
    exchange = exchange_with(answering(b"HTTP/1.0 200 OK\r\n\r\ncorps"))
    assert exchange.fault is None
    assert exchange.response is not None
    assert exchange.response.body == b"corps"
    assert exchange.response.http_version == "HTTP/1.0"


def test_every_exchange_has_its_own_connection_and_several_run_at_once() -> None:
    barrier = threading.Barrier(8)

    def together(connection: socket.socket, _: bytes) -> None:
        barrier.wait(5)
        connection.sendall(http(b"ok"))

    client = transport()
    with serving(together) as server, ThreadPoolExecutor(8) as pool:
        pending = [pool.submit(client.send, Request("GET", server.url()), scenario="s", step="p") for _ in range(8)]
        exchanges = [future.result() for future in pending]
    assert [exchange.fault for exchange in exchanges] == [None] * 8
    assert sorted(exchange.id for exchange in exchanges) == [f"x{number}" for number in range(1, 9)]
    assert all(exchange.timings.connect is not None for exchange in exchanges)


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    assert exchange_with(answering(http(b"ok"))).fault is None


def test_ids_can_be_given() -> None:
    numbers = iter(["gw0-1", "gw0-2"])
    with serving(answering(http(b""))) as server:
        client = Transport(clock=lambda: STARTED, ids=lambda: next(numbers))
        first = client.send(Request("GET", server.url()), scenario="s", step="p")
        named = client.send(Request("GET", server.url()), scenario="s", step="p", exchange_id="mine")
        second = client.send(Request("GET", server.url()), scenario="s", step="p")
    assert [first.id, named.id, second.id] == ["gw0-1", "mine", "gw0-2"]


def test_credentials_in_an_address_are_not_sent() -> None:
    with serving(answering(http(b""))) as server:
        exchange = send(server.url("/x", host="user:pw@127.0.0.1"))
    assert exchange.fault is None
    assert f"\r\nHost: 127.0.0.1:{server.port}\r\n".encode() in server.requests[0]
    assert b"uthorization" not in server.requests[0]
