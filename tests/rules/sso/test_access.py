"""Who gets in: sessions seen, not seen, and controls without which nothing is proved."""

from __future__ import annotations

import pytest

from sas_recette.norm.requirements import load_catalogue
from sas_recette.norm.typography import french
from sas_recette.rules.sso.access import CLOSED, OPEN
from tests.norm.french import slips
from tests.rules.sso.building import page, verdicts

IN, OUT, TERMS = ("session", "agenda:810000000001"), ("error",), ("terms",)


def weight(requirement: str) -> str:
    return "fail" if load_catalogue()[requirement].level.binding else "warn"


@pytest.mark.parametrize("requirement", CLOSED)
class TestWhatOpensNothing:
    def test_no_session_while_the_control_opens_one(self, requirement: str) -> None:
        assert verdicts("sso-closed", page(*OUT), page(*IN), requirements=[requirement]) == {requirement: "held"}

    def test_a_session(self, requirement: str) -> None:
        found = verdicts("sso-closed", page(*IN), page(*IN), requirements=[requirement])
        assert found == {requirement: weight(requirement)}

    def test_the_terms_of_use_are_for_somebody_who_was_let_in(self, requirement: str) -> None:
        found = verdicts("sso-closed", page(*TERMS), page(*IN), requirements=[requirement])
        assert found == {requirement: weight(requirement)}

    def test_one_session_among_several_pages(self, requirement: str) -> None:
        found = verdicts("sso-closed", page(*OUT), page(*IN), page(*IN), requirements=[requirement])
        assert found == {requirement: weight(requirement)}

    def test_nothing_is_proved_without_the_control(self, requirement: str) -> None:
        assert verdicts("sso-closed", page(*OUT), page(*OUT), requirements=[requirement]) == {}

    def test_a_contradiction_of_the_sources_is_a_reserve(self, requirement: str) -> None:
        found = verdicts("sso-closed", page(*IN), page(*IN), requirements=[requirement], reserve=True)
        assert found == {requirement: "warn"}

    def test_careful_french(self, requirement: str) -> None:
        assert slips(french(CLOSED[requirement])) == []


@pytest.mark.parametrize("requirement", OPEN)
class TestWhatOpensASession:
    def test_a_session(self, requirement: str) -> None:
        assert verdicts("sso-open", page(*IN), page(*IN), requirements=[requirement]) == {requirement: "held"}

    def test_the_terms_of_use_first(self, requirement: str) -> None:
        assert verdicts("sso-open", page(*TERMS), page(*IN), requirements=[requirement]) == {requirement: "held"}

    def test_no_session(self, requirement: str) -> None:
        found = verdicts("sso-open", page(*OUT), page(*IN), requirements=[requirement])
        assert found == {requirement: weight(requirement)}

    def test_nothing_is_proved_without_the_control(self, requirement: str) -> None:
        assert verdicts("sso-open", page(*OUT), page(*OUT), requirements=[requirement]) == {}

    def test_without_a_control_where_none_is_wanted(self, requirement: str) -> None:
        found = verdicts("sso-open", page(*OUT), requirements=[requirement], controls=0)
        assert found == {requirement: weight(requirement)}

    def test_careful_french(self, requirement: str) -> None:
        assert slips(french(OPEN[requirement])) == []


def test_a_requirement_that_the_step_does_not_serve_is_not_examined() -> None:
    assert verdicts("sso-closed", page(*IN), page(*IN), requirements=["SSO-023"]) == {"SSO-023": "fail"}
    assert verdicts("sso-closed", page(*IN), page(*IN)) == {}
