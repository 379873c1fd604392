from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sas_recette.exchange.model import Exchange, FaultKind, Request
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Limits, Transport
from tests.platform.conftest import now
from tests.platform.loopback import Loopback, answering, http, serving

VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
ANSWER = answering(http(b"{}"))


def server_context(pki: TestPki, version: ssl.TLSVersion, *, requires_client: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    if requires_client:
        context.load_verify_locations(pki.chain)
        context.load_verify_locations(pki.crl)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def send(server: Loopback, context: ssl.SSLContext, host: str = "127.0.0.1") -> Exchange:
    transport = Transport(context, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), limits=Limits(total_timeout=5))
    return transport.send(Request("GET", server.url(scheme="https", host=host)), scenario="s", step="p")


@VERSIONS
def test_a_client_certificate_is_accepted_and_the_tls_facts_are_recorded(pki: TestPki, version: ssl.TLSVersion) -> None:
    with serving(ANSWER, server_context(pki, version, requires_client=True)) as server:
        exchange = send(server, client_context(pki.client.certificate, pki.client.key, pki.chain), host="localhost")
    assert exchange.fault is None
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.tls is not None
    assert exchange.tls.version == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]
    assert exchange.tls.cipher
    assert exchange.tls.peer is not None
    assert "CN=localhost" in exchange.tls.peer.subject
    assert "BANC SAS – ELEMENTAIRE ORGANISATIONS" in exchange.tls.peer.issuer
    assert exchange.timings.tls is not None


@VERSIONS
def test_the_refusal_of_a_missing_certificate_is_a_tls_fault(pki: TestPki, version: ssl.TLSVersion) -> None:
    with serving(ANSWER, server_context(pki, version, requires_client=True)) as server:
        exchanges = [send(server, client_context(ca=pki.chain)) for _ in range(5)]
    for exchange in exchanges:
        assert exchange.response is None
        assert exchange.fault is not None
        assert exchange.fault.kind is FaultKind.TLS
        # In TLS 1.3 the server judges the certificate once the client's handshake is over.
        assert exchange.fault.phase == ("tls" if version is ssl.TLSVersion.TLSv1_2 else "receive")
        assert "ALERT" in exchange.fault.detail


def test_the_refusal_is_seen_even_when_the_request_could_not_be_sent_whole(pki: TestPki) -> None:
    with serving(ANSWER, server_context(pki, ssl.TLSVersion.TLSv1_3, requires_client=True)) as server:
        transport = Transport(client_context(ca=pki.chain), clock=now, limits=Limits(total_timeout=5))
        request = Request("PUT", server.url(scheme="https"), (), b"x" * 8_000_000)
        exchange = transport.send(request, scenario="s", step="p")
    assert exchange.response is None
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.TLS


@VERSIONS
@pytest.mark.parametrize(
    "case",
    [
        NegativeCase.REVOKED,
        NegativeCase.EXPIRED,
        NegativeCase.NOT_YET_VALID,
        NegativeCase.SELF_SIGNED,
        NegativeCase.FOREIGN_CA,
    ],
)
def test_a_server_that_checks_refuses_the_negative_certificates(
    pki: TestPki, version: ssl.TLSVersion, case: NegativeCase
) -> None:
    identity = pki.negatives[case]
    with serving(ANSWER, server_context(pki, version, requires_client=True)) as server:
        exchange = send(server, client_context(identity.certificate, identity.key, pki.chain))
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.TLS


@pytest.mark.parametrize("case", [NegativeCase.WRONG_CN, NegativeCase.WRONG_OU])
def test_wrong_names_pass_tls_and_are_for_the_application_to_refuse(pki: TestPki, case: NegativeCase) -> None:
    identity = pki.negatives[case]
    context = server_context(pki, ssl.TLSVersion.TLSv1_3, requires_client=True)
    with serving(ANSWER, context) as server:
        exchange = send(server, client_context(identity.certificate, identity.key, pki.chain))
    assert exchange.fault is None


def test_a_server_of_an_unknown_authority_is_a_tls_fault(pki: TestPki) -> None:
    foreign = pki.negatives[NegativeCase.FOREIGN_CA].certificate
    with serving(ANSWER, server_context(pki, ssl.TLSVersion.TLSv1_3, requires_client=False)) as server:
        exchange = send(server, client_context(ca=foreign))
    assert exchange.fault is not None
    assert (exchange.fault.kind, exchange.fault.phase) == (FaultKind.TLS, "tls")
    assert exchange.fault.detail.startswith("CERTIFICATE_VERIFY_FAILED\u00a0: ")


def test_a_server_under_another_name_is_a_tls_fault(tmp_path: Path) -> None:
    other = create_pki(tmp_path, clock=now, expected_cn="cn", expected_ou="ou", hosts=("agenda.example",))
    with serving(ANSWER, server_context(other, ssl.TLSVersion.TLSv1_3, requires_client=False)) as server:
        exchange = send(server, client_context(ca=other.chain))
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.TLS
    assert "IP address mismatch" in exchange.fault.detail


def test_tls_spoken_to_a_plain_server_is_a_tls_fault(pki: TestPki) -> None:
    with serving(ANSWER, reads=False) as server:
        exchange = send(server, client_context(ca=pki.chain))
    assert exchange.fault is not None
    assert (exchange.fault.kind, exchange.fault.phase) == (FaultKind.TLS, "tls")


def test_a_transport_without_a_context_trusts_nobody(pki: TestPki) -> None:
    with serving(ANSWER, server_context(pki, ssl.TLSVersion.TLSv1_3, requires_client=False)) as server:
        transport = Transport(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        exchange = transport.send(Request("GET", server.url(scheme="https")), scenario="s", step="p")
    assert exchange.fault is not None
    assert exchange.fault.kind is FaultKind.TLS


def test_a_silent_handshake_is_a_timeout(pki: TestPki) -> None:
    def silent(connection: object, _: bytes) -> None:
        server.stopped.wait(5)

    with serving(silent, reads=False) as server:
        transport = Transport(
            client_context(ca=pki.chain),
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            limits=Limits(total_timeout=0.3),
        )
        exchange = transport.send(Request("GET", server.url(scheme="https")), scenario="s", step="p")
        server.stopped.set()
    assert exchange.fault is not None
    assert (exchange.fault.kind, exchange.fault.phase) == (FaultKind.TIMEOUT, "tls")
