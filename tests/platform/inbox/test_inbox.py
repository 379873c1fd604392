"""What the platform answers and records, without a network (appointments.md §3.1)."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import pytest

from sas_recette.exchange.model import Direction, Exchange, Fault, FaultKind
from sas_recette.fhir.access import JsonObject
from sas_recette.platform.inbox.messages import (
    Received,
)
from sas_recette.platform.inbox.watching import OUTSIDE
from tests.platform.inbox.desk import (
    BASE,
    NOW,
    SYSTEM,
    WATCH,
    appointment,
    conditional,
    diagnostics,
    header,
    new_inbox,
    outcome,
    peer,
    post,
    put,
)

KEY = f"{SYSTEM}|a"


def test_a_creation_is_recorded_raw_attributed_and_answered() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    sent = post(appointment())

    reply = inbox.receive(sent)

    assert (reply.status, reply.body) == (201, b"")
    assert reply.headers == (
        ("Date", "Fri, 04 Sep 2026 10:00:00 GMT"),
        ("Location", f"{BASE}/Appointment/rdv-1"),
        ("ETag", 'W/"1"'),
        ("Content-Length", "0"),
    )
    (exchange,) = inbox.taken()
    assert exchange.id == "rdv-1"
    assert (exchange.scenario, exchange.step, exchange.started) == ("R-S01", "réservation", NOW)
    assert exchange.direction is Direction.RECEIVED
    assert (exchange.request.method, exchange.request.url) == ("POST", f"{BASE}/Appointment")
    assert (exchange.request.headers, exchange.request.body) == (sent.headers, sent.body)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.headers) == (reply.status, reply.headers)
    assert exchange.tls == peer()
    assert exchange.facts == {
        "endpoint": "inbox",
        "outcome": "created",
        "applied": "yes",
        "client_cn": "editeur",
        "client_ou": "318",
        "certificate": "",
        "appointment": KEY,
    }
    assert inbox.taken() == ()
    assert inbox.history(KEY) == (exchange,)


def test_the_life_of_an_appointment() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    replies = [
        inbox.receive(post(appointment())),
        inbox.receive(post(appointment())),
        inbox.receive(put(appointment(status="cancelled"))),
        inbox.receive(put(appointment("b"), conditional("b"))),
        inbox.receive(put(appointment(), "/fhir/Appointment/rdv-1?_format=json")),
        inbox.receive(put(appointment(), "/fhir/Appointment/autre")),
        inbox.receive(put(appointment("b"))),
    ]

    assert [outcome(each) for each in inbox.taken()] == [
        ("R-S01", "created", "yes"),
        ("R-S01", "duplicate", "no"),
        ("R-S01", "updated", "yes"),
        ("R-S01", "created-by-update", "yes"),
        ("R-S01", "updated-by-id", "yes"),
        ("R-S01", "unknown-id", "no"),
        ("R-S01", "mismatch", "no"),
    ]
    assert [reply.status for reply in replies] == [201, 422, 200, 201, 200, 404, 422]
    assert json.loads(replies[1].body)["issue"][0]["code"] == "duplicate"
    assert KEY in diagnostics(replies[1])
    assert header(replies[2], "Location") == f"{BASE}/Appointment/rdv-1"
    assert [header(replies[index], "ETag") for index in (0, 2, 3, 4)] == ['W/"1"', 'W/"2"', 'W/"1"', 'W/"3"']
    assert len(inbox.history(KEY)) == 5


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        (f"identifier={SYSTEM}|a", 200, "updated"),
        (f"Identifier={SYSTEM}%7Ca", 200, "updated"),
        ("identifier=a", 200, "updated"),
        (f"identifier={SYSTEM}%7Ca&_format=json", 200, "updated"),
        (f"identifier={SYSTEM}%7Ca&identifier={SYSTEM}|a", 200, "updated"),
        ("identifier=%7Ca", 422, "mismatch"),
        ("identifier=urn:autre%7Ca", 422, "mismatch"),
        ("", 400, "malformed"),
        ("identifier=", 400, "malformed"),
        ("identifier=a&identifier=b", 400, "malformed"),
        ("identifier=a,b", 400, "malformed"),
        ("IDENTIFIER=a", 400, "malformed"),
    ],
)
def test_the_criterion_of_an_update(query: str, status: int, said: str) -> None:
    inbox = new_inbox()
    inbox.receive(post(appointment()))

    assert inbox.receive(put(appointment(), f"/fhir/Appointment?{query}")).status == status
    assert inbox.taken()[1].facts["outcome"] == said


def test_a_criterion_that_holds_reserved_characters() -> None:
    inbox = new_inbox()
    inbox.receive(post(appointment("a,b|c")))

    assert inbox.receive(put(appointment("a,b|c"), conditional("a\\,b\\|c"))).status == 200


def test_a_value_that_several_appointments_have_is_no_criterion() -> None:
    inbox = new_inbox()
    inbox.receive(post(appointment()))
    inbox.receive(post({**appointment(), "identifier": [{"system": "urn:autre", "value": "a"}]}))

    reply = inbox.receive(put(appointment(), "/fhir/Appointment?identifier=a"))

    assert (reply.status, diagnostics(reply)) == (412, "Plusieurs rendez-vous répondent au critère de la mise à jour.")


def test_an_update_without_identifier_in_its_body_is_applied_by_its_criterion() -> None:
    inbox = new_inbox()
    bare = {key: value for key, value in appointment().items() if key != "identifier"}

    assert [inbox.receive(put(bare)).status for _ in range(2)] == [201, 200]
    assert [each.facts["appointment"] for each in inbox.taken()] == [KEY, KEY]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "Le corps n’est pas du JSON"),
        (b"\xff\xfe", "Le corps n’est pas encodé en UTF-8"),
        (b"[]", "Le corps n’est pas un objet JSON."),
        (b"{}", "La ressource n’a pas de «\u00a0resourceType\u00a0»\u00a0: un Appointment est attendu."),
        (b'{"resourceType":"Slot"}', "La ressource est de type «\u00a0Slot\u00a0»"),
        (b"<Appointment/>", "Le corps n’est pas du JSON"),
    ],
)
def test_what_is_no_appointment(sent: bytes, said: str) -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)

    reply = inbox.receive(replace(post({}), body=sent))

    assert reply.status == 400
    assert diagnostics(reply).startswith(said)
    (exchange,) = inbox.taken()
    assert outcome(exchange) == ("R-S01", "malformed", "no")
    assert exchange.request.body == sent


def test_a_compressed_body_is_not_read() -> None:
    inbox = new_inbox()

    reply = inbox.receive(replace(post(appointment()), headers=(("content-encoding", "gzip"),)))

    assert reply.status == 415
    assert "gzip" in diagnostics(reply)


@pytest.mark.parametrize(
    ("method", "target", "status", "said", "allowed"),
    [
        ("POST", "/fhir/appointment", 404, "unknown-path", ""),
        ("POST", "/Appointment", 404, "unknown-path", ""),
        ("POST", "/fhirAppointment", 404, "unknown-path", ""),
        ("POST", "/fhir/Appointment/", 404, "unknown-path", ""),
        ("GET", "/fhir/Appointment?identifier=a", 405, "method-not-allowed", "POST, PUT"),
        ("POST", "/fhir/Appointment/rdv-1", 405, "method-not-allowed", "PUT"),
        ("DELETE", "/fhir/Appointment/rdv-1", 405, "method-not-allowed", "PUT"),
        ("POST", "/fhir/metadata", 405, "method-not-allowed", "GET"),
        ("OPTIONS", "*", 404, "unknown-path", ""),
        ("POST", "/fhir/Appointment/_search", 404, "unknown-path", ""),
    ],
)
def test_another_path_or_verb(method: str, target: str, status: int, said: str, allowed: str) -> None:
    inbox = new_inbox()

    reply = inbox.receive(replace(post(appointment()), method=method, target=target))

    assert reply.status == status
    assert dict(reply.headers).get("Allow", "") == allowed
    assert inbox.taken()[0].facts["outcome"] == said


def test_an_absolute_target_is_understood() -> None:
    inbox = new_inbox()

    assert inbox.receive(replace(post(appointment()), target=f"{BASE}/Appointment")).status == 201
    assert inbox.taken()[0].request.url == f"{BASE}/Appointment"


def test_the_capability_statement() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)

    reply = inbox.receive(Received("GET", "/fhir/metadata", tls=peer()))

    assert reply.status == 200
    statement = json.loads(reply.body)
    assert (statement["fhirVersion"], statement["format"]) == ("4.0.1", ["application/fhir+json"])
    (resource,) = statement["rest"][0]["resource"]
    assert resource["type"] == "Appointment"
    assert [each["code"] for each in resource["interaction"]] == ["create", "update"]
    assert (resource["updateCreate"], resource["conditionalUpdate"]) == (True, True)
    assert resource["searchParam"] == [{"name": "identifier", "type": "token"}]
    (exchange,) = inbox.taken()
    assert outcome(exchange) == (OUTSIDE, "metadata", "no")


def test_settings_of_the_answer() -> None:
    inbox = new_inbox(location_history=True, returns_resource=True)

    reply = inbox.receive(post({**appointment(), "id": "du-client"}))

    assert header(reply, "Location") == f"{BASE}/Appointment/rdv-1/_history/1"
    assert json.loads(reply.body) == {**appointment(), "id": "rdv-1"}


def test_a_strict_platform_says_every_rule_that_is_broken() -> None:
    def broken(resource: JsonObject) -> tuple[str, ...]:
        return ("Le statut est inconnu.", "Il manque un participant.") if resource["status"] == "?" else ()

    inbox = new_inbox(strict=broken)

    reply = inbox.receive(post(appointment(status="?")))

    assert reply.status == 422
    assert [issue["diagnostics"] for issue in json.loads(reply.body)["issue"]] == [
        "Le statut est inconnu.",
        "Il manque un participant.",
    ]
    assert inbox.receive(post(appointment())).status == 201
    assert [each.facts["outcome"] for each in inbox.taken()] == ["invalid", "created"]


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("", "aucun certificat client n’a été présenté"),
        ("CN=autre,OU=318", "le CN du certificat client vaut «\u00a0autre\u00a0», et non «\u00a0editeur\u00a0»"),
        (
            "CN=editeur-x,OU=318",
            "le CN du certificat client vaut «\u00a0editeur-x\u00a0», et non «\u00a0editeur\u00a0»",
        ),
        ("O=editeur,OU=318", "le CN du certificat client est absent, et non «\u00a0editeur\u00a0»"),
        ("CN=editeur,OU=3180", "l’OU du certificat client vaut «\u00a03180\u00a0», et non «\u00a0318\u00a0»"),
        ("CN=editeur", "l’OU du certificat client est absente, et non «\u00a0318\u00a0»"),
        ("CN=Editeur\\ ,OU=autre,OU=318", ""),
    ],
)
def test_whose_certificate_it_is(subject: str, said: str) -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)

    reply = inbox.receive(replace(post(appointment()), tls=peer(subject) if subject else None))

    (exchange,) = inbox.taken()
    assert exchange.facts["certificate"] == said
    assert reply.status == (403 if said else 201)
    assert outcome(exchange) == ("R-S01", *(("refused-certificate", "no") if said else ("created", "yes")))
    assert not said or diagnostics(reply) == f"Accès refusé\u00a0: {said}."
    assert exchange.facts["client_ou"] == " | ".join(part[3:] for part in reversed(subject.split(",")) if "OU=" in part)


def test_without_an_expected_client_nobody_is_refused() -> None:
    inbox = new_inbox(client=None)

    assert inbox.receive(replace(post(appointment()), tls=None)).status == 201


def test_a_message_that_is_not_whole() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    sent = post(appointment())
    kinds = (FaultKind.TOO_LARGE, FaultKind.TIMEOUT, FaultKind.PROTOCOL, FaultKind.TRUNCATED)

    replies = [inbox.receive(replace(sent, fault=Fault(kind, "receive", "détail"))) for kind in kinds]

    assert [reply.status for reply in replies] == [413, 408, 400, 0]
    exchanges = inbox.taken()
    assert {outcome(exchange) for exchange in exchanges} == {("R-S01", "malformed", "no")}
    assert [exchange.fault.kind for exchange in exchanges if exchange.fault] == list(kinds)
    assert exchanges[3].response is None


def test_waiting_sees_what_came_and_what_comes() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)

    assert inbox.wait("R-S01", lambda _: True, 0) is None
    started = time.monotonic()
    assert inbox.wait("R-S01", lambda _: True, 0.05) is None
    assert time.monotonic() - started >= 0.05
    inbox.receive(post(appointment()))
    assert inbox.wait("R-S01", lambda _: True, 0) == inbox.history(KEY)[0]
    sender = threading.Timer(0.05, lambda: inbox.receive(put(appointment(status="cancelled"))))
    sender.start()
    found = inbox.wait("R-S01", is_update, 10)
    sender.join()
    assert found == inbox.history(KEY)[1]


def is_update(exchange: Exchange) -> bool:
    return exchange.request.method == "PUT"


def test_the_step_is_that_of_the_moment() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    inbox.receive(post(appointment()))
    inbox.step("R-S01", "annulation")
    inbox.receive(put(appointment(status="cancelled")))

    assert [exchange.step for exchange in inbox.taken()] == ["réservation", "annulation"]


def test_a_fault_of_the_bench_is_nobody_else_s() -> None:
    def breaks(_resource: JsonObject) -> tuple[str, ...]:
        raise KeyError("banc")

    inbox = new_inbox(strict=breaks)

    assert inbox.receive(post(appointment())).status == 500
    with pytest.raises(RuntimeError, match="boîte de réception"):
        inbox.taken()
    (exchange,) = inbox.taken()
    assert exchange.facts["outcome"] == "error"


def test_many_at_once_are_all_kept_apart() -> None:
    inbox = new_inbox()
    inbox.watch(WATCH)
    threads = [
        threading.Thread(target=lambda value=f"v{index}": inbox.receive(post(appointment(value))))
        for index in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    exchanges = inbox.taken()
    assert {exchange.facts["appointment"] for exchange in exchanges} == {f"{SYSTEM}|v{index}" for index in range(20)}
    assert len({exchange.response.header("Location") for exchange in exchanges if exchange.response}) == 20
