"""A campaign in the layouts of the ANS: the sheet of a REM, and that of Convergence (referencing.md §3.1).

Requirement `n` has scenarios `n.01`, `n.02`…, each with proofs `n.01.01`… The layouts have no place for a verdict: it is said in
the scenario of a REM and in the comment of Convergence. What no public source decides (profile, criticality) is left empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.words import flow_label
from sas_recette.evidence.workbook import summary
from sas_recette.evidence.workbook.cells import Value
from sas_recette.evidence.workbook.table import Book, Column, Table
from sas_recette.evidence.workbook.writing import write_book
from sas_recette.norm.requirements import Requirement
from sas_recette.norm.typography import NBSP, french

_PROOFS: Final = 10
_REASON: Final = 1000

REM_COLUMNS: Final = (
    Column("Exigence conditionnelle OUI/NON", 14),
    Column("Profil", 12),
    Column("ID Section", 16),
    Column("Section", 34),
    Column("Bloc", 24),
    Column("Fonction", 34),
    Column("Nature de l'exigence", 16),
    Column("N° exigence", 16),
    Column("Énoncé de l'exigence (DOIT) ou de la préconisation (PEUT)", 60),
    Column("N° scénario", 18),
    Column("Scénario de conformité", 60),
    *(
        column
        for rank in range(1, _PROOFS + 1)
        for column in (Column(f"N° preuve {rank}", 20), Column(f"Preuve {rank}", 30))
    ),
)
CONVERGENCE_COLUMNS: Final = (
    Column("Périmètre", 14),
    Column("ID", 16),
    Column("Chapitre", 34),
    Column("Fonction", 34),
    Column("Exigence", 60),
    Column("Commentaire", 44),
    Column("Profil", 12),
    Column("N° scénario", 18),
    Column("Scénario de conformité", 60),
    Column("N° preuve", 20),
    Column("Preuve", 30),
    Column("Profil historique", 12),
    Column("Criticité", 12),
    Column("Ordre", 8),
)


def render_layouts(result: CampaignResult, numbers: Mapping[str, str]) -> bytes:
    """The workbook of both layouts; `numbers` are those of the REM by our ids, ours where there is none."""
    ended = result.ended or result.started
    return write_book(
        Book(
            summary=summary.judged_summary(result),
            tables=(
                Table("Exigences", "Référentiel d’exigences", REM_COLUMNS, tuple(_rem(result, numbers))),
                Table("Convergence", "Convergence", CONVERGENCE_COLUMNS, tuple(_convergence(result, numbers))),
            ),
            subject=f"Campagne {result.id}",
            footer=f"Campagne {result.id} – sas-recette {result.tool_version}",
            created=ended,
        )
    )


def _rem(result: CampaignResult, numbers: Mapping[str, str]) -> Iterator[tuple[Value, ...]]:
    for item, number, line in _lines(result, numbers):
        stated, proofs = item.requirement, _proofs(item, line)[:_PROOFS]
        pairs = [cell for rank, proof in enumerate(proofs, 1) for cell in (f"{number}.{rank:02d}", proof)]
        yield (
            "OUI" if stated.precondition else "NON",
            "",
            stated.flows[0].value,
            flow_label(stated.flows[0].value),
            line.category,
            french(stated.title),
            "EXIGENCE" if stated.level.binding else "PRECONISATION",
            numbers.get(stated.id, stated.id),
            french(stated.statement),
            number,
            _told(line),
            *pairs,
            *("",) * (2 * _PROOFS - len(pairs)),
        )


def _convergence(result: CampaignResult, numbers: Mapping[str, str]) -> Iterator[tuple[Value, ...]]:
    scope, order = ", ".join(result.use_cases), 0
    for item, number, line in _lines(result, numbers):
        stated: Requirement = item.requirement
        for rank, proof in enumerate(_proofs(item, line) or [""], 1):
            order += 1
            yield (
                scope,
                numbers.get(stated.id, stated.id),
                flow_label(stated.flows[0].value),
                french(stated.title),
                french(stated.statement),
                one_line(f"{item.verdict.value}{NBSP}: {item.reason}" if item.reason else item.verdict.value, _REASON),
                "",
                number,
                _told(line),
                f"{number}.{rank:02d}" if proof else "",
                proof,
                "",
                "",
                order,
            )


def _lines(
    result: CampaignResult, numbers: Mapping[str, str]
) -> Iterator[tuple[RequirementResult, str, ScenarioResult]]:
    """Each requirement with each of its scenarios, and the number of the latter."""
    scenarios = {one.id: one for one in result.scenarios}
    for item in result.requirements:
        own = numbers.get(item.requirement.id, item.requirement.id)
        known = (scenarios[name] for name in dict.fromkeys(item.scenarios) if name in scenarios)
        yield from ((item, f"{own}.{rank:02d}", line) for rank, line in enumerate(known, start=1))


def _told(line: ScenarioResult) -> str:
    expected = "\n".join(f"– {one}" for one in line.expected)
    return f"{line.id} – {line.title} ({line.verdict.value})\n{expected}"


def _proofs(item: RequirementResult, line: ScenarioResult) -> Sequence[str]:
    """Documents joined, then what the journal kept of the scenario."""
    joined = item.attestation.attachments if item.attestation is not None else ()
    kept = (*line.exchanges, *line.pages)
    return [*(one.path for one in joined), *(f"report.html, échange {name}" for name in kept)]
