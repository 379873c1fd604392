"""resume.md: a campaign on one page of Markdown, for the job page of GitHub or GitLab and for whoever opens the dossier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sas_recette.engine.gate import Gate
from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.gate_view import STANDING_SYMBOL, exit_meaning, gate_lines
from sas_recette.evidence.reading.constats import Block, blocks, number_constats
from sas_recette.evidence.reading.french import count, moment
from sas_recette.evidence.reading.markdown import escaped, table
from sas_recette.evidence.reading.missing import gaps
from sas_recette.evidence.reading.summary import by_flow
from sas_recette.evidence.reading.words import EXIT_MEANING, VERDICT_SYMBOL
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.typography import NBSP
from sas_recette.rules.model import Outcome

_SHOWN: Final = 50
_GAPS_SHOWN: Final = 20


def render_job_summary(result: CampaignResult, _recorded: Recorded, gate: Gate | None = None) -> str:
    """The Markdown of a campaign, a candidate's text escaped; far below the megabyte that a job page takes."""
    lines = [*_title(result), *_gate(result, gate), *_flows(result)]
    constats = number_constats(result)
    lines += _findings("Ce qui bloque", blocks(result, constats, Outcome.FAIL))
    lines += _findings("Réserves", blocks(result, constats, Outcome.WARN))
    lines += _gaps(result)
    return "\n".join([*lines, *_foot(result)]) + "\n"


def _title(result: CampaignResult) -> list[str]:
    named = " ".join(filter(None, (result.candidate.get("product", ""), result.candidate.get("version", ""))))
    who = f" – {escaped(named)}" if named else ""
    lines = [
        f"# {VERDICT_SYMBOL[result.verdict]} {result.verdict.value.capitalize()}{who}",
        "",
        escaped(result.summary),
    ]
    if result.interrupted:
        lines += ["", f"Campagne interrompue{NBSP}: ce qui n’a pas été joué n’est pas jugé."]
    return lines


def _gate(result: CampaignResult, gate: Gate | None) -> list[str]:
    code, meaning = (
        (result.exit_code, EXIT_MEANING[result.exit_code]) if gate is None else (gate.exit_code, exit_meaning(gate))
    )
    lines = ["", f"**Code de sortie {code.value}**{NBSP}: {escaped(meaning)}."]
    if gate is not None and gate.entries:
        lines += ["", "## Base de référence", ""]
        lines += [f"- {STANDING_SYMBOL[standing]} {escaped(told, 600)}" for standing, told in gate_lines(gate)]
    return lines


def _flows(result: CampaignResult) -> list[str]:
    rows = [
        (
            escaped(flow.label),
            f"{VERDICT_SYMBOL[flow.verdict]} {flow.verdict.value}",
            ", ".join(f"{size}{NBSP}{verdict.value}" for verdict, size in flow.scenarios.items()),
        )
        for flow in by_flow(result)
    ]
    return ["", *table(("Flux", "Verdict", "Scénarios"), rows)]


def _findings(title: str, found: Iterable[Block]) -> list[str]:
    rows = [row for block in found for row in _rows(block)]
    if not rows:
        return []
    lines = ["", f"## {title}", "", *table(("Exigence", "Constat", "Emplacement", "Scénarios"), rows[:_SHOWN])]
    if len(rows) > _SHOWN:
        lines += ["", f"Et {count(len(rows) - _SHOWN, 'autre constat', 'autres constats')}, dans `report.html`."]
    return lines


def _rows(block: Block) -> list[tuple[str, ...]]:
    name = escaped(block.id)
    if not block.constats and block.result is not None:
        return [(name, escaped(block.result.reason), "", escaped(", ".join(block.result.scenarios), 100))]
    rows: list[tuple[str, ...]] = []
    for constat in block.constats:
        first, places = constat.group.first, len(constat.group.findings)
        where = escaped(first.location, 150) + (f" (et {places - 1} de plus)" if places > 1 else "")
        rows.append((name, escaped(first.message), where, escaped(", ".join(constat.scenarios), 100)))
    return rows


def _gaps(result: CampaignResult) -> list[str]:
    found = gaps(result)
    if not found:
        return []
    lines = ["", "## À compléter", ""]
    for gap in found[:_GAPS_SHOWN]:
        concerned = (
            count(len(gap.requirements), "exigence") if gap.requirements else count(len(gap.scenarios), "scénario")
        )
        lines.append(f"- {gap.verdict.value} ({concerned}){NBSP}: {escaped(gap.reason)}")
    if len(found) > _GAPS_SHOWN:
        lines.append(f"- et {count(len(found) - _GAPS_SHOWN, 'autre raison', 'autres raisons')}, dans `report.html`")
    return lines


def _foot(result: CampaignResult) -> list[str]:
    facts = (
        f"campagne {result.id}",
        f"édition {result.edition}",
        f"sas-recette {result.tool_version}",
        moment(result.started),
    )
    return [
        "",
        "---",
        "",
        f"{escaped(', '.join(facts))}. Le détail est dans `report.html`, les preuves dans le dossier.",
    ]
