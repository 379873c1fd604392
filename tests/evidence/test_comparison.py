from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.result import CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.comparison import Kind, Subject, compare, kind_of
from sas_recette.evidence.comparison_view import comparison_json, comparison_markdown, comparison_text
from tests.evidence.sample import HOSTILE, NOT_FOUND, ORDER, STATUS, TWO_SITES, campaign, order_finding

PROVED = (Verdict.CONFORME, Verdict.RESERVE, Verdict.NON_CONFORME)
OPEN = (Verdict.NON_VERIFIE, Verdict.A_ATTESTER)
VERDICTS = st.sampled_from(list(Verdict))


def item(result: CampaignResult, identifier: str) -> RequirementResult:
    return next(one for one in result.requirements if one.requirement.id == identifier)


def changed(identifier: str, **values: object) -> CampaignResult:
    """The sample, with another result for one requirement."""
    whole = campaign()
    altered = replace(item(whole, identifier), **values)  # type: ignore[arg-type]
    return replace(
        whole, requirements=tuple(altered if one.requirement.id == identifier else one for one in whole.requirements)
    )


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Verdict.CONFORME, Verdict.NON_CONFORME, Kind.REGRESSION),
        (Verdict.CONFORME, Verdict.RESERVE, Kind.REGRESSION),
        (Verdict.CONFORME, Verdict.NON_VERIFIE, Kind.REGRESSION),
        (Verdict.RESERVE, Verdict.A_ATTESTER, Kind.REGRESSION),
        (Verdict.NON_VERIFIE, Verdict.NON_CONFORME, Kind.REGRESSION),
        (Verdict.SANS_OBJET, Verdict.NON_CONFORME, Kind.REGRESSION),
        (Verdict.ERREUR_DU_BANC, Verdict.NON_CONFORME, Kind.REGRESSION),
        (Verdict.NON_CONFORME, Verdict.RESERVE, Kind.PROGRESS),
        (Verdict.NON_VERIFIE, Verdict.CONFORME, Kind.PROGRESS),
        (Verdict.NON_CONFORME, Verdict.NON_VERIFIE, Kind.OTHER),
        (Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Kind.OTHER),
        (Verdict.CONFORME, Verdict.ERREUR_DU_BANC, Kind.OTHER),
        (Verdict.CONFORME, Verdict.SANS_OBJET, Kind.OTHER),
        (Verdict.SANS_OBJET, Verdict.CONFORME, Kind.OTHER),
    ],
)
def test_what_a_change_of_verdict_means(before: Verdict, after: Verdict, kind: Kind) -> None:
    assert kind_of(before, after) is kind


def test_every_regression_goes_back_to_something_that_is_none() -> None:
    for before, after in product(Verdict, Verdict):
        if before is not after and kind_of(before, after) is Kind.REGRESSION:
            assert kind_of(after, before) is not Kind.REGRESSION
        if after is Verdict.NON_CONFORME and before is not after:
            assert kind_of(before, after) is Kind.REGRESSION


@given(first=VERDICTS, second=VERDICTS)
def test_a_verdict_that_changes_is_told_once(first: Verdict, second: Verdict) -> None:
    before, after = changed(STATUS.id, verdict=first), changed(STATUS.id, verdict=second)
    found = compare(before, after).changes
    assert [(one.id, one.before, one.after) for one in found] == (
        [] if first is second else [(STATUS.id, first, second)]
    )


def test_nothing_changes_from_a_campaign_to_itself() -> None:
    comparison = compare(campaign(), campaign())
    assert comparison.changes == ()
    assert not comparison.regressed
    assert comparison_text(comparison).endswith("\n\nAucun verdict ne change.\n")
    assert "Aucun verdict ne change." in comparison_markdown(comparison)


def test_other_ids_ranks_and_values_are_no_change() -> None:
    moved = (replace(order_finding(7, "E0099"), observed="2027-01-01T00:00:00+01:00", message="Autre libellé."),)
    assert compare(campaign(), changed(ORDER.id, findings=moved)).changes == ()


def test_the_same_verdict_for_another_place_is_told() -> None:
    elsewhere = replace(NOT_FOUND, location="HTTP.header(Location)", message="Redirection.")
    (change,) = compare(campaign(), changed(STATUS.id, findings=(NOT_FOUND, elsewhere))).changes
    assert (change.kind, change.finding, change.appeared) == (Kind.FINDINGS, elsewhere, True)
    assert "✕ non conforme\n    constat\u00a0: Redirection. (HTTP.header(Location))" in comparison_text(
        compare(campaign(), changed(STATUS.id, findings=(elsewhere,)))
    )


def test_progress_names_the_finding_that_is_gone() -> None:
    comparison = compare(campaign(), changed(STATUS.id, verdict=Verdict.CONFORME, reason="", findings=()))
    (change,) = comparison.changes
    assert (change.kind, change.finding, change.appeared) == (Kind.PROGRESS, NOT_FOUND, False)
    assert comparison_text(comparison).splitlines()[3:] == [
        "Progrès (1)",
        "  exigence AGR-COM-006 – Recherche exécutée\u00a0: code 200",
        "    ✕ non conforme → ✓ conforme",
        "    constat disparu\u00a0: La recherche a échoué. (HTTP.status)",
    ]


def test_new_and_gone_are_told_and_regress_nothing() -> None:
    whole = campaign()
    less = replace(
        whole,
        requirements=tuple(one for one in whole.requirements if one.requirement.id != STATUS.id),
        scenarios=tuple(one for one in whole.scenarios if one.id != "AGR-PS-02"),
    )
    gone, new = compare(whole, less), compare(less, whole)
    assert [(one.subject, one.id, one.after) for one in gone.of(Kind.GONE)] == [
        (Subject.REQUIREMENT, STATUS.id, None),
        (Subject.SCENARIO, "AGR-PS-02", None),
    ]
    assert [(one.subject, one.id, one.before) for one in new.of(Kind.NEW)] == [
        (Subject.REQUIREMENT, STATUS.id, None),
        (Subject.SCENARIO, "AGR-PS-02", None),
    ]
    assert not gone.regressed
    assert not new.regressed
    assert len(gone.changes) == len(new.changes) == 2


def test_json_says_it_all() -> None:
    broken = changed(TWO_SITES.id, verdict=Verdict.NON_CONFORME, reason=HOSTILE)
    document = json.loads(comparison_json(compare(campaign(), broken), {"identical": False}))
    assert document["format"] == "sas-recette/comparison/1"
    assert (document["regressed"], document["identical"]) == (True, False)
    assert document["counts"] == {"regression": 1, "progress": 0, "new": 0, "gone": 0, "other": 0, "findings": 0}
    assert document["before"]["campaign"] == document["after"]["campaign"] == "20260312-093005-a1b2"
    (change,) = document["changes"]
    assert (change["kind"], change["subject"], change["id"]) == ("regression", "requirement", TWO_SITES.id)
    assert (change["before"], change["after"]) == ("non vérifié", "non conforme")
    assert change["reason"] == HOSTILE
    assert change["finding"] is None


def test_hostile_text_is_neither_markup_nor_control() -> None:
    comparison = compare(campaign(), changed(TWO_SITES.id, verdict=Verdict.NON_CONFORME, reason=HOSTILE))
    for text in (comparison_text(comparison), comparison_json(comparison), comparison_markdown(comparison)):
        assert not {"\x00", "\x1b", "\u202e"} & set(text)
    rows = [line for line in comparison_markdown(comparison).splitlines() if line.startswith("| exigence")]
    assert len(rows) == 1
    assert rows[0].count("|") == 5
    assert "<script>" not in rows[0]
