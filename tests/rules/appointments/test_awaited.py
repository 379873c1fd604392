"""What is awaited after a booking or an event: told at once, by whom, for when, with whom; and what is said where nothing came."""

from __future__ import annotations

from typing import Any

import pytest

from sas_recette.rules.answer import SearchAnswer
from tests.norm.french import slips
from tests.norm.validation import DELETE, Changes
from tests.rules.appointments.building import (
    ACTOR_ID,
    BASE,
    BOOKED,
    BOOKED_SOS,
    END,
    FORMER,
    ID,
    MOVED,
    NEW_END,
    NEW_START,
    OPERATOR,
    OPERATOR_ID,
    OTHER,
    OTHER_RPPS,
    PENDING_SOS,
    RPPS,
    SAS,
    START,
    TECHNICAL,
    booked,
    criterion,
    page,
    post,
    put,
    sent,
    typed,
    updated,
    with_,
)
from tests.rules.building import Verdicts

NEW_SLOT = {"start": NEW_START, "end": NEW_END}
SLOT = {"start": START, "end": END}
ANEW: Changes = {**MOVED, (*ID, "value"): OTHER}
DUPLICATE = {"outcome": "duplicate"}


def red(verdicts: Verdicts) -> tuple[set[str], set[str]]:
    for tally in verdicts.tallies.values():
        for finding in tally.findings:
            assert slips(finding.message) == slips(finding.expected) == [], finding
    return verdicts.fails, verdicts.warns


def handshake() -> SearchAnswer:
    """A connection that failed before any request."""
    return sent("TLS", "", b"", status=0, facts={"certificate": "aucun certificat client n’a été présenté"})


class TestBooking:
    def test_the_reference_booking(self) -> None:
        verdicts = booked(post())
        assert red(verdicts) == (set(), set())
        assert verdicts.unverified == {"RDV-031", "RDV-046"}

    def test_nothing_came(self) -> None:
        verdicts = booked(pages=(page(),))
        assert red(verdicts) == ({"RDV-001"}, set())
        found = verdicts.first("RDV-001")
        assert (found.exchange, found.observed, found.expected) == ("p1", "aucun message", "POST [base]/Appointment")
        assert "10\u00a0min" in found.message
        assert "appointments.base_url" in found.message
        assert booked().first("RDV-001").exchange == ""

    def test_a_failed_handshake_tells_nothing_of_the_booking(self) -> None:
        verdicts = booked(handshake())
        assert red(verdicts) == (set(), set())
        assert "RDV-001" in verdicts.unverified
        assert red(booked(handshake(), post())) == (set(), set())

    def test_a_connection_that_the_solution_gave_up(self) -> None:
        reason = "la solution n’a pas fait confiance au certificat"
        verdicts = booked(sent("", "", b"", status=0, facts={"outcome": "no-message", "reason": reason}))
        assert red(verdicts) == ({"RDV-001"}, set())
        assert verdicts.first("RDV-001").observed == f"aucun message, mais une connexion\u00a0: {reason}"
        refused = sent("", "", b"", status=0, facts={"outcome": "injected", "fault": "refused"})
        assert red(booked(refused)) == (set(), set())

    def test_an_update_instead_of_a_creation_is_a_reserve(self) -> None:
        assert red(booked(put(facts={"outcome": "created-by-update"}))) == (set(), {"RDV-001"})

    @pytest.mark.parametrize("target", ["Bundle", "Appointment/a1", "", "rendez-vous"])
    def test_another_address(self, target: str) -> None:
        verdicts = booked(sent("POST", target, BOOKED))
        assert red(verdicts) == ({"RDV-001"}, set())
        assert verdicts.first("RDV-001").observed == f"POST {BASE}/{target}"

    def test_an_illegible_creation_is_one(self) -> None:
        assert red(booked(post(b"{"))) == (set(), set())

    @pytest.mark.parametrize(
        ("after", "fails", "warns"), [(-30, 0, 0), (60, 0, 0), (61, 0, 1), (600, 0, 1), (601, 1, 0)]
    )
    def test_how_soon(self, after: float, fails: int, warns: int) -> None:
        verdicts = booked(post(with_({("created",): DELETE}), after=after))
        assert red(verdicts) == ({"RDV-002"} if fails else set(), {"RDV-002"} if warns else set())

    def test_what_was_asked_at_an_unknown_time_is_not_judged(self) -> None:
        assert {"RDV-002", "RDV-025"} <= booked(post(), asked_at=None).unverified

    @pytest.mark.parametrize(
        ("changes", "reddened"),
        [
            ({(*OPERATOR_ID, "value"): "3456780581/99"}, "RDV-018"),
            (TECHNICAL, "RDV-018"),
            ({("start",): "2026-09-04T14:15:00+02:00"}, "RDV-023"),
            ({("end",): "2026-09-04T14:30:00+02:00"}, "RDV-023"),
            ({("start",): "2026-09-04T14:00:00+01:00", ("end",): "2026-09-04T14:15:00+01:00"}, "RDV-023"),
            ({(*ACTOR_ID, "value"): OTHER_RPPS}, "RDV-027"),
        ],
    )
    def test_what_was_booked(self, changes: Changes, reddened: str) -> None:
        assert red(booked(post(with_(changes)))) == ({reddened}, set())

    @pytest.mark.parametrize(
        "changes",
        [
            {("start",): "2026-09-04T12:00:00Z", ("end",): "2026-09-04T13:15:00.000+01:00"},
            {("start",): DELETE},
            {(*OPERATOR_ID, "system"): SAS},
            {("extension",): DELETE},
            {("participant",): DELETE},
            {("participant", -1): {"actor": {"display": "Cabinet"}, "status": "accepted"}},
        ],
    )
    def test_what_is_right_or_said_elsewhere(self, changes: Changes) -> None:
        assert red(booked(post(with_(changes)))) == (set(), set())

    def test_an_operator_of_another_kind_than_the_account(self) -> None:
        both: Changes = {(*OPERATOR_ID, "system"): SAS, (*OPERATOR_ID, "type"): typed("INTRN")}
        assert red(booked(post(with_(both)))) == ({"RDV-018"}, set())

    @pytest.mark.parametrize("created", ["2026-09-04T14:00:00+02:00", "2026-09-03T10:00:00+02:00"])
    def test_created_is_when_it_was_booked(self, created: str) -> None:
        verdicts = booked(post(with_({("created",): created})))
        assert red(verdicts) == (set(), {"RDV-025"})
        assert verdicts.first("RDV-025").observed == created

    def test_a_message_that_is_sent_again_is_not_late(self) -> None:
        assert red(booked(post(status=503, facts={"fault": "503"}), post(after=400))) == (set(), set())

    def test_sos_medecins(self) -> None:
        assert red(booked(post(PENDING_SOS), use_case="sos", practitioner="", pending=True)) == (set(), set())
        assert red(booked(post(BOOKED_SOS), use_case="sos", practitioner="", pending=True)) == (set(), {"RDV-046"})
        assert red(booked(post(PENDING_SOS), use_case="sos")) == ({"RDV-031"}, set())
        assert red(booked(post(BOOKED_SOS), use_case="sos")) == (set(), set())
        assert red(booked(post(BOOKED_SOS), use_case="sos", practitioner=OTHER_RPPS)) == ({"RDV-031"}, set())


