"""report.html in a real browser: nothing of a hostile candidate runs, and nothing goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from sas_recette.platform.chromium import find_browser
from tests.evidence.hostile.candidate import OUTSIDE
from tests.evidence.hostile.conftest import Rendered

_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HREF: Final = re.compile(r"#[\w.-]+|journal/echanges\.har|pages/[\w.-]+\.jpg")


class Seen:
    """What a page did besides being read."""

    def __init__(self, page: Page, report: Path) -> None:
        self.page = page
        self.told: list[str] = []
        self.asked: list[str] = []
        page.on("dialog", lambda one: self.told.append(f"dialog {one.message}"))
        page.on("console", lambda one: self.told.append(f"console {one.text}"))
        page.on("pageerror", lambda one: self.told.append(f"error {one.message}"))
        page.on("popup", lambda one: self.told.append(f"popup {one.url}"))
        page.on("request", lambda one: self.asked.append(one.url))
        page.goto(report.as_uri(), wait_until="load")


@pytest.fixture(scope="module")
def seen(hostile: Rendered) -> Iterator[Seen]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser().path, args=["--no-sandbox"])
        yield Seen(browser.new_page(), hostile.folder / "report.html")
        browser.close()


def test_nothing_runs_and_nothing_is_asked(seen: Seen) -> None:
    page = seen.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(
        "document.querySelectorAll('bdi, code, pre, mark').forEach((one) => { one.dispatchEvent(new Event('mouseover')); })"
    )
    page.evaluate(
        "document.getElementById('f-texte').value = '<script>'; document.getElementById('f-texte').dispatchEvent(new Event('input'))"
    )
    page.wait_for_timeout(300)
    assert seen.told == []
    assert {urlsplit(url).scheme for url in seen.asked} <= {"file", "data"}
    assert len([url for url in seen.asked if url.startswith("file:")]) == 1


def test_no_element_is_the_candidates(seen: Seen) -> None:
    attributes, tags = seen.page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("*")];
          const names = new Set(all.flatMap((one) => one.getAttributeNames()));
          return [[...names], [...new Set(all.map((one) => one.localName))]];
        }"""
    )
    assert not [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc", "srcset", "action"}]
    assert not {"iframe", "object", "embed", "base", "link", "template", "foreignObject"} & set(tags)
    counts = seen.page.evaluate("['script', 'style', 'form'].map((name) => document.getElementsByTagName(name).length)")
    assert counts == [1, 1, 1]


def test_every_link_stays_in_the_dossier(seen: Seen) -> None:
    links, sources = seen.page.evaluate(
        """() => [
          [...document.querySelectorAll("[href]")].map((one) => one.getAttribute("href")),
          [...document.querySelectorAll("[src]")].map((one) => one.getAttribute("src")),
        ]"""
    )
    assert [link for link in links if not _HREF.fullmatch(link)] == []
    assert [one[:40] for one in sources if not one.startswith("data:image/jpeg;base64,")] == []


def test_what_hides_is_spelt_out(hostile: Rendered) -> None:
    html = hostile.text("report.html")
    assert _INVISIBLE.findall(html) == []
    assert "‹U+202E›" in html
    assert "‹U+001B›]8;;" in html
    assert OUTSIDE in html
    assert "&lt;script&gt;alert(document.domain)&lt;/script&gt;" in html
    assert len(html.encode()) < 12_000_000
