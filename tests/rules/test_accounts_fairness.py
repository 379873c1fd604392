"""What a careless candidate is told, and what it is not accused of: each thing under the requirement that it breaks."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from sas_recette.exchange.model import Fault, FaultKind, Response
from sas_recette.rules.answer import SearchAnswer, read_answer
from tests.norm.french import slips
from tests.rules.account_exchanges import (
    CONTROL,
    CREATED,
    LORIDON,
    MARIUS,
    SWITCHED,
    found,
    location,
    outcome,
    post,
    put,
)
from tests.rules.building import Verdicts, answer, body_of, judged, mutated

CUT = Fault(FaultKind.TRUNCATED, "receive", "12 octets sur 300")


def refused(one: SearchAnswer, requirement: str, witness: SearchAnswer = CREATED) -> Verdicts:
    return judged(one, witness, check="account-refused", expect={"requirement": requirement, "nature": "rule"})


def read(seen: SearchAnswer, *requirements: str, write: SearchAnswer | None = None) -> Verdicts:
    return judged(seen, write or put(200), check="account-read", expect={"requirement": list(requirements)})


def announced(one: SearchAnswer, content_type: str) -> SearchAnswer:
    """The same answer, under another Content-Type."""
    assert one.exchange is not None
    assert one.exchange.response is not None
    response = Response(one.exchange.response.status, (("Content-Type", content_type),), one.body)
    return read_answer(replace(one.exchange, response=response))


def _decomposed(name: str) -> str:
    return unicodedata.normalize("NFD", name)


def quiet(verdicts: Verdicts) -> bool:
    return not verdicts.fails and not verdicts.warns


class TestDoubles:
    @pytest.mark.parametrize("requirement", ["ACC-020", "ACC-021"])
    def test_there_is_no_double_of_what_was_not_created(self, requirement: str) -> None:
        for status in (429, 406, None):
            verdicts = refused(post(201), requirement, witness=post(status))
            assert requirement in verdicts.unverified
        assert requirement in refused(post(201), requirement).fails | refused(post(201), requirement).warns

    def test_an_invalid_content_is_accepted_whatever_the_witness(self) -> None:
        assert refused(post(201), "ACC-028", witness=post(429)).fails == {"ACC-028"}

    def test_an_outcome_under_a_success_is_shown(self) -> None:
        said = refused(post(200, content=outcome()), "ACC-028").first("ACC-028").observed
        assert said == "HTTP 200, avec un OperationOutcome"


class TestRedirections:
    def test_where_every_write_is_redirected_nothing_is_known_of_refusals(self) -> None:
        away = post(308, at="/v2/fhir/Practitioner")
        assert quiet(refused(away, "ACC-028", witness=away))
        assert refused(away, "ACC-028").fails == {"ACC-028"}

    @pytest.mark.parametrize("status", [302, 307, 308, 401])
    def test_the_endpoint_is_another_one(self, status: int) -> None:
        verdicts = judged(post(status, at="/v2/fhir/Practitioner"), answer(mutated()), check="account-endpoint")
        assert verdicts.fails == {"ACC-001"}
        assert slips(verdicts.first("ACC-001").message) == []

    def test_a_403_may_be_about_the_content(self) -> None:
        assert quiet(judged(post(403), answer(mutated()), check="account-endpoint"))


class TestLocations:
    def test_one_location_for_every_account(self) -> None:
        one, other = CREATED, post(201, MARIUS, at=location("a1"))
        verdicts = judged(one, other, check="account-created")
        assert verdicts.fails == {"ACC-004"}
        assert verdicts.first("ACC-004").expected == "un compte par création"

    def test_it_proves_nothing_of_identifiers(self) -> None:
        whole, sibling, control = (
            put(200, at=location("a1")),
            put(201, at=location("a1")),
            put(201, MARIUS, MARIUS.identifier, at=location("a1")),
        )
        verdicts = judged(whole, sibling, CREATED, control, check="account-identifier-whole")
        assert quiet(verdicts)
        assert verdicts.tallies["ACC-017"].examined == 1

    def test_an_empty_one(self) -> None:
        verdicts = judged(post(201, at=""), check="account-created")
        assert verdicts.fails == {"ACC-004"}
        assert verdicts.first("ACC-004").observed == "vide"


@pytest.mark.parametrize("check", ["account-criterion", "account-identifier-whole"])
def test_an_account_that_was_not_created_is_not_looked_for(check: str) -> None:
    for missing in (post(405), post(None)):
        verdicts = judged(put(201), put(201), missing, CONTROL, check=check)
        assert quiet(verdicts)
        assert verdicts.unverified == {"ACC-016" if check == "account-criterion" else "ACC-017"}


@pytest.mark.parametrize(
    ("one", "check", "requirement"),
    [
        (post(201, at=location("a1"), fault=CUT), "account-created", "ACC-002"),
        (post(201, MARIUS, at=location("a1"), fault=CUT), "account-created", "ACC-003"),
        (put(201, at=location("a1"), fault=CUT), "account-put-created", "ACC-018"),
        (put(200, at=location("a1"), fault=CUT), "account-updated", "ACC-014"),
    ],
)
def test_an_answer_cut_short_is_a_reserve(one: SearchAnswer, check: str, requirement: str) -> None:
    verdicts = judged(one, check=check)
    assert (verdicts.fails, verdicts.warns) == (set(), {requirement})
    assert "12 octets sur 300" in verdicts.first(requirement).message
    assert slips(verdicts.first(requirement).message) == []


@pytest.mark.parametrize("content_type", ["text/html", "application/fhir+xml"])
def test_an_outcome_announced_as_something_else_is_a_reserve(content_type: str) -> None:
    verdicts = refused(announced(post(422), content_type), "ACC-028")
    assert (verdicts.fails, verdicts.warns) == (set(), {"ACC-032"})
    assert verdicts.first("ACC-032").observed == content_type
    assert quiet(refused(announced(post(422), "application/json; charset=utf-8"), "ACC-028"))


class TestReads:
    def test_a_search_that_ignores_the_identifier_tells_nothing(self) -> None:
        strangers = [SWITCHED.payload(), MARIUS.payload()]
        for requirement in ("ACC-009", "ACC-011", "ACC-020", "ACC-041"):
            assert requirement in read(found(*strangers), requirement).unverified
        both = read(found(*strangers, LORIDON.payload()), "ACC-009", "ACC-020")
        assert quiet(both)
        assert both.tallies["ACC-020"].examined == both.tallies["ACC-009"].examined == 1

    def test_nor_does_it_show_an_account_that_was_refused(self) -> None:
        seen = found(SWITCHED.payload(), MARIUS.payload())
        expect = {"requirement": "ACC-028", "account": "absent"}
        assert quiet(judged(seen, post(422), check="account-no-effect", expect=expect))

    @pytest.mark.parametrize("requirement", ["ACC-011", "ACC-012", "ACC-017"])
    def test_an_account_that_a_read_does_not_find_is_a_reserve(self, requirement: str) -> None:
        verdicts = read(found(), requirement)
        assert (verdicts.fails, verdicts.warns) == (set(), {requirement})

    @pytest.mark.parametrize(
        ("requirement", "element"),
        [("ACC-023", "active"), ("ACC-025", "active"), ("ACC-008", "telecom"), ("ACC-011", "identifier")],
    )
    def test_what_a_read_does_not_show_is_not_known(self, requirement: str, element: str) -> None:
        shown = {name: value for name, value in LORIDON.payload().items() if name != element}
        assert requirement in read(found(shown), requirement).unverified

    def test_but_what_a_refused_request_erased_is(self) -> None:
        shown = {name: value for name, value in LORIDON.payload().items() if name != "telecom"}
        earlier, later = found(LORIDON.payload()), found(shown)
        assert read(later, "ACC-041", write=earlier).warns == {"ACC-041"}

    @pytest.mark.parametrize("requirement", ["ACC-007", "ACC-009", "ACC-010"])
    def test_a_name_in_capitals_or_in_another_form_is_a_reserve(self, requirement: str) -> None:
        sent = replace(LORIDON, family="Lefèvre", given="Noël")
        decomposed = replace(sent, family=_decomposed(sent.family), given=_decomposed(sent.given))
        for kept in (replace(sent, family="LEFÈVRE", given="NOËL"), decomposed):
            verdicts = read(found(kept.payload()), requirement, write=put(200, sent))
            assert (verdicts.fails, verdicts.warns) == (set(), {requirement})
        verdicts = read(
            found(replace(sent, family="Lefevre", given="Noel").payload()), requirement, write=put(200, sent)
        )
        assert verdicts.fails == {requirement}

    def test_blanks_are_shown(self) -> None:
        verdicts = read(found(replace(LORIDON, family=f"{LORIDON.family} ").payload()), "ACC-009")
        assert verdicts.fails == {"ACC-009"}
        assert verdicts.first("ACC-009").observed == f"«\u00a0{LORIDON.family} \u00a0»"

    def test_another_name_beside_the_one_that_was_written(self) -> None:
        names = [*LORIDON.payload()["name"], {"use": "maiden", "family": "Autre", "given": ["Anne"]}]  # type: ignore[misc]
        assert quiet(read(found({**LORIDON.payload(), "name": names}), "ACC-007", "ACC-009", "ACC-010"))
        assert read(found({**LORIDON.payload(), "name": names[1:]}), "ACC-009").fails == {"ACC-009"}

    def test_a_reassigned_account_is_known_by_its_address_whatever_its_case(self) -> None:
        switched = replace(MARIUS, identifier=LORIDON.identifier)
        seen = found(replace(switched, email=switched.email.upper()).payload())
        assert quiet(read(seen, "ACC-027", write=put(200, switched)))


def test_the_body_of_a_success_is_free() -> None:
    for content in (b"", b"<html>OK</html>", body_of(outcome(severity="information"))):
        assert quiet(judged(post(201, at=location("a1"), content=content), check="account-created"))
