"""What must be refused, and how; what an error answer says of its reason."""

from __future__ import annotations

import pytest

from sas_recette.norm.requirements import load_catalogue
from sas_recette.platform.account_payloads import INVALID_CONTENTS, Operation
from sas_recette.rules.accounts.refusals import REFUSALS
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.model import Outcome
from tests.norm.french import slips
from tests.rules.account_exchanges import CREATED, LORIDON, MARIUS, REASON, location, outcome, post, put
from tests.rules.building import Json, Verdicts, judged

HTML = b"<html><body>Erreur</body></html>"
BINDING = {name for name in REFUSALS if load_catalogue()[name].level.binding}


def refused(one: SearchAnswer, requirement: str, nature: str = "content", witness: SearchAnswer = CREATED) -> Verdicts:
    expect = {"requirement": requirement, "nature": nature}
    return judged(one, witness, check="account-refused", expect=expect)


def outcomes(verdicts: Verdicts) -> dict[str, str]:
    """The gravest finding of each requirement."""
    return {**dict.fromkeys(verdicts.warns, "warn"), **dict.fromkeys(verdicts.fails, "fail")}


@pytest.mark.parametrize("requirement", REFUSALS)
class TestEveryRefusal:
    def test_accepted(self, requirement: str) -> None:
        weight = "fail" if requirement in BINDING else "warn"
        for status, said in (
            (200, "accepte "),
            (201, "accepte "),
            (302, "répond par une redirection au lieu d’un refus"),
        ):
            verdicts = refused(post(status, at=location("a")), requirement)
            assert outcomes(verdicts) == {requirement: weight}
            assert verdicts.first(requirement).message.startswith(f"La solution {said}")
            assert slips(verdicts.first(requirement).message) == []

    def test_well_refused(self, requirement: str) -> None:
        best = 412 if requirement == "ACC-043" else 422
        verdicts = refused(post(best), requirement)
        assert outcomes(verdicts) == {}
        assert verdicts.tallies[requirement].examined == 1
        assert verdicts.tallies["ACC-032"].examined == verdicts.tallies["ACC-060"].examined == 1

    def test_refused_without_a_reason_is_of_the_outcome(self, requirement: str) -> None:
        best = 412 if requirement == "ACC-043" else 400
        assert outcomes(refused(post(best, content=b""), requirement)) == {"ACC-032": "fail"}

    def test_broken_down(self, requirement: str) -> None:
        explained = outcomes(refused(post(500), requirement))
        assert explained == {"ACC-060": "warn"} | ({requirement: "warn"} if requirement == "ACC-020" else {})
        weight = "fail" if requirement in BINDING - {"ACC-020"} else "warn"
        bare = refused(post(500, content=HTML), requirement)
        assert outcomes(bare) == {requirement: weight, "ACC-060": "warn", "ACC-032": "fail"}

    def test_no_answer(self, requirement: str) -> None:
        weight = "fail" if requirement in BINDING else "warn"
        assert outcomes(refused(post(None), requirement)) == {requirement: weight}

    def test_a_candidate_that_refuses_everything_proves_nothing(self, requirement: str) -> None:
        for status in (400, 422, 500):
            verdicts = refused(post(status), requirement, witness=post(422))
            assert {requirement, "ACC-060", "ACC-040"} <= verdicts.unverified

    def test_another_requirement_is_not_examined(self, requirement: str) -> None:
        other = next(name for name in REFUSALS if name != requirement)
        assert requirement in refused(post(201), other).unverified


@pytest.mark.parametrize(
    ("requirement", "status", "expected"),
    [
        ("ACC-028", 404, {}),
        ("ACC-028", 409, {}),
        ("ACC-028", 412, {}),
        ("ACC-028", 403, {"ACC-028": "warn"}),
        ("ACC-028", 413, {"ACC-028": "warn"}),
        ("ACC-020", 403, {}),
        ("ACC-042", 405, {}),
        ("ACC-043", 409, {"ACC-043": "warn"}),
        ("ACC-028", 406, {}),
    ],
)
def test_statuses(requirement: str, status: int, expected: dict[str, str]) -> None:
    verdicts = refused(put(status, criterion=None), requirement)
    assert outcomes(verdicts) == expected
    assert (requirement in verdicts.unverified) is (status == 406)


