from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.exchange.search import Bound, parse_search_url

PS = (
    "https://agenda.example/fhir/Slot?_include=Slot:schedule&_include:iterate=Schedule:actor"
    "&start=ge2026-06-16T10:12:00.000%2B02:00&start=le2026-06-18T23:59:59.999%2B02:00"
    "&schedule.actor:Practitioner.identifier=urn:oid:1.2.250.1.71.4.2.1%7C899900000011,"
    "urn:oid:1.2.250.1.71.4.2.1%7C899900000029&status=free"
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def lower(value: str) -> datetime | None:
    return parse_search_url(f"https://a/Slot?start={value}").lower


def test_the_published_search() -> None:
    parsed = parse_search_url(PS)
    assert (parsed.base, parsed.resource) == ("https://agenda.example/fhir", "Slot")
    assert parsed.identifiers == (
        "urn:oid:1.2.250.1.71.4.2.1|899900000011",
        "urn:oid:1.2.250.1.71.4.2.1|899900000029",
    )
    assert parsed.bounds[0].comparator == "ge"
    assert parsed.bounds[0].text == "2026-06-16T10:12:00.000+02:00"
    assert parsed.lower == utc("2026-06-16T08:12:00")
    assert parsed.upper == utc("2026-06-18T21:59:59.999")
    assert parsed.statuses == ("free",)
    assert parsed.includes == (("_include", "Slot:schedule"), ("_include:iterate", "Schedule:actor"))


def test_the_bounds_are_inclusive() -> None:
    parsed = parse_search_url(PS)
    for instant, inside in (
        ("2026-06-16T08:11:59.999", False),
        ("2026-06-16T08:12:00", True),
        ("2026-06-18T21:59:59.999", True),
        ("2026-06-18T22:00:00", False),
    ):
        assert parsed.covers(utc(instant)) is inside


def test_a_reverse_chained_search() -> None:
    parsed = parse_search_url(
        "/fhir/Schedule/?_revinclude=Slot:schedule&_has:Slot:schedule:start=ge2026-06-16T10:12:00Z"
        "&_has%3ASlot%3Aschedule%3Astatus=free&actor:Location.organization.identifier=urn:oid:1.2%7C3,+urn:oid:1.2|4"
    )
    assert (parsed.base, parsed.resource) == ("/fhir", "Schedule")
    assert parsed.lower == utc("2026-06-16T10:12:00")
    assert parsed.upper is None
    assert parsed.statuses == ("free",)
    assert parsed.identifiers == ("urn:oid:1.2|3", "urn:oid:1.2|4")
    assert parsed.includes == (("_revinclude", "Slot:schedule"),)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("ge2026-06-16T10:12:00.000%2B02:00", "2026-06-16T08:12:00"),
        ("ge2026-06-16T10:12:00.000+02:00", "2026-06-16T08:12:00"),
        ("ge2026-06-16T10:12:00.000%2002:00", "2026-06-16T08:12:00"),
        ("ge2026-06-16T10%3A12%3A00-04%3A00", "2026-06-16T14:12:00"),
        ("ge2026-06-16T10:12:00Z", "2026-06-16T10:12:00"),
        ("ge2026-06-16T10:12%2B02:00", "2026-06-16T08:12:00"),
        ("ge2026-06-16T10:12:00", "2026-06-16T08:12:00"),
        ("ge2026-12-16T10:12:00.5", "2026-12-16T09:12:00.5"),
        ("ge2026-06-16T10:12:00.123456789Z", "2026-06-16T10:12:00.123456"),
        ("ge2026-06-16", "2026-06-15T22:00:00"),
        ("ge2026-06-16T10:12:00.35%2B02:00", "2026-06-16T08:12:00.35"),
    ],
)
def test_the_forms_of_a_date(written: str, instant: str) -> None:
    assert lower(written) == utc(instant)


def test_a_date_alone_ends_with_its_day() -> None:
    assert parse_search_url("https://a/Slot?start=le2026-06-16").upper == utc("2026-06-16T21:59:59.999")


@pytest.mark.parametrize(
    "written",
    ["geABCD", "ge", "", "ge2026-02-30", "ge2026-06-16T25:00:00Z", "ge2026-06-16T10:12:00%2B99:00", "ge%FF", "%"],
)
def test_what_is_no_date_is_kept_as_text(written: str) -> None:
    parsed = parse_search_url(f"https://a/Slot?start={written}")
    assert parsed.lower is None
    assert len(parsed.bounds) == 1
    assert parsed.bounds[0].instant is None


def test_other_comparators_are_no_bounds_of_the_sas() -> None:
    parsed = parse_search_url("https://a/Slot?start=gt2026-06-16&start=2026-06-17")
    assert (parsed.lower, parsed.upper) == (None, None)
    assert [bound.comparator for bound in parsed.bounds] == ["gt", "eq"]
    assert parsed.bounds[0] == Bound("gt", "2026-06-16", utc("2026-06-15T22:00:00"))


def test_the_tightest_bounds_count() -> None:
    parsed = parse_search_url(
        "https://a/Slot?start=ge2026-06-16&start=ge2026-06-17&start=le2026-06-19&start=le2026-06-18"
    )
    assert parsed.lower == utc("2026-06-16T22:00:00")
    assert parsed.upper == utc("2026-06-18T21:59:59.999")


@pytest.mark.parametrize("url", ["", "?", "Slot", "https://a", "https://[::1/Slot?&&=&x", "#", "https://a/Slot?a=%zz"])
def test_anything_else_is_read_too(url: str) -> None:
    parsed = parse_search_url(url)
    assert parsed.identifiers == ()
    assert parsed.covers(utc("2026-06-16T10:00:00") + timedelta(days=1))


@given(st.text())
def test_nothing_raises(text: str) -> None:
    parse_search_url(text)
    parse_search_url("https://a/Slot?start=ge" + text)
