"""Answers held against the verdicts of the same campaign."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.contradiction import weigh_declarations
from sas_recette.engine.result import Attestation, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import plain_document

ALL_FLOWS: Final = ("INT_R01", "INT_R02", "INT_SSO", "INT_R03")


def candidate(**tables: object) -> Candidate:
    return validate_candidate(plain_document("http://e.test", **tables), "essai")


def requirement(name: str, verdict: Verdict, *scenarios: str, answer: str = "") -> RequirementResult:
    said = Attestation(name, answer, "Zoé", "Déclaration.") if answer else None
    return RequirementResult(load_catalogue()[name], verdict, "motif", 0 if answer else 1, (), scenarios, said)


def scenario(name: str, flow: str, *requirements: str, verdict: Verdict = Verdict.CONFORME) -> ScenarioResult:
    return ScenarioResult(name, "Essai", flow, "Essai", (), (), (), requirements, verdict, "", (), (), None, 0.0)


def played(*flows: str, **verdicts: Verdict) -> list[ScenarioResult]:
    asked = scenario("REF-S03", "REFERENCEMENT", "REF-005", "REF-008", "REF-010")
    return [asked, *(scenario(one, one, verdict=verdicts.get(one, Verdict.CONFORME)) for one in flows)]


YES: Final = requirement("REF-005", Verdict.CONFORME, "REF-S03", answer="oui")


def weighed(
    results: list[RequirementResult], scenarios: list[ScenarioResult], *, interrupted: bool = False, **tables: object
) -> tuple[dict[str, RequirementResult], dict[str, ScenarioResult]]:
    found, lines = weigh_declarations(results, scenarios, candidate(**tables), interrupted=interrupted)
    return {one.requirement.id: one for one in found}, {one.id: one for one in lines}


def test_an_answer_that_all_flows_bear_out_stays() -> None:
    results, lines = weighed([YES], played(*ALL_FLOWS))
    assert results["REF-005"] == YES
    assert lines["REF-S03"].verdict is Verdict.CONFORME


def test_a_red_flow_contradicts_the_full_scope() -> None:
    red = requirement("ACC-002", Verdict.NON_CONFORME, "INT_R02")
    results, lines = weighed([red, YES], played(*ALL_FLOWS, INT_R02=Verdict.NON_CONFORME))
    assert results["REF-005"].verdict is Verdict.RESERVE
    assert results["REF-005"].reason.endswith("contredit\u00a0: non conforme ACC-002")
    assert lines["REF-S03"].verdict is Verdict.RESERVE
    assert lines["REF-S03"].reason == results["REF-005"].reason
    assert results["ACC-002"] == red


@pytest.mark.parametrize("verdict", [Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Verdict.ERREUR_DU_BANC])
def test_a_flow_left_open_leaves_the_full_scope_open(verdict: Verdict) -> None:
    results, lines = weighed([YES], played(*ALL_FLOWS, INT_SSO=verdict))
    assert results["REF-005"].verdict is Verdict.NON_VERIFIE
    assert "INT_SSO" in results["REF-005"].reason
    assert lines["REF-S03"].verdict is Verdict.NON_VERIFIE


def test_a_flow_that_is_not_played_leaves_the_full_scope_open() -> None:
    results, _ = weighed([YES], played("INT_R01", "INT_R03"))
    assert results["REF-005"].reason.endswith("INT_R02, INT_SSO")


def test_the_flows_are_those_of_the_declared_scope() -> None:
    results, _ = weighed([YES], played(*ALL_FLOWS), use_cases=["ps", "cpts", "sos"], sso={"mode": "psc"})
    assert results["REF-005"].reason.endswith("INT_R04, INT_SOS1, INT_PSC")


@pytest.mark.parametrize("answer", ["non", "sans objet", ""])
def test_nothing_else_than_yes_is_held_against_anything(answer: str) -> None:
    one = replace(requirement("REF-005", Verdict.A_ATTESTER, "REF-S03", answer=answer), examined=0)
    assert weighed([one], played())[0]["REF-005"] == one


@pytest.mark.parametrize(
    ("declared", "examined"), [("REF-007", "AGR-PS-056"), ("REF-008", "AGR-PS-037"), ("REF-010", "AGR-COM-044")]
)
def test_what_the_searches_show_contradicts_a_declaration(declared: str, examined: str) -> None:
    yes = requirement(declared, Verdict.CONFORME, "REF-S03", answer="oui")
    red = requirement(examined, Verdict.NON_CONFORME, "INT_R01")
    results, _ = weighed([red, yes], played("INT_R01"))
    assert results[declared].verdict is Verdict.RESERVE
    assert examined in results[declared].reason
    assert weighed([replace(red, verdict=Verdict.RESERVE), yes], played("INT_R01"))[0][declared] == yes


def test_an_interrupted_campaign_fills_no_cahier() -> None:
    yes = requirement("REF-012", Verdict.CONFORME, "REF-S05", answer="oui")
    assert weighed([yes], [], interrupted=True)[0]["REF-012"].verdict is Verdict.NON_VERIFIE
    assert weighed([yes], [])[0]["REF-012"] == yes


def test_delegation_is_not_pro_sante_connect() -> None:
    yes = requirement("REF-022", Verdict.CONFORME, "REF-S04", answer="oui")
    assert weighed([yes], [], sso={"mode": "psc"})[0]["REF-022"].verdict is Verdict.RESERVE
    assert weighed([yes], [], sso={"mode": "delegation"})[0]["REF-022"] == yes


def test_many_contradictions_are_counted() -> None:
    names = [name for name in load_catalogue() if name.startswith("ACC-")][:9]
    reds = [requirement(name, Verdict.NON_CONFORME, "INT_R01") for name in names]
    assert weighed([*reds, YES], played(*ALL_FLOWS))[0]["REF-005"].reason.endswith(f"{names[5]} et 3 autres")
