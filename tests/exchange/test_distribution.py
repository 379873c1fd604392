"""Percentiles are values that were seen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.exchange.distribution import Distribution, percentile

DURATIONS = st.lists(st.floats(0, 1e5, allow_nan=False), min_size=1, max_size=60)


@settings(max_examples=50)
@given(DURATIONS, st.floats(0, 100))
def test_a_percentile_has_so_many_values_at_or_below(durations: list[float], share: float) -> None:
    ordered = sorted(durations)
    found = percentile(ordered, share)
    assert found in ordered
    assert sum(one <= found for one in ordered) >= share * len(ordered) / 100 - 1e-6
    assert sum(one < found for one in ordered) < share * len(ordered) / 100 + 1e-6 or found == ordered[0]


@settings(max_examples=50)
@given(DURATIONS)
def test_a_distribution_is_in_order(durations: list[float]) -> None:
    seen = Distribution.of(durations)
    assert seen is not None
    assert seen.count == len(durations)
    assert seen.least <= seen.median <= seen.greatest
    assert seen.least <= seen.p95 <= seen.p99 <= seen.greatest


@pytest.mark.parametrize(("share", "expected"), [(0, 1.0), (50, 10.0), (95, 19.0), (99, 20.0), (100, 20.0)])
def test_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([float(one) for one in range(1, 21)], share) == expected


def test_no_distribution_of_nothing() -> None:
    assert Distribution.of(()) is None
