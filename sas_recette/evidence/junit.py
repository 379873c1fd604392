"""junit.xml: one test case a scenario, as GitHub, GitLab and Jenkins read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from sas_recette.engine.result import CampaignResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.legible import legible, one_line
from sas_recette.evidence.reading.pages import page_name
from sas_recette.evidence.reading.summary import flows_of
from sas_recette.evidence.reading.words import flow_label
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Page
from sas_recette.rules.model import Finding, Outcome

_ELEMENT: Final[Mapping[Verdict, str]] = {
    Verdict.NON_CONFORME: "failure",
    Verdict.ERREUR_DU_BANC: "error",
    Verdict.NON_VERIFIE: "skipped",
    Verdict.A_ATTESTER: "skipped",
    Verdict.SANS_OBJET: "skipped",
}
_MESSAGE_LIMIT: Final = 300


def render_junit(result: CampaignResult, recorded: Recorded) -> bytes:
    """The XML of a campaign, a suite a flow. Legal XML 1.0 whatever the candidate sent."""
    root = ET.Element("testsuites", {"name": "sas-recette", **_counts(result.scenarios)})
    for flow in flows_of(result):
        members = [scenario for scenario in result.scenarios if scenario.flow == flow]
        if members:
            root.append(_suite(result, flow, members, recorded.pages))
    ET.indent(root, "  ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def describe_finding(finding: Finding, pages: Mapping[str, Page]) -> str:
    """A finding in plain text: requirement, message, place, expected, observed, exchange or page."""
    weight = "non-conformité" if finding.outcome is Outcome.FAIL else "réserve"
    lines = [
        f"[{finding.requirement}, {finding.level.value}, {weight}] {finding.message}",
        f"  emplacement\u00a0: {finding.location}",
        f"  attendu\u00a0: {finding.expected}",
        f"  observé\u00a0: {finding.observed}",
    ]
    if finding.exchange in pages:
        lines.append(f"  {page_name(pages[finding.exchange])} ({finding.exchange})")
    elif finding.exchange:
        lines.append(f"  échange\u00a0: {finding.exchange}")
    return legible("\n".join(lines))


def _counts(scenarios: Sequence[ScenarioResult]) -> dict[str, str]:
    kinds = [_ELEMENT.get(scenario.verdict) for scenario in scenarios]
    return {
        "tests": str(len(scenarios)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(scenario.duration for scenario in scenarios):.3f}",
    }


def _suite(
    result: CampaignResult, flow: str, scenarios: Sequence[ScenarioResult], pages: Mapping[str, Page]
) -> ET.Element:
    times = [scenario.started for scenario in scenarios if scenario.started is not None]
    started = min(times, default=result.started)
    suite = ET.Element(
        "testsuite",
        {
            "name": legible(flow_label(flow)),
            **_counts(scenarios),
            "timestamp": started.isoformat(timespec="seconds"),
        },
    )
    facts = {"campagne": result.id, "édition": result.edition, "version du banc": result.tool_version}
    facts |= {f"candidat.{key}": value for key, value in sorted(result.candidate.items())}
    _properties(suite, list(facts.items()))
    suite.extend(_case(scenario, pages) for scenario in scenarios)
    return suite


def _case(scenario: ScenarioResult, pages: Mapping[str, Page]) -> ET.Element:
    name = one_line(f"{scenario.id} – {scenario.title}", _MESSAGE_LIMIT)
    case = ET.Element(
        "testcase", {"classname": legible(scenario.flow), "name": name, "time": f"{scenario.duration:.3f}"}
    )
    facts = [("verdict", scenario.verdict.value), ("catégorie", scenario.category)]
    _properties(case, [*facts, *(("exigence", identifier) for identifier in scenario.requirements)])
    body = "\n".join(describe_finding(finding, pages) for finding in scenario.findings)
    element = _ELEMENT.get(scenario.verdict)
    if element is not None:
        outcome = ET.SubElement(case, element, {"message": _message(scenario)})
        if element != "skipped":
            outcome.set("type", scenario.verdict.value)
        outcome.text = "\n".join(part for part in (legible(scenario.reason), body) if part) or None
    elif body:
        ET.SubElement(case, "system-out").text = body
    return case


def _message(scenario: ScenarioResult) -> str:
    failing = next((item for item in scenario.findings if item.outcome is Outcome.FAIL), None)
    if scenario.verdict is Verdict.NON_CONFORME and failing is not None:
        return one_line(f"{failing.requirement}\u00a0: {failing.message} ({failing.location})", _MESSAGE_LIMIT)
    text = f"{scenario.verdict.value}\u00a0: {scenario.reason}" if scenario.reason else scenario.verdict.value
    return one_line(text, _MESSAGE_LIMIT)


def _properties(parent: ET.Element, facts: Sequence[tuple[str, str]]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in facts:
        ET.SubElement(properties, "property", {"name": legible(name), "value": legible(value)})
