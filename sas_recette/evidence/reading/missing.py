"""What could not be verified, and why: requirements and scenarios gathered by the reason that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict

_KEY: Final = re.compile(
    r"`([^`\s]+)`|(\[{1,2}[a-z][a-z0-9_.-]*\]{1,2}(?:\s+[a-z][a-z0-9_]*)?)|«\s([a-z_]+(?:\.[a-z0-9_]+)+)\s»"
)
_NO_REASON: Final[dict[Verdict, str]] = {
    Verdict.NON_VERIFIE: "Aucun élément n’a pu être examiné.",
    Verdict.A_ATTESTER: "Une personne doit répondre ou agir.",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason and all that it leaves open. `keys` are the keys of recette.toml that the reason names."""

    verdict: Verdict
    reason: str
    keys: tuple[str, ...]
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]


def gaps(result: CampaignResult) -> tuple[Gap, ...]:
    """The reasons of `non vérifié`, then of `à attester`; those that leave most requirements open come first."""
    found = [gap for verdict in _NO_REASON for gap in _gaps_of(result, verdict)]
    return tuple(sorted(found, key=lambda gap: (gap.verdict is Verdict.A_ATTESTER, -len(gap.requirements))))


def keys_in(reason: str) -> tuple[str, ...]:
    """Keys of recette.toml named in a reason: in backquotes, as `[table] key`, or dotted in guillemets."""
    return tuple(dict.fromkeys(next(filter(None, match.groups())) for match in _KEY.finditer(reason)))


def _gaps_of(result: CampaignResult, verdict: Verdict) -> Iterable[Gap]:
    requirements: dict[str, list[RequirementResult]] = {}
    scenarios: dict[str, list[ScenarioResult]] = {}
    for item in result.requirements:
        if item.verdict is verdict:
            requirements.setdefault(_shared_reason(item.reason, verdict, (item.requirement.id,)), []).append(item)
    for scenario in result.scenarios:
        if scenario.verdict is verdict:
            reason = _shared_reason(scenario.reason, verdict, scenario.requirements)
            scenarios.setdefault(reason, []).append(scenario)
    for reason in dict.fromkeys([*requirements, *scenarios]):
        members = tuple(requirements.get(reason, ())), tuple(scenarios.get(reason, ()))
        yield Gap(verdict, reason, keys_in(reason), *members)


def _shared_reason(reason: str, verdict: Verdict, requirements: Iterable[str]) -> str:
    """The reason without the quoted id of its own requirement, so that requirements that lack the same thing meet."""
    for identifier in requirements:
        reason = reason.replace(f'"{identifier}"', '"…"')
    return reason or _NO_REASON[verdict]
