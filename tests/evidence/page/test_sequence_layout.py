"""How the sequence diagram of a scenario is laid out: whether there is one, what stands in it, what a reader gets of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise

import pytest

from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Direction, Request
from tests.evidence.html_page import Page as Html
from tests.evidence.page.drawing import (
    INBOX_URL,
    PLATFORM,
    SOLUTION,
    SOLUTION_URL,
    exchange,
    hop,
    played,
    recorded_of,
    sent,
    shown_page,
    svg_of,
    text_of,
    told,
)
from tests.evidence.sample import HOSTILE
from tests.evidence.sso_sample import sso_campaign, sso_recorded


def diagrams(html: str) -> Mapping[str, bool]:
    """Whether the diagram of each scenario is opened."""
    found = re.findall(r'<details class="sequence"( open)?>.*?<title id="scenario-(.*?)-sequence">', html, re.DOTALL)
    return {name: bool(opened) for opened, name in found}


def test_a_scenario_whose_exchanges_go_one_way_has_no_diagram() -> None:
    html = render_report(sso_campaign(), sso_recorded())
    assert diagrams(html) == {"SSO-01": False}


def test_the_whole_journey_of_a_regulator_is_opened() -> None:
    recorded = recorded_of([sent("e1", 0, "GET", "Slot"), told("r1", 10, "POST", "booked")])
    assert diagrams(render_report(played(recorded), recorded)) == {"RDV-J01": True}
    assert diagrams(render_report(played(recorded, "RDV-01"), recorded)) == {"RDV-01": False}


def test_only_the_actors_that_take_part_have_a_lifeline() -> None:
    recorded = recorded_of([sent("e1", 0, "GET", "Slot"), told("r1", 10, "POST", "booked")])
    svg = svg_of(render_report(played(recorded), recorded), "RDV-J01")
    assert [text_of(head) for head in svg.findall("g[@class='heads']/text")] == [PLATFORM, SOLUTION]
    assert svg.attrib["viewBox"].startswith("0 0 540 ")


def test_the_image_is_named_and_its_content_is_a_list_too() -> None:
    html = render_report(sso_campaign(), sso_recorded())
    svg = svg_of(html, "SSO-01")
    title, described = svg.find("title"), svg.find("desc")
    assert title is not None
    assert described is not None
    assert svg.attrib["role"] == "img"
    assert (svg.attrib["aria-labelledby"], svg.attrib["aria-describedby"]) == (title.get("id"), described.get("id"))
    assert text_of(title) == "Diagramme de séquence de SSO-01"
    assert {link.get("tabindex") for link in svg.findall("a")} == {"-1"}
    (listed,) = (item for item in Html(html).all("ol") if item.attributes.get("class") == "sr")
    assert listed.content.strip().splitlines() == [
        "Arrivée depuis la plateforme",
        "Régulateur → Solution\u00a0: GET Arrivée depuis la plateforme, 302",
        "Régulateur → Plateforme\u00a0: GET Demande d’autorisation, 302, constat 7",
        "Régulateur → Solution\u00a0: GET Retour de la plateforme, 303",
        "Solution → Plateforme\u00a0: POST Jetons, 200",
        "Régulateur → Solution\u00a0: GET Page d’agenda, 200",
    ]


def test_a_long_scenario_is_cut_and_says_by_how_much() -> None:
    many = [sent(f"e{rank}", rank, "GET", "Slot") for rank in range(99)]
    recorded = recorded_of([*many, told("r1", 5000, "POST", "booked")])
    html = render_report(played(recorded), recorded)
    svg = svg_of(html, "RDV-J01")
    assert len(svg.findall("a")) == 60
    assert [text_of(one) for one in svg.findall("text[@class='more']")] == ["… et 40\u00a0autres échanges"]
    assert "<li>… et 40\u00a0autres échanges</li>" in html
    assert "(100\u00a0échanges)" in html


def test_everything_stands_inside_the_image_and_nothing_overlaps() -> None:
    many = [exchange(f"e{rank}", rank, Request("GET", SOLUTION_URL), 200, step=f"{rank // 3}") for rank in range(50)]
    recorded = recorded_of([*many, told("r1", 5000, "POST", "booked")])
    svg = svg_of(render_report(played(recorded), recorded), "RDV-J01")
    height = int(svg.attrib["viewBox"].split()[3])
    places = sorted(int(text.attrib["y"]) for text in (*svg.findall("text"), *svg.findall("a/text")))
    assert places[0] > 30
    assert places[-1] < height - 30
    assert all(after - before >= 20 for before, after in pairwise(places))


@pytest.mark.parametrize("hostile", [HOSTILE, "<b>&amp;]]>", "\ud800\ufffe\x0c", "x" * 50_000, "http://[", "🏥" * 900])
def test_what_the_candidate_writes_stays_text_and_is_cut(hostile: str) -> None:
    url = f"{SOLUTION_URL}/{hostile}"
    hops = [hop("n1", 0, hostile, 302), hop("n2", 1, url, 200)]
    facts = {"endpoint": hostile}
    body = json.dumps({"status": hostile}).encode()
    inbox = Request(hostile, f"{INBOX_URL}/Appointment", body=body)
    recorded = recorded_of(
        [
            exchange("e1", 0, Request("GET", url), 200, step=hostile),
            exchange("r1", 1, Request(hostile, url), 200, direction=Direction.RECEIVED, facts=facts),
            exchange("r2", 2, inbox, 200, direction=Direction.RECEIVED, facts={"endpoint": "inbox"}),
            *hops,
        ],
        [shown_page("p1", 0, hops, title=hostile)],
    )
    html = render_report(played(recorded), recorded)
    svg = svg_of(html, "RDV-J01")
    assert {element.tag for element in svg.iter()} == {
        "svg",
        "title",
        "desc",
        "path",
        "g",
        "rect",
        "text",
        "a",
        "tspan",
        "use",
    }
    assert len(Html(html).all("script")) == 1
    assert all(len(text_of(text)) < 120 for text in svg.iter("text"))
    assert not re.search("[\x00\x1b\u202e\ufffe\ud800]", html)
