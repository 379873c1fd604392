"""What proves the effect of a write, and what does not: then nothing is examined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.platform.accounts import AccountIdentifier, IdentifierKind, Wording
from sas_recette.rules.answer import SearchAnswer
from tests.rules.account_exchanges import (
    CONTROL,
    CREATED,
    LENIENT,
    LORIDON,
    MARIUS,
    SWITCHED,
    found,
    location,
    post,
    put,
)
from tests.rules.building import Json, Verdicts, judged

EXAMINED, FAILED, UNKNOWN = "conforme", "écart", "rien"
DUPLICATE = post(409)


def verdict_on(requirement: str, verdicts: Verdicts) -> str:
    tally = verdicts.tallies[requirement]
    if tally.findings:
        return FAILED
    return EXAMINED if tally.examined else UNKNOWN


def at(account: str) -> str:
    return location(account)


class TestIdentifierChange:
    @pytest.mark.parametrize("requirement", ["ACC-011", "ACC-012"])
    @pytest.mark.parametrize(
        ("probe", "control", "verdict"),
        [
            (put(200, SWITCHED, at=at("a1")), None, EXAMINED),
            (put(200, SWITCHED, at=at("b2")), CONTROL, FAILED),
            (put(201, SWITCHED, at=at("b2")), None, FAILED),
            (put(201, SWITCHED), CONTROL, FAILED),
            (put(200, SWITCHED), CONTROL, EXAMINED),
            (put(200, SWITCHED), LENIENT, UNKNOWN),
            (put(200, SWITCHED), None, UNKNOWN),
            (put(404, SWITCHED), CONTROL, UNKNOWN),
            (put(None, SWITCHED), CONTROL, UNKNOWN),
        ],
    )
    def test_the_new_identifier(
        self, requirement: str, probe: SearchAnswer, control: SearchAnswer | None, verdict: str
    ) -> None:
        answers = [probe, put(200, SWITCHED), CREATED, *([control] if control else [])]
        verdicts = judged(*answers, check="account-identifier-changed", expect={"requirement": requirement})
        assert verdict_on(requirement, verdicts) == verdict
        other = {"ACC-011": "ACC-012", "ACC-012": "ACC-011"}[requirement]
        assert verdict_on(other, verdicts) == UNKNOWN

    def test_a_refused_change_is_judged_elsewhere(self) -> None:
        answers = [put(201, SWITCHED), put(422, SWITCHED), CREATED]
        verdicts = judged(*answers, check="account-identifier-changed", expect={"requirement": "ACC-012"})
        assert verdict_on("ACC-012", verdicts) == UNKNOWN

    @pytest.mark.parametrize(
        ("status", "control", "verdict"),
        [(201, CONTROL, EXAMINED), (200, CONTROL, FAILED), (200, LENIENT, UNKNOWN), (404, CONTROL, UNKNOWN)],
    )
    def test_the_former_identifier(self, status: int, control: SearchAnswer, verdict: str) -> None:
        answers = [put(status, MARIUS.deactivated(), MARIUS.identifier), put(200, SWITCHED), control]
        verdicts = judged(*answers, check="account-identifier-left", expect={"requirement": "ACC-012"})
        assert verdict_on("ACC-012", verdicts) == verdict


class TestCriterion:
    @pytest.mark.parametrize(
        ("raw", "encoded", "verdict", "examined"),
        [
            ((200, "a1"), (200, "a1"), EXAMINED, 2),
            ((200, None), (200, None), EXAMINED, 2),
            ((200, "a1"), (201, "b"), FAILED, 2),
            ((201, "b"), (200, "a1"), FAILED, 2),
            ((200, "a1"), (400, None), FAILED, 2),
            ((404, None), (200, "a1"), FAILED, 2),
            ((404, None), (404, None), UNKNOWN, 0),
        ],
    )
    def test_slash(
        self, raw: tuple[int, str | None], encoded: tuple[int, str | None], verdict: str, examined: int
    ) -> None:
        forms = [
            put(status, wording=Wording(encoded_slash=slash), at=at(account) if account else None)
            for slash, (status, account) in ((False, raw), (True, encoded))
        ]
        verdicts = judged(*forms, CREATED, CONTROL, check="account-criterion")
        assert verdict_on("ACC-016", verdicts) == verdict
        assert verdicts.tallies["ACC-016"].examined == examined

    def test_a_pipe_that_is_not_decoded(self) -> None:
        raw = put(200, wording=Wording(raw_pipe=True), at=at("a1"))
        verdicts = judged(put(400), put(400), CREATED, CONTROL, raw, check="account-criterion")
        assert verdict_on("ACC-016", verdicts) == FAILED

    def test_an_inconclusive_control(self) -> None:
        verdicts = judged(put(200), put(200), CREATED, LENIENT, check="account-criterion")
        assert verdict_on("ACC-016", verdicts) == UNKNOWN


class TestWholeIdentifier:
    SIBLING = replace(LORIDON, identifier=AccountIdentifier(IdentifierKind.NATIONAL, "3990000000/AUTRE"))

    @pytest.mark.parametrize(
        ("whole", "sibling", "control", "verdict"),
        [
            ((200, "a1"), (201, "b"), CONTROL, EXAMINED),
            ((200, None), (201, None), None, EXAMINED),
            ((200, "a1"), (200, "a1"), LENIENT, FAILED),
            ((200, None), (200, None), CONTROL, FAILED),
            ((200, None), (200, None), LENIENT, UNKNOWN),
            ((201, "b"), (201, "c"), CONTROL, FAILED),
            ((200, "a1"), (409, None), CONTROL, UNKNOWN),
            ((422, None), (201, "b"), CONTROL, UNKNOWN),
        ],
    )
    def test_truncation(
        self,
        whole: tuple[int, str | None],
        sibling: tuple[int, str | None],
        control: SearchAnswer | None,
        verdict: str,
    ) -> None:
        answers = [
            put(whole[0], at=at(whole[1]) if whole[1] else None),
            put(sibling[0], self.SIBLING, self.SIBLING.identifier, at=at(sibling[1]) if sibling[1] else None),
            CREATED,
            *([control] if control else []),
        ]
        assert verdict_on("ACC-017", judged(*answers, check="account-identifier-whole")) == verdict


class TestReassignment:
    OFF = put(200, LORIDON.deactivated(), at=at("a1"))
    OTHER = post(201, MARIUS, at=at("b2"))

    @pytest.mark.parametrize(
        ("switch", "verdict"),
        [
            (put(200, at=at("b2")), EXAMINED),
            (put(200), EXAMINED),
            (put(200, at=at("a1")), FAILED),
            (put(201, at=at("c3")), FAILED),
            (put(201), FAILED),
            (put(409), FAILED),
            (put(None), FAILED),
            (put(415), UNKNOWN),
        ],
    )
    def test_the_freed_identifier(self, switch: SearchAnswer, verdict: str) -> None:
        verdicts = judged(switch, self.OFF, self.OTHER, check="account-reassigned")
        assert verdict_on("ACC-027", verdicts) == verdict
        assert verdict_on("ACC-023", verdicts) == UNKNOWN

    def test_a_deactivation_that_failed(self) -> None:
        verdicts = judged(put(409), put(422, LORIDON.deactivated()), self.OTHER, check="account-reassigned")
        assert verdict_on("ACC-027", verdicts) == UNKNOWN

    @pytest.mark.parametrize(
        ("before", "after", "verdict"), [(409, 200, EXAMINED), (200, 200, UNKNOWN), (409, 409, UNKNOWN)]
    )
    def test_what_it_frees_shows_a_deactivation(self, before: int, after: int, verdict: str) -> None:
        verdicts = judged(put(after, at=at("b2")), self.OFF, self.OTHER, put(before), check="account-reassigned")
        assert verdict_on("ACC-023", verdicts) == verdict

    @pytest.mark.parametrize(("account", "verdict"), [("b2", EXAMINED), ("a1", FAILED), (None, UNKNOWN)])
    def test_only_the_location_tells_whose_it_is_now(self, account: str | None, verdict: str) -> None:
        probe = put(200, at=at(account) if account else None)
        answers = [probe, put(200, SWITCHED), self.OTHER, CONTROL]
        verdicts = judged(*answers, check="account-identifier-changed", expect={"requirement": "ACC-027"})
        assert verdict_on("ACC-027", verdicts) == verdict

    def test_a_read_tells_it_too(self) -> None:
        former, switched = LORIDON.deactivated().payload(), replace(MARIUS, identifier=LORIDON.identifier)
        for seen, verdict in (
            (found(former, switched.payload()), EXAMINED),
            (found(former), FAILED),
            (found(), UNKNOWN),
            (found(status=405), UNKNOWN),
        ):
            verdicts = judged(seen, put(200, switched), check="account-read", expect={"requirement": "ACC-027"})
            assert verdict_on("ACC-027", verdicts) == verdict


@pytest.mark.parametrize(
    ("update", "with_new", "with_former", "verdict"),
    [
        (200, 409, 201, EXAMINED),
        (200, 201, 409, FAILED),
        (200, 201, 201, UNKNOWN),
        (200, 409, 409, UNKNOWN),
        (422, 201, 409, UNKNOWN),
    ],
)
def test_an_address_that_moved(update: int, with_new: int, with_former: int, verdict: str) -> None:
    verdicts = judged(put(update), post(with_new), post(with_former), check="account-address-moved")
    assert verdict_on("ACC-008", verdicts) == verdict


class TestNoEffect:
    @pytest.mark.parametrize(
        ("probe", "control", "verdict"),
        [
            (put(201, at=at("b")), CONTROL, EXAMINED),
            (put(201, at=at("b")), LENIENT, EXAMINED),
            (put(200), CONTROL, FAILED),
            (put(200), LENIENT, UNKNOWN),
            (put(409), CONTROL, UNKNOWN),
            (found(), CONTROL, EXAMINED),
            (found(LORIDON.payload()), CONTROL, FAILED),
            (found(status=405), CONTROL, UNKNOWN),
        ],
    )
    def test_nothing_created(self, probe: SearchAnswer, control: SearchAnswer, verdict: str) -> None:
        expect = {"requirement": "ACC-031", "account": "absent"}
        verdicts = judged(probe, post(422), control, check="account-no-effect", expect=expect)
        assert verdict_on("ACC-041", verdicts) == verdict_on("ACC-031", verdicts) == verdict
        assert verdict_on("ACC-033", verdicts) == UNKNOWN

    def test_a_request_that_was_not_refused_has_an_effect(self) -> None:
        expect = {"requirement": "ACC-031", "account": "absent"}
        verdicts = judged(put(200), post(201), CONTROL, check="account-no-effect", expect=expect)
        assert verdict_on("ACC-041", verdicts) == UNKNOWN

    @pytest.mark.parametrize(
        ("probe", "verdict"), [(put(201, at=at("b")), FAILED), (put(200, at=at("a1")), UNKNOWN), (put(404), UNKNOWN)]
    )
    def test_the_account_is_still_there(self, probe: SearchAnswer, verdict: str) -> None:
        expect = {"requirement": "ACC-033", "account": "present"}
        verdicts = judged(probe, put(422), CREATED, check="account-no-effect", expect=expect)
        assert verdict_on("ACC-041", verdicts) == verdict_on("ACC-033", verdicts) == verdict


WHOLE_STATE = ("ACC-022", "ACC-033", "ACC-041", "ACC-042", "ACC-043", "ACC-054")


class TestRead:
    @staticmethod
    def read(seen: SearchAnswer, *requirements: str, write: SearchAnswer | None = None) -> Verdicts:
        return judged(seen, write or put(200), check="account-read", expect={"requirement": list(requirements)})

    @pytest.mark.parametrize(
        "requirement",
        ["ACC-007", "ACC-008", "ACC-009", "ACC-010", "ACC-011", "ACC-012", "ACC-017", "ACC-025", *WHOLE_STATE],
    )
    def test_what_was_sent_is_shown(self, requirement: str) -> None:
        own: Json = {**LORIDON.payload(), "gender": "female"}
        own["identifier"] = [*LORIDON.payload()["identifier"], {"system": "urn:x", "value": "12"}]  # type: ignore[misc]
        verdicts = self.read(found(own), requirement)
        assert verdict_on(requirement, verdicts) == EXAMINED
        assert (verdicts.fails, verdicts.warns) == (set(), set())

    @pytest.mark.parametrize(
        ("requirement", "change", "place"),
        [
            ("ACC-007", {"given": LORIDON.given.encode().decode("latin-1")}, "Practitioner.name.given"),
            ("ACC-008", {"email": "ancienne@sas-recette.example"}, "Practitioner.telecom"),
            ("ACC-009", {"family": "Ancien"}, "Practitioner.name.family"),
            ("ACC-010", {"given": "Ancien"}, "Practitioner.name.given"),
            ("ACC-011", {"identifier": SWITCHED.identifier}, "Practitioner.identifier"),
            ("ACC-012", {"identifier": MARIUS.identifier}, "Practitioner.identifier"),
            ("ACC-025", {"active": False}, "Practitioner.active"),
            *((one, {"family": "Ancien"}, "Practitioner.name.family") for one in WHOLE_STATE),
        ],
    )
    def test_what_was_not_kept(self, requirement: str, change: dict[str, str], place: str) -> None:
        verdicts = self.read(found(replace(LORIDON, **change).payload()), requirement)  # type: ignore[arg-type]
        assert verdicts.fails | verdicts.warns == {requirement}
        assert verdicts.first(requirement).location == place

    def test_the_case_of_an_address_is_a_reserve(self) -> None:
        verdicts = self.read(found(replace(LORIDON, email=LORIDON.email.upper()).payload()), "ACC-008")
        assert (verdicts.fails, verdicts.warns) == (set(), {"ACC-008"})
        assert "ACC OP-9" in verdicts.first("ACC-008").message

    def test_deactivation(self) -> None:
        write = put(200, LORIDON.deactivated())
        gone = LORIDON.deactivated().payload()
        assert verdict_on("ACC-023", self.read(found(gone), "ACC-023", write=write)) == EXAMINED
        assert self.read(found(LORIDON.payload()), "ACC-023", write=write).fails == {"ACC-023"}
        assert verdict_on("ACC-023", self.read(found(), "ACC-023", write=write)) == UNKNOWN

    def test_a_second_account_does_not_hide_the_first(self) -> None:
        seen = found(LORIDON.deactivated().payload(), LORIDON.payload())
        assert self.read(seen, "ACC-025").fails == {"ACC-025"}

    def test_an_account_that_is_not_found(self) -> None:
        assert self.read(found(), "ACC-011").seen("ACC-011") == ("Bundle.entry", "un compte", "aucun")
        assert verdict_on("ACC-009", self.read(found(), "ACC-009")) == UNKNOWN

    def test_an_earlier_read_tells_the_state_too(self) -> None:
        plain = found(replace(LORIDON, given="Sebastien").payload())
        assert verdict_on("ACC-041", self.read(plain, "ACC-041", write=plain)) == EXAMINED
        assert self.read(found(LORIDON.payload()), "ACC-041", write=plain).warns == {"ACC-041"}
        assert verdict_on("ACC-041", self.read(plain, "ACC-041", write=found())) == UNKNOWN

    def test_an_accepted_request_has_an_effect(self) -> None:
        changed = found(replace(LORIDON, family="Autre").payload())
        for status, verdict in ((422, FAILED), (200, UNKNOWN), (None, UNKNOWN)):
            verdicts = judged(
                changed, CREATED, put(status), check="account-read", expect={"requirement": ["ACC-033", "ACC-041"]}
            )
            assert verdict_on("ACC-033", verdicts) == verdict_on("ACC-041", verdicts) == verdict

    def test_one_account_of_an_identifier(self) -> None:
        one = LORIDON.payload()
        assert verdict_on("ACC-020", self.read(found(one), "ACC-020")) == EXAMINED
        twice = self.read(found(one, one), "ACC-019", "ACC-020")
        assert twice.fails == {"ACC-019", "ACC-020"}
        assert verdict_on("ACC-020", self.read(found(), "ACC-020")) == UNKNOWN

    @pytest.mark.parametrize("seen", [found(status=405), found(status=404), put(200)])
    def test_no_read_is_no_fault(self, seen: SearchAnswer) -> None:
        assert verdict_on("ACC-009", self.read(seen, "ACC-009")) == UNKNOWN

    def test_a_refused_write_is_not_looked_for(self) -> None:
        assert verdict_on("ACC-009", self.read(found(), "ACC-009", write=put(422))) == UNKNOWN


def test_the_accounts_of_an_ambiguous_criterion_have_no_order() -> None:
    first, second = LORIDON.payload(), replace(LORIDON, family="Autre", email="autre@sas-recette.example").payload()
    refused, expect = put(412), {"requirement": ["ACC-043"]}

    def verdict(*later: Json) -> str:
        seen = judged(found(*later), found(first, second), refused, check="account-read", expect=expect)
        return verdict_on("ACC-043", seen)

    assert verdict(second, first) == EXAMINED
    assert verdict(first, first) == FAILED
    assert verdict(first) == FAILED
