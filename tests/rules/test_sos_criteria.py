"""INT_SOS1: which criterion an agenda or a slot too many puts in question, with what the candidate declares."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Final

import pytest

from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.facts import AgendaLine, AgendaStatus, AssociationFacts, CentreFacts, Facts
from tests.rules.building import Json, Mutation, Verdicts, answer, exchange, judged, response
from tests.rules.faults_sos import ARMOR, ASSO_C, N1, NORTH, PFG_N, PFG_S, Q1, S1, SOUTH
from tests.rules.flows import SOS, entry_named, gone, named, next_link, on, request_of, worked
from tests.rules.mutations import at, each, without

A, C = "399900021900017", "399900022700010"
NAMES: Final = {
    PFG_N: "Centre de consultation Armor Nord",
    PFG_S: "Centre de consultation Armor Sud",
    ASSO_C: "Centre de consultation Cornouaille",
}
ALONE: Final = request_of(SOS).replace(f",urn:oid:1.2.250.1.71.4.2.2%7C{C}", "")
OF_CORNOUAILLE: Final = ("Slot/slot-q1", "Slot/slot-q2", "Slot/slot-q3")


def line(owner: str, place: str, start: str, status: AgendaStatus = AgendaStatus.FREE) -> AgendaLine:
    return AgendaLine(owner, datetime.fromisoformat(start), status=status, place=NAMES[place])


LINES: Final = (
    line(A, PFG_N, "2026-06-17T09:00:00+02:00"),
    line(A, PFG_S, "2026-06-17T11:00:00+02:00"),
    line(C, ASSO_C, "2026-06-17T14:20:00+02:00"),
)
CLOSED: Final = (
    line(A, PFG_N, "2026-06-17T09:00:00+02:00", AgendaStatus.BUSY),
    line(A, PFG_S, "2026-06-25T11:00:00+02:00"),
    line(C, ASSO_C, "2026-06-17T14:20:00+02:00", AgendaStatus.UNAVAILABLE),
)


def sos(*mutations: Mutation, url: str = "") -> SearchAnswer:
    return answer(worked(SOS, *mutations), url=url or request_of(SOS))


def of_armor(bundle: Json) -> None:
    """The answer to a search on the first association alone."""
    gone(*OF_CORNOUAILLE, "Schedule/agenda-cornouaille", "Location/pfg-cornouaille", ASSO_C)(bundle)
    bundle["total"] = 2


def beside(name: str, identity: str, **changes: object) -> Mutation:
    """A second slot like one of the answer."""

    def mutate(bundle: Json) -> None:
        copied = copy.deepcopy(entry_named(bundle, name))
        copied["resource"] |= {"id": identity, **changes}
        copied["fullUrl"] = copied["fullUrl"].replace(name.partition("/")[2], identity)
        bundle["entry"].append(copied)

    return mutate


class TestAgendasWithoutSlots:
    def test_not_joined_where_some_are_declared(self) -> None:
        verdicts = judged(sos(gone(S1)), facts=Facts(agenda=LINES))
        assert verdicts.fails == {"AGR-SOS-004", "AGR-COM-043"}

    def test_not_to_be_found_where_none_is_declared(self) -> None:
        lines = (LINES[0], CLOSED[1], LINES[2])
        verdicts = judged(sos(gone(S1)), facts=Facts(agenda=lines))
        assert verdicts.fails == {"AGR-SOS-003"}
        assert verdicts.seen("AGR-SOS-003")[2] == "aucun créneau"

    def test_a_place_of_another_name_proves_nothing(self) -> None:
        lines = (LINES[0], CLOSED[1], LINES[2])
        renamed = on(PFG_S, "name", value="Maison médicale de garde")
        assert judged(sos(gone(S1), renamed), facts=Facts(agenda=lines)).fails == {"AGR-SOS-004"}

    def test_an_answer_that_had_to_be_empty(self) -> None:
        verdicts = judged(sos(without("Slot")), facts=Facts(agenda=CLOSED))
        assert verdicts.fails == {"AGR-COM-010", "AGR-SOS-003", "AGR-SOS-012"}
        assert verdicts.seen("AGR-COM-010") == ("Bundle.total", "0", "3")

    @pytest.mark.parametrize("lines", [(), LINES, CLOSED[:2]])
    def test_an_answer_that_may_lack_its_slots(self, lines: tuple[AgendaLine, ...]) -> None:
        assert "AGR-COM-010" not in judged(sos(without("Slot")), facts=Facts(agenda=lines)).fails

    def test_a_slot_that_has_lost_its_agenda_may_be_the_one(self) -> None:
        assert judged(sos(on(S1, "schedule"))).fails == {"AGR-COM-039"}
        assert judged(sos(on(S1, "schedule", "reference", value="Schedule/x"))).fails == {"AGR-COM-022"}
        assert judged(sos(on(S1, "schedule", "reference", value=PFG_S))).fails == {"AGR-COM-039"}


class TestCriteriaOneByOne:
    """To FHIR each `_has` stands alone: an agenda of all criteria, though no slot meets them all, is well chosen."""

    def test_an_agenda_chosen_by_several_slots(self) -> None:
        later = {"status": "free", "start": "2026-06-24T11:00:00.000+02:00", "end": "2026-06-24T11:30:00.000+02:00"}
        verdicts = judged(sos(on(S1, "status", value="busy"), beside(S1, "slot-s9", **later)))
        assert verdicts.fails == {"AGR-COM-029", "AGR-COM-035", "AGR-SOS-011"}

    @pytest.mark.parametrize(
        ("changes", "unmet", "others"),
        [
            ({"status": "busy"}, "status=free", {"AGR-COM-029"}),
            ({"start": "2026-06-15T11:00:00.000+02:00"}, "start=ge", {"AGR-COM-034"}),
            (
                {"start": "2026-06-25T11:00:00.000+02:00", "end": "2026-06-25T11:30:00.000+02:00"},
                "start=le",
                {"AGR-COM-035"},
            ),
        ],
    )
    def test_an_agenda_that_a_criterion_excludes(self, changes: dict[str, str], unmet: str, others: set[str]) -> None:
        verdicts = judged(sos(lambda bundle: named(bundle, S1).update(changes)))
        assert verdicts.fails == {"AGR-SOS-003", "AGR-SOS-011", *others}
        assert verdicts.first("AGR-SOS-003").message.endswith(f"d’effet\u00a0: {unmet}.")
        assert verdicts.seen("AGR-SOS-003")[2] == S1


def listed(count: int, status: int) -> Verdicts:
    """A list of associations, refused."""
    numbers = ",".join(f"urn:oid:1.2.250.1.71.4.2.2%7C3999000{rank:02}00017" for rank in range(count))
    url = f"{request_of(SOS).partition('identifier=')[0]}identifier={numbers}"
    return judged(read_answer(exchange(response(b"", status=status), url=url)))


@pytest.mark.parametrize(
    ("count", "status", "fails"),
    [
        (1, 422, {"AGR-COM-006"}),
        (10, 422, {"AGR-COM-006"}),
        (11, 422, set[str]()),
        (25, 400, set[str]()),
        (25, 500, {"AGR-COM-006"}),
    ],
)
def test_a_list_of_more_than_ten_may_be_refused(count: int, status: int, fails: set[str]) -> None:
    assert listed(count, status).fails == fails


TWO_CENTRES: Final = Facts(
    associations={A: AssociationFacts(A, centres=(CentreFacts(NAMES[PFG_N]), CentreFacts(NAMES[PFG_S])))}
)


class TestEveryCentre:
    @pytest.mark.parametrize(
        ("mutation", "fails"),
        [
            (of_armor, set[str]()),
            (each(of_armor, gone(S1, SOUTH, PFG_S)), {"AGR-SOS-018"}),
            (each(of_armor, on(S1, "schedule", "reference", value=NORTH)), {"AGR-SOS-018"}),
            (each(of_armor, on(SOUTH, "actor", 0, "reference", value=PFG_N)), {"AGR-SOS-018"}),
            (each(of_armor, on(PFG_S, "managingOrganization")), set[str]()),
            (each(of_armor, without("Organization")), set[str]()),
            (each(of_armor, on(N1, "schedule")), set[str]()),
            (each(of_armor, on(ARMOR, "identifier", 0, "value", value="399900021900025")), set[str]()),
            (
                each(of_armor, lambda bundle: named(bundle, NORTH)["actor"].append({"reference": ARMOR})),
                set[str](),
            ),
        ],
    )
    def test_against_what_is_declared(self, mutation: Mutation, fails: set[str]) -> None:
        assert judged(sos(mutation, url=ALONE), check="several-centres", facts=TWO_CENTRES).fails == fails

    def test_of_an_association_of_one_centre(self) -> None:
        assert judged(sos(of_armor, url=ALONE), check="several-centres").unverified == {"AGR-SOS-018"}


def test_the_total_of_a_page_is_that_of_every_page() -> None:
    page = each(next_link, gone(Q1))
    assert "AGR-COM-009" in judged(sos(page, at("total", value=4))).unverified
    assert judged(sos(page, at("total", value=5))).warns == {"AGR-COM-013"}
    assert judged(sos(gone(Q1), at("total", value=5))).warns == {"AGR-COM-009"}
