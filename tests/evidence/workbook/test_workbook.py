"""The workbook read back by another library than the one that writes it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.scenario import load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.tints import VERDICT_TINT
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.workbook import requirements as matrix
from sas_recette.evidence.workbook import scenarios as cahier
from sas_recette.evidence.workbook.cells import cell_text, like_a_formula
from sas_recette.evidence.workbook.render import blank_workbook, render_workbook
from sas_recette.norm.requirements import load_catalogue
from tests.evidence.sample import HOSTILE, MISSING_START, campaign

DATA = render_workbook(campaign(), Recorded())
FLOWS = ["INT_R01", "INT_SOS1", "INT_R02", "INT_R03", "SECURITE"]


def read(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def values(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def cells(book: Workbook) -> Iterator[Cell]:
    return (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None)


BOOK = read(DATA)


def test_a_summary_a_sheet_a_flow_and_the_matrix() -> None:
    assert BOOK.sheetnames == ["Synthèse", *FLOWS, "Exigences"]
    assert [len(values(BOOK[name])) - 1 for name in FLOWS] == [4, 1, 1, 1, 1]


def test_a_line_a_scenario() -> None:
    headings, first, second, *_ = values(BOOK["INT_R01"])
    assert headings == [column.heading for column in cahier.COLUMNS]
    assert first[:8] == [
        "AGR-PS-01",
        "Scénario AGR-PS-01",
        "nominal",
        "AGR-COM-005, AGR-COM-006, AGR-COM-030, AGR-COM-033",
        "Un professionnel a au moins un créneau libre.",
        "1. La plateforme recherche les créneaux.\n2. La solution répond.",
        "Chaque créneau est complet.",
        "non conforme",
    ]
    assert str(first[8]).splitlines() == [
        "• AGR-COM-006 – La recherche a échoué\u00a0; attendu\u00a0: 200\u00a0; observé\u00a0: 502",
        f"• AGR-COM-030 – {cell_text(MISSING_START.message).removesuffix('.')}"
        "\u00a0; attendu\u00a0: un instant\u00a0; observé\u00a0: absent",
        "• AGR-COM-033 – La fin du créneau précède son début (4\u00a0emplacements)"
        "\u00a0; attendu\u00a0: après 2026-03-13T10:00:00+01:00\u00a0; observé\u00a0: 2026-03-13T09:45:00+01:00",
        "• AGR-COM-005 (réserve) – Le type de contenu annoncé n’est pas celui de FHIR"
        "\u00a0; attendu\u00a0: application/fhir+json\u00a0; observé\u00a0: application/json",
    ]
    assert first[9:] == ["E0001, E0002, E0003", datetime(2026, 3, 12, 9, 30, 5), 1.234, None]  # noqa: DTZ001
    assert second[7:] == [
        "non vérifié",
        "Aucun professionnel à deux lieux\u00a0: renseignez `donnees.ps_deux_lieux` dans recette.toml.",
        None,
        None,
        None,
        None,
    ]


def test_a_line_a_requirement() -> None:
    headings, *rows = values(BOOK["Exigences"])
    assert headings == [column.heading for column in matrix.COLUMNS]
    assert [(row[0], row[4]) for row in rows][:3] == [
        ("AGR-COM-005", "réserve"),
        ("AGR-COM-006", "non conforme"),
        ("AGR-COM-030", "non conforme"),
    ]
    assert rows[2] == [
        "AGR-COM-030",
        "Début du créneau présent",
        "SHALL",
        "INT_R01",
        "non conforme",
        None,
        "AGR-PS-01",
        4,
        "par le banc",
        None,
        "Début du créneau présent\u00a0: énoncé complet de l’exigence.",
        "IG SAS 1.2.0 – PS indiv., Recherche des créneaux – point ouvert A-03",
        "agg-psindiv@14",
        None,
    ]
    assert rows[-1][8:10] == [
        "sur déclaration",
        cell_text(f"oui – Claire Dupré, sans date\u00a0: Certificat HDS n° 12. {HOSTILE}"),
    ]


def test_the_summary_identifies_and_counts() -> None:
    rows = values(BOOK["Synthèse"])
    facts = {row[0]: row[1] for row in rows if row[1] is not None}
    assert facts["Verdict"] == "non conforme"
    assert (facts["Solution"], facts["Version"], facts["Environnement"]) == ("Mon Agenda", "4.2", "préproduction")
    assert (facts["Édition de la spécification"], facts["Banc"]) == ("1.2.0", "sas-recette 0.1.0")
    assert facts["Début"] == "12\u00a0mars\u00a02026 à 09:30:05 (UTC+01:00)"
    words = [
        "non conforme",
        "erreur du banc",
        "non vérifié",
        "à attester",
        "réserve",
        "conforme",
        "sans objet",
        "total",
    ]
    assert [row[1:] for row in rows if row[0] == "Flux"] == [words, words]
    assert [row[1:] for row in rows if row[0] == "Ensemble"] == [[2, 1, 1, 1, 1, 1, 1, 8], [4, 1, 1, 0, 1, 1, 1, 9]]
    first_flow = [row[1:] for row in rows if row[0] == "INT_R01 – Agrégation de créneaux – professionnels de santé"]
    assert first_flow == [[1, 0, 1, 0, 1, 1, 0, 4], [3, 0, 1, 0, 1, 1, 1, 7]]


def test_an_interrupted_campaign_says_so() -> None:
    rows = values(read(render_workbook(replace(campaign(), interrupted=True), Recorded()))["Synthèse"])
    assert [row[0] for row in rows[-2:-1]] == ["Campagne interrompue\u00a0: ce qui n’a pas été joué n’est pas jugé."]


@pytest.mark.parametrize("name", [*FLOWS, "Exigences"])
def test_sheets_are_fit_to_work_with_and_to_print(name: str) -> None:
    sheet = BOOK[name]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.oddFooter.right.text == "Page\u00a0&P\u00a0/\u00a0&N"
    assert sheet.oddFooter.left.text == "Campagne 20260312-093005-a1b2 – sas-recette 0.1.0"
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    assert min(widths) > 9


@pytest.mark.parametrize(("name", "column"), [*((flow, "H") for flow in FLOWS), ("Exigences", "E")])
def test_verdicts_have_a_tint_beside_their_word_and_may_be_corrected(name: str, column: str) -> None:
    sheet = BOOK[name]
    place = f"{column}2" if sheet.max_row == 2 else f"{column}2:{column}{sheet.max_row}"
    tints = {
        rule.formula[0].strip('"'): (
            f"#{rule.dxf.font.color.rgb[2:]}".lower(),
            f"#{rule.dxf.fill.bgColor.rgb[2:]}".lower(),
        )
        for rule in sheet.conditional_formatting[place]
    }
    assert tints == {verdict.value: (VERDICT_TINT[verdict].ink, VERDICT_TINT[verdict].ground) for verdict in Verdict}
    (offered,) = sheet.data_validations.dataValidation
    assert str(offered.sqref) == place
    assert set(offered.formula1.strip('"').split(",")) == {verdict.value for verdict in Verdict}


def test_properties_and_bytes_are_those_of_the_campaign() -> None:
    assert BOOK.properties.title == "Cahier de recette – Service d’accès aux soins"
    assert BOOK.properties.subject == "Campagne 20260312-093005-a1b2"
    assert BOOK.properties.created == datetime(2026, 3, 12, 8, 33, 10)  # noqa: DTZ001 - as the format has it
    assert render_workbook(campaign(), Recorded()) == DATA


def test_a_header_takes_no_command_from_a_name() -> None:
    named = replace(campaign(), id="a&P&b" * 60)
    footer = read(render_workbook(named, Recorded()))["INT_R01"].oddFooter
    assert footer.left.text.startswith("Campagne a&&P&&ba&&P")
    assert len(footer.left.text.replace("&&", "&")) <= 100


def hostile_campaign(text: str) -> CampaignResult:
    """The sample with this text wherever a text of the candidate, or a name, may come."""
    one = campaign()
    found = replace(MISSING_START, message=text, observed=text, expected=text)
    scenarios = [
        replace(item, id=text, title=text, category=text, reason=text, steps=(text,), findings=(found,), flow=text)
        for item in one.scenarios[:2]
    ]
    requirements = [replace(item, reason=text, scenarios=(text,)) for item in one.requirements]
    return replace(
        one,
        candidate={"product": text, text: text},
        summary=text,
        id=text,
        scenarios=tuple(scenarios),
        requirements=tuple(requirements),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        str.__add__,
        st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "{=", "&", "_x0041_", "http://"]),
        st.text(st.characters(exclude_categories=()), max_size=40),
    )
)
def test_no_cell_is_a_formula_whatever_comes(text: str) -> None:
    data = render_workbook(hostile_campaign(text), Recorded())
    book = read(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(re.search(r"<f[ >]|hyperlink", sheet) for sheet in sheets)
    for cell in cells(book):
        assert cell.data_type in {"s", "n", "d"}
        if cell.data_type == "s" and like_a_formula(cell.value):
            assert cell.quotePrefix
            assert cell.number_format == "@"


@pytest.mark.parametrize("text", ["=cmd()|' /C calc'!A0", "+33 1", "-1", "@SUM(1)", "\t=1"])
def test_a_formula_is_held_as_the_text_that_it_is(text: str) -> None:
    sheet = read(render_workbook(hostile_campaign(text), Recorded())).worksheets[1]
    assert sheet["B2"].value == text
    assert sheet["B2"].data_type == "s"


def test_the_blank_cahier_is_the_same_to_be_filled() -> None:
    catalogue, scenarios = load_catalogue(), load_scenarios()
    made = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
    data = blank_workbook(scenarios.values(), catalogue.values(), tool_version="0.1.0", created=made)
    book = read(data)
    assert data == blank_workbook(scenarios.values(), catalogue.values(), tool_version="0.1.0", created=made)
    flows = book.sheetnames[1:-1]
    assert set(flows) == {one.flow.value for one in scenarios.values()}
    lines = [row for flow in flows for row in values(book[flow])[1:]]
    assert sorted(str(row[0]) for row in lines) == sorted(scenarios)
    assert all(row[7:] == [None] * 6 for row in lines)
    assert [row[0] for row in values(book["Exigences"])[1:]] == list(catalogue)
    assert [cell.value for cell in book["INT_R01"][1]] == [column.heading for column in cahier.COLUMNS]
    summary = {row[0]: row[1:] for row in values(book["Synthèse"]) if row[0]}
    assert summary["Solution"] == [None] * 8
    assert len(book["INT_R01"].data_validations.dataValidation) == 1
