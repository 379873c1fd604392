from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.junit import describe_finding, render_junit
from sas_recette.evidence.recorded import Recorded
from tests.evidence.golden import assert_golden
from tests.evidence.sample import campaign
from tests.evidence.sso_sample import UNCHECKED, sso_campaign, sso_recorded

XML = render_junit(campaign(), Recorded())
ROOT = ET.fromstring(XML)  # noqa: S314 - our own output


def case(identifier: str) -> ET.Element:
    return next(item for item in ROOT.iter("testcase") if item.attrib["name"].startswith(f"{identifier} – "))


def outcome(identifier: str) -> list[str]:
    return [child.tag for child in case(identifier) if child.tag != "properties"]


def test_golden() -> None:
    assert_golden("junit.xml", XML)


def test_one_case_a_scenario_in_the_suite_of_its_flow() -> None:
    names = [item.attrib["name"] for item in ROOT.iter("testcase")]
    assert len(names) == len(campaign().scenarios)
    assert case("AGR-PS-01").attrib["classname"] == "INT_R01"
    assert ROOT.attrib["tests"] == "8"
    for suite in ROOT:
        kinds = Counter(child.tag for item in suite.iter("testcase") for child in item)
        assert int(suite.attrib["failures"]) == kinds["failure"]
        assert int(suite.attrib["errors"]) == kinds["error"]
        assert int(suite.attrib["skipped"]) == kinds["skipped"]
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))


def test_each_verdict_has_its_element() -> None:
    assert outcome("AGR-PS-01") == ["failure"]
    assert outcome("AGR-PS-02") == ["skipped"]
    assert outcome("AGR-PS-03") == []
    assert outcome("AGR-PS-04") == ["system-out"]
    assert outcome("AGR-SOS-01") == ["skipped"]
    assert outcome("ACC-01") == ["error"]
    assert outcome("SEC-01") == ["skipped"]


def test_a_failure_says_the_first_blocking_finding_and_holds_them_all() -> None:
    failure = case("AGR-PS-01").find("failure")
    assert failure is not None
    assert failure.attrib == {
        "message": "AGR-COM-006\u00a0: La recherche a échoué. (HTTP.status)",
        "type": "non conforme",
    }
    text = failure.text or ""
    assert text.count("emplacement\u00a0:") == 7
    assert "  attendu\u00a0: 200\n  observé\u00a0: 502\n  échange\u00a0: E0002" in text
    assert "‹U+0000›" in text


def test_a_finding_on_a_page_names_the_page() -> None:
    text = describe_finding(UNCHECKED, sso_recorded().pages)
    assert "  observé\u00a0: session ouverte\n  page «\u00a0Retour </script>" in text
    assert text.endswith("\u00a0» (SSO-01-p2)")
    assert "\x00" not in text
    assert describe_finding(UNCHECKED, {}).endswith("\n  échange\u00a0: SSO-01-p2")
    root = ET.fromstring(render_junit(sso_campaign(), sso_recorded()))  # noqa: S314 - our own output
    assert sum("(SSO-01-p2)" in (item.text or "") for item in root.iter("failure")) == 1


def test_a_skipped_case_says_why() -> None:
    skipped = case("SEC-01").find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "à attester\u00a0: Le représentant n’a pas encore répondu."


def test_the_verdict_is_a_property() -> None:
    properties = [(item.attrib["name"], item.attrib["value"]) for item in case("AGR-PS-04").iter("property")]
    assert properties == [("verdict", "réserve"), ("catégorie", "nominal"), ("exigence", "AGR-COM-005")]


def test_any_character_makes_legal_xml() -> None:
    text = "".join(map(chr, [*range(0x20), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x10FFFF])) + "]]>"
    result = campaign()
    scenario = replace(result.scenarios[0], title=text, reason=text, verdict=Verdict.ERREUR_DU_BANC)
    odd = replace(result, scenarios=(scenario,), candidate={text: text})
    root = ET.fromstring(render_junit(odd, Recorded()))  # noqa: S314 - our own output
    error = next(root.iter("error"))
    assert "‹U+D800›" in (error.text or "")
