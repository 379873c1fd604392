"""Plots of durations: scales, dots, the delays of the specification, and the tables beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.engine.timed import STEP
from sas_recette.evidence.page.plot.load import view_load
from sas_recette.evidence.page.plot.response_times import view_response_times
from sas_recette.evidence.page.plot.scale import Scale
from sas_recette.evidence.page.plot.strip import Series, draw_strip
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Arrival, Exchange, FaultKind, Timings
from tests.evidence.html_page import Page
from tests.evidence.sample import campaign, exchanges

WHOLE = (20.0, 10.0, 12.0, 8000.0)


def timed() -> list[Exchange]:
    first = next(iter(exchanges().values()))
    return [
        replace(
            first,
            id=f"t{rank}",
            step=f"{STEP}, {'un praticien' if rank < 3 else 'cinq praticiens'}",
            timings=Timings(1.0, 4.0, whole / 2, whole - 5, whole, 0.5),
        )
        for rank, whole in enumerate(WHOLE)
    ]


def arrivals() -> list[Arrival]:
    good = [
        Arrival("AGR-PS-01", rank, rank / 10, 1, rank / 10, rank / 10 + 0.01, rank / 10 + 0.02, 200, size=9)
        for rank in range(1, 41)
    ]
    return [
        *good,
        Arrival("AGR-PS-01", 41, 4.1, 1, 4.1, None, 11.1, None, FaultKind.TIMEOUT),
        Arrival("AGR-PS-01", 42, 5.0, 1, 5.0, 5.01, 5.01, 503),
        Arrival("AGR-PS-01", 43, 6.0, 1, 6.2),
        Arrival("AGR-PS-01", 44, 7.0, 1),
    ]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1e7), min_size=2, max_size=20))
def test_longer_is_never_before_shorter(durations: list[float]) -> None:
    scale = Scale.holding(durations, 100, 700)
    places = [scale.place(one) for one in sorted(durations)]
    assert places == sorted(places)
    assert all(100 <= one <= 700 for one in places)


def test_the_graduations_are_powers_of_ten() -> None:
    assert [tick.label.replace("\u00a0", " ") for tick in Scale(0, 400).ticks()] == [
        "1 ms",
        "10 ms",
        "100 ms",
        "1 s",
        "10 s",
    ]
    assert [tick.place for tick in Scale(0, 400).ticks()] == [0, 100, 200, 300, 400]
    assert Scale.holding([60_000.0], 0, 500).top == 100_000.0


def test_the_delays_of_the_specification_are_across() -> None:
    strip = draw_strip([Series("un", (10.0, 100.0)), Series("deux", (), 1000.0)])
    one, seven = strip.limits
    assert strip.rows[0].dots.count("M") == 2
    assert strip.rows[1].first == one.place < seven.place < strip.width


def test_response_times_are_told_by_series_and_phase() -> None:
    view = view_response_times(timed())
    assert view is not None
    one, five = view.rows
    assert (one.name, one.count, one.first, one.median, one.greatest) == (
        "un praticien",
        3,
        "20,0\u00a0ms",
        "12,0\u00a0ms",
        "20,0\u00a0ms",
    )
    assert one.phases == ("0,5\u00a0ms", "1,0\u00a0ms", "4,0\u00a0ms", "6,0\u00a0ms", "7,0\u00a0ms")
    assert five.greatest == "8,00\u00a0s"


def test_a_scenario_that_times_nothing_has_no_plot() -> None:
    assert view_response_times(exchanges().values()) is None
    assert view_load([]) is None


def test_a_load_is_told_second_by_second() -> None:
    view = view_load(arrivals())
    assert view is not None
    facts = dict(view.facts)
    assert (facts["Prévues"], facts["Envoyées"], facts["Réponses"]) == ("44", "43", "40")
    assert facts["Échecs"] == "2\u00a0: pas de réponse à temps (1), HTTP 503 (1)"
    assert (facts["Perdues"][0], facts["En retard"][0], facts["Sans issue"][0]) == ("1", "1", "1")
    assert [(one.second, one.sent, one.failed) for one in view.seconds] == [
        (0, 9, 0),
        (1, 10, 0),
        (2, 10, 0),
        (3, 10, 0),
        (4, 2, 1),
        (5, 1, 1),
        (6, 1, 0),
        (7, 0, 0),
    ]
    assert [row.count for row in view.percentiles] == [41, 41]
    assert view.course is not None
    assert view.course.failures.count("v8") == 3  # a time-out, a 503, and what was never sent


def test_a_volley_has_no_course() -> None:
    view = view_load([replace(one, planned=0.0) for one in arrivals()])
    assert view is not None
    assert view.course is None


@pytest.fixture(scope="module")
def page() -> Page:
    result = campaign()
    first, *others = result.scenarios
    played = replace(first, exchanges=(*first.exchanges, *(one.id for one in timed())))
    whole = Recorded({**exchanges(), **{one.id: one for one in timed()}}, arrivals=tuple(arrivals()))
    return Page(render_report(replace(result, scenarios=(played, *others)), whole))


def test_the_plots_can_be_read_without_eyes(page: Page) -> None:
    names = {one.attributes.get("id"): one.content for one in page.all("title") + page.all("desc")}
    plots = [one for one in page.all("svg") if one.attributes.get("aria-describedby", "").endswith("-d")]
    own = [
        one
        for one in plots
        if "temps" in one.attributes["aria-labelledby"] or "charge" in one.attributes["aria-labelledby"]
    ]
    assert len(own) == 3
    for plot in own:
        assert names[plot.attributes["aria-labelledby"]]
        assert names[plot.attributes["aria-describedby"]]
        assert plot.attributes["role"] == "img"
    captions = [one.content for one in page.all("caption")]
    assert any(caption.startswith("Médiane de chaque phase") for caption in captions)
    assert "Latences des réponses et des délais dépassés" in captions
    assert "Recherches prévues dans chaque seconde" in captions


def test_nothing_is_styled_from_within(page: Page) -> None:
    assert [one.tag for one in page.elements if "style" in one.attributes] == []
