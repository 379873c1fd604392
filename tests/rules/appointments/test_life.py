"""The life of an appointment, of several, of those that are not sent, and of messages that did not go through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.norm.french import slips
from tests.norm.validation import Changes
from tests.rules.appointments.building import (
    ACTOR_ID,
    ID,
    MOVED,
    OTHER,
    OTHER_RPPS,
    TECHNICAL,
    judged,
    page,
    post,
    put,
    sent,
    with_,
)
from tests.rules.building import SLOT_1, Json, Mutation, Verdicts, answer, example, mutated, resource

CANCELLED: Changes = {("status",): "cancelled"}
ELSEWHERE: Changes = {(*ID, "value"): OTHER}
UNANSWERED = {"fault": "503", "outcome": "injected"}


def red(verdicts: Verdicts) -> tuple[set[str], set[str]]:
    for tally in verdicts.tallies.values():
        for finding in tally.findings:
            assert slips(finding.message) == slips(finding.expected) == [], finding
    return verdicts.fails, verdicts.warns


def statuses(*names: str) -> tuple[set[str], set[str]]:
    first, *others = names
    messages = [post(with_({("status",): first})), *(put(with_({("status",): one})) for one in others)]
    return red(judged(*messages, check="rdv-history"))


class TestHistory:
    def test_of_an_ordinary_life(self) -> None:
        life = (post(), put(with_(MOVED)), put(with_({**MOVED, ("status",): "fulfilled"})))
        verdicts = judged(*life, check="rdv-history")
        assert red(verdicts) == (set(), set())
        assert verdicts.unverified == set()

    @pytest.mark.parametrize(
        "life",
        [
            ("booked", "booked", "cancelled"),
            ("pending", "booked", "fulfilled", "noshow", "fulfilled"),
            ("pending", "pending", "cancelled", "cancelled"),
            ("pending", "fulfilled"),
            ("pending", "noshow"),
            ("booked", "noshow", "fulfilled"),
        ],
    )
    def test_statuses_that_follow(self, life: tuple[str, ...]) -> None:
        assert statuses(*life) == (set(), set())

    @pytest.mark.parametrize(
        "life",
        [
            ("booked", "cancelled", "booked"),
            ("booked", "cancelled", "fulfilled"),
            ("booked", "pending"),
            ("booked", "fulfilled", "cancelled"),
            ("fulfilled",),
            ("cancelled",),
        ],
    )
    def test_statuses_that_do_not(self, life: tuple[str, ...]) -> None:
        assert statuses(*life) == (set(), {"RDV-020"})

    def test_only_what_was_kept_counts(self) -> None:
        refused = put(with_(CANCELLED), status=422)
        assert red(judged(post(), refused, put(), check="rdv-history")) == (set(), set())

    def test_an_update_under_another_identifier(self) -> None:
        verdicts = judged(post(), put(with_(ELSEWHERE)), check="rdv-history")
        assert red(verdicts) == ({"RDV-014"}, set())
        assert verdicts.first("RDV-014").observed.endswith(OTHER)

    def test_an_update_without_creation_proves_nothing(self) -> None:
        assert {"RDV-014", "RDV-037", "RDV-042"} <= judged(put(), check="rdv-history").unverified

    def test_a_second_creation_under_another_identifier(self) -> None:
        again = post(with_(ELSEWHERE))
        assert red(judged(post(), again, check="rdv-history")) == ({"RDV-037"}, set())
        assert red(judged(post(status=503), again, check="rdv-history")) == ({"RDV-037"}, set())
        end = put(with_({**ELSEWHERE, **CANCELLED}))
        assert red(judged(post(), again, end, check="rdv-history")) == ({"RDV-037"}, set())

    def test_a_move_by_cancellation_and_new_appointment(self) -> None:
        anew = post(with_({**ELSEWHERE, **MOVED}))
        moved = put(with_({**ELSEWHERE, **MOVED, ("status",): "fulfilled"}))
        for order in ((put(with_(CANCELLED)), anew, moved), (anew, put(with_(CANCELLED)), moved)):
            assert red(judged(post(), *order, check="rdv-history")) == (set(), set())

    @pytest.mark.parametrize("fault", ["503", "500", "reset", "timeout", "truncated", "refused"])
    def test_a_creation_sent_again_after_a_failure(self, fault: str) -> None:
        kept = fault in {"reset", "timeout", "truncated"}
        first = post(status=201 if kept else 503, facts={"fault": fault, "applied": "yes" if kept else "no"})
        verdicts = judged(first, post(facts={"outcome": "duplicate"}, status=422 if kept else 201), check="rdv-history")
        assert red(verdicts) == (set(), set())

    def test_a_creation_sent_again_after_a_success(self) -> None:
        verdicts = judged(post(), post(status=422, facts={"outcome": "duplicate"}), check="rdv-history")
        assert red(verdicts) == (set(), {"RDV-042"})
        assert red(judged(post(complete=False), post(status=422), check="rdv-history")) == (set(), set())

    def test_the_system_changes(self) -> None:
        other = put(with_({(*ID, "system"): "https://autre.example"}))
        verdicts = judged(post(), other, check="rdv-history")
        assert red(verdicts) == ({"RDV-014", "RDV-015"}, set())
        assert red(judged(post(), post(with_({**ELSEWHERE, (*ID, "system"): "urn:oid:1.2"})), check="rdv-several")) == (
            {"RDV-015"},
            set(),
        )


class TestSeveral:
    @pytest.mark.parametrize("changes", [MOVED, TECHNICAL, {(*ACTOR_ID, "value"): OTHER_RPPS}])
    def test_an_identifier_that_is_used_again(self, changes: Changes) -> None:
        again = post(with_(changes), status=422, facts={"outcome": "duplicate"})
        assert red(judged(post(), again, check="rdv-several")) == ({"RDV-048"}, set())
        between = put(with_(CANCELLED))
        assert red(judged(post(), between, post(with_(changes)), check="rdv-several")) == ({"RDV-048"}, set())

    def test_identifiers_of_their_own(self) -> None:
        verdicts = judged(post(), post(with_({**MOVED, **ELSEWHERE})), check="rdv-several")
        assert red(verdicts) == (set(), set())
        assert verdicts.unverified == set()

    def test_one_appointment_is_not_several(self) -> None:
        assert "RDV-048" in judged(post(), post(), put(with_(MOVED)), check="rdv-several").unverified


class TestOrdinary:
    def test_is_not_sent(self) -> None:
        assert red(judged(post(), check="rdv-ordinary", controls=1)) == (set(), set())
        verdicts = judged(post(with_(ELSEWHERE)), post(), check="rdv-ordinary", controls=1)
        assert red(verdicts) == (set(), {"RDV-008"})
        assert red(judged(post(), put(), check="rdv-ordinary", controls=2)) == (set(), set())

    def test_silence_proves_nothing_without_a_control(self) -> None:
        for known in ((), (sent("DELETE", "Appointment/1", b""),)):
            assert "RDV-008" in judged(*known, check="rdv-ordinary", controls=1).unverified
        assert "RDV-008" in judged(post(), check="rdv-ordinary", controls=2).unverified


class TestRetry:
    @pytest.mark.parametrize("fault", ["429", "500", "503", "reset", "timeout"])
    def test_sent_again(self, fault: str) -> None:
        failed = post(status=503, facts={**UNANSWERED, "fault": fault})
        verdicts = judged(failed, post(), check="rdv-retry", fault=fault, seconds=900)
        assert red(verdicts) == (set(), set())
        assert verdicts.tallies["RDV-036"].examined == 1

    @pytest.mark.parametrize("fault", ["503", "reset", "refused", "truncated", "untrusted-certificate"])
    def test_lost(self, fault: str) -> None:
        failed = post(status=503, facts={**UNANSWERED, "fault": fault})
        verdicts = judged(failed, check="rdv-retry", fault=fault, seconds=900)
        assert red(verdicts) == (set(), {"RDV-036"})
        assert "15\u00a0min" in verdicts.first("RDV-036").message

    def test_nothing_was_even_heard(self) -> None:
        verdicts = judged(check="rdv-retry", fault="refused", seconds=60, pages=(page(),))
        assert red(verdicts) == (set(), {"RDV-036"})
        assert verdicts.first("RDV-036").exchange == "p1"
        assert red(judged(post(), check="rdv-retry", fault="refused")) == (set(), set())

    def test_under_another_identifier(self) -> None:
        failed = post(status=503, facts=UNANSWERED)
        verdicts = judged(failed, post(with_(ELSEWHERE)), check="rdv-retry", fault="503")
        assert red(verdicts) == ({"RDV-037"}, set())

    @pytest.mark.parametrize("fault", ["400", "422"])
    def test_a_refusal_is_not_sent_again_without_end(self, fault: str) -> None:
        refused = [post(status=int(fault), facts={**UNANSWERED, "fault": fault}) for _ in range(10)]
        assert red(judged(*refused[:9], check="rdv-retry", fault=fault)) == (set(), set())
        assert red(judged(*refused, check="rdv-retry", fault=fault)) == (set(), {"RDV-036"})
        assert red(judged(refused[0], check="rdv-retry", fault=fault)) == (set(), set())

    @pytest.mark.parametrize("fault", ["401", "404", "409", ""])
    def test_what_says_nothing_of_a_retry(self, fault: str) -> None:
        assert "RDV-036" in judged(post(status=404), check="rdv-retry", fault=fault).unverified


class TestAgenda:
    SLOT: Json = resource(example("bundle-ps-b"), SLOT_1)

    def judged(self, *mutations: Mutation, **expect: object) -> Verdicts:
        known: dict[str, Any] = {"slot": {"start": self.SLOT["start"], "end": self.SLOT["end"]}}
        after = answer(mutated(*mutations))
        return judged(answer(mutated()), after, check="rdv-agenda", **(known | expect))

    @staticmethod
    def _booked(bundle: Json) -> None:
        del bundle["entry"][SLOT_1]
        bundle["total"] -= 1

    def test_the_slot_is_taken(self) -> None:
        assert red(self.judged(self._booked)) == (set(), set())
        assert self.judged(self._booked).tallies["RDV-050"].examined == 1

    def test_the_slot_is_still_offered(self) -> None:
        verdicts = self.judged()
        assert red(verdicts) == (set(), {"RDV-050"})
        assert verdicts.first("RDV-050").location == f"Bundle.entry[{SLOT_1}].resource"

    def test_a_slot_that_was_not_offered_proves_nothing(self) -> None:
        assert "RDV-050" in self.judged(practitioner="810002673899").unverified
        assert "RDV-050" in self.judged(slot={"start": "2026-01-01T00:00:00Z"}).unverified
        assert "RDV-050" in judged(answer(mutated()), check="rdv-agenda", slot=self.SLOT).unverified

    def test_by_its_address(self) -> None:
        assert red(self.judged(url=self.SLOT["comment"])) == (set(), {"RDV-050"})


@pytest.mark.parametrize("check", ["rdv-history", "rdv-several", "rdv-ordinary", "rdv-agenda", "rdv-message"])
def test_nothing_at_all_is_examined_where_nothing_came(check: str) -> None:
    verdicts = judged(check=check)
    assert verdicts.unverified == set(verdicts.tallies)
