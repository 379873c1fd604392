"""The plan of a campaign: what will be played, against what, and where it is written. Shared with pytest's processes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.scenario import Scenario, ScenarioError, require_scenario
from sas_recette.platform.transport import Limits

PLAN_FILE = "plan.json"
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign will do. `folder` is its dossier; `scenarios` are ids in the order of the cahier.

    `limits` are what the harness bears from a candidate. No option sets them: the platform's patience is the norm's.
    """

    campaign: str
    folder: Path
    started: datetime
    candidate: Candidate
    scenarios: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)

    @property
    def journal(self) -> Path:
        """The folder of the journal."""
        return self.folder / "journal"

    def save(self) -> Path:
        """Write the plan into its folder, for the processes of pytest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / PLAN_FILE
        path.write_bytes(_PLAN.dump_json(self, indent=1))
        return path


_PLAN = TypeAdapter(Plan)


def load_plan(path: Path) -> Plan:
    """Read a plan back."""
    return _PLAN.validate_json(path.read_bytes())


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means everything. `tags` are categories of the cahier."""

    flows: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def select(selection: Selection, known: Mapping[str, Scenario], candidate: Candidate) -> tuple[Scenario, ...]:
    """The scenarios to play. Raises ScenarioError for an unknown name, and when nothing is left to play."""
    for name in selection.scenarios:
        require_scenario(name)
    wanted = {name.upper() for name in selection.scenarios}
    chosen = [
        one
        for one in known.values()
        if (not wanted or one.id.upper() in wanted)
        and _among(one.flow.value, selection.flows, {each.flow.value for each in known.values()}, "flux")
        and _among(one.category, selection.tags, {each.category for each in known.values()}, "étiquette")
    ]
    in_scope = tuple(one for one in chosen if not one.use_case or one.use_case in candidate.use_cases)
    if not chosen:
        raise ScenarioError("La sélection ne retient aucun scénario.")
    if not in_scope:
        declared = ", ".join(candidate.use_cases)
        raise ScenarioError(
            f"Aucun scénario retenu n’est dans le périmètre déclaré (use_cases = {declared})\u00a0: rien à jouer."
        )
    return in_scope


def _among(value: str, wanted: Iterable[str], known: set[str], label: str) -> bool:
    asked = [one.casefold() for one in wanted]
    unknown = [one for one in asked if one not in {each.casefold() for each in known}]
    if unknown:
        raise ScenarioError(
            f"{label.capitalize()} inconnu(e)\u00a0: {unknown[0]} (connus\u00a0: {', '.join(sorted(known))})."
        )
    return not asked or value.casefold() in asked


def campaign_folder(
    reports: Path, candidate: Candidate, started: datetime, token: Callable[[], str]
) -> tuple[str, Path]:
    """The id of a campaign and its folder: date, product, and a random end so that two never meet."""
    plain = unicodedata.normalize("NFKD", candidate.candidate.product).encode("ascii", "ignore").decode().lower()
    product = _UNSAFE.sub("-", plain).strip("-")[:40] or "solution"
    name = f"{started:%Y%m%d-%H%M%S}-{product}-{token()}"
    return name, reports / name
