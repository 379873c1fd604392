"""The arrows of the sequence diagram of a scenario: who called whom, for what, with which outcome."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Fault, FaultKind, Request
from tests.evidence.page.drawing import (
    BROWSER,
    INBOX_URL,
    PLATFORM,
    PLATFORM_URL,
    SOLUTION,
    SOLUTION_URL,
    called,
    drawn,
    hop,
    lines,
    played,
    recorded_of,
    sent,
    shown_page,
    svg_of,
    text_of,
    told,
)
from tests.evidence.sample import NOT_FOUND
from tests.evidence.sso_sample import NO_CHALLENGE, UNCHECKED, sso_campaign, sso_exchanges, sso_pages, sso_recorded


def test_a_sign_on_is_drawn_in_the_order_in_which_one_call_led_to_another() -> None:
    svg = svg_of(render_report(sso_campaign(), sso_recorded()), "SSO-01")
    assert lines(svg) == [
        (BROWSER, SOLUTION, "GET Arrivée depuis la plateforme 302"),
        (BROWSER, PLATFORM, "△ constat 7 GET Demande d’autorisation 302"),
        (BROWSER, SOLUTION, "GET Retour de la plateforme 303"),
        (SOLUTION, PLATFORM, "POST Jetons 200"),
        (BROWSER, SOLUTION, "GET Page d’agenda 200"),
    ]
    assert [text_of(step) for step in svg.findall("text[@class='step']")] == ["Arrivée depuis la plateforme"]
    assert [link.attrib["href"] for link in svg.findall("a")] == [
        "#echange-SSO-01-n1",
        "#echange-SSO-01-r1",
        "#echange-SSO-01-n3",
        "#echange-SSO-01-r2",
        "#echange-SSO-01-n4",
    ]


def test_an_appointment_goes_from_the_search_to_its_cancellation() -> None:
    account = {"resourceType": "Practitioner", "active": False}
    booking = hop("n1", 300, f"{SOLUTION_URL}/ps/1/reserver", 200, "POST")
    assert drawn(
        sent("e1", 0, "POST", "Practitioner", {"active": True}, 201),
        sent("e2", 100, "GET", "Slot?status=free"),
        booking,
        told("r1", 310, "POST", "booked"),
        shown_page("p1", 300, [booking], "agenda:1"),
        told("r2", 2000, "PUT", "booked", 200),
        told("r3", 3000, "PUT", "cancelled", 200),
        sent("e3", 4000, "PUT", "Practitioner?identifier=A", account),
    ) == [
        (PLATFORM, SOLUTION, "POST Création du compte 201"),
        (PLATFORM, SOLUTION, "GET Recherche de créneaux 200"),
        (BROWSER, SOLUTION, "POST Envoi d’un formulaire 200"),
        (SOLUTION, PLATFORM, "POST Rendez-vous pris (booked) 201"),
        (SOLUTION, PLATFORM, "PUT Rendez-vous mis à jour (booked) 200"),
        (SOLUTION, PLATFORM, "PUT Rendez-vous annulé (cancelled) 200"),
        (PLATFORM, SOLUTION, "PUT Désactivation du compte 200"),
    ]


@pytest.mark.parametrize(
    ("method", "status", "meaning"),
    [
        ("POST", "pending", "POST Rendez-vous demandé (pending) 201"),
        ("PUT", "fulfilled", "PUT Rendez-vous honoré (fulfilled) 201"),
        ("PUT", "noshow", "PUT Rendez-vous non honoré (noshow) 201"),
        ("PUT", "waitlist", "PUT Rendez-vous (waitlist) 201"),
        ("POST", "", "POST Message de rendez-vous 201"),
        ("POST", "é" * 100, f"POST Rendez-vous ({'é' * 19}…) 201"),
    ],
)
def test_the_status_of_an_appointment_names_its_message(method: str, status: str, meaning: str) -> None:
    _, arrow = drawn(sent("e1", 0, "GET", "Slot"), told("r1", 10, method, status))
    assert arrow == (SOLUTION, PLATFORM, meaning)


def test_a_long_navigation_keeps_its_authorization_its_return_and_its_page() -> None:
    hops = [
        hop("n1", 0, f"{SOLUTION_URL}/ps/1?origin=sas"),
        hop("n2", 10, f"{SOLUTION_URL}/a"),
        hop("n3", 20, f"{PLATFORM_URL}/authorization?x=1"),
        hop("n4", 30, f"{SOLUTION_URL}/retour?code=***&state=s"),
        hop("n5", 90, f"{SOLUTION_URL}/b"),
        hop("n6", 100, f"{SOLUTION_URL}/ps/1", 200),
    ]
    recorded = recorded_of(
        [
            *hops,
            called("r1", 5, "discovery"),
            called("r2", 19, "authorization", 302),
            called("r3", 28, "token"),
            called("r4", 40, "userinfo", 401),
        ],
        [shown_page("p1", 0, hops, "session", "agenda:1")],
    )
    html = render_report(played(recorded), recorded)
    assert lines(svg_of(html, "RDV-J01")) == [
        (BROWSER, SOLUTION, "GET Arrivée depuis la plateforme 302"),
        (SOLUTION, PLATFORM, "GET Découverte 200"),
        (BROWSER, PLATFORM, "GET Demande d’autorisation 302"),
        (BROWSER, SOLUTION, "GET Retour de la plateforme 302"),
        (SOLUTION, PLATFORM, "POST Jetons 200"),
        (SOLUTION, PLATFORM, "GET UserInfo 401"),
        (BROWSER, SOLUTION, "GET Page d’agenda 200"),
    ]
    assert "2\u00a0redirections ne sont pas dessinées." in html


def test_a_redirection_that_a_finding_names_is_drawn_and_marked() -> None:
    hops = [
        hop("n1", 0, f"{SOLUTION_URL}/a"),
        hop("n2", 1, f"{SOLUTION_URL}/b"),
        hop("n3", 2, f"{SOLUTION_URL}/c", 200),
    ]
    recorded = recorded_of([sent("e1", 0, "GET", "Slot"), *hops], [shown_page("p1", 0, hops, "error")])
    findings = (
        replace(NOT_FOUND, exchange="n2"),
        replace(UNCHECKED, exchange="p1"),
        replace(NO_CHALLENGE, exchange="p1"),
    )
    result = played(recorded)
    result = replace(result, scenarios=(replace(result.scenarios[0], findings=findings),))
    svg = svg_of(render_report(result, recorded), "RDV-J01")
    assert [says for _, _, says in lines(svg)] == [
        "GET Recherche de créneaux 200",
        "GET Page de la solution 302",
        "✕ constat 1 GET Page de la solution 302",
        "✕ 2\u00a0constats GET Page d’erreur 200",
    ]
    assert [text_of(mark) for mark in svg.findall("a/text/tspan[@class='blocks']")] == [
        "✕ constat 1",
        "✕ 2\u00a0constats",
    ]


def test_failures_are_told_and_marked_red() -> None:
    silent = called("r1", 10, "token", None)
    reset = replace(
        sent("e2", 20, "PUT", "Practitioner/17"), response=None, fault=Fault(FaultKind.RESET, "receive", "x")
    )
    cut = replace(sent("e3", 30, "GET", "Slot"), fault=Fault(FaultKind.TRUNCATED, "receive", "x"))
    recorded = recorded_of([sent("e1", 0, "GET", "metadata", status=503), silent, reset, cut])
    svg = svg_of(render_report(played(recorded), recorded), "RDV-J01")
    assert lines(svg) == [
        (PLATFORM, SOLUTION, "GET Capacités de la solution 503"),
        (SOLUTION, PLATFORM, "POST Jetons sans réponse"),
        (PLATFORM, SOLUTION, "PUT Mise à jour du compte connexion coupée"),
        (PLATFORM, SOLUTION, "GET Recherche de créneaux 200, réponse tronquée"),
    ]
    assert len(svg.findall("a/text/tspan[@class='bad']")) == 4


def test_a_browser_that_cannot_reach_the_platform_is_drawn_from_its_own_side() -> None:
    lost = replace(hop("n2", 1, f"{PLATFORM_URL}/authorization", None), fault=Fault(FaultKind.REFUSED, "connect", "x"))
    hops = [hop("n1", 0, f"{SOLUTION_URL}/ps/1?origin=sas"), lost]
    known_elsewhere = called("r1", 5000, "authorization")
    arrows = drawn(*hops, shown_page("p1", 0, hops), known_elsewhere)
    assert arrows[1] == (BROWSER, PLATFORM, "GET Demande d’autorisation connexion refusée")


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"null", b'{"status": 7}', b"9" * 5000])
def test_a_message_that_is_no_appointment_is_drawn_all_the_same(body: bytes) -> None:
    message = told("r1", 10, "PUT", "booked")
    message = replace(message, request=replace(message.request, body=body))
    _, arrow = drawn(sent("e1", 0, "GET", "Slot"), message)
    assert arrow == (SOLUTION, PLATFORM, "PUT Message de rendez-vous 201")


def test_a_connection_that_was_refused_has_no_method() -> None:
    refused = replace(told("r1", 10, "PUT", "booked", None), request=Request("", INBOX_URL))
    broken = replace(refused, id="r2", fault=Fault(FaultKind.TLS, "tls", "x"))
    assert drawn(sent("e1", 0, "GET", "Slot"), refused, broken)[1:] == [
        (SOLUTION, PLATFORM, "Connexion sans message"),
        (SOLUTION, PLATFORM, "Connexion échec TLS"),
    ]


def test_the_capabilities_of_the_platform_may_be_asked_for() -> None:
    asked = replace(told("r1", 10, "GET", "", 200), request=Request("GET", f"{INBOX_URL}/metadata"))
    assert drawn(sent("e1", 0, "GET", "Slot"), asked)[1:] == [
        (SOLUTION, PLATFORM, "GET Capacités de la plateforme 200")
    ]


def test_an_exchange_that_the_journal_lacks_is_not_drawn() -> None:
    kept = {name: one for name, one in sso_exchanges().items() if name != "SSO-01-n4"}
    svg = svg_of(render_report(sso_campaign(), Recorded(kept, sso_pages())), "SSO-01")
    assert [says for _, _, says in lines(svg)][-1] == "POST Jetons 200"
    assert len(svg.findall("a")) == 4


def test_only_the_findings_of_the_scenario_mark_its_arrows() -> None:
    result = sso_campaign()
    result = replace(result, scenarios=tuple(replace(scenario, findings=()) for scenario in result.scenarios))
    svg = svg_of(render_report(result, sso_recorded()), "SSO-01")
    assert [says for _, _, says in lines(svg)][1] == "GET Demande d’autorisation 302"
