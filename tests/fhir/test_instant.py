"""Instants are compared as instants: offsets, fractions, leap seconds and impossible dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.fhir.instant import read_instant

OFFSETS = st.integers(-13 * 60 - 59, 14 * 60)


@given(st.datetimes(datetime(1000, 1, 3), datetime(9999, 12, 29)), OFFSETS)  # noqa: DTZ001
def test_equal_to_the_datetime_that_it_means(moment: datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    written = aware.isoformat(timespec="microseconds")
    assert read_instant(written) == aware
    assert read_instant(aware.astimezone(UTC).isoformat().replace("+00:00", "Z")) == aware


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-06-16T10:12:00Z", datetime(2026, 6, 16, 10, 12, tzinfo=UTC)),
        ("2026-06-16T10:12:00.5+02:00", datetime(2026, 6, 16, 8, 12, 0, 500000, tzinfo=UTC)),
        ("2026-06-16T10:12:00.123456789+02:00", datetime(2026, 6, 16, 8, 12, 0, 123456, tzinfo=UTC)),
        ("2026-06-16T23:59:60Z", datetime(2026, 6, 17, tzinfo=UTC)),
        ("2026-06-16T10:12:00-04:00", datetime(2026, 6, 16, 14, 12, tzinfo=UTC)),
        ("2024-02-29T00:00:00+14:00", datetime(2024, 2, 28, 10, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_read(written: str, read: datetime) -> None:
    assert read_instant(written) == read


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "2026-06-16",
        "2026-06-16T10:12Z",
        "2026-06-16T10:12:00",
        "2026-06-16T10:12:00+0200",
        "2026-06-16T10:12:00+02",
        "2026-06-16 10:12:00Z",
        "2026-06-16T24:00:00Z",
        "2026-06-16T10:12:61Z",
        "2026-06-16T10:12:00.Z",
        "2026-06-16T10:12:00+14:30",
        "2026-06-16T10:12:00z",
        "2026-06-16T10:12:00Z\n",
        " 2026-06-16T10:12:00Z",
        "2026-02-30T10:12:00Z",
        "2025-02-29T10:12:00Z",
        "2026-13-01T10:12:00Z",
        "0000-01-01T10:12:00Z",
        "٢٠٢٦-06-16T10:12:00Z",
        "9999-12-31T23:59:60-14:00",
    ],
)
def test_not_an_instant(written: str | None) -> None:
    assert read_instant(written) is None
