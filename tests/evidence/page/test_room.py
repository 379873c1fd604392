"""A page of bounded size, however long the campaign."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sas_recette.evidence.page import room
from sas_recette.evidence.pdf import annexes
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Exchange
from tests.evidence.html_page import Page
from tests.evidence.sample import START, campaign, exchanges, slot
from tests.evidence.sso_sample import sso_campaign, sso_recorded

MANY = 600


def many() -> dict[str, Exchange]:
    """Those of the sample, then as many others, each with a body of its own."""
    known = exchanges()
    first = known["E0001"]
    assert first.response is not None
    for rank in range(MANY):
        body = json.dumps({"entry": [slot(place) for place in range(10)], "id": str(rank)}).encode()
        answered = replace(first.response, body=body)
        known[f"X{rank}"] = replace(
            first, id=f"X{rank}", started=START + timedelta(seconds=rank), response=answered, scenario="AGR-PS-03"
        )
    return known


def test_findings_are_served_first_and_the_rest_is_told_in_one_line() -> None:
    plain, recorded = campaign(), Recorded(many())
    scenarios = tuple(
        replace(one, exchanges=(*one.exchanges, *(name for name in recorded.exchanges if name.startswith("X"))))
        if one.id == "AGR-PS-03"
        else one
        for one in plain.scenarios
    )
    html = render_report(replace(plain, scenarios=scenarios), recorded)
    page = Page(html)
    assert len(html.encode()) < room.EXCHANGES + 1000 * MANY
    whole = {item.attributes["id"] for item in page.all("details") if "exchange" in item.attributes.get("class", "")}
    brief = {item.attributes["id"] for item in page.all("div") if item.attributes.get("class") == "row brief"}
    assert {"echange-E0001", "echange-E0002", "echange-E0004"} <= whole
    assert len(whole) + len(brief) == len(recorded.exchanges)
    assert len(brief) > MANY / 2
    assert f"echange-X{MANY - 1}" in brief
    assert {item.attributes["href"] for item in page.all("a")} <= {
        *(f"#{name}" for name in page.ids()),
        "journal/echanges.har",
    }
    told = page.by_id("echanges").content
    assert "montrés en entier" in told
    assert f"{len(brief):,}".replace(",", "\u202f") in told
    assert "journal/echanges.har" in told


def test_a_page_that_is_not_whole_says_where_the_rest_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PAGES", 0)
    monkeypatch.setattr(room, "PICTURES", 0)
    page = Page(render_report(sso_campaign(), sso_recorded()))
    assert page.all("img") == []
    shown = page.by_id("page-SSO-01-p1").content
    assert "Texte, cookies et navigation de cette page\u00a0: dans le journal" in shown
    assert "Cookies de la" not in shown
    assert "pages/SSO-01-p1.jpg" in {item.attributes["href"] for item in page.all("a")}


def test_the_annex_of_the_pdf_counts_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annexes, "ROWS", 3)
    groups: Any = annexes.exchanges_view(campaign(), Recorded(exchanges()))
    assert [row[0] for group in groups for row in group["rows"]][:2] == ["E0001", "E0002"]
    assert groups[0]["more"] == "Et 1\u00a0autre échange ou page, dans report.html."
