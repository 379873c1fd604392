"""What a sheet holds, before any library of spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sas_recette.evidence.workbook.cells import Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and whether its cells are verdicts."""

    heading: str
    width: int
    verdict: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header row, a row a subject. Every row has as many values as there are columns."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Sequence[Value], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """A small table of the summary: counts by verdict. An empty cell is one that a person fills."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Sequence[Value], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The first sheet: facts by label (empty values are for a person to fill), counts, and remarks in sentences."""

    title: str
    facts: tuple[tuple[str, str], ...]
    counts: tuple[Counts, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook. `created` is written in its properties; `footer` stands at the foot of every printed page."""

    summary: Summary
    tables: tuple[Table, ...]
    subject: str
    footer: str
    created: datetime
