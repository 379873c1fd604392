"""What the console, JUnit and the job page say of a campaign and its baseline."""

from __future__ import annotations

import io
from datetime import date
from xml.etree import ElementTree as ET

from rich.console import Console

from sas_recette.engine.baseline import Baseline
from sas_recette.engine.gate import Gate
from sas_recette.evidence.console import render_console
from sas_recette.evidence.gate_view import exit_meaning
from sas_recette.evidence.job_summary import render_job_summary
from sas_recette.evidence.junit import render_junit
from sas_recette.evidence.recorded import Recorded
from tests.engine.test_gate import ALL, TODAY, entry, gate, held, without_bench_errors
from tests.evidence.sample import campaign

RESULT = without_bench_errors()
UNTIL = "admis par la base de référence jusqu’au 31\u00a0décembre\u00a02026"
STALE = entry("SEC-010", line=21)
EXPIRED = entry("RDV-004", expires=date(2026, 3, 1))


def root(passed: Gate | None) -> ET.Element:
    return ET.fromstring(render_junit(RESULT, Recorded(), passed))  # noqa: S314 - our own output


def case(tree: ET.Element, name: str) -> ET.Element:
    return next(item for item in tree.iter("testcase") if item.attrib["name"].startswith(f"{name} – "))


def printed(passed: Gate | None) -> str:
    stream = io.StringIO()
    Console(file=stream, width=400).print(render_console(RESULT, "r/report.html", gate=passed))
    return stream.getvalue()


def test_junit_skips_what_is_admitted_and_keeps_its_verdict() -> None:
    tree = root(gate(*ALL))
    assert (tree.attrib["failures"], tree.attrib["errors"]) == ("0", "0")
    admitted = case(tree, "AGR-PS-01")
    skipped = admitted.find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"].startswith(f"non conforme, {UNTIL}")
    assert "La recherche a échoué." in (skipped.text or "")
    facts = {item.attrib["name"]: item.attrib["value"] for item in admitted.iter("property")}
    assert (facts["verdict"], facts["base de référence"]) == ("non conforme", UNTIL)
    assert (facts["emplacement"], facts["échange"]) == ("HTTP.status", "E0002")


def test_junit_fails_what_is_not_admitted() -> None:
    tree = root(gate(*ALL[:3]))
    assert tree.attrib["failures"] == "1"
    assert case(tree, "RDV-01").find("failure") is not None
    assert case(tree, "AGR-PS-01").find("failure") is None


def test_junit_shows_an_entry_that_closes_the_gate_at_its_line() -> None:
    tree = root(gate(*ALL[:3], EXPIRED, STALE, entry("AGR-COM-001")))
    suite = tree[-1]
    assert suite.attrib == {
        "name": "Base de référence",
        "tests": "6",
        "failures": "2",
        "errors": "0",
        "skipped": "1",
        "time": "0.000",
    }
    stale = case(tree, "SEC-010")
    assert (stale.attrib["file"], stale.attrib["line"]) == ("base.toml", "21")
    failure = stale.find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "périmée"
    assert failure.attrib["message"].startswith("SEC-010 est désormais «\u00a0conforme\u00a0»")
    totals = {name: sum(int(one.attrib[name]) for one in tree) for name in ("tests", "failures", "skipped")}
    assert {name: int(tree.attrib[name]) for name in totals} == totals


def test_junit_without_a_baseline_is_as_before() -> None:
    empty = held(Baseline("vide.toml", ()), RESULT)
    assert render_junit(RESULT, Recorded(), empty) == render_junit(RESULT, Recorded())


def test_the_console_says_what_is_admitted_and_exits_0() -> None:
    lines = printed(gate(*ALL)).splitlines()
    assert lines[0].startswith("✕ NON CONFORME")
    assert f"≈ RDV-004\u00a0: non conforme, {UNTIL}\u00a0: Connu (T-1)." in [line.rstrip() for line in lines]
    assert lines[-1].rstrip() == (
        "Code de sortie 0\u00a0: rien ne bloque en dehors de la base de référence (4\u00a0non-conformités admises)."
    )


def test_the_console_shows_first_what_closes_the_gate() -> None:
    text = printed(gate(*ALL, STALE))
    assert text.index("✕ SEC-010 est désormais") < text.index("≈ AGR-COM-006")
    assert "Code de sortie 2\u00a0: la base de référence base.toml est à mettre à jour." in text


def test_the_meaning_of_a_code_counts_what_blocks() -> None:
    assert exit_meaning(gate(*ALL[:2])) == (
        "2\u00a0exigences non conformes hors de la base de référence (2\u00a0non-conformités admises par ailleurs)"
    )
    assert exit_meaning(gate()) == "au moins une exigence est non conforme"


def test_the_job_page_without_a_baseline() -> None:
    text = render_job_summary(campaign(), Recorded())
    lines = text.splitlines()
    assert lines[0] == "# ✕ Non conforme – Mon Agenda 4.2"
    assert "**Code de sortie 1**\u00a0: au moins une exigence est non conforme." in lines
    assert "| AGR-COM-006 | La recherche a échoué. | HTTP.status | AGR-PS-01 |" in lines
    assert "## Réserves" in lines
    assert "## À compléter" in lines
    assert "## Base de référence" not in lines
    assert not {"\x00", "\x1b", "\u202e"} & set(text)
    assert "<script>" not in text


def test_the_job_page_tells_the_baseline() -> None:
    lines = render_job_summary(RESULT, Recorded(), gate(*ALL)).splitlines()
    assert lines[0] == "# ✕ Non conforme – Mon Agenda 4.2"
    assert "## Base de référence" in lines
    assert f"- ≈ RDV-004\u00a0: non conforme, {UNTIL}\u00a0: Connu (T-1)." in lines


def test_the_day_is_the_one_that_is_given() -> None:
    assert gate(*ALL, today=date(2027, 1, 1)).exit_code.value == 1
    assert gate(*ALL, today=TODAY).exit_code.value == 0
