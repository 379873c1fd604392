"""The cahier de recette as XLSX bytes: that of a campaign, and the blank one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.scenario import Scenario
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.workbook import pieces, summary
from sas_recette.evidence.workbook import requirements as matrix
from sas_recette.evidence.workbook.scenarios import blank_tables, played_tables
from sas_recette.evidence.workbook.table import Book
from sas_recette.evidence.workbook.writing import write_book
from sas_recette.norm.requirements import Requirement

_TAKEN: Final = (summary.NAME, matrix.NAME, pieces.NAME)


def render_workbook(result: CampaignResult, _recorded: Recorded) -> bytes:
    """The cahier filled by a campaign; equal results give equal bytes."""
    return write_book(
        Book(
            summary=summary.judged_summary(result),
            tables=(
                *played_tables(result.scenarios, _TAKEN),
                matrix.judged_table(result.requirements),
                *pieces.tables(result),
            ),
            subject=f"Campagne {result.id}",
            footer=f"Campagne {result.id} – sas-recette {result.tool_version}",
            created=result.ended or result.started,
        )
    )


def blank_workbook(
    scenarios: Collection[Scenario], requirements: Collection[Requirement], *, tool_version: str, created: datetime
) -> bytes:
    """The cahier before any campaign, for people to read and to fill."""
    named: dict[str, list[str]] = {}
    for one in scenarios:
        for requirement in one.requirements:
            named.setdefault(requirement, []).append(one.id)
    tables = blank_tables(scenarios, _TAKEN)
    return write_book(
        Book(
            summary=summary.blank_summary(tables, len(requirements), tool_version),
            tables=(*tables, matrix.blank_table(requirements, named)),
            subject="Cahier vierge",
            footer=f"Cahier vierge – sas-recette {tool_version}",
            created=created,
        )
    )
