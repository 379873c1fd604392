"""The cahier at every awkward instant: clock changes, midnights, ends of year, and clocks that disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.criteria import LOCAL_ZONE, SlotCriteria
from sas_recette.editor.defects import behaviour_of
from sas_recette.editor.defects.edits import on
from sas_recette.editor.http import Incoming, Reply, Resource
from sas_recette.engine.scenario import ALL_AGENDAS
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from tests.matrix.cahier import Campaign, campaign, candidate
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

DATES: Final = frozenset({"10", "11", "12", "13", "14"})
"""The scenarios of « Filtre par date »."""

EVE_OF_SPRING: Final = "2026-03-28T12:00:00+01:00"
EVE_OF_AUTUMN: Final = "2026-10-24T12:00:00+02:00"
FIRST_HALF_PAST_TWO: Final = "2026-10-25T02:30:00+02:00"
SECOND_HALF_PAST_TWO: Final = "2026-10-25T02:30:00+01:00"
CHANGES: Final = (
    EVE_OF_SPRING,
    "2026-03-29T01:59:59.999+01:00",
    "2026-03-29T03:00:00+02:00",
    "2026-03-29T12:00:00+02:00",
    "2026-03-30T12:00:00+02:00",
    EVE_OF_AUTUMN,
    FIRST_HALF_PAST_TWO,
    SECOND_HALF_PAST_TWO,
    "2026-10-25T12:00:00+01:00",
    "2026-10-26T12:00:00+01:00",
)
LONGER_THAN_72_HOURS: Final = ("2026-10-23T00:00:00+02:00", "2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00")
"""From here to the end of J+2 there are 73 hours: the window is cut (open point A-06)."""

MIDNIGHTS: Final = ("2026-06-16T23:59:59.999+02:00", "2026-06-17T00:00:00+02:00", "2026-12-31T23:59:59.999+01:00")
CALENDAR: Final = ("2026-12-31T12:00:00+01:00", "2028-02-27T12:00:00+01:00", "2028-02-29T00:00:00+01:00")

BROKEN_AT: Final = (EVE_OF_SPRING, FIRST_HALF_PAST_TWO, "2026-10-24T00:00:00+02:00")

SEARCHES: Final = (Flow.INT_R01, Flow.INT_SOS1)
"""Two of the three flows: INT_R04 filters the same agendas as INT_R01, by the same parameters."""

OF_TIME: Final = {f"AGR-COM-0{number}" for number in (34, 35, 36, 37, 38, 66)}
ALSO: Final = {"AGR-COM-006", "AGR-COM-043", "AGR-PS-002", "AGR-SOS-003", "AGR-SOS-011"}
"""What a wrong filter breaks besides: the declared agenda, and what a flow says of its own parameters."""

Selected = tuple[AgendaSlot, ...]


def played(
    behaviour: Behaviour, written: str, flow: Flow, folder: Path, numbers: frozenset[str] = frozenset()
) -> Campaign:
    now = datetime.fromisoformat(written)
    return campaign(StandIn(behaviour, now), folder, flow, now=now, played=numbers)


Verdicts = Mapping[str, Verdict]


def verdicts(seen: Campaign) -> Verdicts:
    return {name: one.verdict for name, one in seen.requirements.items()}


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Flow, Verdicts]:
    """What the reference editor gets at the ordinary instant."""
    folder = tmp_path_factory.mktemp("ordinaire")
    for flow in ALL_AGENDAS:
        (folder / flow.value).mkdir()
    return {flow: verdicts(played(REFERENCE, NOW.isoformat(), flow, folder / flow.value)) for flow in ALL_AGENDAS}


@pytest.mark.parametrize("written", [*CHANGES, *LONGER_THAN_72_HOURS, *MIDNIGHTS, *CALENDAR])
@pytest.mark.parametrize("flow", SEARCHES)
def test_the_reference_editor_is_conformant_at_any_instant(
    flow: Flow, written: str, tmp_path: Path, ordinary: Mapping[Flow, Verdicts]
) -> None:
    seen = played(REFERENCE, written, flow, tmp_path)
    assert verdicts(seen) == ordinary[flow]
    assert [finding for one in seen.requirements.values() for finding in one.findings] == []


@pytest.mark.parametrize("minutes", [10, -10])
@pytest.mark.parametrize("flow", ALL_AGENDAS)
def test_a_candidate_whose_clock_is_a_little_wrong(
    flow: Flow, minutes: int, tmp_path: Path, ordinary: Mapping[Flow, Verdicts]
) -> None:
    """Its slots follow its own clock; they are judged by the bounds of the request, so nothing changes."""
    seen = skewed(flow, timedelta(minutes=minutes), tmp_path)
    assert verdicts(seen) == ordinary[flow]


@pytest.mark.parametrize("days", [1, -1, -2, 30])
@pytest.mark.parametrize("flow", SEARCHES)
def test_a_candidate_whose_clock_is_days_wrong(flow: Flow, days: int, tmp_path: Path) -> None:
    """Part of its slots leave the window: what they would show is not verified, and nothing is red for want of them."""
    seen = skewed(flow, timedelta(days=days), tmp_path)
    assert (
        seen.having(Verdict.NON_CONFORME) | seen.having(Verdict.RESERVE) | seen.having(Verdict.ERREUR_DU_BANC) == set()
    )
    assert all(one.reason for one in seen.requirements.values() if one.verdict is Verdict.NON_VERIFIE)


def skewed(flow: Flow, ahead: timedelta, folder: Path) -> Campaign:
    declared = candidate(FHIR_BASE, NOW + ahead)
    return campaign(StandIn(REFERENCE, ahead=ahead), folder, flow, declared=declared)


@pytest.mark.parametrize("flow", ALL_AGENDAS)
def test_the_date_that_a_server_writes_is_not_judged(
    flow: Flow, tmp_path: Path, ordinary: Mapping[Flow, Verdicts]
) -> None:
    def dated(reply: Reply, _: Incoming) -> Reply:
        return replace(reply, headers=(*reply.headers, ("date", "Mon, 01 Jan 2001 00:00:00 GMT")))

    seen = campaign(StandIn(Behaviour(reply=(dated,))), tmp_path, flow)
    assert verdicts(seen) == ordinary[flow]


@pytest.mark.parametrize(
    ("defect", "failures", "reserves"),
    [
        ("lower-bound-ignored", {"AGR-COM-034"}, set()),
        ("upper-bound-ignored", {"AGR-COM-035"}, set()),
        ("start-parameter-ignored", {"AGR-COM-034", "AGR-COM-035"}, set()),
        ("lower-bound-by-day", {"AGR-COM-034"}, set()),
        ("upper-bound-by-day", {"AGR-COM-035"}, set()),
        ("bounds-exclusive", {"AGR-COM-036"}, set()),
        ("end-filtered", {"AGR-COM-036"}, set()),
    ],
)
@pytest.mark.parametrize("written", BROKEN_AT)
@pytest.mark.parametrize("flow", SEARCHES)
def test_a_wrong_filter_is_seen_at_any_instant(
    flow: Flow, written: str, defect: str, failures: set[str], reserves: set[str], tmp_path: Path
) -> None:
    seen = played(behaviour_of([defect]), written, flow, tmp_path, DATES)
    assert of_time(seen) == (failures, reserves)


@pytest.mark.parametrize(
    ("defect", "failures", "reserves"),
    [
        ("bounds-without-milliseconds-refused", {"AGR-COM-066"}, set()),
        ("bounds-in-utc-refused", {"AGR-COM-037"}, set()),
        ("bounds-without-offset-refused", set(), {"AGR-COM-038"}),
    ],
)
@pytest.mark.parametrize("written", BROKEN_AT)
def test_a_refused_form_is_seen_at_any_instant(
    written: str, defect: str, failures: set[str], reserves: set[str], tmp_path: Path
) -> None:
    seen = played(behaviour_of([defect]), written, Flow.INT_R01, tmp_path, DATES)
    assert of_time(seen) == (failures, reserves)


def of_time(seen: Campaign) -> tuple[set[str], set[str]]:
    failures, reserves = seen.having(Verdict.NON_CONFORME), seen.having(Verdict.RESERVE)
    assert failures | reserves <= OF_TIME | ALSO
    return failures & OF_TIME, reserves & OF_TIME


def chosen_by(keep: Callable[[AgendaSlot, SlotCriteria], bool]) -> Behaviour:
    """A product that leaves the choice of slots by their start to a comparison of its own."""
    century = timedelta(days=36_500)

    def select(slots: Selected, criteria: SlotCriteria) -> Selected:
        asked = replace(criteria, lower=criteria.lower + century, upper=criteria.upper - century)
        return tuple(slot for slot in slots if keep(slot, asked))

    def widen(criteria: SlotCriteria) -> SlotCriteria:
        return replace(criteria, lower=criteria.lower - century, upper=criteria.upper + century)

    return Behaviour(criteria=(widen,), selection=(select,))


def local_text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")[:23]


def as_text(slot: AgendaSlot, asked: SlotCriteria) -> bool:
    return local_text(asked.lower) <= local_text(slot.start) <= local_text(asked.upper)


def as_days(slot: AgendaSlot, asked: SlotCriteria) -> bool:
    return asked.lower.date() <= slot.start.date() <= asked.upper.date()


def in_local_time(slot: AgendaSlot, asked: SlotCriteria) -> bool:
    """Right but for the hour that comes twice."""
    lower, start, upper = (
        one.astimezone(LOCAL_ZONE).replace(tzinfo=None) for one in (asked.lower, slot.start, asked.upper)
    )
    return lower <= start <= upper


@pytest.mark.parametrize("written", BROKEN_AT)
@pytest.mark.parametrize("flow", SEARCHES)
def test_instants_compared_as_text(flow: Flow, written: str, tmp_path: Path) -> None:
    failures, reserves = of_time(played(chosen_by(as_text), written, flow, tmp_path, DATES))
    assert failures - {"AGR-COM-036"} == {"AGR-COM-037"}
    assert reserves == set()


@pytest.mark.parametrize("written", BROKEN_AT)
@pytest.mark.parametrize("flow", SEARCHES)
def test_instants_compared_as_days(flow: Flow, written: str, tmp_path: Path) -> None:
    failures, _ = of_time(played(chosen_by(as_days), written, flow, tmp_path, DATES))
    assert failures - {"AGR-COM-037"} == {"AGR-COM-034", "AGR-COM-035"}


@pytest.mark.parametrize("written", BROKEN_AT)
@pytest.mark.parametrize("flow", SEARCHES)
def test_wall_clock_instead_of_the_lower_bound(flow: Flow, written: str, tmp_path: Path) -> None:
    now = datetime.fromisoformat(written)
    product = Behaviour(criteria=(lambda criteria: replace(criteria, lower=now),))
    assert of_time(played(product, written, flow, tmp_path, DATES)) == ({"AGR-COM-034"}, set())


@pytest.mark.parametrize(
    ("written", "failures"),
    [
        (EVE_OF_SPRING, {"AGR-COM-035", "AGR-COM-036"}),
        (EVE_OF_AUTUMN, {"AGR-COM-036"}),
        (NOW.isoformat(), set()),
    ],
)
@pytest.mark.parametrize("flow", SEARCHES)
def test_slots_written_with_the_offset_of_today(flow: Flow, written: str, failures: set[str], tmp_path: Path) -> None:
    """The hour shown is right, the instant is not after the clocks have changed."""
    offset = datetime.fromisoformat(written).tzinfo

    def shifted(slot: Resource) -> None:
        for name in ("start", "end"):
            local = datetime.fromisoformat(slot[name]).astimezone(LOCAL_ZONE)
            slot[name] = local.replace(tzinfo=offset).isoformat(timespec="milliseconds")

    seen = played(on("Slot", shifted), written, flow, tmp_path)
    assert seen.having(Verdict.NON_CONFORME) & OF_TIME == failures
    assert ("AGR-COM-043" in seen.having(Verdict.NON_CONFORME)) is bool(failures)


@pytest.mark.parametrize("written", BROKEN_AT)
@pytest.mark.parametrize("flow", SEARCHES)
def test_bounds_read_an_hour_off(flow: Flow, written: str, tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    late = Behaviour(criteria=(lambda c: replace(c, lower=c.lower + hour, upper=c.upper + hour),))
    early = Behaviour(criteria=(lambda c: replace(c, lower=c.lower - hour, upper=c.upper - hour),))
    assert of_time(played(late, written, flow, tmp_path, DATES))[0] == {"AGR-COM-035", "AGR-COM-036"}
    assert of_time(played(early, written, flow, tmp_path / "plus-tot", DATES))[0] == {"AGR-COM-034", "AGR-COM-036"}


def at_night(keep: Callable[[AgendaSlot, SlotCriteria], bool]) -> Behaviour:
    """A product that also has, in each agenda, a slot in each of the two hours between two and three o’clock."""
    hours = [datetime(2026, 10, 25, 2, 10, tzinfo=timezone(timedelta(hours=offset))) for offset in (2, 1)]

    def add(slots: Selected, criteria: SlotCriteria) -> Selected:
        agendas = {slot.agenda: slot for slot in slots}.values()
        night = (
            replace(slot, id=f"{slot.agenda.id}-{rank}", start=start, end=start + timedelta(minutes=20))
            for slot in agendas
            for rank, start in enumerate(hours)
        )
        return (*slots, *night)

    chosen = chosen_by(keep)
    return replace(chosen, selection=(add, *chosen.selection))


def as_instants(slot: AgendaSlot, asked: SlotCriteria) -> bool:
    return asked.lower <= slot.start <= asked.upper


@pytest.mark.parametrize(
    "written", ["2026-10-25T00:00:00+02:00", "2026-10-25T02:05:00+02:00", "2026-10-25T02:05:00+01:00"]
)
@pytest.mark.parametrize("flow", SEARCHES)
def test_slots_in_the_hour_that_comes_twice(flow: Flow, written: str, tmp_path: Path) -> None:
    seen = played(at_night(as_instants), written, flow, tmp_path, DATES)
    assert of_time(seen) == (set(), set())
    assert seen.requirements["AGR-COM-038"].verdict is Verdict.CONFORME


@pytest.mark.parametrize("flow", SEARCHES)
def test_the_hour_that_comes_twice_taken_for_one(flow: Flow, tmp_path: Path) -> None:
    seen = played(at_night(in_local_time), "2026-10-25T00:00:00+02:00", flow, tmp_path, DATES)
    assert of_time(seen) == ({"AGR-COM-035"}, set())
