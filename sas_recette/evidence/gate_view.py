"""What a gate made of a baseline, in lines of French text that every rendering shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.engine.gate import Gate, Standing
from sas_recette.engine.verdict import ExitCode
from sas_recette.evidence.reading.french import count
from sas_recette.evidence.reading.words import EXIT_MEANING

_ORDER: Final = (Standing.STALE, Standing.EXPIRED, Standing.ADMITTED, Standing.UNSEEN)

STANDING_SYMBOL: Final[Mapping[Standing, str]] = {
    Standing.ADMITTED: "≈",
    Standing.STALE: "✕",
    Standing.EXPIRED: "✕",
    Standing.UNSEEN: "?",
}


def gate_lines(gate: Gate) -> tuple[tuple[Standing, str], ...]:
    """A sentence an entry of the baseline, those that close the gate first."""
    told = sorted(gate.entries, key=lambda judged: _ORDER.index(judged.standing))
    return tuple((judged.standing, judged.sentence) for judged in told)


def exit_meaning(gate: Gate) -> str:
    """What the exit code says, given the baseline."""
    admitted = sum(judged.standing is Standing.ADMITTED for judged in gate.entries)
    known = count(admitted, "non-conformité admise", "non-conformités admises")
    if gate.exit_code is ExitCode.OK and admitted:
        return f"rien ne bloque en dehors de la base de référence ({known})"
    if gate.exit_code is ExitCode.USAGE:
        return f"la base de référence {gate.name} est à mettre à jour"
    if gate.exit_code is ExitCode.NON_CONFORME and admitted:
        return f"{_blocking(gate)} ({known} par ailleurs)"
    return EXIT_MEANING[gate.exit_code]


def _blocking(gate: Gate) -> str:
    listed = len(gate.blocking)
    noun = count(listed, "exigence non conforme", "exigences non conformes")
    return f"{noun} hors de la base de référence"
