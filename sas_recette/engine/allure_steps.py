"""What Allure shows of a scenario: its place in the cahier, its exchanges as steps, its findings as an attachment."""

from __future__ import annotations

from collections.abc import Sequence

import allure

from sas_recette.engine.result import ScenarioResult
from sas_recette.engine.scenario import Scenario
from sas_recette.exchange.model import Exchange, Headers


def describe(scenario: Scenario, result: ScenarioResult, exchanges: Sequence[Exchange]) -> None:
    """Mirror a judged scenario into the running Allure test; nothing happens where Allure does not listen."""
    allure.dynamic.title(f"{scenario.id} – {scenario.title}")
    allure.dynamic.description("\n\n".join((*scenario.preconditions, *scenario.steps, *scenario.expected)))
    allure.dynamic.epic(scenario.flow.label)
    allure.dynamic.feature(scenario.category)
    allure.dynamic.parameter("verdict", result.verdict.value)
    for requirement in scenario.requirements:
        allure.dynamic.tag(requirement)
    for exchange in exchanges:
        _exchange(exchange)
    if result.findings:
        lines = "\n\n".join(
            f"{finding.requirement} – {finding.location}\n{finding.message}\n"
            f"attendu\u00a0: {finding.expected}\nobservé\u00a0: {finding.observed}"
            for finding in result.findings
        )
        allure.attach(lines, "Constats", allure.attachment_type.TEXT)


def _exchange(exchange: Exchange) -> None:
    status = exchange.response.status if exchange.response else "sans réponse"
    with allure.step(f"{exchange.step} – {exchange.request.method} {exchange.id} → {status}"):
        request = f"{exchange.request.method} {exchange.request.url}\n{_headers(exchange.request.headers)}"
        allure.attach(request, "Requête", allure.attachment_type.TEXT)
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
