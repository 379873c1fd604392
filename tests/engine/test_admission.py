"""What a gate sets aside weighs as a réserve, and hides nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.engine.judging import Evidence, JudgedScenario, Norm, judge_scenario, requirement_results
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.model import Judgement, Remark, RemarkKind
from sas_recette.norm.requirements import load_catalogue
from sas_recette.rules.facts import Facts
from tests.engine.test_roll_up import AUTO, BINDING, attested, exchange, remark, scenario

KNOWN = frozenset({(AUTO, "T-01"), (BINDING, "T-01")})


def admits(requirement: str, name: str) -> bool:
    return (requirement, name) in KNOWN


NORM = Norm(load_catalogue(), "1.2.0", Facts(), admits)


def judged(requirement: str, *remarks: Remark, name: str = "T-01", status: int = 500, cut: str = "") -> JudgedScenario:
    sent = replace(exchange(status), scenario=name)
    return judge_scenario(
        replace(scenario(requirement), id=name),
        Evidence([sent], [Judgement(name, "search", ("x1",))], remarks, cut=cut),
        NORM,
    )


def test_a_failure_that_is_admitted_is_a_reserve_with_its_findings() -> None:
    one = judged(AUTO)
    assert one.result.verdict is Verdict.RESERVE
    assert any(finding.requirement == AUTO for finding in one.result.findings)
    (item, *_) = (item for item in requirement_results([one], NORM.catalogue, admits) if item.requirement.id == AUTO)
    assert item.verdict is Verdict.RESERVE
    assert item.reason


def test_a_declaration_that_says_no_is_admitted_too() -> None:
    assert judged(BINDING, attested(BINDING, "non"), status=200).result.verdict is Verdict.RESERVE


def test_the_same_failure_in_another_scenario_stays_one() -> None:
    here, there = judged(AUTO), judged(AUTO, name="T-02")
    assert there.result.verdict is Verdict.NON_CONFORME
    results = requirement_results([here, there], NORM.catalogue, admits)
    assert next(item.verdict for item in results if item.requirement.id == AUTO) is Verdict.NON_CONFORME


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (judged(AUTO, remark(RemarkKind.BENCH_ERROR, "KeyError")), Verdict.ERREUR_DU_BANC),
        (judged(AUTO, cut="interrompue"), Verdict.NON_VERIFIE),
    ],
)
def test_what_an_admitted_failure_hid_comes_out(one: JudgedScenario, verdict: Verdict) -> None:
    assert one.result.verdict is verdict


def test_nothing_is_admitted_where_nothing_is_said() -> None:
    truth = judge_scenario(
        scenario(AUTO),
        Evidence([exchange(500)], [Judgement("T-01", "search", ("x1",))], []),
        replace(NORM, admits=Norm(NORM.catalogue, "1.2.0", Facts()).admits),
    )
    assert truth.result.verdict is Verdict.NON_CONFORME
    assert {item.verdict for item in requirement_results([truth], NORM.catalogue) if item.requirement.id == AUTO} == {
        Verdict.NON_CONFORME
    }
