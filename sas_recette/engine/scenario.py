"""What a scenario is: one line of the cahier de recette, with the function that plays it."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from sas_recette.engine.roles import WORDS, key_of
from sas_recette.errors import UserError
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.norm.typography import french

if TYPE_CHECKING:
    from sas_recette.engine.bench import Bench

_PACKAGES: Final = ("sas_recette.scenarios", "scenarios")
"""Where scenarios live: inside the package once installed, beside it in a checkout."""

SCOPES: Final[Mapping[Flow, str]] = {
    Flow.INT_R01: "ps",
    Flow.INT_R04: "cpts",
    Flow.INT_SOS1: "sos",
    Flow.INT_PSC: "psc",
}
"""What a candidate declares for a flow to concern it: a use case, or its way of single sign-on."""


Play = Callable[["Bench"], None]


class ScenarioError(UserError):
    """A scenario is ill-declared, or an id names none. The message is French."""


class Occasion(StrEnum):
    """When a scenario is played: always, when the candidate agreed to a load, or only when it is asked for by its name.

    The values are the words on screen.
    """

    ALWAYS = ""
    AGREED = "avec l’accord de l’éditeur"
    ON_DEMAND = "sur demande"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. The texts are French, as on the paper cahier; `needs` are the keys of `recette.toml` it relies on.

    `requirements` are those whose verdict makes the scenario's; the exchanges may show findings on others too. `browses` when
    it needs the browser though its flow does not.
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
    play: Play
    browses: bool = False
    occasion: Occasion = Occasion.ALWAYS

    @property
    def scope(self) -> str:
        """What a candidate declares for it to be in scope; "" when every candidate is concerned."""
        return SCOPES.get(self.flow, "")

    @property
    def on_stage(self) -> bool:
        """Whether it plays on the stage: there is one platform, at one address, for all of them."""
        return self.browses or self.flow in {Flow.INT_SSO, Flow.INT_PSC, Flow.INT_R03}

    def in_scope(self, declared: Collection[str]) -> bool:
        """Whether it concerns a candidate of this scope (`Candidate.scope`)."""
        return not self.scope or self.scope in declared

    @property
    def out_of_scope(self) -> str:
        """Why it does not concern a candidate that is out of its scope, in French."""
        if self.flow is Flow.INT_PSC:
            return 'la solution ne déclare pas Pro Santé Connect (sso.mode = "psc")'
        return (
            f"la solution ne déclare pas le cas d’usage «\u00a0{self.scope}\u00a0» (use_cases), "
            f"dont relève le flux {self.flow.value}"
        )


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
    browses: bool = False,
    occasion: Occasion = Occasion.ALWAYS,
) -> Callable[[Play], Scenario]:
    """Declare a scenario above the function that plays it. Raises CatalogueError for an unknown requirement."""
    for requirement in requirements:
        load_catalogue().require(requirement)
    before, doing, after = (tuple(map(french, lines)) for lines in (preconditions, steps, expected))
    return lambda play: Scenario(
        scenario_id, french(title), flow, category, requirements, before, doing, after, needs, play, browses, occasion
    )


AGENDAS_OF_PRACTITIONERS: Final = (Flow.INT_R01, Flow.INT_R04)
ALL_AGENDAS: Final = (*AGENDAS_OF_PRACTITIONERS, Flow.INT_SOS1)


def scenario_of_flows(
    number: str,
    *,
    flows: tuple[Flow, ...],
    title: str,
    category: str,
    requirements: tuple[str, ...],
    steps: tuple[str, ...],
    expected: tuple[str, ...],
    preconditions: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> Callable[[Play], tuple[Scenario, ...]]:
    """Declare the same scenario in several flows, under the id of each («\u00a0R01-10\u00a0», «\u00a0SOS1-10\u00a0»).

    In the texts `{un}`, `{ce}`… (engine/roles.py) stand for a practitioner or an association, `needs` may name roles, and
    each flow keeps the requirements that the catalogue gives it.
    """

    def declared(play: Play) -> tuple[Scenario, ...]:
        return tuple(
            scenario(
                f"{flow.value.removeprefix('INT_')}-{number}",
                title=title.format_map(WORDS[flow]),
                flow=flow,
                category=category,
                requirements=tuple(one for one in requirements if load_catalogue().require(one).concerns(flow)),
                steps=_worded(steps, flow),
                expected=_worded(expected, flow),
                preconditions=_worded(preconditions, flow),
                needs=tuple(key_of(flow, need) for need in needs),
            )(play)
            for flow in flows
        )

    return declared


def _worded(lines: tuple[str, ...], flow: Flow) -> tuple[str, ...]:
    return tuple(line.format_map(WORDS[flow]) for line in lines)


def declared_in(value: object) -> tuple[Scenario, ...]:
    """The scenarios that a name of a module holds."""
    if isinstance(value, Scenario):
        return (value,)
    if isinstance(value, tuple):
        return tuple(one for one in value if isinstance(one, Scenario))
    return ()


@cache
def load_scenarios() -> Mapping[str, Scenario]:
    """Every scenario by id, in the order of the cahier. Raises ScenarioError for two of the same id."""
    found: dict[str, Scenario] = {}
    for module in _modules():
        for one in (one for value in vars(module).values() for one in declared_in(value)):
            if found.get(one.id, one) is not one:
                raise ScenarioError(f"Deux scénarios portent l’identifiant {one.id}.")
            found[one.id] = one
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
