"""What the platform is told to do wrong, and a connection that brings no message."""

from __future__ import annotations

import httpx
import pytest

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.platform.inbox.messages import (
    CERTIFICATE_STATES,
    BrokenHandshake,
    Greeting,
    InboxFault,
    Received,
)
from tests.platform.inbox.desk import (
    ANNE,
    BASE,
    FHIR,
    WATCH,
    InProcess,
    appointment,
    body,
    diagnostics,
    new_inbox,
    outcome,
    peer,
    post,
)


@pytest.mark.parametrize("fault", [fault for fault in InboxFault if fault.status])
def test_an_injected_status_strikes_one_message_of_its_scenario(fault: InboxFault) -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    inbox.inject("R-S01", fault)

    inbox.receive(Received("GET", "/fhir/metadata", tls=peer()))
    struck = inbox.receive(post(appointment()))
    again = inbox.receive(post(appointment()))

    assert (struck.status, again.status) == (fault.status, 201)
    assert diagnostics(struck) == f"Réponse {fault.status} simulée par le banc de recette."
    assert ("Retry-After" in dict(struck.headers)) == (fault in {InboxFault.S429, InboxFault.S503})
    _, first, second = inbox.taken()
    assert (outcome(first), first.facts["fault"]) == (("R-S01", "injected", "no"), fault.value)
    assert (outcome(second), "fault" in second.facts) == (("R-S01", "created", "yes"), False)


def test_faults_are_played_in_their_order_and_only_for_their_scenario() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    inbox.inject("R-S01", InboxFault.S500, InboxFault.S422)
    elsewhere = appointment("x", operator="urn:x|autre", practitioner="autre")

    statuses = [inbox.receive(post(sent)).status for sent in (elsewhere, appointment(), appointment(), appointment())]

    assert statuses == [201, 500, 422, 201]


def test_faults_that_struck_nothing_go_with_their_scenario() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    inbox.inject("R-S01", InboxFault.REFUSED, InboxFault.S500)
    inbox.unwatch("R-S01")

    assert inbox.greet() == Greeting()
    assert inbox.receive(post(appointment())).status == 201


def test_a_certificate_is_a_state_not_a_fault_of_one_message() -> None:
    inbox = new_inbox()
    for state in CERTIFICATE_STATES:
        with pytest.raises(ValueError, match="certificate"):
            inbox.inject("R-S01", state)
    with pytest.raises(ValueError, match="certificate"):
        inbox.certificate = InboxFault.S500


def test_what_comes_over_a_faulty_certificate_is_marked_and_kept() -> None:
    inbox = new_inbox()
    before = inbox.greet()
    inbox.certificate = InboxFault.WRONG_HOST

    assert (inbox.is_current(before), inbox.greet()) == (False, Greeting(certificate=InboxFault.WRONG_HOST))
    assert inbox.receive(post(appointment())).status == 201
    (exchange,) = inbox.taken()
    assert (exchange.facts["outcome"], exchange.facts["fault"]) == ("created", "wrong-host")
    inbox.certificate = None
    assert inbox.is_current(before)


def test_a_refused_connection_is_recorded_and_used_up() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    kept = inbox.greet()
    inbox.inject("R-S01", InboxFault.REFUSED)

    assert not inbox.is_current(kept)
    assert inbox.greet() == Greeting(refused=True)
    assert inbox.is_current(kept)
    (exchange,) = inbox.taken()
    assert (exchange.request.method, exchange.request.url, exchange.response) == ("", BASE, None)
    assert (outcome(exchange), exchange.facts["fault"]) == (("R-S01", "injected", "no"), "refused")


def test_a_broken_handshake_is_of_the_one_scenario_that_waits() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)

    inbox.broken(BrokenHandshake("aucun certificat", "aucun certificat", peer()))
    inbox.broken(BrokenHandshake("le client est parti", greeting=Greeting(certificate=InboxFault.WRONG_HOST)))

    first, second = inbox.taken()
    assert outcome(first) == ("R-S01", "refused-certificate", "no")
    assert (first.facts["certificate"], first.facts["client_cn"]) == ("aucun certificat", "editeur")
    assert (first.fault, first.response) == (Fault(FaultKind.TLS, "tls", "aucun certificat"), None)
    assert outcome(second) == ("R-S01", "no-message", "no")
    assert (second.facts["reason"], second.facts["fault"]) == ("le client est parti", "wrong-host")


def test_an_editor_s_http_client_in_process() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    faults = (InboxFault.REFUSED, InboxFault.RESET, InboxFault.TIMEOUT, InboxFault.TRUNCATED)
    inbox.inject("R-S01", *faults)
    errors = []
    with httpx.Client(transport=InProcess(inbox), base_url=BASE, headers=FHIR) as editor:
        for _ in faults:
            with pytest.raises(httpx.TransportError) as caught:
                editor.post("/Appointment", content=body(appointment()))
            errors.append(type(caught.value))
        assert editor.post("/Appointment", content=body(appointment())).status_code == 201

    assert errors == [
        httpx.ConnectError,
        httpx.RemoteProtocolError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
    ]
    exchanges = inbox.taken()
    assert [exchange.facts.get("fault", "") for exchange in exchanges] == [*(fault.value for fault in faults), ""]
    assert [exchange.response is None for exchange in exchanges] == [True, True, True, True, False]
    assert ANNE.encode().partition(b"|")[2] in exchanges[1].request.body
