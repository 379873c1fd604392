"""Who may speak to the inbox, and that a refusal reaches the client and says why (security.md §3, §6.6)."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.authority import Validity, authority_name, issue_authority, issue_client, organisation_name
from sas_recette.platform.certificates import certificate_facts
from sas_recette.platform.inbox.client import ExpectedClient
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.serving import serving_inbox
from sas_recette.platform.listening import ListeningError
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import EDITOR_CN, EDITOR_OU, Identity, TestPki
from sas_recette.platform.server_case import ServerCase
from sas_recette.platform.server_identity import ServerIdentity
from sas_recette.platform.tls import TlsMaterialError, load_certificates
from tests.platform.inbox.desk import WATCH, appointment, body, new_inbox, outcome
from tests.platform.inbox.wired import BRIEF, Wired, wired
from tests.platform.loopback import free_port

VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
DATE = r"\d\d/\d\d/\d{4} à \d\d:\d\d UTC"


def refused(served: Wired, context: ssl.SSLContext) -> str:
    """How a client that is refused learns of it: at its handshake in TLS 1.2, at its first read in TLS 1.3."""
    with pytest.raises(ssl.SSLError) as caught:
        served.said(b"POST /fhir/Appointment HTTP/1.1\r\nHost: localhost\r\n\r\n", context)
    return str(caught.value.reason)


@VERSIONS
def test_the_declared_client_is_known_by_its_certificate(served: Wired, version: ssl.TLSVersion) -> None:
    with served.editor(served.context(version=version)) as editor:
        response = editor.post("/Appointment", content=body(appointment()))

    assert response.status_code == 201
    exchange = served.next()
    leaf = load_certificates(served.pki.editor.certificate)[0]
    assert exchange.tls is not None
    assert exchange.tls.version == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]
    assert exchange.tls.cipher
    assert exchange.tls.peer == certificate_facts(leaf)
    assert (exchange.facts["client_cn"], exchange.facts["client_ou"]) == (EDITOR_CN, EDITOR_OU)
    assert exchange.facts["certificate"] == ""
    assert exchange.response is not None
    assert [(name.lower(), value) for name, value in exchange.response.headers] == response.headers.multi_items()
    assert exchange.request.url == str(response.request.url)


@VERSIONS
def test_no_certificate(served: Wired, version: ssl.TLSVersion) -> None:
    alert = refused(served, served.context(version=version, anonymous=True))

    assert alert in {"SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV13_ALERT_CERTIFICATE_REQUIRED"}
    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "refused-certificate", "no")
    assert exchange.facts["certificate"] == "aucun certificat client n’a été présenté"
    assert (exchange.request.method, exchange.request.body, exchange.response) == ("", b"", None)
    assert exchange.fault is not None
    assert (exchange.fault.kind, exchange.fault.phase) == (FaultKind.TLS, "tls")


@VERSIONS
@pytest.mark.parametrize(
    ("case", "alert", "said"),
    [
        (NegativeCase.EXPIRED, "SSLV3_ALERT_CERTIFICATE_EXPIRED", rf"est expiré depuis le {DATE}"),
        (NegativeCase.NOT_YET_VALID, "SSLV3_ALERT_BAD_CERTIFICATE", rf"n’est pas encore valide : il le sera le {DATE}"),
        (NegativeCase.SELF_SIGNED, "TLSV1_ALERT_UNKNOWN_CA", r"est signé par lui-même, et non par .* le banc connaît"),
        (
            NegativeCase.FOREIGN_CA,
            "TLSV1_ALERT_UNKNOWN_CA",
            r"n’est pas émis par une autorité que le banc connaît \(émetteur annoncé : CN=BANC SAS – .*\)",
        ),
    ],
)
def test_a_certificate_that_proves_nothing(
    served: Wired, case: NegativeCase, alert: str, said: str, version: ssl.TLSVersion
) -> None:
    identity = served.pki.negatives[case]

    assert refused(served, served.context(identity, version=version)) == alert

    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "refused-certificate", "no")
    shown = certificate_facts(load_certificates(identity.certificate)[0])
    sentence = f"le certificat client « {re.escape(shown.subject)} » {said}".replace(" :", "\u00a0:")
    assert re.fullmatch(sentence.replace("« ", "«\u00a0").replace(" »", "\u00a0»"), exchange.facts["certificate"])
    assert exchange.tls is not None
    assert exchange.tls.peer == shown
    assert exchange.facts["client_cn"] == served.pki.expected_cn


def test_a_server_s_certificate_is_no_client_s(served: Wired) -> None:
    assert refused(served, served.context(served.pki.server)) == "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"
    assert (
        served.next()
        .facts["certificate"]
        .endswith("n’est pas fait pour l’authentification d’un client (extendedKeyUsage)")
    )


def test_a_certificate_whose_authority_is_expired(pki: TestPki, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    past = Validity(now - timedelta(days=9), now - timedelta(days=1))
    authority = issue_authority(authority_name("AC EXPIREE"), past)
    leaf = issue_client(organisation_name("editeur", "318"), Validity.lasting(now, timedelta(days=1)), authority)
    identity = Identity(tmp_path / "leaf.pem", tmp_path / "leaf.key")
    identity.certificate.write_bytes(leaf.certificate.public_bytes(Encoding.PEM))
    identity.key.write_bytes(leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    ca = tmp_path / "ca.pem"
    ca.write_bytes(authority.certificate.public_bytes(Encoding.PEM))

    with wired(pki, client_ca=ca) as server:
        server.inbox.watch(WATCH)
        assert refused(server, server.context(identity)) == "SSLV3_ALERT_CERTIFICATE_EXPIRED"
        assert server.next().facts["certificate"].endswith("dépend d’une autorité dont le certificat est expiré")


def test_an_issuing_authority_alone_is_enough_to_trust(pki: TestPki) -> None:
    with wired(pki, client_ca=pki.issuing) as server, server.editor() as editor:
        assert editor.post("/Appointment", content=body(appointment())).status_code == 201


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (NegativeCase.WRONG_CN, "le CN du certificat client vaut «\u00a0banc-sas-autre-client\u00a0», et non «\u00a0"),
        (NegativeCase.WRONG_OU, "l’OU du certificat client vaut «\u00a0300000000000000\u00a0», et non «\u00a0"),
    ],
)
def test_another_name_is_refused_by_an_answer(pki: TestPki, case: NegativeCase, said: str) -> None:
    with wired(pki, expected=ExpectedClient(pki.expected_cn, pki.expected_ou)) as server:
        server.inbox.watch(WATCH)
        with server.editor(server.context(pki.negatives[case])) as editor:
            response = editor.post("/Appointment", content=body(appointment()))
        assert response.status_code == 403
        assert response.json()["issue"][0]["diagnostics"].startswith(f"Accès refusé\u00a0: {said}")
        exchange = server.next()
        assert outcome(exchange) == ("R-S01", "refused-certificate", "no")
        assert exchange.facts["certificate"].startswith(said)
        assert exchange.request.body == body(appointment())


def test_a_version_that_is_too_old(served: Wired) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    assert refused(served, context) == "TLSV1_ALERT_PROTOCOL_VERSION"

    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "no-message", "no")
    assert exchange.facts["reason"] == "le client ne propose pas TLS 1.2 ou une version plus récente"
    assert exchange.facts["certificate"] == ""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n", "le client parle HTTP sans TLS"),
        (b"\x00" * 100, "la négociation TLS a échoué"),
        (b"\x16\x03\x01\x00\x05", "le client a rompu la connexion pendant la négociation TLS"),
    ],
)
def test_what_is_not_tls(served: Wired, raw: bytes, said: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain:
        plain.sendall(raw)
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(65536):
            pass

    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "no-message", "no")
    assert exchange.facts["reason"].startswith(said)


def test_a_probe_of_the_port_is_not_recorded_and_uses_no_fault_up(served: Wired) -> None:
    served.inbox.inject("R-S01", InboxFault.REFUSED)
    socket.create_connection(("127.0.0.1", served.port), timeout=10).close()
    refused(served, served.context())

    assert [exchange.facts["outcome"] for exchange in served.inbox.taken()] == ["injected"]


def test_a_handshake_that_does_not_end(pki: TestPki) -> None:
    with wired(pki, replace(BRIEF, handshake=0.3)) as server:
        server.inbox.watch(WATCH)
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
            plain.sendall(b"\x16\x03\x01")
            assert server.next().facts["reason"] == "la négociation TLS n’a pas abouti dans le temps imparti"


def faulty(pki: TestPki) -> dict[InboxFault, ServerIdentity]:
    cases = {InboxFault.WRONG_HOST: ServerCase.WRONG_HOST, InboxFault.EXPIRED_CERTIFICATE: ServerCase.EXPIRED}
    identities = {fault: pki.server_negatives[case] for fault, case in cases.items()}
    return {fault: ServerIdentity(each.certificate, each.key) for fault, each in identities.items()}


@VERSIONS
@pytest.mark.parametrize(
    ("state", "seen", "alert"),
    [
        (InboxFault.UNTRUSTED_CERTIFICATE, "unable to get local issuer", "unknown ca"),
        (InboxFault.WRONG_HOST, "Hostname mismatch", "bad certificate"),
        (InboxFault.EXPIRED_CERTIFICATE, "certificate has expired", "certificate expired"),
    ],
)
def test_a_faulty_certificate_of_the_server(
    pki: TestPki, state: InboxFault, seen: str, alert: str, version: ssl.TLSVersion
) -> None:
    with wired(pki, faulty=faulty(pki)) as server:
        server.inbox.watch(WATCH)
        context = server.context(version=version)
        with server.editor(context) as careful:
            assert careful.post("/Appointment", content=body(appointment())).status_code == 201
        server.inbox.certificate = state
        with server.editor(context) as careful, pytest.raises(httpx.ConnectError, match=seen):
            careful.post("/Appointment", content=body(appointment("b")))
        server.inbox.wait("R-S01", lambda exchange: exchange.facts["outcome"] == "no-message", 10)
        server.inbox.certificate = None
        with server.editor(context) as careful:
            assert careful.post("/Appointment", content=body(appointment("c"))).status_code == 201

        first, distrusted, last = server.inbox.taken()
    assert [first.facts["outcome"], last.facts["outcome"]] == ["created", "created"]
    assert outcome(distrusted) == ("R-S01", "no-message", "no")
    assert distrusted.facts["fault"] == state.value
    assert distrusted.facts["reason"] == f"le client a refusé le certificat du serveur (alerte «\u00a0{alert}\u00a0»)"
    assert (distrusted.facts["certificate"], distrusted.request.body) == ("", b"")


def test_a_careless_editor_is_caught(served: Wired) -> None:
    context = served.context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    served.inbox.certificate = InboxFault.UNTRUSTED_CERTIFICATE
    with served.editor(context) as careless:
        assert careless.post("/Appointment", content=body(appointment())).status_code == 201

    exchange = served.next()
    assert outcome(exchange) == ("R-S01", "created", "yes")
    assert exchange.facts["fault"] == "untrusted-certificate"
    assert exchange.request.body == body(appointment())


def test_an_editor_that_looks_at_the_certificate_after_the_handshake(served: Wired) -> None:
    context = served.context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    served.inbox.certificate = InboxFault.UNTRUSTED_CERTIFICATE
    with served.talking(context) as connection:
        assert connection.getpeercert(binary_form=True)

    exchange = served.next()
    assert exchange.facts["reason"] == "le client a quitté la connexion sans rien envoyer"
    assert (exchange.facts["outcome"], exchange.facts["fault"]) == ("no-message", "untrusted-certificate")


def test_a_connection_that_was_open_before_cannot_go_on(served: Wired) -> None:
    with served.talking() as connection:
        served.inbox.certificate = InboxFault.UNTRUSTED_CERTIFICATE
        assert connection.recv(100) == b""

    assert [exchange for exchange in served.inbox.taken() if exchange.request.method] == []


def test_a_state_without_a_certificate_is_a_fault_of_the_bench(served: Wired) -> None:
    served.inbox.certificate = InboxFault.WRONG_HOST
    with pytest.raises(OSError, match=r".*"), served.talking():
        pytest.fail("no certificate can be shown")

    with pytest.raises(RuntimeError, match="boîte de réception"):
        served.inbox.taken()


@VERSIONS
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_refused_connection(served: Wired, version: ssl.TLSVersion, host: str) -> None:
    served.inbox.inject("R-S01", InboxFault.REFUSED)
    context = served.context(version=version)

    with pytest.raises(ssl.SSLError) as caught, served.talking(context, host):
        pytest.fail("the handshake is refused")

    assert caught.value.reason == "TLSV1_ALERT_ACCESS_DENIED"
    with served.editor(context) as editor:
        assert editor.post("/Appointment", content=body(appointment())).status_code == 201
    first, second = served.inbox.taken()
    assert (outcome(first), first.facts["fault"]) == (("R-S01", "injected", "no"), "refused")
    assert outcome(second) == ("R-S01", "created", "yes")


def test_a_kept_connection_is_not_a_way_round_a_refusal(served: Wired) -> None:
    with served.talking() as connection:
        served.inbox.inject("R-S01", InboxFault.REFUSED)
        assert connection.recv(100) == b""


def test_no_session_is_resumed(served: Wired) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context, session = served.context(version=version), None
        for _ in range(2):
            with (
                socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname="localhost", session=session) as secured,
            ):
                secured.sendall(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                while secured.recv(65536):
                    pass
                session = secured.session
                assert not secured.session_reused


def test_material_that_cannot_serve(pki: TestPki, tmp_path: Path) -> None:
    inbox, address = new_inbox(), ("127.0.0.1", free_port())
    sound = ServerIdentity(pki.server.certificate, pki.server.key)
    mixed = ServerIdentity(pki.server.certificate, pki.client.key)
    for identity, ca, others in (
        (mixed, pki.chain, {}),
        (sound, tmp_path / "absent.pem", {}),
        (sound, pki.chain, {InboxFault.WRONG_HOST: mixed}),
    ):
        with pytest.raises(TlsMaterialError), serving_inbox(inbox, address, identity, ca, faulty=others):
            pytest.fail("nothing is served")
    with pytest.raises(ValueError, match="authority"), serving_inbox(inbox, address, sound, None):
        pytest.fail("nothing is served")


def test_a_port_that_is_taken(served: Wired) -> None:
    identity = ServerIdentity(served.pki.server.certificate, served.pki.server.key)
    with (
        pytest.raises(ListeningError, match="ce port est déjà pris"),
        serving_inbox(served.inbox, ("127.0.0.1", served.port), identity, served.pki.chain),
    ):
        pytest.fail("nothing is served")


def test_without_an_authority_no_certificate_is_asked_for(pki: TestPki) -> None:
    port = free_port()
    inbox = new_inbox(f"https://localhost:{port}/fhir", None)
    identity = ServerIdentity(pki.server.certificate, pki.server.key)
    with serving_inbox(inbox, ("127.0.0.1", port), identity, None):
        server = Wired(inbox, port, pki)
        with server.editor(server.context(anonymous=True)) as editor:
            assert editor.post("/Appointment", content=body(appointment())).status_code == 201


def test_the_port_is_free_and_no_thread_is_left_afterwards(pki: TestPki) -> None:
    with wired(pki) as server, server.talking():
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=10)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("inbox")] == []
