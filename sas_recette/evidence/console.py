"""The end of a campaign on a terminal: verdict, flows, what blocks, what is missing, what is left, where the report is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sas_recette.engine.gate import Gate, Standing
from sas_recette.engine.result import AccountTrace, AppointmentTrace, CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.gate_view import STANDING_SYMBOL, exit_meaning, gate_lines
from sas_recette.evidence.reading.appointments import counted_appointments, designated, to_cancel
from sas_recette.evidence.reading.constats import Block, Constat, blocks, number_constats
from sas_recette.evidence.reading.french import count
from sas_recette.evidence.reading.legible import legible, one_line
from sas_recette.evidence.reading.missing import Gap, gaps
from sas_recette.evidence.reading.pages import page_name
from sas_recette.evidence.reading.summary import by_flow
from sas_recette.evidence.reading.traces import counted_traces, designation, to_close
from sas_recette.evidence.reading.words import EXIT_MEANING, VERDICT_SYMBOL, scenario_name
from sas_recette.exchange.model import Page
from sas_recette.norm.typography import NBSP
from sas_recette.rules.model import Outcome

_STYLE: Final[Mapping[Verdict, str]] = {
    Verdict.CONFORME: "green",
    Verdict.RESERVE: "yellow",
    Verdict.NON_CONFORME: "bold red",
    Verdict.NON_VERIFIE: "cyan",
    Verdict.A_ATTESTER: "cyan",
    Verdict.SANS_OBJET: "dim",
    Verdict.ERREUR_DU_BANC: "bold magenta",
}
_STANDING_STYLE: Final[Mapping[Standing, str]] = {
    Standing.ADMITTED: "yellow",
    Standing.STALE: "bold red",
    Standing.EXPIRED: "bold red",
    Standing.UNSEEN: "cyan",
}
_VALUE_LIMIT: Final = 300
_PLACES_SHOWN: Final = 3
_NAMES_SHOWN: Final = 12


def render_console(
    result: CampaignResult,
    report: str = "",
    pages: Mapping[str, Page] = MappingProxyType({}),
    gate: Gate | None = None,
) -> RenderableType:
    """The summary as rich shows it, in colour on a terminal and plain elsewhere. `report` is where the report is.

    `pages` are what browsers showed, by id, so that a finding names them as a reader knows them. `gate` is what a baseline makes of
    the campaign: it tells the exit code then.

    Texts of the candidate are legible and never read as markup.
    """
    constats = number_constats(result)
    parts: list[RenderableType] = [_verdict_line(result), _flow_table(result)]
    parts += _blocks("Ce qui bloque", Verdict.NON_CONFORME, blocks(result, constats, Outcome.FAIL), pages)
    parts += _bench_errors(result)
    parts += _blocks("Réserves", Verdict.RESERVE, blocks(result, constats, Outcome.WARN), pages)
    parts += _gaps(gaps(result))
    parts += _accounts(result.account_traces)
    parts += _appointments(result.appointment_traces)
    if report:
        parts.append(Text(f"Rapport{NBSP}: {legible(report)}", overflow="fold"))
    parts += _gate(gate)
    code = result.exit_code if gate is None else gate.exit_code
    meaning = EXIT_MEANING[code] if gate is None else legible(exit_meaning(gate))
    parts.append(Text(f"Code de sortie {code.value}{NBSP}: {meaning}.", style="dim"))
    return Group(*parts)


def _gate(gate: Gate | None) -> list[RenderableType]:
    if gate is None or not gate.entries:
        return []
    lines = [
        Text.assemble((f"{STANDING_SYMBOL[standing]} ", _STANDING_STYLE[standing]), legible(told), overflow="fold")
        for standing, told in gate_lines(gate)
    ]
    return [Text(), _heading("Base de référence"), *lines, Text()]


def _verdict_line(result: CampaignResult) -> Text:
    line = _word(result.verdict, upper=True)
    line.append(f" – {legible(result.summary)}", style="default")
    if result.interrupted:
        line.append("\nCampagne interrompue\u00a0: ce qui n’a pas été joué n’est pas jugé.", style="yellow")
    return line


def _flow_table(result: CampaignResult) -> Padding:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Flux", overflow="fold")
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Scénarios", overflow="fold")
    for flow in by_flow(result):
        counts = ", ".join(f"{size}{NBSP}{verdict.value}" for verdict, size in flow.scenarios.items())
        table.add_row(Text(legible(flow.label)), _word(flow.verdict), Text(counts or "aucun"))
    return Padding(table, (1, 0))


def _blocks(title: str, verdict: Verdict, found: Iterable[Block], pages: Mapping[str, Page]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for block in found:
        parts += [_block_title(block, verdict), *(_constat(constat, pages) for constat in block.constats)]
    return [_heading(title), *parts, Text()] if parts else []


def _block_title(block: Block, verdict: Verdict) -> Text:
    line = Text.assemble((f"{VERDICT_SYMBOL[verdict]} ", _STYLE[verdict]), (legible(block.id), "bold"))
    if block.result is not None:
        stated = block.result.requirement
        line.append(f" {legible(stated.title)} ({stated.level.value})")
        line.append(f"\n  source{NBSP}: {legible(stated.source)}", style="dim")
        if not block.constats and block.result.reason:
            line.append(f"\n  {legible(block.result.reason)}")
    return line


def _constat(constat: Constat, pages: Mapping[str, Page]) -> Padding:
    group = constat.group
    lines = [Text(one_line(group.first.message, _VALUE_LIMIT))]
    if len(group.findings) == 1:
        lines.append(_fact("où", group.first.location))
    else:
        places = ", ".join(finding.location for finding in group.findings[:_PLACES_SHOWN])
        more = ", …" if len(group.findings) > _PLACES_SHOWN else ""
        lines.append(_fact("où", f"{count(len(group.findings), 'emplacement')}{NBSP}: {places}{more}"))
    # Where places differ in what was observed, the first one stands for all: the page has the rest.
    lines.append(_fact("attendu", group.expected or group.first.expected))
    lines.append(_fact("observé", group.observed or group.first.observed))
    if sent := [name for name in group.exchanges if name not in pages]:
        lines.append(_fact("échange", _some(sent)))
    if seen := dict.fromkeys(page_name(pages[name]) for name in group.exchanges if name in pages):
        lines.append(Text(one_line(_some(seen), _VALUE_LIMIT), overflow="fold"))
    return Padding(Group(*lines), (0, 0, 0, 4))


def _bench_errors(result: CampaignResult) -> list[RenderableType]:
    named = [(item.id, item.reason) for item in result.scenarios if item.verdict is Verdict.ERREUR_DU_BANC]
    if not named:
        named = [_named(item) for item in result.requirements if item.verdict is Verdict.ERREUR_DU_BANC]
    if not named:
        return []
    lines = [Text(f"! {legible(name)} – {legible(reason)}") for name, reason in named]
    return [_heading("Erreurs du banc (la solution candidate n’est pas en cause)"), *lines, Text()]


def _named(item: RequirementResult) -> tuple[str, str]:
    return item.requirement.id, item.reason


def _gaps(found: Iterable[Gap]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for gap in found:
        line = _word(gap.verdict)
        line.append(f" {legible(gap.reason)}", style="default")
        if gap.keys:
            line.append(f"\n    à renseigner dans recette.toml{NBSP}: {', '.join(gap.keys)}", style="bold")
        names = [item.requirement.id for item in gap.requirements] or [item.id for item in gap.scenarios]
        line.append(f"\n    concerne{NBSP}: {_some(names)}", style="dim")
        lines.append(line)
    return [_heading("À compléter"), *lines, Text()] if lines else []


def _accounts(traces: Sequence[AccountTrace]) -> list[RenderableType]:
    if not traces:
        return []
    shown = [
        f"{trace.state.value}{NBSP}: {', '.join(designation(trace)) or 'compte sans contenu lisible'} "
        f"(créé par {legible(trace.created)})"
        for trace in to_close(traces)
    ]
    line = f"Traces laissées dans la solution{NBSP}: {counted_traces(traces)}."
    return _left(line, f"À vérifier dans la solution, et à désactiver si le compte est actif{NBSP}:", shown)


def _appointments(traces: Sequence[AppointmentTrace]) -> list[RenderableType]:
    if not traces:
        return []
    shown = [
        f"{trace.state.value}{NBSP}: {', '.join(designated(trace)) or 'rendez-vous sans contenu lisible'} "
        f"({legible(scenario_name(trace.scenario))}, {_source(trace)})"
        for trace in to_cancel(traces)
    ]
    line = f"Rendez-vous pris dans la solution{NBSP}: {counted_appointments(traces)}."
    return _left(line, f"À annuler dans la solution, s’ils y sont encore{NBSP}:", shown)


def _source(trace: AppointmentTrace) -> str:
    return f"annoncé par {legible(trace.created)}" if trace.created else "sans aucun message"


def _left(told: str, heading: str, shown: Sequence[str]) -> list[RenderableType]:
    """What was left on the candidate in one line, then what asks for an action, a line each."""
    line = Text(told)
    if not shown:
        return [line]
    line.append(f"\n{heading}", style="yellow")
    for one in shown[:_NAMES_SHOWN]:
        line.append(f"\n  {one}")
    if len(shown) > _NAMES_SHOWN:
        line.append(f"\n  et {len(shown) - _NAMES_SHOWN} de plus, dans le rapport")
    return [line, Text()]


def _some(names: Iterable[str]) -> str:
    listed = [legible(name) for name in names]
    shown = ", ".join(listed[:_NAMES_SHOWN])
    return shown if len(listed) <= _NAMES_SHOWN else f"{shown} et {len(listed) - _NAMES_SHOWN} de plus"


def _fact(label: str, value: str) -> Text:
    return Text.assemble((f"{label}{NBSP}: ", "dim"), one_line(value, _VALUE_LIMIT), overflow="fold")


def _heading(title: str) -> Text:
    return Text(title, style="bold underline")


def _word(verdict: Verdict, *, upper: bool = False) -> Text:
    word = verdict.value.upper() if upper else verdict.value
    return Text(f"{VERDICT_SYMBOL[verdict]} {word}", style=_STYLE[verdict])
