from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sas_recette.engine.result import AccountTrace, TraceState
from sas_recette.engine.traces import account_traces
from sas_recette.exchange.model import Direction, Exchange, Fault, FaultKind, Request
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.platform.account_payloads import INVALID_CONTENTS, InvalidContent, Operation, invalid_contents
from sas_recette.platform.accounts import AccountIdentifier, IdentifierKind, Regulator, Wording, encoded
from sas_recette.rules.answer import SearchAnswer
from tests.rules.account_exchanges import LORIDON, MARIUS, SWITCHED, answered, location, post, put

START = datetime(2026, 6, 16, tzinfo=UTC)
TIMEOUT = Fault(FaultKind.TIMEOUT, "receive", "délai de 30 s dépassé")
ACTIVE, UNCERTAIN, OFF = TraceState.MAYBE_ACTIVE, TraceState.UNCERTAIN, TraceState.DEACTIVATED


def recorded(*answers: SearchAnswer, scenario: str = "ACC-S01") -> list[Exchange]:
    """The exchanges of these answers, numbered and one second apart."""
    exchanges = [answer.exchange for answer in answers if answer.exchange is not None]
    return [
        replace(one, id=f"E{rank}", scenario=scenario, started=START + timedelta(seconds=rank))
        for rank, one in enumerate(exchanges, start=1)
    ]


def traces(*answers: SearchAnswer) -> tuple[AccountTrace, ...]:
    return account_traces(recorded(*answers))


def states(*answers: SearchAnswer) -> list[tuple[str, TraceState, str]]:
    return [(one.created, one.state, one.last) for one in traces(*answers)]


def off(
    status: int | None,
    regulator: Regulator = LORIDON,
    criterion: AccountIdentifier | None = None,
    *,
    at: str | None = None,
    fault: Fault | None = None,
) -> SearchAnswer:
    return put(status, regulator.deactivated(), criterion or regulator.identifier, at=at, fault=fault)


def test_a_creation_then_its_deactivation() -> None:
    (trace,) = traces(post(201, at=location("a1")), off(200))
    assert trace == AccountTrace(
        system=IDNPS_SYSTEM,
        value=LORIDON.identifier.value,
        name="Sébastien Loridon",
        address=LORIDON.email,
        account="a1",
        scenario="ACC-S01",
        created="E1",
        created_at=START + timedelta(seconds=1),
        state=OFF,
        last="E2",
        reason="La désactivation a été acceptée (HTTP 200).",
    )


def test_a_creation_alone() -> None:
    (trace,) = traces(post(201))
    assert (trace.state, trace.last) == (ACTIVE, "E1")
    assert trace.reason == "Création acceptée (HTTP 201), sans désactivation depuis."


@pytest.mark.parametrize(("status", "what"), [(200, "Première écriture"), (201, "Création")])
def test_an_update_of_an_unknown_account_creates_it(status: int, what: str) -> None:
    (trace,) = traces(put(status))
    assert (trace.created, trace.state, trace.last) == ("E1", ACTIVE, "E1")
    assert trace.reason == f"{what} acceptée (HTTP {status}), sans désactivation depuis."
    assert states(put(status), off(200)) == [("E1", OFF, "E2")]


def test_an_account_may_be_created_inactive() -> None:
    (trace,) = traces(off(201))
    assert (trace.state, trace.reason) == (OFF, "Inactif dès la première écriture acceptée (HTTP 201).")


def test_a_reactivation_counts() -> None:
    (trace,) = traces(post(201), off(200), put(200))
    assert (trace.state, trace.last) == (ACTIVE, "E3")
    assert trace.reason == "La dernière écriture acceptée le laisse actif (HTTP 200)."


def test_the_last_accepted_data_are_shown() -> None:
    changed = replace(LORIDON, email="autre@sas-recette.example", given="Zoé")
    (trace,) = traces(post(201), put(200, changed), put(422, replace(changed, given="Refusé")))
    assert (trace.name, trace.address) == ("Zoé Loridon", "autre@sas-recette.example")


@pytest.mark.parametrize("wording", [Wording(encoded_slash=True), Wording(raw_pipe=True), Wording(with_system=False)])
def test_every_wording_of_the_criterion_finds_the_account(wording: Wording) -> None:
    closing = put(200, LORIDON.deactivated(), wording=wording)
    assert states(post(201), closing) == [("E1", OFF, "E2")]


def test_a_switch_follows_the_account() -> None:
    switch = put(200, SWITCHED, MARIUS.identifier)
    (trace,) = traces(post(201, MARIUS), switch, off(200, SWITCHED))
    assert (trace.system, trace.value) == (IDNPS_SYSTEM, SWITCHED.identifier.value)
    assert (trace.created, trace.state, trace.last) == ("E1", OFF, "E3")