ROWS = [
    ("moved", "RDV-003", MOVED, {"slot": NEW_SLOT}),
    ("replaced", "RDV-004", {(*ACTOR_ID, "value"): OTHER_RPPS}, {"practitioner": OTHER_RPPS}),
    ("identified", "RDV-004", {}, {"practitioner": RPPS, "use_case": "sos"}),
    ("cancelled", "RDV-005", {("status",): "cancelled"}, {}),
    ("honoured", "RDV-006", {("status",): "fulfilled"}, {}),
    ("absent", "RDV-007", {("status",): "noshow"}, {}),
    ("confirmed", "RDV-047", {}, {"use_case": "sos"}),
]
rows = pytest.mark.parametrize(("event", "requirement", "changes", "expect"), ROWS, ids=[one[0] for one in ROWS])


class TestEvents:
    @rows
    def test_told(self, event: str, requirement: str, changes: Changes, expect: dict[str, Any]) -> None:
        for message in (
            put(with_(changes)),
            put(with_(changes), "/a1"),
            post(with_(changes), facts={"outcome": "duplicate"}, status=422),
        ):
            known = updated(event, message, **({"asked_at": None} | expect))
            assert known.fails <= {"RDV-009"}
            assert known.tallies[requirement].examined == 1
        assert known.fails == {"RDV-009"}

    @rows
    def test_nothing_came(self, event: str, requirement: str, changes: Changes, expect: dict[str, Any]) -> None:
        verdicts = updated(event, **expect)
        assert red(verdicts) == ({requirement}, set())
        assert verdicts.first(requirement).observed == "aucun message"
        assert verdicts.first(requirement).expected.startswith("PUT [base]/Appointment?identifier=…, avec ")
        assert red(updated(event, handshake(), **expect)) == (set(), set())

    @rows
    def test_something_else_came(self, event: str, requirement: str, changes: Changes, expect: dict[str, Any]) -> None:
        other = PENDING_SOS if event in {"identified", "confirmed"} else BOOKED
        verdicts = updated(event, put(other), **expect)
        assert red(verdicts) == ({requirement}, set())
        assert verdicts.first(requirement).observed.startswith("PUT ")
        assert verdicts.first(requirement).exchange.startswith("m")

    @rows
    def test_how_soon(self, event: str, requirement: str, changes: Changes, expect: dict[str, Any]) -> None:
        attendance = event in {"honoured", "absent"}
        late = updated(event, put(with_(changes), after=300), **expect)
        assert red(late) == (set(), set() if attendance else {requirement})
        later = updated(event, put(with_(changes), after=700), **expect)
        assert red(later) == ({requirement}, set())

    def test_a_move_may_be_a_cancellation_and_a_new_appointment(self) -> None:
        cancelled, anew = put(with_({("status",): "cancelled"})), post(with_(ANEW))
        for order in ((cancelled, anew), (anew, cancelled)):
            assert red(updated("moved", *order, slot=NEW_SLOT)) == (set(), set())
        assert red(updated("moved", anew, slot=NEW_SLOT)) == ({"RDV-003"}, set())
        assert red(updated("moved", cancelled, slot=NEW_SLOT)) == ({"RDV-003"}, set())

    def test_half_of_a_move(self) -> None:
        half: Changes = {("start",): NEW_START}
        verdicts = updated("moved", put(with_(half)), slot=NEW_SLOT)
        assert red(verdicts) == ({"RDV-003"}, set())
        assert "T16:00:00+02:00 → 2026-09-04T16:15:00+02:00" in verdicts.first("RDV-003").expected

    def test_the_slot_may_be_given_flat(self) -> None:
        assert red(updated("moved", put(with_(MOVED)), start=NEW_START, end=NEW_END)) == (set(), set())

    def test_a_cancellation_by_delete(self) -> None:
        assert red(updated("cancelled", sent("DELETE", "Appointment/a1", b""))) == ({"RDV-005"}, set())

    def test_a_cancellation_by_patch_tells_of_it(self) -> None:
        patched = sent("PATCH", f"Appointment{criterion()}", with_({("status",): "cancelled"}))
        assert red(updated("cancelled", patched)) == (set(), set())

    def test_what_does_not_change(self) -> None:
        away = put(with_({("status",): "fulfilled", **MOVED}))
        assert red(updated("honoured", away, slot=SLOT)) == ({"RDV-023"}, set())
        emptied = put(with_({("status",): "cancelled", **MOVED}))
        assert red(updated("cancelled", emptied, slot=SLOT)) == (set(), set())
        other = put(with_({("status",): "cancelled", (*ACTOR_ID, "value"): OTHER_RPPS}))
        assert red(updated("cancelled", other, practitioner=RPPS)) == ({"RDV-027"}, set())

    def test_the_operator_stays_or_is_the_former_one(self) -> None:
        message = put(with_({("status",): "cancelled"}))
        assert red(updated("cancelled", message, operator=OPERATOR)) == (set(), set())
        assert red(updated("cancelled", message, operator=FORMER)) == ({"RDV-018"}, set())
        switched = updated("cancelled", message, operator=FORMER, former_operator=OPERATOR)
        assert red(switched) == (set(), {"RDV-018"})

    def test_a_known_doctor_of_sos_medecins(self) -> None:
        silent = put({**PENDING_SOS, "status": "booked"})
        assert red(updated("confirmed", silent, use_case="sos", practitioner=RPPS)) == ({"RDV-031"}, set())
        assert red(updated("confirmed", silent, use_case="sos", practitioner="")) == (set(), set())
        done = put({**PENDING_SOS, "status": "fulfilled"})
        assert red(updated("honoured", done, use_case="sos", practitioner=RPPS)) == (set(), set())
        named = updated("identified", put(BOOKED_SOS), use_case="sos", practitioner=RPPS)
        assert red(named) == (set(), set())
        assert named.tallies["RDV-031"].examined == 1

    def test_a_creation_that_is_sent_again_is_no_update(self) -> None:
        again = post(facts=DUPLICATE, status=422)
        assert red(updated("cancelled", again, put(with_({("status",): "cancelled"})))) == (set(), set())


def test_windows_are_told_in_words() -> None:
    assert "dans les 24\u00a0h" in updated("honoured", window=86_400).first("RDV-006").message
    assert "dans les 90\u00a0s" in updated("cancelled", window=90).first("RDV-005").message
