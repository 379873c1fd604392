"""Dates in words."""

from __future__ import annotations

from datetime import date

import pytest

from sas_recette.norm.typography import day_in_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 6, 1), "1er\u00a0juin\u00a02026"),
        (date(2026, 12, 31), "31\u00a0décembre\u00a02026"),
        (date(2028, 2, 29), "29\u00a0février\u00a02028"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert day_in_words(day) == words
