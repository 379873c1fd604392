"""Findings in one line each, for renderings that point to the page for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sas_recette.evidence.reading.french import count
from sas_recette.evidence.reading.grouping import FindingGroup, group_findings
from sas_recette.evidence.reading.legible import one_line
from sas_recette.norm.typography import NBSP
from sas_recette.rules.model import Finding, Outcome

_MESSAGE: Final = 300
_VALUE: Final = 120


def shortened(findings: Iterable[Finding], most: int) -> tuple[str, ...]:
    """A line for each group of findings, what blocks first, and one that counts the groups beyond `most`.

    « AGR-COM-033 – La fin du créneau précède son début (4 emplacements) ; attendu : … ; observé : … »
    """
    groups = sorted(group_findings(findings), key=lambda group: group.first.outcome is not Outcome.FAIL)
    lines = [_line(group) for group in groups[:most]]
    rest = len(groups) - most
    return (
        (*lines, f"et {count(rest, 'autre constat', 'autres constats')}, dans report.html") if rest > 0 else (*lines,)
    )


def _line(group: FindingGroup) -> str:
    first = group.first
    kind = " (réserve)" if first.outcome is Outcome.WARN else ""
    places = len(group.findings)
    where = f" ({count(places, 'emplacement')})" if places > 1 else ""
    message = one_line(first.message, _MESSAGE).removesuffix(".")
    parts = [f"{one_line(first.requirement, _VALUE)}{kind} – {message}{where}"]
    parts += [
        f"{label}{NBSP}: {one_line(value, _VALUE)}"
        for label, value in (
            ("attendu", group.expected or first.expected),
            ("observé", group.observed or group.examples or first.observed),
        )
        if value
    ]
    return f"{NBSP}; ".join(parts)