def test_the_former_identifier_does_not_close_a_switched_account() -> None:
    switch = put(200, SWITCHED, MARIUS.identifier)
    assert states(post(201, MARIUS), switch, off(200, MARIUS)) == [("E1", ACTIVE, "E2"), ("E3", OFF, "E3")]
    same = off(200, MARIUS, at=location("a1"))
    assert states(post(201, MARIUS, at=location("a1")), switch, same) == [("E1", OFF, "E3")]


def test_a_switch_that_the_candidate_forgot_leaves_the_account_as_it_was() -> None:
    switch = put(200, SWITCHED, MARIUS.identifier)
    left, second = traces(post(201, MARIUS), switch, off(201, SWITCHED))
    assert (left.system, left.state) == (SAS_TECHNICAL_SYSTEM, ACTIVE)
    assert left.reason == "La désactivation a été acceptée, mais la réponse (HTTP 201) désigne un autre compte."
    assert (second.value, second.state) == (SWITCHED.identifier.value, OFF)
    assert states(post(201, MARIUS), switch, off(201, SWITCHED), off(200, MARIUS)) == [
        ("E1", OFF, "E4"),
        ("E3", OFF, "E3"),
    ]


def test_a_switch_that_creates_leaves_two_accounts() -> None:
    assert states(post(201, MARIUS), put(201, SWITCHED, MARIUS.identifier), off(200, SWITCHED)) == [
        ("E1", ACTIVE, "E1"),
        ("E2", OFF, "E3"),
    ]


def test_an_identifier_that_was_freed_goes_to_another_account() -> None:
    taken = replace(MARIUS, identifier=LORIDON.identifier)
    answers = (
        post(201, at=location("a1")),
        post(201, MARIUS, at=location("a2")),
        off(200),
        put(200, taken, MARIUS.identifier, at=location("a2")),
    )
    assert states(*answers) == [("E1", OFF, "E3"), ("E2", ACTIVE, "E4")]
    assert states(*answers, off(200, taken)) == [("E1", OFF, "E3"), ("E2", OFF, "E5")]


def test_a_deactivation_of_another_account_proves_nothing() -> None:
    elsewhere = off(200, at=location("a2"))
    assert states(post(201, at=location("a1")), elsewhere) == [("E1", ACTIVE, "E2"), ("E2", OFF, "E2")]


def test_the_same_location_for_all_does_not_make_them_one() -> None:
    once = location("1")
    assert [one.value for one in traces(post(201, at=once), post(201, MARIUS, at=once))] == [
        LORIDON.identifier.value,
        MARIUS.identifier.value,
    ]


def test_an_accepted_duplicate_is_an_account_more() -> None:
    assert states(post(201), post(201), off(200)) == [("E1", ACTIVE, "E1"), ("E2", OFF, "E3")]
    again = post(200, at=location("a1"))
    assert states(post(201, at=location("a1")), again, off(200)) == [("E1", OFF, "E3")]


@pytest.mark.parametrize("status", [307, 400, 406, 409, 415, 422, 500])
def test_what_is_refused_leaves_nothing(status: int) -> None:
    assert traces(post(status), put(status, MARIUS, MARIUS.identifier)) == ()
    assert states(post(201), post(status), put(status)) == [("E1", ACTIVE, "E1")]


def test_a_refused_deactivation() -> None:
    (trace,) = traces(post(201), off(422))
    assert (trace.state, trace.last) == (ACTIVE, "E2")
    assert trace.reason == "La désactivation a été refusée (HTTP 422)."
    assert states(post(201), off(422), off(200), off(404)) == [("E1", OFF, "E3")]


@pytest.mark.parametrize("write", [post(None, fault=TIMEOUT), put(None, fault=TIMEOUT)], ids=["POST", "PUT"])
def test_a_write_without_answer_may_have_created(write: SearchAnswer) -> None:
    (trace,) = traces(write)
    assert (trace.state, trace.address, trace.account) == (UNCERTAIN, LORIDON.email, "")
    assert "délai de 30 s dépassé" in trace.reason


@pytest.mark.parametrize("status", [302, 502, 504])
def test_neither_a_redirection_nor_a_gateway_tells_what_was_done(status: int) -> None:
    assert states(post(status, content=b"<html>")) == [("E1", UNCERTAIN, "E1")]


def test_a_gateway_that_explains_itself_has_refused() -> None:
    assert traces(post(502)) == ()


