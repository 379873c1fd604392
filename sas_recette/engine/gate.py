"""The gate of a release: a campaign's result, the known failures that a baseline admits, and the code to exit with.

The verdict stays the truth. A known failure stops blocking until its entry expires; an entry that no longer holds closes the
gate, so that a baseline only ever shrinks knowingly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sas_recette.engine.baseline import Baseline, Entry
from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.norm.typography import day_in_words
from sas_recette.rules.model import Outcome

_HOLDS = frozenset({Verdict.CONFORME, Verdict.RESERVE})


class Standing(StrEnum):
    """What a campaign makes of an entry of the baseline. The values are the words on screen."""

    ADMITTED = "admise"
    STALE = "périmée"
    EXPIRED = "expirée"
    UNSEEN = "non vérifiée"

    @property
    def closes(self) -> bool:
        """Whether the gate closes until someone mends the baseline."""
        return self in {Standing.STALE, Standing.EXPIRED}


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry of the baseline, with what the campaign makes of it and a French sentence that says what to do."""

    entry: Entry
    standing: Standing
    sentence: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What a baseline makes of a campaign. `blocking` are the requirements that fail and that nothing admits.

    `admitted` are the entries by the scenarios that fail for them alone; `weighed` the verdict of each scenario once what is admitted
    is set aside. `name` is the baseline's file.
    """

    name: str
    entries: tuple[Judged, ...]
    blocking: tuple[str, ...]
    admitted: Mapping[str, tuple[Entry, ...]]
    weighed: Mapping[str, Verdict]
    exit_code: ExitCode

    @property
    def closed_by_baseline(self) -> bool:
        """Whether an entry has to be mended."""
        return any(judged.standing.closes for judged in self.entries)


def pass_gate(result: CampaignResult, admitted: CampaignResult, baseline: Baseline, today: date) -> Gate:
    """Hold a campaign against a baseline, on a day of Paris.

    `admitted` is the same journal assessed with what the baseline admits that day.
    """
    failing = {item.requirement.id: failing_scenarios(result, item.requirement.id) for item in result.requirements}
    entries = tuple(_judged(entry, result, failing, baseline.name, today) for entry in baseline.entries)
    weighed = {scenario.id: scenario.verdict for scenario in admitted.scenarios}
    holding = [judged.entry for judged in entries if judged.standing is Standing.ADMITTED]
    code = admitted.exit_code
    if code in {ExitCode.OK, ExitCode.INCOMPLETE} and any(judged.standing.closes for judged in entries):
        code = ExitCode.USAGE
    return Gate(
        name=baseline.name,
        entries=entries,
        blocking=tuple(item.requirement.id for item in admitted.requirements if item.verdict is Verdict.NON_CONFORME),
        admitted={
            scenario.id: tuple(
                entry
                for entry in holding
                if scenario.id in failing.get(entry.requirement, ()) and entry.covers(entry.requirement, scenario.id)
            )
            for scenario in result.scenarios
            if scenario.verdict is Verdict.NON_CONFORME and weighed[scenario.id] is not Verdict.NON_CONFORME
        },
        weighed=weighed,
        exit_code=code,
    )


def failing_scenarios(result: CampaignResult, requirement: str) -> tuple[str, ...]:
    """The scenarios in which a requirement fails: by a finding, or by a declaration that says « non »."""
    item = next((one for one in result.requirements if one.requirement.id == requirement), None)
    if item is None or item.verdict is not Verdict.NON_CONFORME:
        return ()
    found = tuple(
        scenario.id
        for scenario in result.scenarios
        if any(one.requirement == requirement and one.outcome is Outcome.FAIL for one in scenario.findings)
    )
    if found:
        return found
    declared = {one.id for one in result.scenarios if one.verdict is Verdict.NON_CONFORME}
    return tuple(name for name in item.scenarios if name in declared)


def _judged(
    entry: Entry, result: CampaignResult, failing: Mapping[str, tuple[str, ...]], name: str, today: date
) -> Judged:
    still = any(entry.covers(entry.requirement, scenario) for scenario in failing.get(entry.requirement, ()))
    where = f"{name}, ligne {entry.line}" if entry.line else name
    until = day_in_words(entry.expires)
    if not still and (verdict := _holding(entry, result)) is not None:
        return Judged(
            entry,
            Standing.STALE,
            f"{entry.subject} est désormais «\u00a0{verdict.value}\u00a0»\u00a0: retirez son entrée ({where}), "
            "pour qu’une rechute bloque à nouveau.",
        )
    if entry.expires < today:
        todo = "corrigez la solution, ou" if still else "cette campagne ne l’a pas vérifiée\u00a0: faites-le, ou"
        return Judged(
            entry,
            Standing.EXPIRED,
            f"{entry.subject}\u00a0: l’entrée de la base de référence ({where}) a expiré le {until}\u00a0; {todo} "
            f"convenez d’une nouvelle échéance ({entry.ticket}).",
        )
    if still:
        return Judged(
            entry,
            Standing.ADMITTED,
            f"{entry.subject}\u00a0: non conforme, {until_words(entry)}\u00a0: {entry.reason} ({entry.ticket}).",
        )
    return Judged(
        entry,
        Standing.UNSEEN,
        f"{entry.subject}\u00a0: cette campagne ne l’a pas vérifiée, son entrée ({where}) reste en attente.",
    )


def until_words(entry: Entry) -> str:
    """What is said of a failure that an entry admits."""
    return f"admis par la base de référence jusqu’au {day_in_words(entry.expires)}"


def _holding(entry: Entry, result: CampaignResult) -> Verdict | None:
    """The verdict of a requirement that a campaign shows to hold where the entry says that it fails; None when it does not."""
    item = next((one for one in result.requirements if one.requirement.id == entry.requirement), None)
    if item is None:
        return None
    if not entry.scenario:
        return item.verdict if item.verdict in _HOLDS else None
    played = next((one for one in result.scenarios if one.id == entry.scenario), None)
    if played is None or entry.scenario not in item.scenarios:
        return None
    if played.verdict is Verdict.NON_CONFORME:
        return item.verdict if item.verdict in _HOLDS else None
    return played.verdict if played.verdict in _HOLDS else None
