"""The plan of a campaign: what will be played, against what, and where it is written. Shared with pytest's processes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter

from sas_recette.engine.attachments import Kept
from sas_recette.engine.browser_traces import Keeping
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.load_data import load_refusal
from sas_recette.engine.scenario import Occasion, Scenario, ScenarioError, require_scenario
from sas_recette.exchange.disguise.masking import IdentityMask
from sas_recette.platform.load.profile import Order
from sas_recette.platform.transport import Limits

_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign will do. `folder` is its dossier; `scenarios` are ids in the order of the cahier.

    `limits` are what the harness bears from a candidate. No option sets them: the platform's patience is the norm's. `traces`
    says which of the browser's are kept, `kept` where the documents that were joined are, `load` what a load is asked to be.
    `masking` is the secret that identities are masked under, empty when they are not: it is drawn for the campaign, and kept
    nowhere.
    """

    campaign: str
    folder: Path
    started: datetime
    candidate: Candidate
    scenarios: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    traces: Keeping = Keeping.NEVER
    kept: Kept = field(default_factory=dict)
    load: Order = field(default_factory=Order)
    masking: str = ""

    @property
    def seed(self) -> str:
        """What the identities that the campaign invents are drawn from: its id, which no other has and the dossier tells."""
        return self.campaign

    @property
    def journal(self) -> Path:
        """The folder of the journal."""
        return self.folder / "journal"

    def identities(self) -> IdentityMask | None:
        """What masks the identities of one process’s journal, if they are masked."""
        return IdentityMask(self.masking.encode()) if self.masking else None

    def save(self, path: Path) -> None:
        """Write the plan for the processes of pytest; it holds local paths, and so has no place in the dossier."""
        path.write_bytes(_PLAN.dump_json(self, indent=1))


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
    """The scenarios of the plan, those out of scope included: they are told to be « sans objet ».

    One that is played on demand only is kept when it is named, and one that needs an agreement when it was given as well.

    Raises ScenarioError for an unknown name, and when nothing is left to play.
    """
    names = {require_scenario(name).id for name in selection.scenarios}
    flows = _known(selection.flows, {one.flow.value for one in known.values()}, "Flux sans scénario")
    tags = _known(selection.tags, {one.category for one in known.values()}, "Catégorie inconnue")
    chosen = [
        one
        for one in known.values()
        if (one.id in names if names else _invited(one, candidate))
        and (not flows or one.flow.value in flows)
        and (not tags or one.category in tags)
    ]
    if not chosen:
        raise ScenarioError(
            "La sélection ne retient aucun scénario\u00a0: un scénario doit satisfaire à la fois --flow, --scenario et --tag."
        )
    if not any(one.in_scope(candidate.scope) for one in chosen):
        declared = ", ".join(candidate.use_cases)
        raise ScenarioError(
            f"Aucun scénario retenu n’est dans le périmètre déclaré (use_cases = {declared})\u00a0: rien à jouer."
        )
    return tuple(chosen)


def _invited(one: Scenario, candidate: Candidate) -> bool:
    """Whether a scenario that nobody names is played."""
    if one.occasion is Occasion.AGREED:
        return not load_refusal(candidate)
    return one.occasion is Occasion.ALWAYS


def _known(asked: Iterable[str], known: set[str], complaint: str) -> set[str]:
    """The known spelling of each name. Raises ScenarioError, naming the nearest and the others."""
    spelling = {one.casefold(): one for one in known}
    for one in asked:
        if one.casefold() not in spelling:
            nearest = get_close_matches(one.casefold(), list(spelling), n=1, cutoff=0.5)
            hint = f" (vouliez-vous dire «\u00a0{spelling[nearest[0]]}\u00a0»\u00a0?)" if nearest else ""
            others = ", ".join(sorted(known))
            raise ScenarioError(f"{complaint}\u00a0: «\u00a0{one}\u00a0»{hint}. Possibles\u00a0: {others}.")
    return {spelling[one.casefold()] for one in asked}


def campaign_folder(
    reports: Path, candidate: Candidate, started: datetime, token: Callable[[], str]
) -> tuple[str, Path]:
    """The id of a campaign and its folder: date, product, and a random end so that two never meet."""
    plain = unicodedata.normalize("NFKD", candidate.candidate.product).encode("ascii", "ignore").decode().lower()
    product = _UNSAFE.sub("-", plain).strip("-")[:40] or "solution"
    name = f"{started:%Y%m%d-%H%M%S}-{product}-{token()}"
    return name, reports / name
