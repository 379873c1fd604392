"""Every other file of the dossier of a hostile candidate: well formed, without formula, link nor control, under names of our own."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from sas_recette.evidence.campaign_json import load_campaign
from sas_recette.evidence.manifest import verify
from sas_recette.evidence.workbook.layouts import render_layouts
from tests.evidence.hostile.candidate import OUTSIDE
from tests.evidence.hostile.conftest import Rendered

_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAME: Final = re.compile(
    r"(journal/(journal-main\.jsonl|echanges\.har)|pages/[\w-]+\.jpg|allure-results/[\w.-]+|report\.html|resume\.md|junit\.xml"
    r"|campaign\.json|cahier-de-recette\.xlsx|dossier\.pdf|manifest\.(json|sig)|cle-publique\.pem)"
)


def test_the_dossier_is_whole_and_its_names_are_ours(hostile: Rendered) -> None:
    paths = [path.relative_to(hostile.folder) for path in hostile.folder.rglob("*") if not path.is_dir()]
    assert [path for path in paths if not _NAME.fullmatch(path.as_posix())] == []
    assert [path.name for path in hostile.folder.parent.iterdir()] == ["dossier"]
    assert verify(hostile.folder) == []


@pytest.mark.parametrize("name", ["cahier-de-recette.xlsx", "rem.xlsx"])
def test_no_cell_is_a_formula_or_a_link(hostile: Rendered, tmp_path: Path, name: str) -> None:
    path = hostile.folder / name
    if name == "rem.xlsx":
        path = tmp_path / name
        path.write_bytes(render_layouts(load_campaign(hostile.folder / "campaign.json"), {}))
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert not [cell.coordinate for cell in texts if _CONTROLS.search(str(cell.value))]
    formulas = [cell for cell in texts if str(cell.value).lstrip(" ")[:1] in {*"=+-@\t\r"}]
    assert [cell.coordinate for cell in formulas if not cell.quotePrefix] == []
    assert any(OUTSIDE in str(cell.value) for cell in texts)
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
        parts = [book.read(name) for name in book.namelist() if name.endswith((".xml", ".rels"))]
    assert not [part for part in parts if b"<f>" in part or b"<hyperlink" in part or b'TargetMode="External"' in part]


def test_the_pdf_has_no_link_to_the_outside_and_no_action(hostile: Rendered) -> None:
    data = (hostile.folder / "dossier.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    inflated = [zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78"]
    assert len(inflated) > 5
    for key in (
        b"/URI",
        b"/JavaScript",
        b"/JS",
        b"/Launch",
        b"/EmbeddedFile",
        b"/OpenAction",
        b"/GoToR",
        b"/SubmitForm",
    ):
        assert not [one for one in (data, *inflated) if re.search(key + rb"[ (<]", one)], key


def test_junit_is_well_formed_and_legible(hostile: Rendered) -> None:
    data = (hostile.folder / "junit.xml").read_bytes()
    root = ET.fromstring(data)  # noqa: S314 - our own file: that it parses is what is tested
    assert {one.tag for one in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped", "system-out")
    }
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase")) > 10
    values = [text for one in root.iter() for text in (*one.attrib.values(), one.text or "")]
    assert not [text for text in values if _CONTROLS.search(text)]


@pytest.mark.parametrize("name", ["journal/echanges.har", "campaign.json", "manifest.json"])
def test_json_is_utf_8_that_any_reader_takes(hostile: Rendered, name: str) -> None:
    document = json.loads((hostile.folder / name).read_bytes().decode("utf-8"))
    assert document
    if name == "campaign.json":
        assert load_campaign(hostile.folder / name).verdict.value == document["verdict"]


def test_allure_results_lead_nowhere_else(hostile: Rendered) -> None:
    results = [json.loads(path.read_bytes()) for path in (hostile.folder / "allure-results").glob("*-result.json")]
    assert len(results) == len(load_campaign(hostile.folder / "campaign.json").scenarios) > 10
    links = [link["url"] for one in results for link in one.get("links", ())]
    assert links
    assert not [url for url in links if not re.fullmatch(r"\.\./[\w-]+/report\.html#[\w.-]+", url)]
    kinds = {one["type"] for result in results for one in _attachments(result)}
    assert kinds == {"text/plain", "image/jpg"}
    told = [text for one in results for text in _texts(one) if _CONTROLS.search(text)]
    attached = [path.read_text("utf-8") for path in (hostile.folder / "allure-results").glob("*.txt")]
    assert len(attached) > 500
    assert [text for text in (*told, *attached) if _CONTROLS.search(text)] == []
    assert not re.search(r"\]\(|<\w", "".join(one.get("description", "") for one in results))
    environment = hostile.text("allure-results/environment.properties")
    assert environment.isascii()
    assert all("=" in line for line in environment.split("\n")[:-1])


def _attachments(step: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(step.get("attachments", ()))
    return [*found, *(one for inner in step.get("steps", ()) for one in _attachments(inner))]


def _texts(step: dict[str, Any]) -> list[str]:
    found = [step.get("name", ""), (step.get("statusDetails") or {}).get("message", ""), step.get("description", "")]
    return [*found, *(text for inner in step.get("steps", ()) for text in _texts(inner))]


def test_the_summary_is_no_markup_of_the_candidates(hostile: Rendered) -> None:
    text = hostile.text("resume.md")
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    flat = [inner for token in tokens for inner in (token, *(token.children or ()))]
    assert not {"html_block", "html_inline", "link_open", "image"} & {token.type for token in flat}
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[1:] == ["Ce qui bloque", "Réserves", "À compléter"]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("&#124;", "").count("|") for line in rows} == {4, 5}
    assert OUTSIDE in text
    assert not re.search(r"\w://|www\.|@personne", text)
    assert not _CONTROLS.search(text)
