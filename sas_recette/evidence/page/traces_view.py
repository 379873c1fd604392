"""What a campaign left, with its links: accounts and appointments that a person has to see to, then the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from sas_recette.engine.result import AccountTrace, AppointmentState, AppointmentTrace, CampaignResult, TraceState
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.appointments import over, to_cancel, what_to_do
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.traces import deactivated, to_close, to_do
from sas_recette.evidence.reading.words import VERDICT_SLUG, VERDICT_SYMBOL, scenario_name

Left = TypeVar("Left", AccountTrace, AppointmentTrace)

_LIKE: Final[Mapping[str, Verdict]] = {
    TraceState.MAYBE_ACTIVE: Verdict.RESERVE,
    TraceState.UNCERTAIN: Verdict.NON_VERIFIE,
    TraceState.DEACTIVATED: Verdict.CONFORME,
    AppointmentState.STILL_THERE: Verdict.RESERVE,
    AppointmentState.UNCERTAIN: Verdict.NON_VERIFIE,
    AppointmentState.OVER: Verdict.CONFORME,
}
"""The verdict whose sign and tint a state borrows; its own word says it."""


@dataclass(frozen=True, slots=True)
class TraceView(Generic[Left]):
    """An account or an appointment on the page; `to_do` is empty when there is nothing to do."""

    trace: Left
    tint: str
    symbol: str
    scenario: Link
    created: Link
    last: Link
    to_do: str


@dataclass(frozen=True, slots=True)
class TracesView(Generic[Left]):
    """All the accounts, or all the appointments, of a campaign; false when it left none."""

    to_see_to: tuple[TraceView[Left], ...] = ()
    done: tuple[TraceView[Left], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.to_see_to or self.done)


@dataclass(frozen=True, slots=True)
class LeftView:
    """All that a campaign left; false when it left nothing."""

    accounts: TracesView[AccountTrace] = field(default_factory=TracesView)
    appointments: TracesView[AppointmentTrace] = field(default_factory=TracesView)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.appointments)


def view_traces(result: CampaignResult, scenarios: Mapping[str, Link], exchanges: Mapping[str, Link]) -> LeftView:
    """Gather what was left; what the page does not show is named without a link."""

    def view(trace: Left, action: str) -> TraceView[Left]:
        like = _LIKE[trace.state]
        return TraceView(
            trace=trace,
            tint=f"v-{VERDICT_SLUG[like]}",
            symbol=VERDICT_SYMBOL[like],
            scenario=scenarios.get(trace.scenario, Link("", scenario_name(trace.scenario))),
            created=exchanges.get(trace.created, Link("", trace.created)),
            last=exchanges.get(trace.last, Link("", trace.last)),
            to_do=action,
        )

    def accounts(traces: Sequence[AccountTrace]) -> tuple[TraceView[AccountTrace], ...]:
        return tuple(view(trace, to_do(trace)) for trace in traces)

    def appointments(traces: Sequence[AppointmentTrace]) -> tuple[TraceView[AppointmentTrace], ...]:
        return tuple(view(trace, what_to_do(trace)) for trace in traces)

    return LeftView(
        TracesView(accounts(to_close(result.account_traces)), accounts(deactivated(result.account_traces))),
        TracesView(appointments(to_cancel(result.appointment_traces)), appointments(over(result.appointment_traces))),
    )
