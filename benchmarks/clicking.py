"""How long a reader waits in a browser: the page opened, then a click, an anchor, a word typed in the filter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from sas_recette.platform.chromium import find_browser

ROUNDS: Final = 5

_PAINTED: Final = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
_CLICK: Final = f"""async () => {{
  const row = [...document.querySelectorAll("details.exchange:not([open])")].at(-1);
  const begun = performance.now();
  row.querySelector("summary").click();
  await {_PAINTED};
  return performance.now() - begun;
}}"""
_ANCHOR: Final = f"""async () => {{
  const link = [...document.querySelectorAll("#scenarios a[href^='#exigence-']")].at(-1);
  const begun = performance.now();
  link.click();
  await {_PAINTED};
  await {_PAINTED};
  return performance.now() - begun;
}}"""
_FILTER: Final = f"""async (word) => {{
  const field = document.getElementById("f-verdict");
  const begun = performance.now();
  field.value = word;
  field.dispatchEvent(new Event("change"));
  await {_PAINTED};
  return performance.now() - begun;
}}"""
_SEARCH: Final = f"""async () => {{
  const field = document.getElementById("f-texte");
  const begun = performance.now();
  field.value = "agenda";
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 150));
  await {_PAINTED};
  return performance.now() - begun - 150;
}}"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: the page opened, then the slowest of a few clicks, of an anchor followed, of the filter by verdict and by word."""

    opened: float
    click: float
    anchor: float
    verdict: float
    word: float


def waits(report: Path) -> Waits:
    """Open a report in a browser, and read it. Raises NoBrowserError."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser().path, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(report.resolve().as_uri(), wait_until="load")
        opened = page.evaluate("() => performance.timing.loadEventEnd - performance.timing.navigationStart")
        found = Waits(
            opened / 1000,
            max(_timed(page, _CLICK) for _ in range(ROUNDS)),
            max(_timed(page, _ANCHOR) for _ in range(ROUNDS)),
            max(_timed(page, _FILTER, word) for word in ("non-conforme", "")),
            _timed(page, _SEARCH),
        )
        browser.close()
    return found


def _timed(page: Page, script: str, argument: str = "") -> float:
    return float(page.evaluate(script, argument)) / 1000
