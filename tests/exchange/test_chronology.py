from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sas_recette.exchange.chronology import at_rest, in_order
from tests.exchange.builders import STARTED, exchange, page


def test_a_page_comes_after_what_led_to_it_and_stands_for_its_hops() -> None:
    hop = exchange("x1")
    called = replace(exchange("r1"), started=STARTED + timedelta(milliseconds=400))
    later = replace(exchange("x2"), started=STARTED + timedelta(seconds=2))
    before = replace(exchange("x0"), started=STARTED - timedelta(seconds=1))
    shown = page()
    assert at_rest(shown) == STARTED + timedelta(milliseconds=812.5)
    assert in_order([later, hop, called, before], [shown]) == (before, called, shown, later)


def test_what_happened_at_the_same_instant_stays_in_the_order_given() -> None:
    kept = [exchange("b"), exchange("a")]
    assert in_order(kept, []) == tuple(kept)
    assert in_order([], []) == ()
