from __future__ import annotations

import ssl

import httpcore
import pytest

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.platform.wire import Wire, shown


def wire() -> Wire:
    return Wire(total_timeout=7, connect_timeout=7, max_header=40)


def test_an_answer_after_a_failed_write_clears_the_failure() -> None:
    made = wire()
    made.failed(BrokenPipeError(), "send")
    assert made.fault == Fault(FaultKind.RESET, "send", "connexion rompue par la solution candidate")
    made.received(b"HTTP/1.1 413 Trop\r\n\r\n")
    assert made.fault is None


@pytest.mark.parametrize(
    ("error", "phase", "kind"),
    [
        (ConnectionRefusedError(111, "refused"), "connect", FaultKind.REFUSED),
        (OSError(113, "No route to host"), "connect", FaultKind.UNREACHABLE),
        (OSError(101, "Network is unreachable"), "connect", FaultKind.UNREACHABLE),
        (TimeoutError(), "connect", FaultKind.TIMEOUT),
        (ConnectionResetError(), "tls", FaultKind.RESET),
        (ssl.SSLError(1, "alert"), "tls", FaultKind.TLS),
        (ssl.SSLEOFError(8, "EOF"), "tls", FaultKind.TLS),
        (OSError(5, "I/O"), "receive", FaultKind.RESET),
    ],
)
def test_each_error_of_the_network_has_its_kind(error: OSError, phase: str, kind: FaultKind) -> None:
    made = wire()
    made.failed(error, phase)
    assert made.fault is not None
    assert (made.fault.kind, made.fault.phase) == (kind, phase)


def test_the_headers_are_measured_without_the_body() -> None:
    made = wire()
    made.received(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + b"x" * 5000)
    made.received(b"x" * 5000)
    assert made.fault is None
    other = wire()
    other.received(b"HTTP/1.1 200 OK\r\n")
    with pytest.raises(httpcore.RemoteProtocolError):
        other.received(b"A: " + b"b" * 40)
    assert other.fault == Fault(FaultKind.TOO_LARGE, "receive", "en-têtes de plus de 40 octets")


def test_nothing_is_measured_before_anything_happens() -> None:
    timings = wire().timings(complete=True)
    assert (timings.connect, timings.tls, timings.first_byte, timings.total) == (None, None, None, None)


def test_bytes_are_shown_printable() -> None:
    assert shown(b"\x15\x03\xff\r\n") == "\\x15\\x03\\xff\\r\\n"
    assert len(shown(b"a" * 500)) == 60
