"""Versions of TLS, suites, the server's own certificate, plain HTTP (security.md §2, T10, T11; §5)."""

from __future__ import annotations

import pytest

from sas_recette.exchange.model import Exchange, Fault, FaultKind, TlsFacts
from sas_recette.norm.typography import french
from tests.rules.security.building import BUNDLE, OUTCOME, exchange, said, tallies

PROTOCOL_VERSION = Fault(FaultKind.TLS, "tls", "TLSV1_ALERT_PROTOCOL_VERSION")
SILENCE = Fault(FaultKind.TIMEOUT, "tls", "silence")


def spoken(name: str, cipher: str = "TLS_AES_256_GCM_SHA384") -> Exchange:
    return exchange(status=200, body=BUNDLE, tls=TlsFacts(name.replace("TLS ", "TLSv"), cipher), offered=name)


def unspoken(name: str, fault: Fault = PROTOCOL_VERSION) -> Exchange:
    return exchange(fault=fault, offered=name)


def offer(answer: str, name: str = "TLS 1.1") -> Exchange:
    tls = TlsFacts(name, "TLS_RSA_WITH_RC4_128_SHA") if answer == "accepted" else None
    return exchange(tls=tls, offered=name, answer=answer)


def versions(*exchanges: Exchange) -> dict[str, str]:
    return {name: said(one) for name, one in tallies("tls-versions", exchanges).items()}


def test_a_server_of_today() -> None:
    seen = versions(spoken("TLS 1.2"), spoken("TLS 1.3"), offer("refused"), offer("refused", "SSL 3.0"))
    assert seen == dict.fromkeys(("SEC-014", "SEC-015", "SEC-016", "SEC-025"), "held")


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ((spoken("TLS 1.2"), unspoken("TLS 1.3")), ("held", "warn", "held")),
        ((unspoken("TLS 1.2"), spoken("TLS 1.3")), ("held", "held", "warn")),
        ((unspoken("TLS 1.2"), unspoken("TLS 1.3")), ("fail", "warn", "warn")),
        ((unspoken("TLS 1.2", SILENCE), unspoken("TLS 1.3")), ("unexamined", "warn", "unexamined")),
        ((spoken("TLS 1.2"), unspoken("TLS 1.3", SILENCE)), ("held", "unexamined", "held")),
    ],
)
def test_the_current_versions(current: tuple[Exchange, ...], expected: tuple[str, ...]) -> None:
    seen = versions(*current)
    assert tuple(seen[name] for name in ("SEC-015", "SEC-016", "SEC-025")) == expected


@pytest.mark.parametrize(
    "detail", ["TLSV1_ALERT_UNKNOWN_CA", "SSLV3_ALERT_BAD_CERTIFICATE", "CERTIFICATE_VERIFY_FAILED : expired"]
)
def test_a_quarrel_about_certificates_says_nothing_of_the_version(detail: str) -> None:
    seen = versions(unspoken("TLS 1.2", Fault(FaultKind.TLS, "tls", detail)), spoken("TLS 1.3"))
    assert seen["SEC-025"] == "unexamined"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (("refused", "refused"), "held"),
        (("refused", "accepted"), "fail"),
        (("untested", "accepted"), "fail"),
        (("refused", "untested"), "unexamined"),
    ],
)
def test_the_obsolete_versions(answers: tuple[str, ...], verdict: str) -> None:
    assert versions(spoken("TLS 1.2"), *map(offer, answers))["SEC-014"] == verdict


def test_a_server_that_answers_nothing_refuses_nothing() -> None:
    assert (
        versions(unspoken("TLS 1.2", SILENCE), unspoken("TLS 1.3", SILENCE), offer("refused"))["SEC-014"]
        == "unexamined"
    )


@pytest.mark.parametrize(
    ("exchanges", "verdict"),
    [
        ((spoken("TLS 1.2"), offer("refused", "suites RC4")), "held"),
        ((spoken("TLS 1.2"), offer("accepted", "suites RC4")), "warn"),
        ((spoken("TLS 1.2", "ECDHE-RSA-NULL-SHA"), offer("refused", "suites RC4")), "warn"),
        ((spoken("TLS 1.2"), offer("untested", "suites RC4")), "unexamined"),
    ],
)
def test_weak_suites(exchanges: tuple[Exchange, ...], verdict: str) -> None:
    assert said(tallies("tls-suites", exchanges)["SEC-026"]) == verdict


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("certificate has expired", "il est expiré, ou l’une de ses autorités l’est"),
        ("certificate is not yet valid", "il n’est pas encore valide"),
        ("self-signed certificate", "il est signé par lui-même"),
        (
            "unable to get local issuer certificate",
            "son autorité n’est pas connue du banc, ou n’est pas transmise avec lui",
        ),
        ("Hostname mismatch, certificate is not valid for 'a'.", "il ne porte pas le nom d’hôte de l’URL de base"),
        ("something new", "CERTIFICATE_VERIFY_FAILED : something new"),
    ],
)
def test_why_the_server_s_certificate_fails(detail: str, words: str) -> None:
    seen = exchange(fault=Fault(FaultKind.TLS, "tls", f"CERTIFICATE_VERIFY_FAILED : {detail}"))
    found = tallies("tls-server", (seen,))["SEC-017"]
    assert said(found) == "fail"
    assert found.findings[0].message == french(f"Le certificat du serveur ne se vérifie pas : {words}.")


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("RSA 2048 bits", "held"),
        ("RSA 1024 bits", "warn"),
        ("EC 256 bits (secp256r1)", "held"),
        ("EC 192 bits", "warn"),
        ("", "held"),
    ],
)
def test_the_server_s_key(key: str, verdict: str) -> None:
    seen = exchange(status=200, tls=TlsFacts("TLSv1.3", ""), server_key=key)
    assert said(tallies("tls-server", (seen,))["SEC-017"]) == verdict


def test_a_handshake_that_the_server_refused_says_nothing_of_its_certificate() -> None:
    assert said(tallies("tls-server", (exchange(fault=PROTOCOL_VERSION),))["SEC-017"]) == "unexamined"


def in_clear(seen: Exchange) -> str:
    return said(tallies("tls-plain", (seen,))["SEC-018"])


@pytest.mark.parametrize(
    "seen",
    [
        exchange(status=301, location="https://agenda.example/fhir/Slot"),
        exchange(status=400, body=OUTCOME),
        exchange(status=403),
        exchange(status=500),
        exchange(fault=Fault(FaultKind.REFUSED, "connect", "connexion refusée")),
        exchange(fault=Fault(FaultKind.PROTOCOL, "receive", "la réponse n’est pas du HTTP")),
        exchange(fault=Fault(FaultKind.RESET, "receive", "connexion fermée sans réponse")),
    ],
)
def test_nothing_in_clear(seen: Exchange) -> None:
    assert in_clear(seen) == "held"


def test_something_in_clear() -> None:
    assert in_clear(exchange(status=200, body=BUNDLE)) == "fail"
    assert in_clear(exchange(status=500, body=BUNDLE)) == "fail"
    assert in_clear(exchange(status=200, body=b"<html>")) == "warn"
    assert in_clear(exchange(status=302, location="http://agenda.example/")) == "warn"
    assert in_clear(exchange(fault=SILENCE)) == "unexamined"
    assert in_clear(exchange(fault=Fault(FaultKind.NAME, "connect", "inconnu"))) == "unexamined"
