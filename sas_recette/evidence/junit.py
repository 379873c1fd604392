"""junit.xml: one test case a scenario, as GitHub, GitLab and Jenkins read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from sas_recette.engine.gate import Gate, Judged, Standing, until_words
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
_COUNTED: Final = ("tests", "failures", "errors", "skipped")
_MESSAGE_LIMIT: Final = 300


def render_junit(result: CampaignResult, recorded: Recorded, gate: Gate | None = None) -> bytes:
    """The XML of a campaign, a suite a flow. Legal XML 1.0 whatever the candidate sent.

    What the baseline of a gate admits is skipped, under the verdict that it has all the same; the baseline is a suite of its own.
    """
    suites = [
        _suite(result, flow, members, recorded.pages, gate)
        for flow in flows_of(result)
        if (members := [scenario for scenario in result.scenarios if scenario.flow == flow])
    ]
    if gate is not None and gate.entries:
        suites.append(_baseline(gate))
    root = ET.Element("testsuites", {"name": "sas-recette", **_totals(suites)})
    root.extend(suites)
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


def _totals(suites: Sequence[ET.Element]) -> dict[str, str]:
    counts = {name: sum(int(suite.attrib[name]) for suite in suites) for name in _COUNTED}
    seconds = sum(float(suite.attrib["time"]) for suite in suites)
    return {**{name: str(value) for name, value in counts.items()}, "time": f"{seconds:.3f}"}


def _counts(cases: Sequence[ET.Element]) -> dict[str, str]:
    kinds = [child.tag for case in cases for child in case]
    return {
        "tests": str(len(cases)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(float(case.attrib['time']) for case in cases):.3f}",
    }


def _suite(
    result: CampaignResult,
    flow: str,
    scenarios: Sequence[ScenarioResult],
    pages: Mapping[str, Page],
    gate: Gate | None,
) -> ET.Element:
    times = [scenario.started for scenario in scenarios if scenario.started is not None]
    started = min(times, default=result.started)
    cases = [_case(scenario, pages, gate) for scenario in scenarios]
    suite = ET.Element(
        "testsuite",
        {
            "name": legible(flow_label(flow)),
            **_counts(cases),
            "timestamp": started.isoformat(timespec="seconds"),
        },
    )
    facts = {"campagne": result.id, "édition": result.edition, "version du banc": result.tool_version}
    facts |= {f"candidat.{key}": value for key, value in sorted(result.candidate.items())}
    if result.interrupted:
        facts["campagne interrompue"] = "ce qui n’a pas été joué n’est pas jugé"
    _properties(suite, list(facts.items()))
    suite.extend(cases)
    return suite


def _case(scenario: ScenarioResult, pages: Mapping[str, Page], gate: Gate | None) -> ET.Element:
    name = one_line(f"{scenario.id} – {scenario.title}", _MESSAGE_LIMIT)
    case = ET.Element(
        "testcase", {"classname": legible(scenario.flow), "name": name, "time": f"{scenario.duration:.3f}"}
    )
    admitted = _admitted(scenario, gate)
    _properties(case, _facts(scenario, admitted))
    body = "\n".join(describe_finding(finding, pages) for finding in scenario.findings)
    element = "skipped" if admitted else _ELEMENT.get(scenario.verdict)
    if element is not None:
        outcome = ET.SubElement(case, element, {"message": _message(scenario, admitted)})
        if element != "skipped":
            outcome.set("type", scenario.verdict.value)
        outcome.text = "\n".join(part for part in (legible(scenario.reason), body) if part) or None
    elif body:
        ET.SubElement(case, "system-out").text = body
    return case


def _admitted(scenario: ScenarioResult, gate: Gate | None) -> str:
    """Until when a scenario that fails is admitted, in French; empty when it is not, or would fail otherwise."""
    if gate is None or _ELEMENT.get(gate.weighed[scenario.id]) in {"failure", "error"}:
        return ""
    entries = gate.admitted.get(scenario.id, ())
    return until_words(min(entries, key=lambda entry: entry.expires)) if entries else ""


def _facts(scenario: ScenarioResult, admitted: str) -> list[tuple[str, str]]:
    """What a reader sorts cases by: GitLab and Jenkins show the properties of a case."""
    facts = [("verdict", scenario.verdict.value), ("catégorie", scenario.category)]
    if admitted:
        facts.append(("base de référence", admitted))
    first = _first_failure(scenario)
    if first is not None:
        facts.append(("emplacement", one_line(first.location, _MESSAGE_LIMIT)))
        facts += [("échange", first.exchange)] if first.exchange else []
    return [*facts, *(("exigence", identifier) for identifier in scenario.requirements)]


def _baseline(gate: Gate) -> ET.Element:
    """A case an entry, so that one which closes the gate is seen where failures are; `file` and `line` lead to it."""
    cases = [_entry(judged, gate.name) for judged in gate.entries]
    suite = ET.Element("testsuite", {"name": "Base de référence", **_counts(cases)})
    suite.extend(cases)
    return suite


def _entry(judged: Judged, name: str) -> ET.Element:
    entry = judged.entry
    place = {"file": legible(name), **({"line": str(entry.line)} if entry.line else {})}
    title = one_line(f"{entry.subject} – {entry.reason}", _MESSAGE_LIMIT)
    case = ET.Element("testcase", {"classname": "base de référence", "name": title, "time": "0.000", **place})
    facts = [("état", judged.standing.value), ("ticket", entry.ticket), ("échéance", entry.expires.isoformat())]
    _properties(case, facts)
    if judged.standing.closes:
        message = one_line(judged.sentence, _MESSAGE_LIMIT)
        ET.SubElement(case, "failure", {"message": message, "type": judged.standing.value}).text = legible(
            judged.sentence
        )
    elif judged.standing is Standing.UNSEEN:
        ET.SubElement(case, "skipped", {"message": one_line(judged.sentence, _MESSAGE_LIMIT)})
    else:
        ET.SubElement(case, "system-out").text = legible(judged.sentence)
    return case


def _first_failure(scenario: ScenarioResult) -> Finding | None:
    return next((item for item in scenario.findings if item.outcome is Outcome.FAIL), None)


def _message(scenario: ScenarioResult, admitted: str) -> str:
    failing = _first_failure(scenario)
    if admitted:
        return one_line(f"{scenario.verdict.value}, {admitted}\u00a0: {scenario.reason}", _MESSAGE_LIMIT)
    if scenario.verdict is Verdict.NON_CONFORME and failing is not None:
        return one_line(f"{failing.requirement}\u00a0: {failing.message} ({failing.location})", _MESSAGE_LIMIT)
    text = f"{scenario.verdict.value}\u00a0: {scenario.reason}" if scenario.reason else scenario.verdict.value
    return one_line(text, _MESSAGE_LIMIT)


def _properties(parent: ET.Element, facts: Sequence[tuple[str, str]]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in facts:
        ET.SubElement(properties, "property", {"name": legible(name), "value": legible(value)})
