"""The plan of arrivals: announced volume, reproducible, in order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.platform.load.profile import (
    NOMINAL,
    PEAK,
    VOLLEY,
    Order,
    OrderError,
    Profile,
    arrival_times,
    drawn_identifiers,
    spread,
)

PROFILES = st.builds(Profile, st.just("essai"), st.integers(1, 200), st.floats(0.1, 1000))


def test_the_profiles_are_those_of_the_specification() -> None:
    assert [(one.count, one.seconds, one.per_hour) for one in (NOMINAL, PEAK, VOLLEY)] == [
        (500, 600.0, 3000.0),
        (500, 300.0, 6000.0),
        (25, 0.0, 0.0),
    ]


@settings(max_examples=50)
@given(PROFILES, st.text(max_size=8))
def test_arrivals_are_as_many_as_planned_sorted_and_reproducible(profile: Profile, seed: str) -> None:
    times = arrival_times(profile, seed)
    assert len(times) == profile.count
    assert list(times) == sorted(times)
    assert all(0 <= one <= profile.seconds for one in times)
    assert arrival_times(profile, seed) == times


def test_another_seed_gives_other_instants() -> None:
    assert arrival_times(NOMINAL, "a") != arrival_times(NOMINAL, "b")


def test_arrivals_are_spread_as_a_poisson_process_is() -> None:
    gaps = [second - first for first, second in pairwise(arrival_times(NOMINAL, "graine"))]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert mean == pytest.approx(1.2, rel=0.02)
    assert variance**0.5 == pytest.approx(mean, rel=0.15)  # regular arrivals would have none


def test_a_volley_leaves_at_once() -> None:
    assert arrival_times(VOLLEY, "a") == (0.0,) * 25


@settings(max_examples=50)
@given(st.integers(2, 40), st.integers(1, 25), st.text(max_size=4))
def test_searches_name_one_to_so_many_identifiers_each_once(pool: int, at_most: int, seed: str) -> None:
    known = [str(one) for one in range(pool)]
    drawn = drawn_identifiers(known, 30, at_most, seed)
    assert drawn == drawn_identifiers(known, 30, at_most, seed)
    for one in drawn:
        assert 1 <= len(one) <= min(at_most, pool)
        assert len(set(one)) == len(one)
        assert set(one) <= set(known)


@settings(max_examples=50)
@given(st.integers(1, 600), st.integers(1, 30))
def test_a_sample_is_spread_over_the_run(count: int, wanted: int) -> None:
    ranks = sorted(spread(count, wanted))
    assert len(ranks) == min(count, wanted)
    assert ranks[0] == 1
    assert ranks[-1] <= count
    gaps = {second - first for first, second in pairwise(ranks)}
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_an_order_changes_rate_and_duration() -> None:
    assert NOMINAL.ordered(Order(seed="a")) == NOMINAL
    assert NOMINAL.ordered(Order(per_hour=180_000.0, seconds=60.0)) == Profile("nominal", 3000, 60.0)
    assert NOMINAL.ordered(Order(seconds=60.0)).count == 50
    assert NOMINAL.ordered(Order(per_hour=1.0, seconds=1.0)).count == 1


@pytest.mark.parametrize(
    ("profile", "order"),
    [(VOLLEY, Order(seconds=1.0)), (NOMINAL, Order(per_hour=0.0)), (PEAK, Order(seconds=-1.0))],
)
def test_an_order_without_sense_is_refused(profile: Profile, order: Order) -> None:
    with pytest.raises(OrderError, match=r"\.$"):
        profile.ordered(order)
