from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.client_hello import CODES, SUITES, WEAK, Family, Offer, Version
from sas_recette.platform.pki import TestPki
from sas_recette.platform.tls_probe import Answer, Probe, probe

ALERT = "15 0301 0002 02"
FOR_AES = "16 0302 0031 02 00002d 0302" + "00" * 32 + "00 c009 00 0005 ff01000100"


@contextmanager
def serving(meet: Callable[[socket.socket], None]) -> Iterator[tuple[str, int]]:
    """A server that meets every connection in its own way, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    meet(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def openssl(
    pki: TestPki, low: ssl.TLSVersion, high: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED, ciphers: str = "DEFAULT"
) -> Iterator[tuple[str, int]]:
    """A server of OpenSSL, which demands a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = low, high
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    context.load_verify_locations(pki.chain)
    context.verify_mode = ssl.CERT_REQUIRED

    def meet(connection: socket.socket) -> None:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return  # the client only begins a handshake

    with serving(meet) as address:
        yield address


@contextmanager
def saying(answer: str) -> Iterator[tuple[str, int]]:
    """A server that answers any hello by these bytes, in hexadecimal, and closes."""

    def meet(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(bytes.fromhex(answer))

    with serving(meet) as address:
        yield address


def asked(address: tuple[str, int], version: Version, family: Family | None = None, seconds: float = 5.0) -> Probe:
    return probe(address, Offer(version, family), seconds=seconds)


def test_a_server_of_today_refuses_the_past(pki: TestPki) -> None:
    with openssl(pki, ssl.TLSVersion.TLSv1_2) as address:
        answers = {version: asked(address, version) for version in Version}
        families = {family: asked(address, Version.TLS_1_2, family) for family in Family}
    assert {version for version, one in answers.items() if one.answer is Answer.ACCEPTED} == {Version.TLS_1_2}
    assert {one.answer for version, one in answers.items() if version is not Version.TLS_1_2} == {Answer.REFUSED}
    assert answers[Version.TLS_1_1].alert == "protocol_version"
    assert answers[Version.TLS_1_1].fault is not None
    assert {one.answer for one in families.values()} == {Answer.REFUSED}


def test_a_server_of_yesterday_accepts_them(pki: TestPki) -> None:
    with openssl(pki, ssl.TLSVersion.TLSv1, ciphers="ALL:@SECLEVEL=0") as address:
        old = {version: asked(address, version) for version in (Version.TLS_1_0, Version.TLS_1_1)}
        ssl_3, anonymous = asked(address, Version.SSL_3), asked(address, Version.TLS_1_2, Family.ANONYMOUS)
    suite = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
    assert old == {version: Probe(Answer.ACCEPTED, version.value, suite) for version in old}
    assert ssl_3.answer is Answer.REFUSED
    assert anonymous == Probe(Answer.ACCEPTED, "TLS 1.2", "TLS_ECDH_anon_WITH_AES_256_CBC_SHA")


def test_a_suite_without_encryption(pki: TestPki) -> None:
    with openssl(pki, ssl.TLSVersion.TLSv1_2, ciphers="ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0") as address:
        assert asked(address, Version.TLS_1_2, Family.NULL).suite == "TLS_ECDHE_ECDSA_WITH_NULL_SHA"
        assert asked(address, Version.TLS_1_2, Family.RC4).answer is Answer.REFUSED


def test_a_server_that_knows_tls_1_3_only(pki: TestPki) -> None:
    with openssl(pki, ssl.TLSVersion.TLSv1_3) as address:
        assert asked(address, Version.TLS_1_2).alert == "protocol_version"


@pytest.mark.parametrize(
    ("said", "version", "answer", "alert"),
    [
        (f"{ALERT} 46", Version.TLS_1_1, Answer.REFUSED, "protocol_version"),
        (f"{ALERT} 28", Version.SSL_3, Answer.REFUSED, "handshake_failure"),
        (f"{ALERT} 47", Version.TLS_1_0, Answer.REFUSED, "insufficient_security"),
        (f"{ALERT} 50", Version.TLS_1_0, Answer.REFUSED, "internal_error"),
        (f"{ALERT} 50", Version.SSL_3, Answer.UNKNOWN, "internal_error"),
        (f"{ALERT} 70", Version.TLS_1_0, Answer.UNKNOWN, "unrecognized_name"),
        (f"{ALERT} 0a", Version.SSL_2, Answer.REFUSED, "unexpected_message"),
        ("15 0301 0002 01 70" + FOR_AES, Version.TLS_1_1, Answer.ACCEPTED, ""),
        (FOR_AES, Version.TLS_1_1, Answer.ACCEPTED, ""),
        (FOR_AES[:-4], Version.TLS_1_1, Answer.REFUSED, ""),
        ("", Version.TLS_1_1, Answer.REFUSED, ""),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".hex(), Version.TLS_1_1, Answer.UNKNOWN, ""),
        ("8000 04 00 01 0002", Version.SSL_2, Answer.ACCEPTED, ""),
        ("8000 04 00 01 0002", Version.SSL_3, Answer.UNKNOWN, ""),
    ],
)
def test_what_a_server_may_say(said: str, version: Version, answer: Answer, alert: str) -> None:
    with saying(said) as address:
        seen = asked(address, version)
    assert (seen.answer, seen.alert) == (answer, alert)


def test_what_tells_nothing(pki: TestPki) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    address = closed.getsockname()
    closed.close()
    refused = asked(address, Version.TLS_1_0)
    assert refused.answer is Answer.UNKNOWN
    assert refused.fault is not None
    assert refused.fault.kind is FaultKind.REFUSED
    nobody = asked(("personne.invalid", 443), Version.TLS_1_0)
    assert (nobody.answer, nobody.fault and nobody.fault.phase) == (Answer.UNKNOWN, "connect")


def test_a_silent_server() -> None:
    over = threading.Event()

    def keep_silent(_: socket.socket) -> None:
        over.wait(5)

    with serving(keep_silent) as address:
        seen = asked(address, Version.TLS_1_1, seconds=0.2)
        over.set()
    assert seen.answer is Answer.UNKNOWN
    assert seen.fault is not None
    assert seen.fault.kind is FaultKind.TIMEOUT


@pytest.mark.parametrize("version", list(Version)[1:])
def test_a_hello_says_its_version_its_suites_and_whom_it_wants(version: Version) -> None:
    hello = Offer(version).hello("agenda.example")
    assert hello[0] == 0x16
    assert int.from_bytes(hello[3:5]) == len(hello) - 5
    assert int.from_bytes(hello[6:9]) == len(hello) - 9
    assert int.from_bytes(hello[9:11]) == CODES[version]
    assert int.from_bytes(hello[44:46]) == 2 * len(SUITES)
    assert (b"agenda.example" in hello) is (version is not Version.SSL_3)
    assert b"127.0.0.1" not in Offer(version).hello("127.0.0.1")


def test_a_hello_of_ssl_2() -> None:
    hello = Offer(Version.SSL_2).hello("agenda.example")
    assert int.from_bytes(hello[:2]) == 0x8000 | (len(hello) - 2)
    assert hello[2:5] == bytes.fromhex("01 0002")
    assert [int.from_bytes(hello[at : at + 2]) for at in (5, 7, 9)] == [21, 0, 16]
    assert len(hello) == 11 + 21 + 16


def test_the_families_do_not_overlap() -> None:
    codes = [code for suites in WEAK.values() for code in suites]
    assert len(codes) == len(set(codes))
    marks = {
        Family.NULL: "NULL",
        Family.ANONYMOUS: "_anon_",
        Family.EXPORT: "EXPORT",
        Family.RC4: "RC4",
        Family.DES: "DES",
    }
    assert all(marks[family] in name for family, suites in WEAK.items() for name in suites.values())