def test_what_follows_decides_of_an_uncertain_account() -> None:
    lost = post(None, fault=TIMEOUT)
    assert states(lost, off(200)) == states(lost, off(201)) == [("E1", OFF, "E2")]
    assert states(lost, post(201)) == [("E1", ACTIVE, "E2")]
    assert states(lost, lost, off(404)) == [("E1", UNCERTAIN, "E3")]


def test_a_lost_deactivation_is_none() -> None:
    (trace,) = traces(post(201), off(None, fault=TIMEOUT))
    assert (trace.state, trace.last) == (ACTIVE, "E2")
    assert trace.reason.startswith("La réponse à la désactivation ne dit pas ce qu’il en est (")


def test_a_lost_reactivation_may_be_one() -> None:
    assert states(post(201), off(200), put(None, fault=TIMEOUT)) == [("E1", ACTIVE, "E3")]
    assert states(post(201), off(200), off(None, fault=TIMEOUT)) == [("E1", OFF, "E2")]


def test_a_lost_switch_is_looked_for_under_both_identifiers() -> None:
    created = post(201, MARIUS, at=location("a1"))
    lost = put(None, SWITCHED, MARIUS.identifier, fault=TIMEOUT)
    assert states(created, lost) == [("E1", ACTIVE, "E2")]
    assert states(created, lost, off(200, SWITCHED, at=location("a1"))) == [("E1", OFF, "E3")]
    assert states(created, lost, off(201, SWITCHED), off(200, MARIUS)) == [("E1", OFF, "E4"), ("E3", OFF, "E3")]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.REFUSED, "connect", "connexion refusée"),
        Fault(FaultKind.NAME, "connect", "nom inconnu"),
        Fault(FaultKind.TIMEOUT, "connect", "délai dépassé"),
        Fault(FaultKind.TLS, "receive", "certificat client refusé"),
    ],
)
def test_what_never_arrived_created_nothing(fault: Fault) -> None:
    assert traces(post(None, fault=fault)) == ()


def test_an_answer_cut_short_has_its_status() -> None:
    (exchange,) = recorded(post(201))
    assert account_traces([replace(exchange, fault=Fault(FaultKind.TRUNCATED, "receive", "corps"))])[0].state is ACTIVE


@pytest.mark.parametrize("content", INVALID_CONTENTS, ids=[one.id for one in INVALID_CONTENTS])
def test_every_invalid_payload_that_is_accepted_leaves_a_trace(content: InvalidContent) -> None:
    regulator = LORIDON if content.kind is IdentifierKind.NATIONAL else MARIUS
    (trace,) = traces(post(201, content.body(regulator)))
    assert (trace.created, trace.state) == ("E1", ACTIVE)


@pytest.mark.parametrize("content", invalid_contents(Operation.UPSERT), ids=lambda content: content.id)
def test_a_criterion_identifies_what_the_body_does_not(content: InvalidContent) -> None:
    assert states(put(201, content.body(LORIDON)), off(200)) == [("E1", OFF, "E2")]


def test_an_account_without_identifier_is_closed_by_its_location_only() -> None:
    nameless = post(201, b"{", at=location("a1"))
    (trace,) = traces(nameless)
    assert (trace.system, trace.value, trace.name, trace.address, trace.account) == ("", "", "", "", "a1")
    assert states(nameless, off(200, at=location("a1"))) == [("E1", OFF, "E2")]
    assert states(nameless, off(200)) == [("E1", ACTIVE, "E1"), ("E2", OFF, "E2")]


@pytest.mark.parametrize("member", [None, "false", 0, []])
def test_only_false_deactivates(member: object) -> None:
    body = encoded({**LORIDON.payload(), "active": member})
    assert states(post(201), put(200, body)) == [("E1", ACTIVE, "E2")]


def test_an_update_without_criterion_is_of_the_account_of_its_body() -> None:
    closing = put(200, LORIDON.deactivated(), None)
    assert states(post(201), closing) == [("E1", OFF, "E2")]


def test_two_scenarios() -> None:
    first = recorded(post(201), post(201, MARIUS), scenario="ACC-S01")
    second = [replace(one, id=f"{one.id}b") for one in recorded(off(200), scenario="ACC-S02")]
    assert [(one.scenario, one.created, one.state, one.last) for one in account_traces([*first, *second])] == [
        ("ACC-S01", "E1", OFF, "E1b"),
        ("ACC-S01", "E2", ACTIVE, "E2"),
    ]


def test_only_writes_of_accounts_that_the_platform_sends_count() -> None:
    (created,) = recorded(post(201))
    received = replace(created, direction=Direction.RECEIVED)
    read = answered(Request("GET", created.request.url), 200)
    other = answered(Request("POST", created.request.url.replace("Practitioner", "Appointment"), (), b"{}"), 201)
    assert account_traces([received]) == traces(read, other) == ()
