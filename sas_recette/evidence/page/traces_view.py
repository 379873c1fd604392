"""The accounts that a campaign left, with their links: those that a person has to close, then the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.result import AccountTrace, TraceState
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.traces import deactivated, to_close, to_do
from sas_recette.evidence.reading.words import VERDICT_SLUG, VERDICT_SYMBOL

_LIKE: Final = {
    TraceState.MAYBE_ACTIVE: Verdict.RESERVE,
    TraceState.UNCERTAIN: Verdict.NON_VERIFIE,
    TraceState.DEACTIVATED: Verdict.CONFORME,
}
"""The verdict whose sign and tint a state borrows; its own word says it."""


@dataclass(frozen=True, slots=True)
class TraceView:
    """An account on the page; `to_do` is empty when there is nothing to do."""

    trace: AccountTrace
    tint: str
    symbol: str
    scenario: Link
    created: Link
    last: Link
    to_do: str


@dataclass(frozen=True, slots=True)
class TracesView:
    """All the accounts of a campaign; false when it left none."""

    to_close: tuple[TraceView, ...]
    deactivated: tuple[TraceView, ...]

    def __bool__(self) -> bool:
        return bool(self.to_close or self.deactivated)


def view_traces(
    traces: Sequence[AccountTrace], scenarios: Mapping[str, Link], exchanges: Mapping[str, Link]
) -> TracesView:
    """Gather the accounts; what the page does not show is named without a link."""

    def view(trace: AccountTrace) -> TraceView:
        like = _LIKE[trace.state]
        return TraceView(
            trace=trace,
            tint=f"v-{VERDICT_SLUG[like]}",
            symbol=VERDICT_SYMBOL[like],
            scenario=scenarios.get(trace.scenario, Link("", trace.scenario)),
            created=exchanges.get(trace.created, Link("", trace.created)),
            last=exchanges.get(trace.last, Link("", trace.last)),
            to_do=to_do(trace),
        )

    return TracesView(tuple(map(view, to_close(traces))), tuple(map(view, deactivated(traces))))
