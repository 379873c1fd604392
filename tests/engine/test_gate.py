from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.baseline import Baseline, Entry
from sas_recette.engine.gate import Gate, Standing, failing_scenarios, pass_gate
from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import ExitCode, Verdict, worst
from tests.evidence.sample import campaign

TODAY = date(2026, 3, 12)
LATER = date(2026, 12, 31)
BROKEN = ("AGR-COM-006", "AGR-COM-030", "AGR-COM-033")
"""What fails in AGR-PS-01; RDV-004 fails in RDV-01."""


def entry(requirement: str, scenario: str = "", expires: date = LATER, line: int = 3) -> Entry:
    return Entry(requirement, "Connu", "T-1", expires, scenario, line)


def without_bench_errors() -> CampaignResult:
    """The sample, where nothing but non-conformities and réserves is left."""
    whole = campaign()
    kept = {Verdict.NON_CONFORME, Verdict.RESERVE, Verdict.CONFORME, Verdict.SANS_OBJET}
    return replace(
        whole,
        requirements=tuple(item for item in whole.requirements if item.verdict in kept),
        scenarios=tuple(item for item in whole.scenarios if item.verdict in kept),
    )


def held(baseline: Baseline, result: CampaignResult, today: date = TODAY) -> Gate:
    """The gate of a result, whose admitted failures are set aside as an assessment of its journal does."""
    admits = baseline.admits(today)
    requirements = tuple(
        replace(item, verdict=Verdict.RESERVE)
        if item.verdict is Verdict.NON_CONFORME
        and all(admits(item.requirement.id, name) for name in failing_scenarios(result, item.requirement.id))
        else item
        for item in result.requirements
    )
    scenarios = tuple(
        replace(item, verdict=Verdict.RESERVE)
        if item.verdict is Verdict.NON_CONFORME
        and all(admits(finding.requirement, item.id) for finding in item.findings if finding.outcome.value == "fail")
        else item
        for item in result.scenarios
    )
    verdict = worst([*(item.verdict for item in requirements), *(item.verdict for item in scenarios)])
    code = ExitCode.NON_CONFORME if verdict is Verdict.NON_CONFORME else ExitCode.OK
    admitted = replace(result, requirements=requirements, scenarios=scenarios, verdict=verdict, exit_code=code)
    return pass_gate(result, admitted, baseline, today)


def gate(*entries: Entry, today: date = TODAY) -> Gate:
    return held(Baseline("base.toml", entries), without_bench_errors(), today)


ALL = (*(entry(name) for name in BROKEN), entry("RDV-004"))


def test_known_failures_do_not_block() -> None:
    passed = gate(*ALL)
    assert passed.exit_code is ExitCode.OK
    assert passed.blocking == ()
    assert [judged.standing for judged in passed.entries] == [Standing.ADMITTED] * 4
    assert passed.entries[3].sentence == (
        "RDV-004\u00a0: non conforme, admis par la base de référence jusqu’au 31\u00a0décembre\u00a02026\u00a0: Connu (T-1)."
    )
    assert {name: [one.requirement for one in found] for name, found in passed.admitted.items()} == {
        "AGR-PS-01": list(BROKEN),
        "RDV-01": ["RDV-004"],
    }


def test_what_no_entry_admits_blocks() -> None:
    passed = gate(*ALL[:3])
    assert passed.exit_code is ExitCode.NON_CONFORME
    assert passed.blocking == ("RDV-004",)
    assert list(passed.admitted) == ["AGR-PS-01"]


def test_a_scenario_that_fails_for_more_than_what_is_admitted_fails() -> None:
    passed = gate(entry("AGR-COM-006"), entry("RDV-004"))
    assert passed.blocking == ("AGR-COM-030", "AGR-COM-033")
    assert list(passed.admitted) == ["RDV-01"]


def test_an_entry_of_another_scenario_admits_nothing_here() -> None:
    passed = gate(*ALL[:3], entry("RDV-004", "AGR-PS-01"))
    assert passed.exit_code is ExitCode.NON_CONFORME
    assert passed.blocking == ("RDV-004",)
    assert passed.entries[3].standing is Standing.UNSEEN


