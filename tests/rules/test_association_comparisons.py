"""The comparisons of INT_SOS1, and that of INT_R04 with INT_R01: the same rules, under the requirements of each flow."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.norm.requirements import Flow
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.flow import FORMS
from tests.rules.building import PS_B, Json, answer, example, exchange, judged, mutated, response, search_url
from tests.rules.flows import CPTS, SOS, gone, named, request_of, worked

ARMOR: Final = "399900021900017"
CORN: Final = "399900022700010"
OF_CORN: Final = (
    *("Slot/slot-q1", "Slot/slot-q2", "Slot/slot-q3"),
    *("Schedule/agenda-cornouaille", "Location/pfg-cornouaille", "Organization/asso-corn"),
)
OF_ARMOR: Final = (
    *("Slot/slot-n1", "Slot/slot-n2", "Slot/slot-s1", "Schedule/agenda-armor-nord", "Schedule/agenda-armor-sud"),
    *("Location/pfg-armor-nord", "Location/pfg-armor-sud", "Organization/asso-armor"),
)
BOTH: Final = request_of(SOS)
UNKNOWN: Final = tuple(str(399900030000015 + rank) for rank in range(23))


def asking(*identifiers: str) -> str:
    system = "urn:oid:1.2.250.1.71.4.2.2%7C"
    return f"{BOTH.rpartition('=')[0]}={','.join(system + one for one in identifiers)}"


def of(content: Json, *identifiers: str) -> SearchAnswer:
    return answer(content, url=asking(*identifiers))


WHOLE: Final = worked(SOS)
OF_ONE: Final = {ARMOR: of(worked(SOS, gone(*OF_CORN)), ARMOR), CORN: of(worked(SOS, gone(*OF_ARMOR)), CORN)}
SINGLES: Final = (OF_ONE[ARMOR], OF_ONE[CORN])
EMPTY: Final = of(example("bundle-vide"), ARMOR)


def refused(*identifiers: str, status: int = 422) -> SearchAnswer:
    return read_answer(exchange(response(b"", status=status), url=asking(*identifiers)))


def test_list_of_two() -> None:
    verdicts = judged(of(WHOLE, ARMOR, CORN), *SINGLES, check="list")
    assert (verdicts.fails, verdicts.unverified) == (set(), set())
    assert set(verdicts.tallies) == {"AGR-SOS-007", "AGR-SOS-033", "AGR-SOS-002"}


def test_list_without_the_second() -> None:
    verdicts = judged(of(worked(SOS, gone(*OF_CORN)), ARMOR, CORN), *SINGLES, check="list")
    assert verdicts.fails == {"AGR-SOS-007", "AGR-SOS-033"}
    assert verdicts.first("AGR-SOS-007").message == (
        "Une liste de plusieurs associations ne donne aucun créneau de cette association, que la recherche sur son seul "
        "identifiant trouve."
    )


def test_list_with_a_slot_of_the_first_given_to_the_second() -> None:
    bundle = worked(SOS)
    named(bundle, "Slot/slot-s1")["schedule"]["reference"] = "Schedule/agenda-cornouaille"
    assert judged(of(bundle, ARMOR, CORN), *SINGLES, check="list").fails == {"AGR-SOS-033"}


def test_list_whose_identifier_has_no_effect() -> None:
    verdicts = judged(of(WHOLE, ARMOR, CORN), of(WHOLE, ARMOR), of(WHOLE, CORN), check="list")
    assert verdicts.fails == {"AGR-SOS-002"}
    assert verdicts.first("AGR-SOS-002").message.startswith("Deux associations donnent les mêmes créneaux")
    assert verdicts.first("AGR-SOS-002").expected == "les seuls créneaux de l’association de la requête"


def test_list_of_associations_without_slots() -> None:
    verdicts = judged(of(example("bundle-vide"), ARMOR, CORN), EMPTY, EMPTY, check="list")
    assert verdicts.unverified == {"AGR-SOS-007", "AGR-SOS-033", "AGR-SOS-002"}


def test_list_of_10() -> None:
    ten = (ARMOR, CORN, *UNKNOWN[:8])
    assert judged(of(WHOLE, *ten), *SINGLES, check="list-of-10").unverified == set()
    verdicts = judged(refused(*ten), *SINGLES, check="list-of-10")
    assert (verdicts.fails, set(verdicts.tallies)) == ({"AGR-SOS-007"}, {"AGR-SOS-007"})
    assert verdicts.seen("AGR-SOS-007") == ("HTTP.status", "200 et les mêmes créneaux", "422")
    assert judged(of(WHOLE, *ten), EMPTY, check="list-of-10").unverified == {"AGR-SOS-007"}


def test_list_of_25_is_contested() -> None:
    many = (ARMOR, CORN, *UNKNOWN)
    assert judged(of(WHOLE, *many), *SINGLES, check="list-of-25").unverified == set()
    for probe in (refused(*many), of(worked(SOS, gone(*OF_CORN)), *many)):
        verdicts = judged(probe, *SINGLES, check="list-of-25")
        assert (verdicts.fails, verdicts.warns, set(verdicts.tallies)) == (set(), {"AGR-SOS-008"}, {"AGR-SOS-008"})
        message = verdicts.first("AGR-SOS-008").message.replace("\u00a0", " ")
        assert "page « SOS Médecins »" in message
        assert message.endswith("spécifications fonctionnelles de 1 à 10.)")
    assert judged(of(WHOLE, ARMOR, CORN), *SINGLES, check="list-of-25").unverified == {"AGR-SOS-008"}


def test_a_list_of_25_that_is_refused_is_no_failed_search() -> None:
    verdicts = judged(refused(ARMOR, CORN, *UNKNOWN))
    assert (verdicts.fails, "AGR-COM-006" in verdicts.unverified) == (set(), True)
    assert judged(refused(ARMOR, CORN)).fails == {"AGR-COM-006"}


def test_unknown_associations_are_ignored() -> None:
    listed = judged(of(worked(SOS, gone(*OF_CORN)), ARMOR, UNKNOWN[0]), OF_ONE[ARMOR], check="unknown-ignored")
    assert (listed.fails, set(listed.tallies)) == (set(), {"AGR-SOS-009"})
    assert judged(refused(ARMOR, UNKNOWN[0]), OF_ONE[ARMOR], check="unknown-ignored").fails == {"AGR-SOS-009"}


def test_encoded_pipe() -> None:
    verdicts = judged(EMPTY, OF_ONE[ARMOR], check="encoded-pipe")
    assert verdicts.seen("AGR-SOS-002") == ("Bundle.entry", "3 créneau(x)", "aucun")
    assert judged(OF_ONE[ARMOR], EMPTY, check="encoded-pipe").unverified == set()
    assert judged(EMPTY, EMPTY, check="encoded-pipe").unverified == {"AGR-SOS-002"}


def test_an_encoded_pipe_not_understood_is_not_the_raw_one() -> None:
    assert judged(OF_ONE[ARMOR], EMPTY, check="raw-pipe").unverified == {"AGR-COM-062"}
    assert judged(EMPTY, OF_ONE[ARMOR], check="raw-pipe").warns == {"AGR-COM-062"}


def test_start_has_effect() -> None:
    narrow = asking(ARMOR).replace("le2026-06-18T23:59:59.999", "le2026-06-17T10:00:00.000")
    less = answer(worked(SOS, gone(*OF_CORN, "Slot/slot-s1")), url=narrow)
    assert judged(less, OF_ONE[ARMOR], check="start-effect").unverified == set()
    same = answer(worked(SOS, gone(*OF_CORN)), url=narrow)
    verdicts = judged(same, OF_ONE[ARMOR], check="start-effect")
    assert (verdicts.fails, set(verdicts.tallies)) == ({"AGR-SOS-003"}, {"AGR-SOS-003"})
    assert judged(OF_ONE[ARMOR], OF_ONE[ARMOR], check="start-effect").unverified == {"AGR-SOS-003"}


def test_a_slot_of_nobody_is_said_in_the_words_of_the_flow() -> None:
    bundle = worked(SOS, gone(*OF_CORN, "Organization/asso-armor"))
    verdicts = judged(of(bundle, ARMOR), OF_ONE[ARMOR], check="same-instants")
    assert "une association sans identifiant à 2026-06-16T08:45:00+00:00" in {
        finding.observed for finding in verdicts.tallies["AGR-COM-037"].findings
    }


R04: Final = request_of(CPTS).replace("899900000052", PS_B)
FROM_R04: Final = answer(mutated(), url=R04)
FROM_R01: Final = answer(mutated())


def not_served(url: str) -> SearchAnswer:
    return read_answer(exchange(response(example("outcome-400"), status=422), url=url))


@pytest.mark.parametrize(
    ("answers", "fails", "unverified"),
    [
        ((FROM_R04, FROM_R01), set(), set()),
        ((FROM_R04, FROM_R01, not_served(R04)), set(), set()),
        ((answer(example("bundle-vide"), url=R04), FROM_R01), {"AGR-CPTS-003"}, set()),
        ((not_served(R04), FROM_R01), {"AGR-CPTS-003"}, set()),
        ((not_served(R04), FROM_R01, answer(worked(CPTS), url=R04)), {"AGR-CPTS-003"}, set()),
        ((not_served(R04), FROM_R01, not_served(R04)), set(), {"AGR-CPTS-003"}),
        ((FROM_R04, not_served(search_url())), set(), {"AGR-CPTS-003"}),
        ((answer(worked(CPTS), url=R04), FROM_R01), set(), {"AGR-CPTS-003"}),
    ],
)
def test_int_r04_as_int_r01(answers: tuple[SearchAnswer, ...], fails: set[str], unverified: set[str]) -> None:
    verdicts = judged(*answers, check="as-int-r01")
    assert (verdicts.fails, verdicts.unverified) == (fails, unverified)


def test_the_words_of_a_flow_are_those_of_the_others() -> None:
    names = {flow: form.words.keys() for flow, form in FORMS.items()}
    assert names == dict.fromkeys(FORMS, FORMS[Flow.INT_R01].words.keys())
    assert FORMS[Flow.INT_R04].words is FORMS[Flow.INT_R01].words
