"""The sheet of the pieces: one line a document joined, one line a piece that has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.checklist import Checked, checklist, documents
from sas_recette.evidence.workbook.cells import Value
from sas_recette.evidence.workbook.table import Column, Table
from sas_recette.exchange.model import Attachment

NAME: Final = "Pièces"
COLUMNS: Final = (
    Column("Pièce", 34),
    Column("Contenu attendu", 44),
    Column("État", 20),
    Column("Exigences", 18),
    Column("Document", 34),
    Column("Nom d’origine", 30),
    Column("Octets", 12),
    Column("SHA-256", 68),
    Column("Commentaire", 30),
)
_OTHER: Final = "Autre preuve d’une réponse"


def tables(result: CampaignResult) -> tuple[Table, ...]:
    """The sheet of a campaign that is about a référencement; none otherwise."""
    rows = tuple(_rows(result))
    return (Table(NAME, "Pièces à joindre au dossier de référencement", COLUMNS, rows),) if rows else ()


def _rows(result: CampaignResult) -> Iterator[tuple[Value, ...]]:
    listed: set[str] = set()
    for one in checklist(result):
        yield from ((*_stated(one), *_file(each), "") for each in one.documents)
        if not one.documents:
            yield (*_stated(one), "", "", None, "", "")
        listed.update(each.path for each in one.documents)
    for joined in documents(result):
        if joined.document.path not in listed:
            yield (_OTHER, "", "jointe", joined.proves, *_file(joined.document), "")


def _stated(one: Checked) -> tuple[Value, ...]:
    return (
        one.piece.title,
        one.piece.contents,
        one.state.value,
        ", ".join(one.piece.requirements) or one.piece.shown_by,
    )


def _file(document: Attachment) -> tuple[Value, ...]:
    return document.path, document.name, document.size, document.sha256
