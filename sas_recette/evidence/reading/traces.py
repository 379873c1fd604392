"""What a campaign left on the candidate, in words: how many accounts, which ones ask for an action, and which action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sas_recette.engine.result import AccountTrace, TraceState
from sas_recette.evidence.reading.french import count
from sas_recette.evidence.reading.legible import one_line

_ORDER: Final = tuple(TraceState)
_LONGEST: Final = 120
_UNREADABLE: Final = (
    "Son contenu ne l’identifie pas\u00a0: retrouvez-le dans la solution par l’heure et le corps de sa création, et "
    "désactivez-le s’il est actif."
)
_TO_DO: Final = {
    TraceState.MAYBE_ACTIVE: "Vérifiez-le dans la solution et désactivez-le s’il est encore actif.",
    TraceState.UNCERTAIN: "Cherchez-le dans la solution et désactivez-le s’il y est.",
    TraceState.DEACTIVATED: "",
}


def counted_traces(traces: Iterable[AccountTrace]) -> str:
    """« 3 comptes créés, 2 désactivés »; accounts that may not exist are counted apart."""
    states = [trace.state for trace in traces]
    uncertain = states.count(TraceState.UNCERTAIN)
    parts = [
        count(len(states) - uncertain, "compte créé", "comptes créés"),
        count(states.count(TraceState.DEACTIVATED), "désactivé"),
    ]
    if uncertain:
        parts.append(count(uncertain, "création incertaine", "créations incertaines"))
    return ", ".join(parts)


def to_close(traces: Iterable[AccountTrace]) -> tuple[AccountTrace, ...]:
    """The accounts that are not known to be deactivated: those that exist first, then in the order of their creation."""
    left = [trace for trace in traces if trace.state is not TraceState.DEACTIVATED]
    return tuple(sorted(left, key=lambda trace: _ORDER.index(trace.state)))


def deactivated(traces: Iterable[AccountTrace]) -> tuple[AccountTrace, ...]:
    """The accounts whose deactivation was accepted last, in the order of their creation."""
    return tuple(trace for trace in traces if trace.state is TraceState.DEACTIVATED)


def to_do(trace: AccountTrace) -> str:
    """What a person has to do about an account; empty when there is nothing to do."""
    unreadable = not (trace.value or trace.address) and trace.state is not TraceState.DEACTIVATED
    return _UNREADABLE if unreadable else _TO_DO[trace.state]


def designation(trace: AccountTrace) -> Sequence[str]:
    """Name, address and identifier of an account, each on one line; those that are not known are left out."""
    identifier = f"{trace.system}|{trace.value}" if trace.system else trace.value
    return [one_line(part, _LONGEST) for part in (trace.name, trace.address, identifier) if part]
