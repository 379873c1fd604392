"""What a scenario is: one line of the cahier de recette, with the function that plays it."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from sas_recette.errors import UserError
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.norm.typography import french

if TYPE_CHECKING:
    from sas_recette.engine.bench import Bench

_PACKAGES: Final = ("sas_recette.scenarios", "scenarios")
"""Where scenarios live: inside the package once installed, beside it in a checkout."""

USE_CASES: Final[Mapping[Flow, str]] = {Flow.INT_R01: "ps", Flow.INT_R04: "cpts", Flow.INT_SOS1: "sos"}
"""The declared use case that a flow belongs to."""


class ScenarioError(UserError):
    """A scenario is ill-declared, or an id names none. The message is French."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. The texts are French, as on the paper cahier; `needs` are the keys of `recette.toml` it relies on.

    `requirements` are those whose verdict makes the scenario's; the exchanges may show findings on others too.
    """

    id: str
    title: str
    flow: Flow
    category: str
    requirements: tuple[str, ...]
    preconditions: tuple[str, ...]
    steps: tuple[str, ...]
    expected: tuple[str, ...]
    needs: tuple[str, ...]
    play: Callable[[Bench], None]

    @property
    def use_case(self) -> str:
        """The use case of `recette.toml` that puts it in scope; "" when every candidate is concerned."""
        return USE_CASES.get(self.flow, "")


def scenario(
    scenario_id: str,
    *,
    title: str,
    flow: Flow,
    category: str,
    requirements: tuple[str, ...],
    steps: tuple[str, ...],
    expected: tuple[str, ...],
    preconditions: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[[Bench], None]], Scenario]:
    """Declare a scenario above the function that plays it. Raises CatalogueError for an unknown requirement."""
    for requirement in requirements:
        load_catalogue().require(requirement)
    before, doing, after = (tuple(map(french, lines)) for lines in (preconditions, steps, expected))
    return lambda play: Scenario(
        scenario_id, french(title), flow, category, requirements, before, doing, after, needs, play
    )


@cache
def load_scenarios() -> Mapping[str, Scenario]:
    """Every scenario by id, in the order of the cahier. Raises ScenarioError for two of the same id."""
    found: dict[str, Scenario] = {}
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, Scenario):
                if found.get(value.id, value) is not value:
                    raise ScenarioError(f"Deux scénarios portent l’identifiant {value.id}.")
                found[value.id] = value
    return dict(sorted(found.items()))


def scenario_folder() -> Path:
    """The folder of the scenario modules, for pytest to collect."""
    package = importlib.import_module(_package())
    return Path(str(package.__file__)).parent


def require_scenario(scenario_id: str) -> Scenario:
    """The scenario of that id. Raises ScenarioError, naming the nearest id."""
    known = load_scenarios()
    found = known.get(scenario_id) or known.get(scenario_id.upper())
    if found is None:
        nearest = get_close_matches(scenario_id.upper(), list(known), n=1, cutoff=0.5)
        hint = f" (vouliez-vous dire «\u00a0{nearest[0]}\u00a0»\u00a0?)" if nearest else ""
        raise ScenarioError(f"Scénario inconnu\u00a0: «\u00a0{scenario_id}\u00a0»{hint}.")
    return found


def _package() -> str:
    for name in _PACKAGES:
        if importlib.util.find_spec(name) is not None:
            return name
    raise ScenarioError("Les scénarios ne sont pas installés\u00a0: réinstallez sas-recette.")


def _modules() -> Iterator[ModuleType]:
    package = importlib.import_module(_package())
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)
