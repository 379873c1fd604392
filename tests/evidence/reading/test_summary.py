"""What is told of each flow, of a requirement that several flows share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.summary import by_flow
from sas_recette.norm.requirements import Flow
from sas_recette.rules.model import Finding, Outcome
from tests.evidence.sample import campaign

SHARED = replace(campaign().requirements[2], scenarios=("AGR-PS-03", "AGR-SOS-01"))


@pytest.mark.parametrize(
    ("outcome", "verdict"), [(Outcome.FAIL, Verdict.NON_CONFORME), (Outcome.WARN, Verdict.RESERVE)]
)
def test_a_deviation_is_told_of_the_flow_that_has_it(outcome: Outcome, verdict: Verdict) -> None:
    finding: Finding = replace(SHARED.findings[0], outcome=outcome)
    shared = replace(SHARED, verdict=verdict, findings=(finding,))
    base = campaign()
    scenarios = (
        replace(base.scenarios[2], flow=Flow.INT_R01.value, verdict=Verdict.CONFORME, findings=()),
        replace(base.scenarios[4], flow=Flow.INT_SOS1.value, verdict=Verdict.CONFORME, findings=(finding,)),
    )
    told = {one.flow: one for one in by_flow(replace(base, requirements=(shared,), scenarios=scenarios))}
    assert told["INT_R01"].verdict is Verdict.CONFORME
    assert told["INT_R01"].requirements == {Verdict.CONFORME: 1}
    assert told["INT_SOS1"].verdict is verdict
    assert told["INT_SOS1"].requirements == {verdict: 1}


def test_what_no_finding_decides_is_told_of_every_flow() -> None:
    shared = replace(SHARED, verdict=Verdict.NON_VERIFIE, findings=())
    base = campaign()
    scenarios = (replace(base.scenarios[2], findings=()), replace(base.scenarios[4], verdict=Verdict.CONFORME))
    told = by_flow(replace(base, requirements=(shared,), scenarios=scenarios))
    assert {one.verdict for one in told} == {Verdict.NON_VERIFIE}
