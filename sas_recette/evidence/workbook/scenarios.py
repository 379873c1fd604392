"""The sheets of the cahier: one a flow, one line a scenario, played or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from sas_recette.engine.result import ScenarioResult
from sas_recette.engine.scenario import Scenario
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.shortened import shortened
from sas_recette.evidence.reading.words import flow_label
from sas_recette.evidence.workbook.cells import Value, sheet_name
from sas_recette.evidence.workbook.table import Column, Table
from sas_recette.norm.requirements import Flow

COLUMNS: Final = (
    Column("N°", 11),
    Column("Scénario", 30),
    Column("Catégorie", 18),
    Column("Exigences", 28),
    Column("Préconditions", 32),
    Column("Étapes", 44),
    Column("Résultat attendu", 44),
    Column("Verdict", 15, verdict=True),
    Column("Résultat obtenu", 48),
    Column("Échanges", 18),
    Column("Date (Europe/Paris)", 18),
    Column("Durée", 10),
    Column("Commentaire", 30),
)
_CONSTATS: Final = 12
_REASON: Final = 1000
_BLANK: Final[tuple[Value, ...]] = ("", "", "", None, None, "")


Line = Scenario | ScenarioResult
"""What the cahier says of a scenario, before it is played or after."""

AnyLine = TypeVar("AnyLine", Scenario, ScenarioResult)


def played_tables(scenarios: Iterable[ScenarioResult], taken: Iterable[str]) -> tuple[Table, ...]:
    """The sheets of a campaign, in the order of the catalogue. `taken` are the names that other sheets bear."""
    return _tables(scenarios, taken, lambda one: (*_stated(one), *_outcome(one)))


def blank_tables(scenarios: Iterable[Scenario], taken: Iterable[str]) -> tuple[Table, ...]:
    """The same sheets before any campaign: what came of each scenario is left to write."""
    return _tables(scenarios, taken, lambda one: (*_stated(one), *_BLANK))


def _tables(
    scenarios: Iterable[AnyLine], taken: Iterable[str], row: Callable[[AnyLine], Sequence[Value]]
) -> tuple[Table, ...]:
    gathered: dict[str, list[Sequence[Value]]] = {}
    for one in scenarios:
        gathered.setdefault(str(one.flow), []).append(row(one))
    catalogue = [flow.value for flow in Flow]
    ordered = sorted(gathered, key=lambda flow: (catalogue.index(flow) if flow in catalogue else len(catalogue), flow))
    names, tables = set(taken), []
    for flow in ordered:
        name = sheet_name(flow, names)
        names.add(name)
        tables.append(Table(name, f"{flow} – {flow_label(flow)}", COLUMNS, tuple(gathered[flow])))
    return tuple(tables)


def _stated(one: Line) -> tuple[Value, ...]:
    steps = (f"{rank}. {step}" for rank, step in enumerate(one.steps, start=1))
    return (
        one.id,
        one.title,
        one.category,
        ", ".join(one.requirements),
        "\n".join(one.preconditions),
        "\n".join(steps),
        "\n".join(one.expected),
    )


def _outcome(one: ScenarioResult) -> tuple[Value, ...]:
    seen = [one_line(one.reason, _REASON)] if one.reason else []
    seen += [f"• {line}" for line in shortened(one.findings, _CONSTATS)]
    played = one.started is not None
    return (
        one.verdict.value,
        "\n".join(seen),
        ", ".join((*one.exchanges, *one.pages)),
        one.started,
        one.duration if played else None,
        "",
    )
