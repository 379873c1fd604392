from __future__ import annotations

import gzip
import socket
import zlib

import pytest

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.platform.transport import Limits
from tests.platform.loopback import answering, http
from tests.platform.sending import exchange_with, fault_of


def test_a_broken_chunk_size_is_a_protocol_fault_and_what_came_before_is_kept() -> None:
    exchange = exchange_with(
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nabc\r\n0\r\n\r\n")
    )
    assert fault_of(exchange).kind is FaultKind.PROTOCOL
    assert exchange.response is not None
    assert not exchange.response.complete


def test_endless_chunks_are_cut() -> None:
    def endless(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"400\r\n" + b"a" * 1024 + b"\r\n")

    exchange = exchange_with(endless)
    assert exchange.fault == Fault(FaultKind.TOO_LARGE, "receive", "corps de plus de 100000 octets")
    assert exchange.response is not None
    assert exchange.response.body == b"a" * 100_000
    assert not exchange.response.complete


def test_a_body_of_exactly_the_limit_is_accepted() -> None:
    exchange = exchange_with(answering(http(b"a" * 100_000)))
    assert exchange.fault is None


@pytest.mark.parametrize("header", [b"X-Long: " + b"a" * 65_536, b"X-Endless: " + b"a" * 500_000])
def test_endless_headers_are_too_large(header: bytes) -> None:
    exchange = exchange_with(answering(b"HTTP/1.1 200 OK\r\n" + header + b"\r\nContent-Length: 0\r\n\r\n"))
    assert exchange.fault == Fault(FaultKind.TOO_LARGE, "receive", "en-têtes de plus de 16384 octets")


def test_a_header_line_under_the_limit_is_accepted() -> None:
    exchange = exchange_with(answering(http(b"", "X-Long: " + "a" * 16_000)))
    assert exchange.fault is None


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("gzip", gzip.compress(b"corps", mtime=0)),
        ("gzip", gzip.compress(b"cor", mtime=0) + gzip.compress(b"ps", mtime=0)),
        ("deflate", zlib.compress(b"corps")),
        ("deflate", zlib.compress(b"corps", wbits=-15)),
        ("gzip, gzip", gzip.compress(gzip.compress(b"corps", mtime=0), mtime=0)),
        ("identity", b"corps"),
    ],
    ids=["gzip", "two gzip members", "zlib", "raw deflate", "gzip twice", "identity"],
)
def test_an_encoding_that_was_not_asked_for_is_undone(encoding: str, encoded: bytes) -> None:
    exchange = exchange_with(answering(http(encoded, f"Content-Encoding: {encoding}")))
    assert exchange.fault is None
    assert exchange.response is not None
    assert exchange.response.body == b"corps"
    assert exchange.response.header("content-encoding") == encoding


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_an_undecodable_body_is_a_protocol_fault(encoding: str) -> None:
    exchange = exchange_with(answering(http(b"\xff\xffpas du tout", f"Content-Encoding: {encoding}")))
    assert fault_of(exchange).kind is FaultKind.PROTOCOL
    assert exchange.response is not None
    assert exchange.response.body == b"\xff\xffpas du tout"


def test_a_decompression_bomb_is_cut() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    exchange = exchange_with(answering(http(bomb, "Content-Encoding: gzip")))
    assert fault_of(exchange).kind is FaultKind.TOO_LARGE
    assert exchange.response is not None
    assert len(exchange.response.body) == 100_000
    assert not exchange.response.complete


def test_a_gzip_body_cut_inside_is_truncated() -> None:
    exchange = exchange_with(answering(http(gzip.compress(b"corps" * 99)[:-9], "Content-Encoding: gzip")))
    assert fault_of(exchange).kind is FaultKind.TRUNCATED
    assert exchange.response is not None
    assert not exchange.response.complete


def test_only_an_excerpt_is_kept_of_a_body_too_large_to_read() -> None:
    limits = Limits(total_timeout=2.0, connect_timeout=2.0, max_body=10_000, excerpt=100)
    exchange = exchange_with(answering(http(b"a" * 50_000)), limits)
    assert fault_of(exchange).kind is FaultKind.TOO_LARGE
    assert exchange.response is not None
    assert exchange.response.body == b"a" * 100
    assert not exchange.response.complete
