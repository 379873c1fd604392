"""The checks that compare several answers, or answer a deliberate fault."""

from __future__ import annotations

import copy
from typing import Final

import pytest

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.facts import Facts, PractitionerFacts
from tests.rules.building import (
    BASE,
    PRACTITIONER,
    PS_B,
    SLOT_1,
    Json,
    Mutation,
    answer,
    example,
    exchange,
    judged,
    mutated,
    resource,
    response,
    search_url,
)
from tests.rules.mutations import at, each, of, without

PS_A: Final = "899900000011"

SAME: Final = {
    "accept-header": "AGR-COM-004",
    "same-instants": "AGR-COM-037",
    "without-milliseconds": "AGR-COM-066",
    "unknown-ignored": "AGR-PS-009",
}
SOFT: Final = {"without-offset": "AGR-COM-038", "raw-pipe": "AGR-COM-062", "tolerances": "AGR-COM-063"}


def bundle_of(identifier: str, mark: str, *mutations: Mutation) -> Json:
    """The worked example as that of another practitioner."""
    bundle = mutated(*mutations)
    for entry in bundle["entry"]:
        kind, found = entry["resource"]["resourceType"], entry["resource"]
        found["id"] += mark
        entry["fullUrl"] = f"{BASE}/{kind}/{found['id']}"
        for reference in (found.get("schedule"), found.get("practitioner"), *found.get("actor", [])):
            if reference:
                reference["reference"] += mark
        if kind == "Practitioner":
            found["identifier"][0]["value"] = identifier
    return bundle


def joined(*bundles: Json) -> Json:
    whole = copy.deepcopy(bundles[0])
    whole["entry"] = [entry for bundle in bundles for entry in copy.deepcopy(bundle["entry"])]
    whole["total"] = sum(bundle["total"] for bundle in bundles)
    return whole


FIRST: Final = bundle_of(PS_A, "-a")
SECOND: Final = bundle_of(PS_B, "-b")


def fewer(bundle: Json) -> None:
    del bundle["entry"][SLOT_1]
    bundle["total"] = 3


def failed(status: int = 500) -> SearchAnswer:
    return read_answer(exchange(response(example("outcome-400"), status=status)))


@pytest.mark.parametrize(("check", "requirement"), [*SAME.items(), *SOFT.items()])
class TestSameSlots:
    def test_held(self, check: str, requirement: str) -> None:
        verdicts = judged(answer(mutated()), answer(mutated(lambda b: b["entry"].reverse())), check=check)
        assert (verdicts.fails, verdicts.warns, verdicts.tallies[requirement].examined) == (set(), set(), 4)

    def test_missing_and_added_slots(self, check: str, requirement: str) -> None:
        less, more = (
            judged(answer(mutated(fewer)), answer(mutated()), check=check),
            judged(answer(mutated()), answer(mutated(fewer)), check=check),
        )
        assert less.seen(requirement) == ("Bundle.entry", f"{PS_B} à 2026-06-17T07:00:00+00:00", "absent")
        assert more.seen(requirement) == ("Bundle.entry", "absent", f"{PS_B} à 2026-06-17T07:00:00+00:00")
        red = less.fails if check in SAME else less.warns
        assert red == {requirement}

    def test_refused(self, check: str, requirement: str) -> None:
        verdicts = judged(failed(406), answer(mutated()), check=check)
        assert verdicts.seen(requirement) == ("HTTP.status", "200 et les mêmes créneaux", "406")

    def test_not_a_bundle(self, check: str, requirement: str) -> None:
        verdicts = judged(answer(example("outcome-400")), answer(mutated()), check=check)
        assert verdicts.seen(requirement) == ("HTTP.body", "200 et les mêmes créneaux", "OperationOutcome")

    def test_reset_is_a_refusal_and_a_dead_server_is_not(self, check: str, requirement: str) -> None:
        reset, dead = (
            read_answer(exchange(None, fault=Fault(kind, "receive", "x")))
            for kind in (FaultKind.RESET, FaultKind.REFUSED)
        )
        assert judged(reset, answer(mutated()), check=check).seen(requirement)[2] == "reset"
        assert judged(dead, answer(mutated()), check=check).unverified == {requirement}

    def test_a_failed_reference_proves_nothing(self, check: str, requirement: str) -> None:
        verdicts = judged(answer(mutated()), failed(), check=check)
        assert verdicts.unverified == {requirement}
        assert verdicts.tallies[requirement].reason == "la recherche a été refusée (HTTP 500)"

    def test_two_empty_answers_prove_nothing(self, check: str, requirement: str) -> None:
        empty = answer(example("bundle-vide"))
        assert judged(empty, empty, check=check).unverified == {requirement}

    def test_slots_where_the_reference_has_none(self, check: str, requirement: str) -> None:
        verdicts = judged(answer(mutated()), answer(example("bundle-vide")), check=check)
        assert len(verdicts.tallies[requirement].findings) == (0 if check == "raw-pipe" else 4)


