"""A book written as XLSX. No cell of it is a formula: a text that looks like one is held as text, whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.tints import VERDICT_TINT
from sas_recette.evidence.reading.words import VERDICT_ORDER
from sas_recette.evidence.workbook import summary as first
from sas_recette.evidence.workbook.cells import Value, cell_text, like_a_formula
from sas_recette.evidence.workbook.table import Book, Counts, Table
from sas_recette.exchange.search import PARIS
from sas_recette.norm.typography import NBSP

_A4: Final = 9
_LINE: Final = "#b8bfca"
_HEAD: Final = {"bold": True, "bg_color": "#0b3b8c", "font_color": "#ffffff", "valign": "vcenter"}
_CELL: Final = {"text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}
_MARGIN: Final = 100
_FACTS: Final = 2
_LINE_HEIGHT: Final = 16
_LABEL_WIDTH: Final = 46
_COUNT_WIDTH: Final = 13
_SPAN: Final = 8
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class _Styles:
    """The formats of one workbook, which xlsxwriter ties to it."""

    title: Format
    heading: Format
    section: Format
    label: Format
    text: Format
    guarded: Format
    date: Format
    seconds: Format
    number: Format
    note: Format
    tints: Mapping[str, Format]


def write_book(book: Book) -> bytes:
    """The bytes of a workbook; equal books give equal bytes."""
    stream = BytesIO()
    with Workbook(stream, _OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": cell_text(book.summary.title),
                "subject": cell_text(book.subject),
                "author": "sas-recette",
                "category": "Dossier de preuves",
                "created": book.created.astimezone(UTC).replace(tzinfo=None),
            }
        )
        styles = _styles(workbook)
        _write_summary(workbook.add_worksheet(first.NAME), book, styles)
        for table in book.tables:
            _write_table(workbook.add_worksheet(table.name), table, book.footer, styles)
    return stream.getvalue()


def _styles(workbook: Workbook) -> _Styles:
    add = workbook.add_format
    return _Styles(
        title=add({"bold": True, "font_size": 16}),
        heading=add({**_CELL, **_HEAD}),
        section=add({"bold": True, "font_size": 12}),
        label=add({**_CELL, "bold": True, "bg_color": "#eceef2"}),
        text=add(_CELL),
        guarded=add({**_CELL, "num_format": "@", "quote_prefix": True}),
        date=add({**_CELL, "num_format": "dd/mm/yyyy hh:mm:ss"}),
        seconds=add({**_CELL, "num_format": '0.0"\u00a0s"'}),
        number=add({**_CELL, "num_format": "#,##0"}),
        note=add({"italic": True, "text_wrap": True, "valign": "top"}),
        tints={
            verdict.value: add({"bold": True, "font_color": tint.ink, "bg_color": tint.ground})
            for verdict, tint in VERDICT_TINT.items()
        },
    )


def _write_table(sheet: Worksheet, table: Table, footer: str, styles: _Styles) -> None:
    last_row, last_column = len(table.rows), len(table.columns) - 1
    for rank, column in enumerate(table.columns):
        sheet.set_column(rank, rank, column.width)
        _write(sheet, (0, rank), column.heading, styles, styles.heading)
    for rank, row in enumerate(table.rows, start=1):
        _write_row(sheet, rank, row, styles)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last_row, last_column)
    for rank, column in enumerate(table.columns):
        if column.verdict and table.rows:
            _offer_verdicts(sheet, (1, rank, last_row, rank), styles)
    _print_layout(sheet, table.title, footer)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, last_row, last_column)


def _write_row(sheet: Worksheet, row: int, values: Sequence[Value], styles: _Styles) -> None:
    for column, value in enumerate(values):
        _write(sheet, (row, column), value, styles, styles.text)


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, styles: _Styles, style: Format) -> None:
    match value:
        case None | "":
            sheet.write_blank(*place, None, style)
        case str():
            text = cell_text(value)
            sheet.write_string(*place, text, styles.guarded if like_a_formula(text) else style)
        case datetime():
            sheet.write_datetime(*place, value.astimezone(PARIS).replace(tzinfo=None, microsecond=0), styles.date)
        case int():
            sheet.write_number(*place, value, styles.number)
        case float():
            sheet.write_number(*place, value, styles.seconds)


def _offer_verdicts(sheet: Worksheet, place: tuple[int, int, int, int], styles: _Styles) -> None:
    """A list to choose from, and a tint that follows the word, so that a person may fill or correct."""
    for word, tint in styles.tints.items():
        sheet.conditional_format(*place, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": tint})
    sheet.data_validation(
        *place,
        {
            "validate": "list",
            "source": [verdict.value for verdict in VERDICT_ORDER],
            "error_title": "Verdict inconnu",
            "error_message": "Choisissez un verdict de la liste.",
        },
    )


def _write_summary(sheet: Worksheet, book: Book, styles: _Styles) -> None:
    summary = book.summary
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, _SPAN, _COUNT_WIDTH)
    _write(sheet, (0, 0), summary.title, styles, styles.title)
    for row, (label, value) in enumerate(summary.facts, start=_FACTS):
        _write(sheet, (row, 0), label, styles, styles.label)
        _write_wide(sheet, (row, 1), value, styles, styles.text)
    _offer_verdicts(sheet, (_FACTS, 1, _FACTS, 1), styles)
    row = _FACTS + len(summary.facts)
    for counts in summary.counts:
        row = _write_counts(sheet, row + 1, counts, styles)
    for offset, remark in enumerate(summary.remarks, start=1):
        _write_wide(sheet, (row + offset, 0), remark, styles, styles.note)
    _print_layout(sheet, summary.title, book.footer)


def _write_wide(sheet: Worksheet, place: tuple[int, int], value: str, styles: _Styles, style: Format) -> None:
    """Write a text over all the columns to the right. Merged cells do not grow by themselves: the row is made high enough."""
    row, column = place
    text = cell_text(value)
    sheet.merge_range(row, column, row, _SPAN, "", styles.guarded if like_a_formula(text) else style)
    _write(sheet, place, value, styles, style)
    lines = ceil(len(text) / (_COUNT_WIDTH * _SPAN + (0 if column else _LABEL_WIDTH)))
    sheet.set_row(row, _LINE_HEIGHT * max(lines, 1))


def _write_counts(sheet: Worksheet, row: int, counts: Counts, styles: _Styles) -> int:
    """Write a table of counts from that row on, and return the row after it."""
    _write(sheet, (row, 0), counts.title, styles, styles.section)
    for rank, heading in enumerate(counts.headings):
        _write(sheet, (row + 1, rank), heading, styles, styles.heading)
    for offset, values in enumerate(counts.rows, start=2):
        _write_row(sheet, row + offset, values, styles)
    return row + 2 + len(counts.rows)


def _print_layout(sheet: Worksheet, title: str, footer: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.set_header(f"&L{_printed(title)}")
    sheet.set_footer(f"&L{_printed(footer)}&RPage{NBSP}&P{NBSP}/{NBSP}&N")


def _printed(text: str) -> str:
    """A text as headers and footers take it, where « & » begins a command and the whole is short."""
    return one_line(text, _MARGIN).replace("&", "&&")
