from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from sas_recette.engine.connections import in_clear
from sas_recette.platform.pki import TestPki
from sas_recette.platform.server_case import ServerCase
from sas_recette.platform.server_facts import certificate_words, server_facts
from sas_recette.platform.tls import load_certificates


def leaf(pki: TestPki, case: ServerCase) -> x509.Certificate:
    return load_certificates(pki.server_negatives[case].certificate)[0]


def test_what_a_server_s_certificate_says(pki: TestPki) -> None:
    words = certificate_words(leaf(pki, ServerCase.WRONG_HOST), datetime.now(UTC) + timedelta(minutes=1))
    assert words["server_names"] == "autre-plateforme.invalid"
    assert words["server_key"] == "EC 256 bits (secp256r1)"
    assert words["server_signature"] == "sha256"
    assert words["server_days"] == "364 jours"


def test_a_certificate_that_has_expired(pki: TestPki) -> None:
    expired = leaf(pki, ServerCase.EXPIRED)
    assert certificate_words(expired, expired.not_valid_after_utc + timedelta(days=2))["server_days"] == (
        "expiré depuis 2 jours"
    )


def test_a_server_that_nobody_reaches() -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    address = closed.getsockname()
    closed.close()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert server_facts(address, context, datetime.now(UTC), seconds=1) == {}


@pytest.mark.parametrize(
    ("base", "clear"),
    [
        ("https://agenda.example/fhir", ("http://agenda.example:443/fhir", "http://agenda.example:80/fhir")),
        ("https://agenda.example:443/fhir", ("http://agenda.example:443/fhir", "http://agenda.example:80/fhir")),
        ("https://agenda.example:8443/fhir", ("http://agenda.example:8443/fhir",)),
        ("https://[::1]:8443/fhir", ("http://[::1]:8443/fhir",)),
    ],
)
def test_where_a_server_may_answer_in_clear(base: str, clear: tuple[str, ...]) -> None:
    assert in_clear(base) == clear