def test_ten_missing_slots_are_ten_findings() -> None:
    verdicts = judged(answer(mutated(without("Slot"))), answer(mutated()), check="same-instants")
    assert len(verdicts.tallies["AGR-COM-037"].findings) == 4


NARROW: Final = search_url(lower="2026-06-17T09:00:00.000+02:00", upper="2026-06-17T14:00:00.000+02:00")


def inside(bundle: Json) -> None:
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["id"] not in {"slot-b2", "slot-b4"}]
    bundle["total"] = 2


def test_window_both_bounds_included() -> None:
    verdicts = judged(answer(mutated(inside), url=NARROW), answer(mutated()), check="window")
    assert (verdicts.fails, verdicts.unverified) == (set(), set())


def test_window_without_its_bound() -> None:
    verdicts = judged(answer(mutated(inside, at("entry", 0)), url=NARROW), answer(mutated()), check="window")
    assert verdicts.fails == {"AGR-COM-036"}


def test_window_without_effect() -> None:
    verdicts = judged(answer(mutated(), url=NARROW), answer(mutated()), check="start-effect")
    assert verdicts.fails == {"AGR-PS-002"}
    verdicts = judged(answer(mutated(inside), url=NARROW), answer(mutated()), check="start-effect")
    assert (verdicts.fails, verdicts.unverified) == (set(), set())


def test_window_refused() -> None:
    refused = read_answer(exchange(response(b"", status=400), url=NARROW))
    assert judged(refused, answer(mutated()), check="start-effect").fails == {"AGR-PS-002"}


BOTH: Final = search_url(PS_A, PS_B)


def test_list_of_two() -> None:
    verdicts = judged(
        answer(joined(FIRST, SECOND), url=BOTH),
        answer(FIRST, url=search_url(PS_A)),
        answer(SECOND, url=search_url(PS_B)),
        check="list",
    )
    assert (verdicts.fails, verdicts.unverified) == (set(), set())


def test_list_whose_identifier_has_no_effect() -> None:
    everyone = answer(joined(FIRST, SECOND))
    assert judged(everyone, everyone, everyone, check="list").fails >= {"AGR-PS-005"}


def test_list_without_the_second() -> None:
    verdicts = judged(answer(FIRST, url=BOTH), answer(FIRST), answer(SECOND), check="list")
    assert verdicts.fails == {"AGR-PS-007", "AGR-PS-051", "AGR-PS-052"}
    assert verdicts.seen("AGR-PS-007") == ("Bundle.entry", f"des créneaux de {PS_B}", "aucun")


def test_list_with_slots_given_to_the_other() -> None:
    def exchanged(bundle: Json) -> None:
        bundle["entry"][0]["resource"]["schedule"]["reference"] = "Schedule/agenda-b1-b"

    whole = joined(FIRST, SECOND)
    exchanged(whole)
    verdicts = judged(answer(whole, url=BOTH), answer(FIRST), answer(SECOND), check="list")
    assert verdicts.fails == {"AGR-PS-052"}


def test_list_against_a_search_that_failed_is_not_blamed() -> None:
    verdicts = judged(answer(joined(FIRST, SECOND), url=BOTH), answer(FIRST), failed(), check="list")
    assert verdicts.fails == set()
    assert verdicts.unverified == {"AGR-PS-005", "AGR-PS-051", "AGR-PS-052"}


def test_list_of_25() -> None:
    url = search_url(*(str(899900000011 + rank) for rank in range(25)))
    assert judged(answer(SECOND, url=url), answer(SECOND), check="list-of-25").unverified == set()
    refused = read_answer(exchange(response(b"", status=422), url=url))
    assert judged(refused, answer(SECOND), check="list-of-25").fails == {"AGR-PS-008"}
    assert judged(answer(SECOND, url=BOTH), answer(SECOND), check="list-of-25").unverified == {"AGR-PS-008"}


TWO_PLACES: Final = Facts({PS_B: PractitionerFacts(PS_B, places=2)})


def test_several_places() -> None:
    assert judged(answer(mutated()), check="several-places", facts=TWO_PLACES).fails == set()
    one = mutated(at("entry", 8), at("entry", 5))
    verdicts = judged(answer(one), check="several-places", facts=TWO_PLACES)
    assert verdicts.seen("AGR-PS-048")[1:] == ("2 de chaque", "1 PractitionerRole, 1 Location contenues, 1 Schedule")
    assert judged(answer(mutated()), check="several-places").unverified == {"AGR-PS-048"}


def test_same_place() -> None:
    assert judged(answer(joined(FIRST, SECOND)), check="same-place").fails == set()
    shared = joined(FIRST, SECOND)
    shared["entry"] = [
        one for one in shared["entry"] if one["resource"]["id"] not in {"exercice-b1-a", "exercice-b2-a"}
    ]
    assert judged(answer(shared), check="same-place").fails == {"AGR-PS-053"}
    assert judged(answer(FIRST), check="same-place").unverified == {"AGR-PS-053"}


