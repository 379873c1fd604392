"""Bounds, instants and the declared agenda, whatever the offset and the precision that they are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sas_recette.engine.test_data import AgendaEntry
from sas_recette.exchange.search import PARIS, last_instant
from sas_recette.rules.facts import Facts, PractitionerFacts
from tests.rules.building import (
    PS_B,
    SLOT_1,
    Json,
    Verdicts,
    answer,
    example,
    judged,
    resource,
    search_url,
)

MICROSECOND: Final = timedelta(microseconds=1)
SPRING: Final = datetime(2026, 3, 29, 1, tzinfo=UTC)
AUTUMN: Final = datetime(2026, 10, 25, 1, tzinfo=UTC)
EPOCHS: Final = st.sampled_from(
    [SPRING, AUTUMN, datetime(2026, 6, 16, 22, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)]
)
HOURS: Final = {"Z": 0, "+00:00": 0, "+02:00": 2, "+01:00": 1, "+04:00": 4, "-04:00": -4, "-03:00": -3, "+11:00": 11}
OFFSETS: Final = st.sampled_from(sorted(HOURS))
DIGITS: Final = st.integers(0, 9)
OF_ANS: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{2}:\d{2}", re.ASCII)
"""The form of the ANS requirement no. 45 (aggregation.md §2.4)."""


@dataclass(frozen=True, slots=True)
class Written:
    """An instant to the microsecond, and one of the ways to write it: `text` may say more digits, which mean nothing."""

    text: str
    instant: datetime


def write(moment: datetime, offset: str, digits: int, beyond: int = 0) -> Written:
    """A moment cut to a number of digits, at an offset."""
    kept = moment.microsecond // 10 ** (6 - digits) * 10 ** (6 - digits) if digits < 6 else moment.microsecond
    cut = moment.replace(microsecond=kept)
    local = cut.astimezone(timezone(timedelta(hours=HOURS[offset])))
    nanoseconds = f"{local.microsecond:06}{beyond:03}"[:digits]
    text = f"{local:%Y-%m-%dT%H:%M:%S}" + (f".{nanoseconds}" if digits else "") + offset
    return Written(text, cut)


@st.composite
def near(draw: st.DrawFn, epoch: datetime) -> Written:
    """An instant within some hours, some seconds or some microseconds of another."""
    unit = draw(st.sampled_from([timedelta(hours=1), timedelta(seconds=1), timedelta(milliseconds=1), MICROSECOND]))
    moment = epoch + draw(st.integers(-3, 3)) * unit
    return write(moment, draw(OFFSETS), draw(DIGITS), draw(st.integers(0, 999)))


@st.composite
def bound(draw: st.DrawFn, epoch: datetime) -> Written:
    """A bound as the platform writes it: to the millisecond, or to the second."""
    moment = epoch + draw(st.integers(-2, 2)) * draw(st.sampled_from([timedelta(hours=1), timedelta(milliseconds=1)]))
    return write(moment, draw(OFFSETS), draw(st.sampled_from([0, 3])))


def bundle_of(start: str, end: str) -> Json:
    """The worked example with its first slot alone."""
    bundle = example("bundle-ps-b")
    slot = resource(bundle, SLOT_1)
    slot["start"], slot["end"] = start, end
    return bundle


def findings(verdicts: Verdicts, requirement: str, place: str) -> bool:
    return any(one.location == place for one in verdicts.tallies[requirement].findings)


START: Final = "Bundle.entry[0].resource.start"
END: Final = "Bundle.entry[0].resource.end"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_outside_the_bounds_and_nowhere_else(data: st.DataObject) -> None:
    epoch = data.draw(EPOCHS)
    lower, upper, start = (data.draw(one(epoch)) for one in (bound, bound, near))
    url = search_url(lower=lower.text, upper=upper.text)
    verdicts = judged(answer(bundle_of(start.text, "2030-01-01T00:00:00.000+01:00"), url=url))
    assert findings(verdicts, "AGR-COM-034", START) is (start.instant < lower.instant)
    assert findings(verdicts, "AGR-COM-035", START) is (start.instant > upper.instant)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_start_before_end_as_instants(data: st.DataObject) -> None:
    epoch = data.draw(EPOCHS)
    start, end = data.draw(near(epoch)), data.draw(near(epoch))
    verdicts = judged(answer(bundle_of(start.text, end.text)))
    assert findings(verdicts, "AGR-COM-033", START) is not (start.instant < end.instant)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_other_form_is_a_reserve(data: st.DataObject) -> None:
    epoch = data.draw(EPOCHS)
    start, end = data.draw(near(epoch)), data.draw(near(epoch + timedelta(days=1)))
    verdicts = judged(answer(bundle_of(start.text, end.text)))
    assert findings(verdicts, "AGR-COM-032", START) is not bool(OF_ANS.fullmatch(start.text))
    assert findings(verdicts, "AGR-COM-032", END) is not bool(OF_ANS.fullmatch(end.text))
    assert "AGR-COM-032" not in verdicts.fails
    assert not findings(verdicts, "AGR-COM-031", START)
    assert not findings(verdicts, "AGR-COM-031", END)


@pytest.mark.parametrize(
    ("start", "outside"),
    [
        ("2026-06-17T08:59:60.000Z", {"AGR-COM-035"}),
        ("2026-06-17T08:59:60Z", {"AGR-COM-035"}),
        ("2026-06-17T10:59:60.000+02:00", {"AGR-COM-035"}),
        ("2026-06-17T07:59:60.000Z", set()),
        ("2026-06-17T08:59:59.999Z", set()),
        ("2026-06-17T06:59:60.999Z", {"AGR-COM-034"}),
    ],
)
def test_a_leap_second_is_the_next_one(start: str, outside: set[str]) -> None:
    url = search_url(lower="2026-06-17T10:00:00.000+02:00", upper="2026-06-17T10:59:59.999+02:00")
    verdicts = judged(answer(bundle_of(start, "2026-06-17T12:00:00.000+02:00"), url=url))
    of_slot = {name for name in ("AGR-COM-034", "AGR-COM-035") if findings(verdicts, name, START)}
    assert of_slot == outside


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789-:TZ+. ", max_size=32) | st.text(max_size=12))
def test_whatever_is_written_is_judged(written: str) -> None:
    verdicts = judged(answer(bundle_of(written, written), url=search_url(lower=written, upper=written)))
    assert verdicts.tallies["AGR-COM-031"].examined


def absolute(written: str, today: str) -> datetime:
    return AgendaEntry(owner=PS_B, start=written).line(date.fromisoformat(today)).start


@pytest.mark.parametrize(
    ("written", "today", "said"),
    [
        ("J+1 09:00", "2026-03-28", "2026-03-29T09:00:00+02:00"),
        ("J 09:00", "2026-03-28", "2026-03-28T09:00:00+01:00"),
        ("J+1 02:30", "2026-03-28", "2026-03-29T03:30:00+02:00"),
        ("J+1 01:59", "2026-03-28", "2026-03-29T01:59:00+01:00"),
        ("J 02:30", "2026-10-25", "2026-10-25T02:30:00+02:00"),
        ("J 02:30 +02:00", "2026-10-25", "2026-10-25T02:30:00+02:00"),
        ("J 02:30 +01:00", "2026-10-25", "2026-10-25T02:30:00+01:00"),
        ("J 03:00", "2026-10-25", "2026-10-25T03:00:00+01:00"),
        ("J+1 09:00 +04:00", "2026-10-24", "2026-10-25T09:00:00+04:00"),
        ("J+2 09:00", "2026-12-30", "2027-01-01T09:00:00+01:00"),
        ("J+1 09:00", "2028-02-28", "2028-02-29T09:00:00+01:00"),
        ("J-1 09:00", "2028-03-01", "2028-02-29T09:00:00+01:00"),
        ("2026-10-25T02:30:00", "2026-01-01", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-01-01", "2026-10-25T02:30:00+01:00"),
        ("2026-03-29T02:30:00", "2026-01-01", "2026-03-29T03:30:00+02:00"),
        ("2026-06-17T09:00:00-04:00", "2026-01-01", "2026-06-17T09:00:00-04:00"),
        ("2026-06-17 09:00", "2026-01-01", "2026-06-17T09:00:00+02:00"),
        ("2026-06-17T07:00:00Z", "2026-01-01", "2026-06-17T07:00:00+00:00"),
    ],
)
def test_the_moments_of_the_agenda(written: str, today: str, said: str) -> None:
    assert absolute(written, today).isoformat() == said


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
def test_a_local_time_is_the_same_said_three_ways(local: datetime) -> None:
    local = local.replace(second=0, microsecond=0)
    today = (local - timedelta(days=1)).date().isoformat()
    moment = absolute(local.isoformat(), today)
    assert absolute(f"J+1 {local:%H:%M}", today) == moment
    assert absolute(moment.isoformat(), today) == moment
    assert moment == local.replace(tzinfo=PARIS).astimezone(UTC)
    assert moment == read_by_a_product(local)


def read_by_a_product(local: datetime) -> datetime:
    """The rule as it is written down: the first of two hours, and the hour that follows a skipped one."""
    summer, winter = (local.replace(tzinfo=timezone(timedelta(hours=hours))) for hours in (2, 1))
    shown = [one for one in (summer, winter) if one.astimezone(PARIS).replace(tzinfo=None) == local]
    return shown[0] if shown else winter


@pytest.mark.parametrize(
    "written",
    [
        "J+1 24:00",
        "J+1 09:60",
        "J+1 09:00 +24:00",
        "J+1 09:00 +99:99",
        "J+1 9:00",
        "J1 09:00",
        "J+100 09:00",
        "2026-02-30T09:00:00",
        "2026-06-17",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "demain",
        "",
    ],
)
def test_what_is_no_moment_is_refused_when_the_file_is_read(written: str) -> None:
    with pytest.raises(ValidationError, match="une date s’écrit"):
        AgendaEntry(owner=PS_B, start=written)


@pytest.mark.parametrize(
    ("declared", "returned", "fails"),
    [
        ("J 02:30", "2026-10-25T02:30:00.000+02:00", set()),
        ("J 02:30 +01:00", "2026-10-25T02:30:00.000+01:00", set()),
        ("J 02:30", "2026-10-25T02:30:00.000+01:00", {"AGR-COM-043"}),
        ("J 02:30", "2026-10-25T00:30:00.000Z", set()),
        ("2026-10-25T02:30:00", "2026-10-25T04:30:00.000+04:00", set()),
        ("J 09:00", "2026-10-25T09:00:00.000+02:00", {"AGR-COM-043"}),
        ("J 09:00", "2026-10-25T09:00:00.000+01:00", set()),
    ],
)
def test_a_declared_line_on_a_day_of_change(declared: str, returned: str, fails: set[str]) -> None:
    line = AgendaEntry(owner=PS_B, start=declared).line(date(2026, 10, 25))
    url = search_url(lower="2026-10-25T00:00:00.000+02:00", upper="2026-10-27T22:59:59.999+01:00")
    verdicts = judged(
        answer(bundle_of(returned, "2026-10-25T10:30:00.000+01:00"), url=url), facts=Facts(agenda=(line,))
    )
    assert verdicts.fails & {"AGR-COM-043"} == fails


@pytest.mark.parametrize("status", ["busy", "unavailable", "private"])
def test_a_line_kept_back_in_the_hour_that_comes_twice(status: str) -> None:
    entry = AgendaEntry.model_validate({"owner": PS_B, "start": "J 02:30", "status": status})
    url = search_url(lower="2026-10-25T00:00:00.000+02:00", upper="2026-10-27T22:59:59.999+01:00")
    given_away = answer(bundle_of("2026-10-25T02:30:00.000+02:00", "2026-10-25T02:40:00.000+02:00"), url=url)
    verdicts = judged(given_away, facts=Facts(agenda=(entry.line(date(2026, 10, 25)),)))
    assert verdicts.fails & {"AGR-COM-054", "AGR-COM-055"} == {"AGR-COM-055" if status == "private" else "AGR-COM-054"}


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.sampled_from([UTC, PARIS])))  # noqa: DTZ001
def test_the_last_instant_is_in_paris_and_within_72_hours(now: datetime) -> None:
    last = last_instant(now)
    assert timedelta(hours=47) <= last - now.astimezone(UTC) <= timedelta(hours=72)
    local = last.astimezone(PARIS)
    cut = last - now.astimezone(UTC) == timedelta(hours=72)
    assert cut or (local.date() - now.astimezone(PARIS).date(), local.strftime("%H:%M:%S.%f")) == (
        timedelta(days=2),
        "23:59:59.999000",
    )


@pytest.mark.parametrize(
    ("second_place_at", "unverified"),
    [("2026-06-17T14:00:00+02:00", False), ("2026-06-19T00:00:00+02:00", True), ("2026-06-16T10:11:59+02:00", True)],
)
def test_a_place_without_a_slot_in_the_window_is_not_expected(second_place_at: str, unverified: bool) -> None:
    """AGR-PS-048, for somebody of two places whose declared agenda says which of them has slots."""
    lines = [
        AgendaEntry(owner=PS_B, start=start, street=street, postal_code=code, city=city).line(date(2026, 6, 16))
        for start, street, code, city in (
            ("J+1 09:00", "4 mail des Sources", "35200", "RENNES"),
            (second_place_at, "27 quai du Phare", "35400", "SAINT-MALO"),
        )
    ]
    facts = Facts({PS_B: PractitionerFacts(PS_B, places=2)}, agenda=tuple(lines))
    verdicts = judged(answer(example("bundle-ps-b")), check="several-places", facts=facts)
    assert (verdicts.fails, "AGR-PS-048" in verdicts.unverified) == (set(), unverified)
