"""The requests of a load in the journal: a short line each."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from sas_recette.exchange import lines
from sas_recette.exchange.journal import JournalWriter, read_journal
from sas_recette.exchange.model import Arrival
from tests.exchange.builders import ARRIVALS, Clock, header


@settings(max_examples=50)
@given(ARRIVALS)
def test_any_arrival_comes_back_identical_and_is_short(arrival: Arrival) -> None:
    assert lines.load_arrival(lines.from_bytes(lines.to_bytes(lines.dump_arrival(arrival)))) == arrival
    lost = Arrival("PERF-C01", 12, 3.5, 25)
    assert lines.dump_arrival(lost) == {
        "type": "arrival",
        "scenario": "PERF-C01",
        "rank": 12,
        "planned": 3.5,
        "identifiers": 25,
    }


def test_arrivals_are_read_back_in_order(tmp_path: Path) -> None:
    told = (Arrival("PERF-C01", 2, 1.0, 1, 1.0, 1.1, 1.2, 200, size=2), Arrival("PERF-C01", 1, 0.5, 3))
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        assert tuple(map(writer.arrival, told)) == told
    assert read_journal(tmp_path).arrivals == told
