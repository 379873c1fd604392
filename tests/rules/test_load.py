"""The volumes, judged by the times of their requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sas_recette.exchange.model import Arrival, FaultKind
from sas_recette.norm.requirements import load_catalogue
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Outcome, Tally
from sas_recette.rules.rule import Subject

EXPECT = {"profile": "nominal", "count": 4, "seconds": 40.0, "planned": 4, "within": 40.0}
GOOD = tuple(
    Arrival("PERF-C01", rank, rank * 10.0, 1, sent=rank * 10.0, ended=rank * 10.0 + 0.2, status=200)
    for rank in range(4)
)


def judged(*arrivals: Arrival, check: str = "load-nominal", **expect: object) -> Tally:
    subject = Subject((), Facts(), "1.2.0", {**EXPECT, **expect}, arrivals=arrivals)
    [found] = judge(check, subject, load_catalogue())
    return found


def with_one(changes: dict[str, Any]) -> Tally:
    return judged(*GOOD[:3], replace(GOOD[3], **changes))


@pytest.mark.parametrize(("check", "requirement"), [("load-nominal", "PERF-003"), ("load-peak", "PERF-004")])
def test_a_whole_run_without_a_breach_holds(check: str, requirement: str) -> None:
    found = judged(*GOOD, check=check)
    assert (found.requirement, found.examined, found.findings) == (requirement, 1, ())


@pytest.mark.parametrize(
    "changes",
    [{"count": 5}, {"planned": 5}, {"within": 41.0}, {"count": 0}],
    ids=["fewer than wanted", "one was never told of", "slower than wanted", "nothing wanted"],
)
def test_a_shortened_run_proves_nothing(changes: dict[str, Any]) -> None:
    assert judged(*GOOD, **changes).examined == 0


@pytest.mark.parametrize(
    "changes",
    [{"sent": None, "ended": None, "status": None}, {"ended": None, "status": None}],
    ids=["lost", "unfinished"],
)
def test_what_was_not_sent_or_not_answered_proves_nothing(changes: dict[str, Any]) -> None:
    assert with_one(changes).examined == 0


@pytest.mark.parametrize(
    ("changes", "observed"),
    [
        ({"status": 503}, "1 sur 4 envoyées"),
        ({"status": None, "fault": FaultKind.RESET}, "1 sur 4 envoyées"),
        ({"ended": 37.0}, "1 sur 4 envoyées ; jusqu’à 7,0\u00a0s"),
        ({"ended": 37.1, "status": None, "fault": FaultKind.TIMEOUT}, "1 sur 4 envoyées ; jusqu’à 7,1\u00a0s"),
    ],
)
def test_a_breach_is_a_reserve(changes: dict[str, Any], observed: str) -> None:
    [finding] = with_one({**changes, "exchange": "x9"}).findings
    assert finding.outcome is Outcome.WARN
    assert (finding.observed, finding.exchange) == (observed, "x9")


def test_failures_are_told_by_kind() -> None:
    refused = replace(GOOD[2], status=None, fault=FaultKind.REFUSED)
    found = judged(GOOD[0], replace(GOOD[1], status=500), refused, replace(GOOD[3], status=500))
    assert [finding.observed for finding in found.findings] == ["2 sur 4 envoyées", "1 sur 4 envoyées"]


def test_what_the_harness_sent_too_late_is_not_held_against_the_candidate() -> None:
    assert with_one({"sent": 32.0, "ended": 37.5}).examined == 0
    assert with_one({"sent": 30.9, "ended": 37.5}).findings


def test_a_shortened_run_shows_its_breaches() -> None:
    [finding] = judged(replace(GOOD[0], status=503), count=500).findings
    assert finding.observed == "1 sur 1 envoyées, essai écourté"
