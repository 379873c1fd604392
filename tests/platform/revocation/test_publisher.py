from __future__ import annotations

import base64
import http.client
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from sas_recette.exchange.model import Direction, Exchange
from sas_recette.platform.inbox.watching import OUTSIDE
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki
from sas_recette.platform.revocation.authority import Authority, written_address
from sas_recette.platform.revocation.publisher import BODY_LIMIT, Publisher
from sas_recette.platform.revocation.serving import serving_revocation
from tests.platform.loopback import free_port
from tests.platform.revocation.asking import NOW, first, question
from tests.platform.revocation.conftest import URL

LIST = "/crl-emettrice.crl"


def publisher(authorities: tuple[Authority, ...], clock: Callable[[], datetime] = lambda: NOW) -> Publisher:
    return Publisher(URL, authorities, clock, lambda: "r-1", "SEC-S05")


def status(exchange: Exchange) -> int:
    return exchange.response.status if exchange.response else 0


def header(exchange: Exchange, name: str) -> str | None:
    return exchange.response.header(name) if exchange.response else None


def test_the_addresses_are_those_of_the_certificates(published: TestPki) -> None:
    leaf, issuing = first(published.client.certificate), first(published.issuing)
    assert written_address(leaf) == written_address(issuing) == URL
    for certificate, crl in ((leaf, LIST), (issuing, "/crl-racine.crl")):
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert [name.value for one in points for name in one.full_name or ()] == [f"{URL}{crl}"]
    for case in (NegativeCase.REVOKED, NegativeCase.EXPIRED, NegativeCase.FOREIGN_CA):
        assert written_address(first(published.negatives[case].certificate)) == URL
    assert written_address(first(published.root)) == ""


def test_the_list_is_the_one_of_the_folder(published: TestPki, authorities: tuple[Authority, ...]) -> None:
    exchange = publisher(authorities).receive("GET", LIST)
    assert exchange.response is not None
    assert x509.load_der_x509_crl(exchange.response.body) == x509.load_pem_x509_crl(published.crl.read_bytes())
    serial = f"{first(published.negatives[NegativeCase.REVOKED].certificate).serial_number:x}"
    assert (exchange.facts["document"], exchange.facts["revoked"]) == ("crl", serial)
    assert "outdated" not in exchange.facts
    assert (exchange.direction, exchange.scenario) == (Direction.RECEIVED, "SEC-S05")
    assert header(exchange, "Content-Type") == "application/pkix-crl"
    assert header(exchange, "Cache-Control") == "public, max-age=300"
    of_root = publisher(authorities).receive("HEAD", "/crl-racine.crl")
    assert (status(of_root), of_root.response and of_root.response.body, of_root.scenario) == (200, b"", OUTSIDE)


def test_a_list_that_the_client_has_is_not_sent_again(authorities: tuple[Authority, ...]) -> None:
    desk = publisher(authorities)
    seen = desk.receive("GET", LIST)
    tag, published = header(seen, "ETag") or "", header(seen, "Last-Modified") or ""
    older = format_datetime(NOW - timedelta(days=2), usegmt=True)
    answers = {
        ("If-None-Match", tag): 304,
        ("If-None-Match", '"autre"'): 200,
        ("If-Modified-Since", published): 304,
        ("If-Modified-Since", older): 200,
        ("If-Modified-Since", "hier"): 200,
    }
    assert {given: status(desk.receive("GET", LIST, (given,))) for given in answers} == answers
    assert desk.receive("GET", LIST, (("If-None-Match", tag),)).facts == seen.facts


def test_a_list_that_is_out_of_date_says_so_and_is_not_kept(authorities: tuple[Authority, ...]) -> None:
    late = publisher(authorities, lambda: NOW + timedelta(days=2)).receive("GET", LIST)
    assert (late.facts["outdated"], header(late, "Cache-Control")) == ("yes", "public, max-age=0")


def test_a_state_is_asked_for_by_post_and_by_get(published: TestPki, authorities: tuple[Authority, ...]) -> None:
    desk = publisher(authorities)
    asked = question(published.negatives[NegativeCase.REVOKED].certificate, published.issuing)
    encoded = base64.b64encode(asked).decode()
    ways = [
        desk.receive("POST", "/ocsp", (("Content-Type", "application/ocsp-request"),), asked),
        desk.receive("GET", f"/ocsp/{quote(encoded, safe='')}"),
        desk.receive("GET", f"/ocsp/{encoded}"),
    ]
    for one in ways:
        assert one.response is not None
        response = ocsp.load_der_ocsp_response(one.response.body)
        assert response.certificate_status is ocsp.OCSPCertStatus.REVOKED
        assert (one.facts["status"], one.scenario) == ("revoked", "SEC-S05")
        assert one.step == "La solution demande l’état d’un certificat (OCSP)\u00a0: révoqué"
        assert header(one, "Content-Type") == "application/ocsp-response"
    assert [header(one, "Cache-Control") for one in ways[:2]] == ["no-store", "public, max-age=300"]
    good = desk.receive("POST", "/ocsp", (), question(published.client.certificate, published.issuing))
    assert (good.facts["status"], good.scenario) == ("good", OUTSIDE)
    assert good.facts["subject"].startswith("CN=cn,OU=318")


@pytest.mark.parametrize(
    ("method", "target", "body", "expected"),
    [
        ("GET", "/", b"", 404),
        ("GET", "/crl-autre.crl", b"", 404),
        ("POST", LIST, b"", 405),
        ("GET", "/ocsp", b"", 405),
        ("PUT", "/ocsp", b"x", 405),
        ("POST", "/ocsp", b"x" * (BODY_LIMIT + 1), 413),
        ("GET", "/ocsp/%%%", b"", 200),
        ("POST", "/ocsp", b"", 200),
    ],
)
def test_whatever_else_is_asked(
    authorities: tuple[Authority, ...], method: str, target: str, body: bytes, expected: int
) -> None:
    exchange = publisher(authorities).receive(method, target, (), body)
    assert (status(exchange), exchange.scenario) == (expected, OUTSIDE)
    assert len(exchange.request.body) <= BODY_LIMIT
    if expected == 200:
        assert exchange.facts["status"] == "malformed_request"


def test_it_is_served_in_plain_http(published: TestPki, authorities: tuple[Authority, ...]) -> None:
    recorded: list[Exchange] = []
    address = ("127.0.0.1", free_port())
    asked = question(published.client.certificate, published.issuing)
    with serving_revocation(publisher(authorities), address, recorded.append):
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", f"/ocsp/{quote(base64.b64encode(asked).decode(), safe='')}?x=1")
        got = connection.getresponse()
        assert (got.status, got.getheader("Content-Type")) == (200, "application/ocsp-response")
        assert ocsp.load_der_ocsp_response(got.read()).certificate_status is ocsp.OCSPCertStatus.GOOD
        connection.request("POST", "/ocsp", asked, {"Content-Type": "application/ocsp-request"})
        assert connection.getresponse().read()[:1] == b"\x30"
        connection.close()
    assert [one.request.method for one in recorded] == ["GET", "POST"]
    assert recorded[0].request.url.endswith("?x=1")
    assert recorded[1].request.body == asked
    assert dict(recorded[1].request.headers)["content-type"] == "application/ocsp-request"
