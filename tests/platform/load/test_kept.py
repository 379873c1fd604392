"""The connections of a load run, against real servers on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Final

import pytest

from sas_recette.exchange.model import FaultKind, Request
from sas_recette.platform.load.firing import Landed
from sas_recette.platform.load.kept import KeptConnections
from sas_recette.platform.pki import TestPki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Limits
from tests.platform.loopback import Handler, answering, free_port, http, read_request, serving

LIMITS: Final = Limits(total_timeout=0.4, connect_timeout=0.4, max_body=10_000, excerpt=100)
PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def sent(url: str, times: int = 1, *, whole: bool = True, context: ssl.SSLContext = PLAIN) -> list[Landed]:
    async def send() -> list[Landed]:
        async with KeptConnections(context, LIMITS) as kept:
            return [await kept.send(Request("GET", url), whole=whole) for _ in range(times)]

    return asyncio.run(send())


def one(handler: Handler, *, whole: bool = True) -> Landed:
    with serving(handler) as server:
        return sent(server.url(), whole=whole)[0]


def kept_open(answers: int) -> Handler:
    """A server that answers so many requests on a connection, then closes it without a word."""

    def handle(connection: socket.socket, request: bytes) -> None:
        for _ in range(answers):
            if not request:
                return
            connection.sendall(http(b"{}"))
            request = read_request(connection)

    return handle


def test_a_connection_is_kept_and_the_request_is_exact() -> None:
    with serving(kept_open(3)) as server:
        landed = sent(server.url("/Slot?a=1%7C2,3"), 3)
    assert [(each.succeeded, each.opened, each.size) for each in landed] == [
        (True, True, 2),
        (True, False, 2),
        (True, False, 2),
    ]
    assert landed[0].response is not None
    assert landed[0].response.body == b"{}"
    assert server.requests[0].startswith(b"GET /Slot?a=1%7C2,3 HTTP/1.1\r\n")
    assert b"connection: close" not in server.requests[0].lower()


def test_a_kept_connection_that_closes_as_a_request_leaves_is_not_a_failure() -> None:
    def closing(connection: socket.socket, _: bytes) -> None:
        connection.sendall(http(b"{}"))
        read_request(connection)  # the next request arrives, and the server leaves

    with serving(closing) as server:
        landed = sent(server.url(), 2)
    assert [(each.succeeded, each.opened) for each in landed] == [(True, True), (True, True)]


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (answering(b""), FaultKind.RESET),
        (answering(b"bonjour\r\n\r\n"), FaultKind.PROTOCOL),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), FaultKind.TRUNCATED),
        (answering(http(b"x" * 20_000)), FaultKind.TOO_LARGE),
        (answering(http(b"{}", "Content-Encoding: br")), FaultKind.PROTOCOL),
    ],
    ids=["silent", "not HTTP", "cut short", "too large", "encoded"],
)
def test_the_faults_of_a_candidate(handler: Handler, kind: FaultKind) -> None:
    landed = one(handler)
    assert landed.fault is not None
    assert landed.fault.kind is kind
    assert not landed.succeeded


def test_a_server_that_never_answers_is_a_time_out() -> None:
    landed = one(lambda connection, _: (read_request(connection), None)[1])
    assert landed.fault is not None
    assert (landed.fault.kind, landed.fault.detail) == (FaultKind.TIMEOUT, "délai de 0,4\u00a0s dépassé")


def test_nobody_listens() -> None:
    [landed] = sent(f"http://127.0.0.1:{free_port()}/Slot")
    assert landed.fault is not None
    assert (landed.fault.kind, landed.fault.phase) == (FaultKind.REFUSED, "connect")


@pytest.mark.parametrize("url", ["ftp://e.example/", "http://127.0.0.1:0/", "http://e.example/a b"])
def test_an_address_that_cannot_be_used_is_the_candidates_fault(url: str) -> None:
    [landed] = sent(url)
    assert landed.fault is not None
    assert landed.fault.kind is FaultKind.PROTOCOL


def test_of_a_body_that_nobody_wants_only_the_size_and_an_excerpt_are_kept() -> None:
    landed = one(answering(http(b"y" * 5_000)), whole=False)
    assert landed.response is not None
    assert (landed.succeeded, landed.size, len(landed.response.body)) == (True, 5_000, 100)


def test_no_more_connections_than_allowed() -> None:
    async def many(url: str) -> list[Landed]:
        async with KeptConnections(PLAIN, LIMITS, connections=2) as kept:
            return await asyncio.gather(*(kept.send(Request("GET", url), whole=False) for _ in range(6)))

    with serving(kept_open(6)) as server:
        landed = asyncio.run(many(server.url()))
    assert all(each.succeeded for each in landed)
    assert sum(each.opened for each in landed) <= 2


def test_mutual_tls(pki: TestPki, demanding: ssl.SSLContext) -> None:
    with serving(kept_open(2), demanding) as server:
        url = server.url(scheme="https", host="localhost")
        known = sent(url, 2, context=client_context(pki.client.certificate, pki.client.key, pki.chain))
        [unknown] = sent(url, context=client_context(ca=pki.chain))
        [distrusted] = sent(url, context=PLAIN)
    assert [(each.succeeded, each.opened) for each in known] == [(True, True), (True, False)]
    assert known[0].tls is not None
    assert known[0].tls.peer is not None
    assert unknown.fault is not None
    assert unknown.fault.kind in {FaultKind.TLS, FaultKind.RESET}
    assert distrusted.fault is not None
    assert (distrusted.fault.kind, distrusted.fault.phase) == (FaultKind.TLS, "tls")
