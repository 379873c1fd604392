"""The matrix: one line a requirement, with its verdict and the scenarios that decide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sas_recette.engine.result import Attestation, RequirementResult
from sas_recette.evidence.reading.french import day
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.workbook.cells import Value
from sas_recette.evidence.workbook.table import Column, Table
from sas_recette.norm.requirements import How, Requirement
from sas_recette.norm.typography import NBSP, french

NAME: Final = "Exigences"
COLUMNS: Final = (
    Column("Exigence", 14),
    Column("Titre", 34),
    Column("Niveau", 12),
    Column("Flux", 12),
    Column("Verdict", 15, verdict=True),
    Column("Motif", 44),
    Column("Scénarios", 20),
    Column("Éléments examinés", 11),
    Column("Vérification", 16),
    Column("Attestation", 30),
    Column("Énoncé", 52),
    Column("Source", 44),
    Column("Exigences ANS", 18),
    Column("Commentaire", 30),
)
HOW: Final[Mapping[How, str]] = {
    How.AUTO: "par le banc",
    How.INTERACTIVE: "avec une personne",
    How.DECLARATIVE: "sur déclaration",
}
_REASON: Final = 1000


def judged_table(results: Iterable[RequirementResult]) -> Table:
    """The matrix of a campaign, in its order."""
    return _table(
        _row(
            item.requirement,
            item.scenarios,
            (item.verdict.value, one_line(item.reason, _REASON), item.examined, _attested(item.attestation)),
        )
        for item in results
    )


def blank_table(requirements: Iterable[Requirement], scenarios: Mapping[str, Sequence[str]]) -> Table:
    """The matrix before any campaign. `scenarios` are those that name each requirement, by its id."""
    return _table(_row(one, scenarios.get(one.id, ()), ("", "", None, "")) for one in requirements)


def _table(rows: Iterable[Sequence[Value]]) -> Table:
    return Table(NAME, "Matrice des exigences", COLUMNS, tuple(rows))


def _row(stated: Requirement, scenarios: Sequence[str], found: tuple[Value, Value, Value, Value]) -> tuple[Value, ...]:
    verdict, reason, examined, attestation = found
    return (
        stated.id,
        french(stated.title),
        stated.level.value,
        ", ".join(flow.value for flow in stated.flows),
        verdict,
        reason,
        ", ".join(scenarios),
        examined,
        HOW[stated.how],
        attestation,
        french(stated.statement),
        french(stated.source),
        ", ".join(stated.ans_ids),
        "",
    )


def _attested(attestation: Attestation | None) -> str:
    if attestation is None:
        return ""
    said = " ".join(text for text in (attestation.statement, attestation.comment) if text)
    joined = "".join(f" [{one.path}]" for one in attestation.attachments)
    when = day(attestation.date)
    return one_line(f"{attestation.answer} – {attestation.person}, {when}{NBSP}: {said}{joined}", _REASON)
