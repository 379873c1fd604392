"""What Allure shows of a scenario: its place in the cahier, its exchanges and pages as steps, its findings attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import allure

from sas_recette.engine.result import ScenarioResult
from sas_recette.engine.scenario import Scenario
from sas_recette.exchange.chronology import in_order
from sas_recette.exchange.model import Exchange, Headers, Page
from sas_recette.exchange.screenshot import ScreenshotError, read_screenshot


def describe(
    scenario: Scenario, result: ScenarioResult, exchanges: Sequence[Exchange], pages: Sequence[Page], folder: Path
) -> None:
    """Mirror a judged scenario into the running Allure test; nothing happens where Allure does not listen.

    Exchanges and pages are those of the journal, secrets masked; `folder` is the campaign's, where screenshots are.
    """
    allure.dynamic.title(f"{scenario.id} – {scenario.title}")
    allure.dynamic.description("\n\n".join((*scenario.preconditions, *scenario.steps, *scenario.expected)))
    allure.dynamic.epic(scenario.flow.label)
    allure.dynamic.feature(scenario.category)
    allure.dynamic.parameter("verdict", result.verdict.value)
    for requirement in scenario.requirements:
        allure.dynamic.tag(requirement)
    known = {exchange.id: exchange for exchange in exchanges}
    for recorded in in_order(exchanges, pages):
        if isinstance(recorded, Page):
            _page(recorded, known, folder)
        else:
            _exchange(recorded)
    if result.findings:
        lines = "\n\n".join(
            f"{finding.requirement} – {finding.location}\n{finding.message}\n"
            f"attendu\u00a0: {finding.expected}\nobservé\u00a0: {finding.observed}"
            for finding in result.findings
        )
        allure.attach(lines, "Constats", allure.attachment_type.TEXT)


def _page(page: Page, known: Mapping[str, Exchange], folder: Path) -> None:
    status = page.status if page.status is not None else "aucun document"
    with allure.step(f"{page.step} – page {page.id} «\u00a0{page.title or page.url}\u00a0» → {status}"):
        allure.attach(_described(page), "Page vue", allure.attachment_type.TEXT)
        try:
            screenshot = read_screenshot(folder, page.screenshot)
        except ScreenshotError as error:
            allure.attach(str(error), "Pas de copie d’écran", allure.attachment_type.TEXT)
        else:
            allure.attach(screenshot.data, "Copie d’écran", allure.attachment_type.JPG)
        if page.fault is not None:
            allure.attach(page.fault.detail, f"Échec\u00a0: {page.fault.kind}", allure.attachment_type.TEXT)
        for name in page.hops:
            if name in known:
                _exchange(known[name])


def _described(page: Page) -> str:
    cookies = ", ".join(cookie.name for cookie in page.cookies) or "aucun"
    marks = ", ".join(page.marks) or "aucun"
    return f"Adresse\u00a0: {page.url}\nRepères\u00a0: {marks}\nCookies\u00a0: {cookies}\n\n{page.text}"


def _exchange(exchange: Exchange) -> None:
    status = exchange.response.status if exchange.response else "sans réponse"
    with allure.step(f"{exchange.step} – {exchange.request.method} {exchange.id} → {status}"):
        request = f"{exchange.request.method} {exchange.request.url}\n{_headers(exchange.request.headers)}"
        allure.attach(request, "Requête", allure.attachment_type.TEXT)
        if exchange.facts:
            facts = "\n".join(f"{name}\u00a0: {value}" for name, value in exchange.facts.items())
            allure.attach(facts, "Ce que le banc a établi", allure.attachment_type.TEXT)
        if exchange.response is not None:
            allure.attach(_headers(exchange.response.headers), "En-têtes de la réponse", allure.attachment_type.TEXT)
            body = exchange.response.body.decode("utf-8", errors="backslashreplace")
            allure.attach(body, "Corps de la réponse", allure.attachment_type.TEXT)
        if exchange.fault is not None:
            allure.attach(
                exchange.fault.detail, f"Défaut de transport\u00a0: {exchange.fault.kind}", allure.attachment_type.TEXT
            )


def _headers(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)
