"""From findings and remarks to verdicts: every case of DESIGN's table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.judging import Evidence, JudgedScenario, Norm, judge_scenario, requirement_results
from sas_recette.engine.scenario import Scenario
from sas_recette.engine.verdict import Verdict, worst
from sas_recette.exchange.model import Exchange, Fault, FaultKind, Judgement, Remark, RemarkKind, Request, Response
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.rules.facts import Facts

NOW = datetime(2026, 6, 17, 8, tzinfo=UTC)
NORM = Norm(load_catalogue(), "1.2.0", Facts())
BINDING, ADVISED = "AGR-PS-040", "AGR-PS-057"
AUTO, AUTO_SHOULD = "AGR-COM-006", "AGR-COM-005"
VERDICTS = st.sampled_from(list(Verdict))


def scenario(*requirements: str) -> Scenario:
    return Scenario("T-01", "Essai", Flow.INT_R01, "Essai", requirements, (), (), (), (), lambda _: None)


def remark(kind: RemarkKind, text: str = "parce que", *requirements: str, answer: str = "") -> Remark:
    return Remark("T-01", kind, text, requirements, answer, "Une personne" if answer else "")


def attested(requirement: str, answer: str) -> Remark:
    return remark(RemarkKind.ATTESTED, "Déclaration.", requirement, answer=answer)


def exchange(status: int = 200, content_type: str = "application/fhir+json", fault: Fault | None = None) -> Exchange:
    response = None if fault else Response(status, (("Content-Type", content_type),), b'{"resourceType": "Bundle"}')
    return Exchange("x1", "T-01", "étape", NOW, Request("GET", "http://e.test/Slot?start=ge1"), response, fault)


def judged(
    requirements: Sequence[str], *remarks: Remark, sent: Exchange | None = None, check: str = "search", cut: str = ""
) -> JudgedScenario:
    judgements = [Judgement("T-01", check, ("x1",))] if sent else []
    return judge_scenario(scenario(*requirements), Evidence([sent] if sent else [], judgements, remarks, cut=cut), NORM)


@pytest.mark.parametrize(
    ("requirement", "remarks", "verdict", "reason"),
    [
        (AUTO, [], Verdict.NON_VERIFIE, "aucun échange n’a permis de l’examiner"),
        (BINDING, [], Verdict.A_ATTESTER, 'requirement = "AGR-PS-040"'),
        ("AGR-COM-052", [], Verdict.A_ATTESTER, "[[attestations]]"),
        (BINDING, [attested(BINDING, "oui")], Verdict.CONFORME, "déclaré «\u00a0oui\u00a0» par Une personne"),
        (BINDING, [attested(BINDING, "non")], Verdict.NON_CONFORME, "déclaré «\u00a0non\u00a0»"),
        (BINDING, [attested(BINDING, "sans objet")], Verdict.SANS_OBJET, "sans objet"),
        (ADVISED, [attested(ADVISED, "oui")], Verdict.CONFORME, "oui"),
        (ADVISED, [attested(ADVISED, "non")], Verdict.RESERVE, "déclaré «\u00a0non\u00a0»"),
        (ADVISED, [attested(ADVISED, "sans objet")], Verdict.SANS_OBJET, "sans objet"),
        (AUTO, [attested(AUTO, "oui")], Verdict.NON_VERIFIE, "ne peut pas en tenir lieu"),
        (AUTO, [attested(AUTO, "non")], Verdict.NON_CONFORME, "déclaré «\u00a0non\u00a0»"),
        (AUTO_SHOULD, [attested(AUTO_SHOULD, "non")], Verdict.RESERVE, "déclaré «\u00a0non\u00a0»"),
        (AUTO, [attested(AUTO, "sans objet")], Verdict.SANS_OBJET, "sans objet"),
        (AUTO, [remark(RemarkKind.NOT_VERIFIED)], Verdict.NON_VERIFIE, "parce que"),
        (AUTO, [remark(RemarkKind.NOT_APPLICABLE)], Verdict.SANS_OBJET, "parce que"),
        (AUTO, [remark(RemarkKind.BENCH_ERROR)], Verdict.ERREUR_DU_BANC, "parce que"),
        (
            AUTO,
            [remark(RemarkKind.NOT_APPLICABLE, "a"), remark(RemarkKind.BENCH_ERROR, "b")],
            Verdict.ERREUR_DU_BANC,
            "b",
        ),
        (AUTO, [remark(RemarkKind.NOT_VERIFIED, "autre", ADVISED)], Verdict.NON_VERIFIE, "aucun échange"),
    ],
)
def test_what_no_exchange_shows(requirement: str, remarks: list[Remark], verdict: Verdict, reason: str) -> None:
    result = judged([requirement], *remarks).result
    assert result.verdict is verdict
    assert reason in result.reason
    (one, *_) = requirement_results([judged([requirement], *remarks)], load_catalogue())
    assert (one.requirement.id, one.verdict) == (requirement, verdict)


@pytest.mark.parametrize(
    ("requirement", "sent", "verdict"),
    [
        (AUTO, exchange(), Verdict.CONFORME),
        (AUTO, exchange(500), Verdict.NON_CONFORME),
        (AUTO, exchange(fault=Fault(FaultKind.RESET, "receive", "coupée")), Verdict.NON_CONFORME),
        (AUTO, exchange(fault=Fault(FaultKind.TIMEOUT, "receive", "7 s")), Verdict.NON_VERIFIE),
        (AUTO_SHOULD, exchange(content_type="application/json"), Verdict.RESERVE),
        (AUTO_SHOULD, exchange(500), Verdict.NON_VERIFIE),
    ],
)
def test_what_an_exchange_shows(requirement: str, sent: Exchange, verdict: Verdict) -> None:
    assert load_catalogue()[requirement].id == requirement
    assert judged([requirement], sent=sent).result.verdict is verdict


def test_a_declaration_never_outweighs_a_finding() -> None:
    assert judged([AUTO], attested(AUTO, "oui"), sent=exchange(500)).result.verdict is Verdict.NON_CONFORME
    assert judged([AUTO], attested(AUTO, "sans objet"), sent=exchange(500)).result.verdict is Verdict.NON_CONFORME
    assert judged([AUTO], attested(AUTO, "non"), sent=exchange()).result.verdict is Verdict.NON_CONFORME


def test_findings_on_other_requirements_are_kept_but_do_not_make_the_scenario() -> None:
    one = judged([AUTO], sent=exchange())
    assert one.result.verdict is Verdict.CONFORME
    assert any(finding.requirement != AUTO for finding in one.result.findings)
    assert all(finding.exchange == "x1" for finding in one.result.findings)


def test_a_bench_error_outweighs_all_but_a_non_conformity() -> None:
    broken = remark(RemarkKind.BENCH_ERROR, "KeyError")
    assert judged([AUTO], broken, sent=exchange()).result.verdict is Verdict.ERREUR_DU_BANC
    assert judged([AUTO], broken, sent=exchange(500)).result.verdict is Verdict.NON_CONFORME


def test_a_check_that_breaks_down_is_a_bench_error_and_the_rest_is_judged() -> None:
    one = judged([AUTO], sent=exchange(), check="no-such-check")
    assert one.result.verdict is Verdict.ERREUR_DU_BANC
    assert "le contrôle «\u00a0no-such-check\u00a0» n’a pas pu s’exécuter" in one.result.reason


def test_a_scenario_cut_short_is_not_verified_unless_it_failed_already() -> None:
    assert judged([AUTO], sent=exchange(), cut="interrompue").result.verdict is Verdict.NON_VERIFIE
    assert judged([AUTO], sent=exchange(), cut="interrompue").result.reason == "interrompue"
    assert judged([AUTO], sent=exchange(500), cut="interrompue").result.verdict is Verdict.NON_CONFORME


def test_a_requirement_adds_up_over_scenarios() -> None:
    nothing, seen = judged([AUTO]), judged([AUTO], sent=exchange())
    (total,) = (one for one in requirement_results([nothing, seen], load_catalogue()) if one.requirement.id == AUTO)
    assert (total.verdict, total.examined, total.scenarios) == (Verdict.CONFORME, 1, ("T-01", "T-01"))


def test_a_scenario_out_of_scope_says_nothing_of_a_requirement_that_another_one_names() -> None:
    outside = judged([AUTO], remark(RemarkKind.NOT_APPLICABLE, "cas d’usage non déclaré"))
    for other, verdict in (
        (judged([AUTO]), Verdict.NON_VERIFIE),
        (judged([AUTO], sent=exchange()), Verdict.CONFORME),
        (judged([AUTO], sent=exchange(500)), Verdict.NON_CONFORME),
        (outside, Verdict.SANS_OBJET),
    ):
        results = requirement_results([outside, other], load_catalogue())
        assert [one.verdict for one in results if one.requirement.id == AUTO] == [verdict]
    assert outside.result.verdict is Verdict.SANS_OBJET


GRAVEST_FIRST = (
    Verdict.NON_CONFORME, Verdict.ERREUR_DU_BANC, Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Verdict.RESERVE,
    Verdict.CONFORME, Verdict.SANS_OBJET,
)  # fmt: skip


def test_worst_follows_the_order_of_gravity() -> None:
    assert set(GRAVEST_FIRST) == set(Verdict)
    for pair in permutations(GRAVEST_FIRST, 2):
        assert worst(pair) is min(pair, key=GRAVEST_FIRST.index)
    assert worst([]) is Verdict.SANS_OBJET


@given(st.lists(st.lists(VERDICTS, max_size=4), max_size=4))
def test_worst_is_associative(groups: list[list[Verdict]]) -> None:
    assert worst(map(worst, groups)) is worst(one for group in groups for one in group)


@given(st.lists(VERDICTS), VERDICTS)
def test_worst_is_monotone(verdicts: list[Verdict], one_more: Verdict) -> None:
    before, after = worst(verdicts), worst([*verdicts, one_more])
    assert GRAVEST_FIRST.index(after) <= GRAVEST_FIRST.index(before)
    assert after in {before, one_more}