def test_an_expired_entry_admits_nothing_and_says_what_to_do() -> None:
    passed = gate(*ALL[:3], entry("RDV-004", expires=date(2026, 3, 11)))
    assert passed.exit_code is ExitCode.NON_CONFORME
    assert passed.entries[3].sentence == (
        "RDV-004\u00a0: l’entrée de la base de référence (base.toml, ligne 3) a expiré le 11\u00a0mars\u00a02026\u00a0; "
        "corrigez la solution, ou convenez d’une nouvelle échéance (T-1)."
    )
    assert gate(*ALL[:3], entry("RDV-004", expires=TODAY)).exit_code is ExitCode.OK


@pytest.mark.parametrize(
    ("stale", "word"),
    [(entry("SEC-010"), "conforme"), (entry("AGR-COM-005"), "réserve")],
)
def test_an_entry_that_no_longer_fails_closes_the_gate(stale: Entry, word: str) -> None:
    for one in (stale, replace(stale, expires=date(2026, 1, 1))):
        passed = gate(*ALL, one)
        assert passed.exit_code is ExitCode.USAGE
        assert passed.entries[4].standing is Standing.STALE
        assert passed.entries[4].sentence == (
            f"{stale.requirement} est désormais «\u00a0{word}\u00a0»\u00a0: retirez son entrée (base.toml, ligne 3), "
            "pour qu’une rechute bloque à nouveau."
        )


def test_an_entry_of_a_scenario_is_stale_when_that_scenario_holds() -> None:
    result = without_bench_errors()
    items = tuple(
        replace(item, scenarios=("AGR-PS-01", "AGR-PS-03")) if item.requirement.id == "AGR-COM-006" else item
        for item in result.requirements
    )
    passed = held(Baseline("base.toml", (*ALL, entry("AGR-COM-006", "AGR-PS-03"))), replace(result, requirements=items))
    assert [judged.standing for judged in passed.entries[3:]] == [Standing.ADMITTED, Standing.STALE]


@pytest.mark.parametrize("name", ["AGR-COM-001", "AGR-SOS-001"])
def test_an_entry_that_the_campaign_did_not_verify_waits(name: str) -> None:
    passed = gate(*ALL, entry(name))
    assert passed.exit_code is ExitCode.OK
    assert passed.entries[4].standing is Standing.UNSEEN
    assert "ne l’a pas vérifiée" in passed.entries[4].sentence


def test_an_expired_entry_closes_the_gate_even_unseen() -> None:
    passed = gate(*ALL, entry("AGR-COM-001", expires=date(2026, 3, 1)))
    assert passed.exit_code is ExitCode.USAGE
    assert "a expiré le 1er\u00a0mars\u00a02026" in passed.entries[4].sentence


def test_a_declaration_that_says_no_fails_where_it_was_asked() -> None:
    result = without_bench_errors()
    items = tuple(
        replace(item, verdict=Verdict.NON_CONFORME, scenarios=("RDV-01", "AGR-PS-03"))
        if item.requirement.id == "SEC-010"
        else item
        for item in result.requirements
    )
    assert failing_scenarios(replace(result, requirements=items), "SEC-010") == ("RDV-01",)
    assert failing_scenarios(result, "AGR-COM-006") == ("AGR-PS-01",)
    assert failing_scenarios(result, "AGR-COM-005") == ()
    assert failing_scenarios(result, "AGR-COM-001") == ()


@given(st.sets(st.sampled_from([*BROKEN, "RDV-004"])), st.sets(st.sampled_from([*BROKEN, "RDV-004"])))
def test_the_gate_opens_only_when_everything_that_fails_is_admitted_today(known: set[str], expired: set[str]) -> None:
    entries = [entry(name, expires=date(2026, 1, 1) if name in expired else LATER) for name in sorted(known)]
    passed = gate(*entries)
    admitted = known - expired
    assert set(passed.blocking) == {*BROKEN, "RDV-004"} - admitted
    assert (passed.exit_code is ExitCode.OK) is (admitted == {*BROKEN, "RDV-004"})
    assert {judged.entry.requirement for judged in passed.entries if judged.standing is Standing.ADMITTED} == admitted
