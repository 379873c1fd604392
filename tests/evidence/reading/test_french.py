from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sas_recette.evidence.reading import french


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0\u00a0constat"), (1, "1\u00a0constat"), (2, "2\u00a0constats"), (12345, "12\u202f345\u00a0constats")],
)
def test_counts_are_plural_from_two(value: int, text: str) -> None:
    assert french.count(value, "constat") == text


def test_an_irregular_plural() -> None:
    assert french.count(3, "ligne omise", "lignes omises") == "3\u00a0lignes omises"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "29\u00a0mars\u00a02026 à 01:59:59 (UTC+01:00)"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29\u00a0mars\u00a02026 à 03:00:00 (UTC+02:00)"),
        (datetime(2026, 7, 31, 23, 0, tzinfo=UTC), "1er\u00a0août\u00a02026 à 01:00:00 (UTC+02:00)"),
        (None, "—"),
    ],
)
def test_moments_are_in_paris_with_their_offset(value: datetime | None, text: str) -> None:
    assert french.moment(value) == text


def test_clock_has_milliseconds() -> None:
    assert french.clock(datetime(2026, 1, 1, 8, 5, 6, 7999, tzinfo=UTC)) == "09:05:06,007"
    assert french.clock(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (12.46, "12,5\u00a0ms"), (999.94, "999,9\u00a0ms"), (3204.0, "3,20\u00a0s")]
)
def test_milliseconds(value: float | None, text: str) -> None:
    assert french.milliseconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.85, "850\u00a0ms"),
        (4.21, "4,2\u00a0s"),
        (185, "3\u00a0min\u00a005\u00a0s"),
        (3720, "1\u00a0h\u00a002\u00a0min"),
    ],
)
def test_seconds(value: float, text: str) -> None:
    assert french.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1\u00a0octet"), (999, "999\u00a0octets"), (1234, "1,2\u00a0ko"), (2_500_000, "2,5\u00a0Mo")],
)
def test_sizes(value: int, text: str) -> None:
    assert french.size(value) == text
