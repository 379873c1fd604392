"""The appointments that a campaign left in the candidate's agendas, in words: how many, which ones, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sas_recette.engine.result import AppointmentState, AppointmentTrace
from sas_recette.evidence.reading.french import count, moment
from sas_recette.evidence.reading.legible import one_line
from sas_recette.norm.typography import NBSP

_ORDER: Final = tuple(AppointmentState)
_LONGEST: Final = 120
_PLURALS: Final = {
    AppointmentState.STILL_THERE: "encore dans l’agenda",
    AppointmentState.UNCERTAIN: "incertains",
    AppointmentState.OVER: "annulés ou terminés",
}
_TO_DO: Final = {
    AppointmentState.STILL_THERE: "Annulez-le dans la solution.",
    AppointmentState.UNCERTAIN: "Cherchez-le dans l’agenda et annulez-le s’il y est encore.",
    AppointmentState.OVER: "",
}
_UNREADABLE: Final = (
    f"Rien ne l’identifie{NBSP}: retrouvez-le dans la solution par l’heure et le corps de son message, et annulez-le s’il "
    "y est encore."
)


def counted_appointments(traces: Iterable[AppointmentTrace]) -> str:
    """« 1 encore dans l’agenda, 3 annulés ou terminés », in the order of the states; those of which there is none are left out."""
    counts = Counter(trace.state for trace in traces)
    return ", ".join(count(counts[state], state.value, _PLURALS[state]) for state in _ORDER if counts[state])


def to_cancel(traces: Iterable[AppointmentTrace]) -> tuple[AppointmentTrace, ...]:
    """The appointments that are not known to be over: those that are surely there first, then by their creation."""
    left = [trace for trace in traces if trace.state is not AppointmentState.OVER]
    return tuple(sorted(left, key=lambda trace: _ORDER.index(trace.state)))


def over(traces: Iterable[AppointmentTrace]) -> tuple[AppointmentTrace, ...]:
    """The appointments that were cancelled, or took place, by their creation."""
    return tuple(trace for trace in traces if trace.state is AppointmentState.OVER)


def what_to_do(trace: AppointmentTrace) -> str:
    """What a person has to do about an appointment; empty when there is nothing to do."""
    blank = trace.start is None and not (trace.value or trace.patient)
    return _UNREADABLE if blank and trace.state is not AppointmentState.OVER else _TO_DO[trace.state]


def designated(trace: AppointmentTrace) -> Sequence[str]:
    """Patient, time, professional and identifier, each on one line; those that are not known are left out."""
    parts = (
        trace.patient,
        f"le {moment(trace.start)}" if trace.start else "",
        f"professionnel {trace.practitioner}" if trace.practitioner else "",
        f"{trace.system}|{trace.value}" if trace.system else trace.value,
    )
    return [one_line(part, _LONGEST) for part in parts if part]
