"""Answers of INT_SOS1 against the declared agenda: where slots are, what an association transmits, what is known of a PFG."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Final

import pytest

from sas_recette.rules.facts import AgendaLine, AgendaStatus, AssociationFacts, CentreFacts, Facts, Opening
from tests.rules.building import Json, Mutation
from tests.rules.flows import SOS, gone, judged_flow, named, on
from tests.rules.mutations import each
from tests.rules.test_declared import moment

ARMOR: Final = "399900021900017"
NORD: Final = "Centre de consultation Armor Nord"
SUD: Final = "Centre de consultation Armor Sud"
N2: Final = AgendaLine(
    ARMOR,
    moment("2026-06-17T09:00"),
    types=("PUBLIC", "SNP"),
    street="5, boulevard de la Rade",
    postal_code="22000",
    city="Saint Brieuc",
    place=NORD,
)
S1: Final = replace(
    N2,
    start=moment("2026-06-17T11:00"),
    types=("PUBLIC",),
    street="31 rue des Genêts",
    postal_code="22600",
    city="Loudéac",
    place=SUD,
)
OF_SOS: Final = Facts(agenda=(N2, S1))


def swapped(bundle: Json) -> None:
    named(bundle, "Slot/slot-n2")["schedule"]["reference"] = "Schedule/agenda-armor-sud"
    named(bundle, "Slot/slot-s1")["schedule"]["reference"] = "Schedule/agenda-armor-nord"


def renamed(bundle: Json) -> None:
    named(bundle, "Location/pfg-armor-nord")["name"] = "Armor 1"


def moved(bundle: Json) -> None:
    named(bundle, "Location/pfg-armor-nord")["address"]["line"] = ["1 place Neuve"]


def test_slots_of_associations_as_declared() -> None:
    verdicts = judged_flow(SOS, facts=OF_SOS)
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert verdicts.unverified.isdisjoint({"AGR-COM-041", "AGR-COM-043", "AGR-SOS-019"})


@pytest.mark.parametrize(
    ("mutate", "fails"),
    [
        (swapped, {"AGR-SOS-019"}),
        (renamed, set()),
        (moved, set()),
        (on("Location/pfg-armor-nord", "name"), {"AGR-SOS-021"}),
        (each(renamed, moved), {"AGR-SOS-019"}),
        (each(on("Location/pfg-armor-nord", "name"), moved), {"AGR-SOS-021"}),
        (gone("Slot/slot-s1"), {"AGR-COM-043"}),
    ],
)
def test_slots_of_associations_not_as_declared(mutate: Mutation, fails: set[str]) -> None:
    assert judged_flow(SOS, mutate, facts=OF_SOS).fails - {"AGR-SOS-004", "AGR-SOS-012"} == fails


def test_what_is_said_of_a_slot_of_another_centre() -> None:
    verdicts = judged_flow(SOS, swapped, facts=OF_SOS)
    assert verdicts.seen("AGR-SOS-019") == ("Bundle.entry[4].resource", NORD, SUD)
    assert "fixe de consultation" in verdicts.first("AGR-SOS-019").message


def test_centres_by_name_or_by_address_only() -> None:
    by_name = Facts(agenda=tuple(replace(one, street="", postal_code="", city="") for one in (N2, S1)))
    by_address = Facts(agenda=tuple(replace(one, place="") for one in (N2, S1)))
    for facts in (by_name, by_address):
        assert "AGR-SOS-019" not in judged_flow(SOS, facts=facts).unverified
        assert judged_flow(SOS, swapped, facts=facts).fails == {"AGR-SOS-019"}
    assert judged_flow(SOS, renamed, facts=by_name).fails == set()


def test_an_association_of_one_declared_centre_is_not_judged() -> None:
    assert "AGR-SOS-019" in judged_flow(SOS, facts=Facts(agenda=(N2,))).unverified
    two = {ARMOR: AssociationFacts(ARMOR, centres=(CentreFacts(NORD), CentreFacts(SUD)))}
    assert "AGR-SOS-019" not in judged_flow(SOS, facts=Facts(agenda=(N2,), associations=two)).unverified
    nowhere = replace(N2, place="", street="")
    assert "AGR-SOS-019" in judged_flow(SOS, facts=Facts(agenda=(nowhere,), associations=two)).unverified


def test_slots_at_once_in_two_centres() -> None:
    together = Facts(agenda=(N2, replace(S1, start=N2.start)))
    at_nine = on("Slot/slot-s1", "start", value="2026-06-17T09:00:00.000+02:00")
    assert judged_flow(SOS, at_nine, facts=together).fails == set()
    assert "AGR-COM-043" in judged_flow(SOS, at_nine, gone("Slot/slot-s1"), facts=together).fails


@pytest.mark.parametrize(
    ("line", "fails"),
    [
        (replace(N2, types=("PUBLIC", "SNP", "PRO")), set()),
        (replace(N2, start=moment("2026-06-17T12:00"), types=("PRO",)), set()),
        (replace(N2, start=moment("2026-06-17T12:00")), {"AGR-COM-043"}),
        (replace(S1, types=("PUBLIC", "SNP")), {"AGR-COM-041"}),
        (replace(N2, status=AgendaStatus.BUSY), {"AGR-COM-054"}),
        (replace(N2, status=AgendaStatus.PRIVATE), {"AGR-COM-055"}),
    ],
)
def test_what_an_association_transmits(line: AgendaLine, fails: set[str]) -> None:
    assert judged_flow(SOS, facts=Facts(agenda=(line,))).fails == fails


WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_WEEK: Final = (Opening(WEEK, time(8), time(23)),)


def centre(name: str = NORD, phone: str | None = None, hours: tuple[Opening, ...] = ()) -> Facts:
    return Facts(associations={ARMOR: AssociationFacts(ARMOR, centres=(CentreFacts(name, phone, hours),))})


def open_hours(*rows: Json) -> Mutation:
    return on("Location/pfg-armor-nord", "hoursOfOperation", value=list(rows))


def row(days: tuple[str, ...], opens: str, closes: str) -> Json:
    return {"daysOfWeek": list(days), "openingTime": opens, "closingTime": closes}


@pytest.mark.parametrize(
    ("facts", "mutate", "warns"),
    [
        (centre(phone="02 61 91 00 21", hours=ALL_WEEK), None, set()),
        (centre("CENTRE de consultation Armor-Nord", "+33261910021"), None, set()),
        (centre(phone="+33261910099"), None, {"AGR-SOS-024"}),
        (centre(phone="+33261910021"), on("Location/pfg-armor-nord", "telecom"), {"AGR-SOS-024"}),
        (centre(hours=ALL_WEEK), on("Location/pfg-armor-nord", "hoursOfOperation"), {"AGR-SOS-025"}),
        (centre(hours=(Opening(WEEK[:5], time(8), time(23)),)), None, {"AGR-SOS-025"}),
        (
            centre(hours=ALL_WEEK),
            open_hours(row(WEEK[3:], "08:00:00", "23:00:00"), row(WEEK[:3], "08:00:00", "23:00:00")),
            set(),
        ),
        (
            centre(hours=ALL_WEEK),
            open_hours(row(WEEK, "12:00:00", "23:00:00"), row(WEEK, "08:00:00", "12:00:00")),
            set(),
        ),
        (
            centre(hours=ALL_WEEK),
            open_hours(row(tuple(day.upper() for day in WEEK), "08:00:00", "23:00:00")),
            {"AGR-SOS-026"},
        ),
        (
            centre(hours=(Opening(WEEK, time(0), time(23, 59)),)),
            open_hours({"daysOfWeek": list(WEEK), "allDay": True}),
            set(),
        ),
    ],
)
def test_what_is_known_of_a_centre(facts: Facts, mutate: Mutation | None, warns: set[str]) -> None:
    verdicts = judged_flow(SOS, *((mutate,) if mutate else ()), facts=facts)
    assert (verdicts.fails, verdicts.warns) == (set(), warns)
    known = facts.associations[ARMOR].centres[0]
    assert ("AGR-SOS-024" in verdicts.unverified) is (known.phone is None)
    assert ("AGR-SOS-025" in verdicts.unverified) is (not known.hours)


def test_what_is_said_of_other_hours() -> None:
    facts = centre(hours=(Opening(("sat", "mon"), time(9), time(12)),))
    verdicts = judged_flow(SOS, open_hours(row(("sat",), "09:00:00", "13:30:00")), facts=facts)
    place = "Bundle.entry[9].resource.hoursOfOperation"
    assert verdicts.seen("AGR-SOS-025") == (place, "mon 09:00-12:00, sat 09:00-12:00", "sat 09:00-13:30")


@pytest.mark.parametrize(
    "rows",
    [
        [row(("lundi",), "08:00:00", "23:00:00")],
        [row(WEEK, "8h", "23:00:00")],
        [row(WEEK, "08:00:00+02:00", "23:00:00")],
        [{"daysOfWeek": list(WEEK), "openingTime": "08:00:00"}],
        [row((), "08:00:00", "23:00:00")],
    ],
)
def test_hours_that_cannot_be_read_are_of_other_rules(rows: list[Json]) -> None:
    verdicts = judged_flow(SOS, open_hours(*rows), facts=centre(hours=ALL_WEEK))
    assert "AGR-SOS-025" in verdicts.unverified


@pytest.mark.parametrize("facts", [centre("Autre", "+33261910021", ALL_WEEK), centre(phone=""), Facts()])
def test_a_centre_of_which_nothing_is_known(facts: Facts) -> None:
    assert {"AGR-SOS-024", "AGR-SOS-025"} <= judged_flow(SOS, facts=facts).unverified


def test_a_centre_whose_association_is_unknown_is_one_of_those_asked_for() -> None:
    facts = centre(phone="+33261910099")
    orphan = on("Location/pfg-armor-nord", "managingOrganization")
    assert "AGR-SOS-024" in judged_flow(SOS, orphan, facts=facts).warns
    of_another = Facts(associations={"399900023500013": facts.associations[ARMOR]})
    assert "AGR-SOS-024" in judged_flow(SOS, orphan, facts=of_another).unverified