OUTCOME: Final = example("outcome-400")


def outcome(mutate: Mutation) -> Json:
    return mutated(mutate, name="outcome-400")


@pytest.mark.parametrize(
    ("given", "fails", "warns", "unverified"),
    [
        (response(OUTCOME, status=400), set(), set(), set()),
        (response(OUTCOME, status=500), set(), {"AGR-COM-016"}, set()),
        (response(mutated()), set(), {"AGR-COM-016"}, {"AGR-COM-014", "AGR-COM-015"}),
        (response(OUTCOME), {"AGR-COM-014"}, {"AGR-COM-016"}, {"AGR-COM-015"}),
        (response(b"<html>", status=302, media="text/html"), {"AGR-COM-014"}, {"AGR-COM-016"}, {"AGR-COM-015"}),
        (response(b"", status=400, media=None), {"AGR-COM-015"}, set(), set()),
        (response(b"<html>", status=400, media="text/html"), {"AGR-COM-015"}, set(), set()),
        (response(outcome(at("issue", value=[])), status=400), {"AGR-COM-015"}, set(), set()),
        (response(outcome(at("issue", 0, "severity")), status=400), {"AGR-COM-015"}, set(), set()),
        (response(outcome(at("issue", 0, "code", value="invalide")), status=400), {"AGR-COM-015"}, set(), set()),
        (
            response(outcome(at("issue", 0, "details", value={"coding": [{"code": 12}]})), status=400),
            {"AGR-COM-015"},
            set(),
            set(),
        ),
        (None, {"AGR-COM-014"}, set(), {"AGR-COM-015", "AGR-COM-016"}),
    ],
)
def test_refusal(given: object, fails: set[str], warns: set[str], unverified: set[str]) -> None:
    fault = None if given else Fault(FaultKind.RESET, "receive", "x")
    recorded = read_answer(exchange(given, fault=fault))  # type: ignore[arg-type]
    verdicts = judged(recorded, check="refusal")
    assert (verdicts.fails, verdicts.warns, verdicts.unverified) == (fails, warns, unverified)


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}, False),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "4.3.0"}, True),
        ({"resourceType": "CapabilityStatement"}, True),
        ({"resourceType": "Bundle"}, True),
    ],
)
def test_metadata(given: Json, warned: bool) -> None:
    assert judged(answer(given), check="metadata").warns == ({"AGR-COM-061"} if warned else set())
    assert judged(failed(404), check="metadata").warns == {"AGR-COM-061"}


def test_response_time() -> None:
    def timed(*durations: float) -> set[str]:
        return judged(*(answer(mutated(), whole=one) for one in durations), check="response-time").warns

    assert timed(999.0) == timed(200.0, 300.0, 5000.0) == set()
    assert timed(1000.0) == timed(900.0, 1200.0, 1300.0) == {"PERF-002"}
    late = read_answer(exchange(None, fault=Fault(FaultKind.TIMEOUT, "receive", "7 s"), whole=None))
    assert judged(answer(mutated()), late, late, check="response-time").warns == {"PERF-002"}
    assert judged(failed(), check="response-time").unverified == {"PERF-002"}


def test_late_answers_are_told_apart() -> None:
    slow = [answer(mutated(), whole=9000.0, name=f"x{rank}") for rank in range(3)]
    findings = judged(*slow).tallies["PERF-001"].findings
    assert [found.exchange for found in findings] == ["x0", "x1", "x2"]


def test_unreadable_owner_and_times_do_not_stop_a_comparison() -> None:
    broken = mutated(each(of(SLOT_1, "start", value=[1]), of(PRACTITIONER, "identifier")))
    assert resource(broken, PRACTITIONER)["id"] == "ps-b"
    assert judged(answer(broken), answer(mutated()), check="same-instants").fails == {"AGR-COM-037"}


def test_an_empty_result_is_not_an_error() -> None:
    assert judged(failed(404), check="empty-expected").fails == {"AGR-COM-010"}
    assert judged(answer(example("bundle-vide")), check="empty-expected").fails == set()
    assert judged(failed(406), check="empty-expected").unverified == {"AGR-COM-010"}


def test_encoded_pipe() -> None:
    empty, full = answer(example("bundle-vide")), answer(mutated())
    assert judged(empty, full, check="encoded-pipe").seen("AGR-PS-005") == ("Bundle.entry", "4 créneau(x)", "aucun")
    assert judged(full, empty, check="encoded-pipe").unverified == set()
    assert judged(empty, empty, check="encoded-pipe").unverified == {"AGR-PS-005"}
    assert judged(failed(), full, check="encoded-pipe").unverified == {"AGR-PS-005"}
