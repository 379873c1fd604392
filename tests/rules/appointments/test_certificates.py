"""Who tells the platform, and whom the solution tells; two regulators and one slot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from sas_recette.exchange.model import Fault, FaultKind, PeerCertificate, Request, TlsFacts
from sas_recette.rules.answer import SearchAnswer, read_answer
from tests.rules.appointments.building import BOOKED, ID, MOVED, OTHER, START, judged, post, put, with_

_DAY = datetime(2026, 9, 4, tzinfo=UTC)
PEER = PeerCertificate("CN=editeur", "CN=autorite", "01", _DAY, _DAY, "00")
REFUSED = "le CN du certificat client vaut «\u00a0autre\u00a0», et non «\u00a0editeur\u00a0»"
STATE = "untrusted-certificate"


def over_tls(answer: SearchAnswer, version: str = "TLSv1.3", peer: PeerCertificate | None = PEER) -> SearchAnswer:
    assert answer.exchange is not None
    return read_answer(replace(answer.exchange, tls=TlsFacts(version, "", peer)))


def broken(detail: str, certificate: str = "", fault: str = "") -> SearchAnswer:
    """A handshake that came to nothing."""
    exchange = post().exchange
    assert exchange is not None
    facts = {"endpoint": "inbox", "applied": "no", "certificate": certificate} | ({"fault": fault} if fault else {})
    return read_answer(
        replace(
            exchange,
            request=Request("", "https://sas.example/fhir"),
            response=None,
            fault=Fault(FaultKind.TLS, "tls", detail),
            facts=facts,
        )
    )


def test_the_declared_certificate_in_a_recent_tls() -> None:
    for version in ("TLSv1.2", "TLSv1.3"):
        verdicts = judged(over_tls(post(), version))
        assert {"SEC-019", "SEC-021"}.isdisjoint(verdicts.fails | verdicts.unverified)


@pytest.mark.parametrize(
    "answer",
    [
        over_tls(post(status=403, facts={"outcome": "refused-certificate", "certificate": REFUSED})),
        broken("certificat refusé", REFUSED),
    ],
)
def test_what_the_certificate_lacks_is_said(answer: SearchAnswer) -> None:
    verdicts = judged(answer)
    assert "SEC-019" in verdicts.fails
    assert verdicts.seen("SEC-019") == ("TLS", "le certificat client déclaré (appointments.client_cn)", REFUSED)
    assert (
        verdicts.first("SEC-019").message
        == f"La plateforme refuse le certificat client de la solution\u00a0: {REFUSED}."
    )


def test_an_old_tls_is_told() -> None:
    why = "le client ne propose pas TLS 1.2 ou une version plus récente"
    verdicts = judged(broken(why))
    assert verdicts.fails == {"SEC-021"}
    assert verdicts.seen("SEC-021") == ("TLS", "TLS 1.2 ou 1.3", why)


def test_without_tls_nothing_is_known() -> None:
    assert {"SEC-019", "SEC-021"} <= judged(post()).unverified


class TestUntrustedPlatform:
    def test_nothing_is_sent_until_the_certificate_is_sound(self) -> None:
        verdicts = judged(broken("refusé", fault=STATE), post(), check="rdv-untrusted", state=STATE)
        assert (verdicts.fails, verdicts.unverified) == (set(), set())

    def test_a_message_all_the_same(self) -> None:
        verdicts = judged(post(facts={"fault": STATE}), check="rdv-untrusted", state=STATE)
        assert verdicts.fails == {"SEC-020"}
        assert verdicts.first("SEC-020").message == (
            "La solution envoie un rendez-vous à une plateforme dont le certificat ne prouve rien\u00a0: "
            "une autorité inconnue l’a émis."
        )

    @pytest.mark.parametrize("answers", [(), (broken("refusé", fault=STATE),)])
    def test_silence_proves_nothing(self, answers: tuple[SearchAnswer, ...]) -> None:
        assert judged(*answers, check="rdv-untrusted", state=STATE).unverified == {"SEC-020"}


class TestOneSlot:
    SLOT: ClassVar = {"start": START}

    def test_one_of_two(self) -> None:
        verdicts = judged(post(), check="rdv-same-slot", slot=self.SLOT)
        assert (verdicts.warns, verdicts.unverified) == (set(), set())

    def test_both(self) -> None:
        second = post(with_({(*ID, "value"): OTHER}))
        verdicts = judged(post(), second, check="rdv-same-slot", slot=self.SLOT)
        assert verdicts.warns == {"RDV-050"}
        assert verdicts.seen("RDV-050")[2].endswith(OTHER)

    @pytest.mark.parametrize(
        "second",
        [
            post(with_({(*ID, "value"): OTHER, **MOVED})),
            post(with_({(*ID, "value"): OTHER, ("status",): "pending"})),
            post(with_({(*ID, "value"): OTHER}), status=422),
        ],
    )
    def test_what_is_no_double(self, second: SearchAnswer) -> None:
        assert judged(post(), second, check="rdv-same-slot", slot=self.SLOT).warns == set()

    def test_a_double_that_is_cancelled(self) -> None:
        other = with_({(*ID, "value"): OTHER})
        cancelled = put(with_({("status",): "cancelled"}, other), f"?identifier=x|{OTHER}")
        assert judged(post(BOOKED), post(other), cancelled, check="rdv-same-slot", slot=self.SLOT).warns == set()