@pytest.mark.parametrize(
    ("requirement", "named"),
    [
        ("ACC-020", "ACC OP-2"),
        ("ACC-029", "ACC OP-1"),
        ("ACC-035", "facultatif (point ouvert ACC OP-12)"),
        ("ACC-057", "ne le teste pas (point ouvert ACC OP-12)"),
        ("ACC-059", "ACC OP-13"),
    ],
)
def test_a_contradiction_is_told(requirement: str, named: str) -> None:
    assert named in refused(post(201), requirement).first(requirement).message


@pytest.mark.parametrize(
    ("nature", "status", "warns"),
    [
        ("malformed", 400, set()),
        ("malformed", 422, {"ACC-040"}),
        ("rule", 422, set()),
        ("rule", 409, set()),
        ("rule", 400, {"ACC-040"}),
        ("rule", 501, {"ACC-040", "ACC-060"}),
    ],
)
def test_the_status_tells_why(nature: str, status: int, warns: set[str]) -> None:
    verdicts = refused(post(status), "ACC-056", nature)
    assert (verdicts.fails, verdicts.warns) == (set(), warns)
    assert verdicts.tallies["ACC-040"].examined == 1


@pytest.mark.parametrize(("nature", "status"), [("content", 400), ("tolerated", 422), ("malformed", 200)])
def test_the_status_is_not_judged_otherwise(nature: str, status: int) -> None:
    assert "ACC-040" in refused(post(status), "ACC-056", nature).unverified


def test_what_may_be_accepted_only_must_not_break_down() -> None:
    content = next(one for one in INVALID_CONTENTS if one.id == "I21a")
    for status, warns in ((201, set()), (422, set()), (500, {"ACC-060"})):
        one = post(status, content.body(LORIDON), at=location("a"))
        verdicts = judged(one, CREATED, check="account-refused", expect=content.expect(Operation.CREATE))
        assert (verdicts.fails, verdicts.warns) == (set(), warns)
        assert verdicts.tallies["ACC-060"].examined == 1


def test_every_payload_has_a_rule() -> None:
    for one in INVALID_CONTENTS:
        assert set(one.requirements.values()) - {""} <= REFUSALS.keys()


class TestOutcome:
    @pytest.mark.parametrize(
        ("content", "place", "weight"),
        [
            (b"", "HTTP.body", Outcome.FAIL),
            (HTML, "HTTP.body", Outcome.FAIL),
            ({"resourceType": "Practitioner"}, "HTTP.body", Outcome.FAIL),
            ({"resourceType": "OperationOutcome"}, "OperationOutcome.issue", Outcome.FAIL),
            (outcome(severity="erreur"), "OperationOutcome.issue[0].severity", Outcome.FAIL),
            (outcome(code="bad"), "OperationOutcome.issue[0].code", Outcome.FAIL),
            (outcome(severity="information"), "OperationOutcome.issue", Outcome.FAIL),
            (outcome(None), "OperationOutcome.issue", Outcome.WARN),
            (outcome("Traceback (most recent call last): …"), "OperationOutcome.issue[0]", Outcome.WARN),
            (outcome("java.lang.NullPointerException at a.B.c(B.java:12)"), "OperationOutcome.issue[0]", Outcome.WARN),
        ],
    )
    def test_what_is_wrong(self, content: Json | bytes, place: str, weight: Outcome) -> None:
        finding = refused(post(422, content=content), "ACC-028").first("ACC-032")
        assert (finding.location, finding.outcome) == (place, weight)

    @pytest.mark.parametrize(
        "content",
        [outcome(), outcome(severity="fatal"), outcome(None, details={"text": REASON}), outcome("à 9 h (créneau:12)")],
    )
    def test_what_is_right(self, content: Json) -> None:
        verdicts = refused(post(422, content=content), "ACC-028")
        assert outcomes(verdicts) == {}
        assert verdicts.tallies["ACC-032"].examined == 1

    def test_every_error_is_examined_and_no_success(self) -> None:
        verdicts = judged(CREATED, post(422), post(500, MARIUS, content=b""), check="account-created")
        assert verdicts.tallies["ACC-032"].examined == 2
        assert "ACC-032" in judged(CREATED, check="account-created").unverified
