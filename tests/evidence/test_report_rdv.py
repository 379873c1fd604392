"""What the report shows of appointments: messages received, faults played, handshakes that failed, what is of no scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from sas_recette.evidence.page.facts_view import caption_of, fault_played, view_facts
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Exchange, Fault, FaultKind, PeerCertificate, Request, TlsFacts
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.watching import OUTSIDE
from tests.evidence.html_page import Page as Html
from tests.evidence.page.drawing import INBOX_URL, played, recorded_of, sent, told
from tests.evidence.sample import START

INBOX = {"endpoint": "inbox"}
PEER = PeerCertificate("CN=editeur,OU=300000000000017", "CN=AC", "01", START, START, "ab" * 32)
REASON = "le client a refusé le certificat du serveur (alerte «\u00a0unknown ca\u00a0»)"


def facts(given: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(fact.label, fact.value) for fact in view_facts({**INBOX, **given})]


def shown(*exchanges: Exchange, ids: tuple[str, ...] = ()) -> Html:
    """The report of one scenario, of which all these exchanges are, or those that are named."""
    recorded = recorded_of(exchanges)
    result = played(recorded)
    of_scenario = ids or result.scenarios[0].exchanges
    result = replace(result, scenarios=(replace(result.scenarios[0], exchanges=of_scenario),))
    return Html(render_report(result, recorded))


def flat(page: Html, name: str) -> str:
    return re.sub("[ \n]+", " ", page.by_id(name).content)


def test_the_facts_of_a_message_in_words() -> None:
    assert facts(
        {
            "client_cn": "editeur",
            "client_ou": "300000000000017 | SAS",
            "outcome": "created",
            "applied": "yes",
            "certificate": "",
            "appointment": "urn:oid:1.2|A",
        }
    ) == [
        ("Nom du client (CN du certificat)", "editeur"),
        ("Organisation du client (OU du certificat)", "300000000000017 | SAS"),
        ("Issue", "rendez-vous créé"),
        ("Retenu par la plateforme", "oui"),
        ("Rendez-vous (système|valeur)", "urn:oid:1.2|A"),
    ]


def test_a_reason_that_the_certificate_tells_is_said_once() -> None:
    lacking = "aucun certificat client n’a été présenté"
    assert facts({"outcome": "refused-certificate", "applied": "no", "certificate": lacking, "reason": lacking}) == [
        ("Issue", "refusé\u00a0: certificat client"),
        ("Retenu par la plateforme", "non"),
        ("Défaut du certificat client", lacking),
    ]
    assert facts({"reason": "x"}) == [("Pourquoi aucun message n’est venu", "x")]


@pytest.mark.parametrize(
    "outcome",
    [
        "created",
        "updated",
        "created-by-update",
        "updated-by-id",
        "duplicate",
        "mismatch",
        "malformed",
        "invalid",
        "refused-certificate",
        "unknown-path",
        "unknown-id",
        "method-not-allowed",
        "injected",
        "metadata",
        "no-message",
        "error",
    ],
)
def test_every_outcome_of_the_inbox_has_its_words(outcome: str) -> None:
    ((label, words),) = facts({"outcome": outcome})
    assert label == "Issue"
    assert re.fullmatch("[a-zàéè’ \u00a0:-]+(?:HTTP[a-zàé ]+)?", words)
    assert words != outcome


@pytest.mark.parametrize("fault", InboxFault)
def test_every_fault_of_the_inbox_has_its_words(fault: InboxFault) -> None:
    words = fault_played(INBOX | {"fault": fault.value})
    assert facts({"fault": fault.value}) == [("Panne jouée par le banc", words)]
    assert words != fault.value
    assert words.startswith("HTTP ") == bool(fault.status)


def test_elsewhere_the_same_words_keep_their_meaning() -> None:
    token = {"endpoint": "token", "outcome": "error", "fault": "503"}
    assert [fact.value for fact in view_facts(token)] == ["erreur", "503"]
    assert fault_played(token) == ""
    assert caption_of(token).endswith("que le journal masque")
    assert caption_of(INBOX) == "Ce que le banc a établi sur le moment"
    assert facts({"outcome": "<b>", "other": "yes"}) == [("Issue", "<b>"), ("other", "oui")]


def test_a_message_shows_who_sent_it_and_what_it_was() -> None:
    message = replace(told("r1", 10, "POST", "booked"), tls=TlsFacts("TLSv1.3", "AES", PEER))
    page = shown(message)
    card = flat(page, "echange-r1")
    for part in (
        "Qui appelleLa solution candidate, de serveur à serveur",
        "Point d’accèsréception des rendez-vous",
        "TLSTLSv1.3, AES",
        "Certificat clientCN=editeur,OU=300000000000017",
        '"status": "booked"',
    ):
        assert part in card
    (line,) = (item.content for item in page.all("p") if "Rendez-vous pris (booked)" in item.content)
    assert "reçu de la solution POST Rendez-vous pris (booked) r1 → 201 Created" in line


def test_a_fault_that_the_bench_plays_is_told_beside_its_status() -> None:
    injected = INBOX | {"outcome": "injected", "applied": "no", "fault": "503"}
    page = shown(replace(told("r1", 10, "POST", "booked", 503), facts=injected))
    assert "503 Service Unavailable panne jouée\u00a0: HTTP 503 POST" in flat(page, "echange-r1")
    (line,) = (item.content for item in page.all("p") if "Rendez-vous pris (booked)" in item.content)
    assert "503 Service Unavailable panne jouée\u00a0: HTTP 503" in line


def test_a_handshake_that_fails_says_why_and_no_more() -> None:
    broken = replace(
        told("r1", 10, "POST", "booked", None),
        request=Request("", INBOX_URL),
        fault=Fault(FaultKind.TLS, "tls", REASON),
        tls=TlsFacts("TLSv1.3", "", PEER),
        facts=INBOX | {"outcome": "no-message", "applied": "no", "reason": REASON, "fault": "untrusted-certificate"},
    )
    page = shown(broken)
    card = flat(page, "echange-r1")
    assert "sans message panne jouée\u00a0: certificat de la plateforme émis par une autorité inconnue" in card
    assert f"Connexion sans message\u00a0: {REASON}" in card
    assert "TLSTLSv1.3Certificat" in card
    (line,) = (item.content for item in page.all("p") if "Connexion r1" in item.content)
    assert "→ sans message" in line


def test_a_message_that_is_cut_is_no_failure_of_the_transport() -> None:
    cut = replace(told("r1", 10, "POST", "booked", 400), fault=Fault(FaultKind.TRUNCATED, "receive", "3 octets sur 9"))
    assert "Message incomplet (truncated, phase «\u00a0receive\u00a0»)\u00a0: 3 octets sur 9" in flat(
        shown(cut), "echange-r1"
    )


def test_what_is_of_no_scenario_is_listed_apart() -> None:
    stray = replace(told("r1", 10, "POST", "booked"), scenario=OUTSIDE, step="")
    asked = replace(
        told("r2", 20, "GET", "", 200), scenario=OUTSIDE, step="", request=Request("GET", f"{INBOX_URL}/metadata")
    )
    page = shown(sent("e1", 0, "GET", "Slot"), stray, asked, ids=("e1",))
    section = flat(page, "hors-scenario")
    assert section.strip().startswith("Messages reçus hors scénario 2")
    assert section.index("POST Rendez-vous pris (booked) r1") < section.index("GET Capacités de la plateforme r2")
    assert "e1" not in section
    assert "Hors scénario" not in section
    assert "hors scénario" in flat(page, "echange-r1")
    assert "Scénario hors" not in flat(page, "echange-r1")


def test_without_such_messages_there_is_no_such_list() -> None:
    page = shown(sent("e1", 0, "GET", "Slot"), told("r1", 10, "POST", "booked"))
    assert "hors-scenario" not in page.ids()
