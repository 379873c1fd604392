"""Defects of performance that searches sent one after the other show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_r01, int_r04, int_sos1
from sas_recette.editor.defects.scope import is_cpts, is_sos
from sas_recette.editor.http import Incoming, Pace, Reply

_LONG_LIST: Final = 20
_ASSOCIATIONS: Final = 10


def _stalled(when: Callable[[Incoming], bool]) -> Behaviour:
    """Searches that take more than seven seconds."""

    def hook(reply: Reply, incoming: Incoming) -> Reply:
        return replace(reply, pace=Pace.STALLED) if when(incoming) else reply

    return Behaviour(reply=(hook,))


def _identifiers(incoming: Incoming) -> int:
    return sum(value.count("|") for name, value in incoming.parameters if name.endswith("identifier"))


SEARCHES: Final[tuple[Defect, ...]] = (
    int_r01(
        "slow-at-25",
        "Une recherche de vingt-cinq praticiens met plus de sept secondes",
        _stalled(lambda incoming: _identifiers(incoming) > _LONG_LIST),
        "PERF-001",
    ),
    int_r04(
        "cpts-slow-at-25",
        "Une recherche de vingt-cinq praticiens, CPTS comprises, met plus de sept secondes",
        _stalled(lambda incoming: is_cpts(incoming) and _identifiers(incoming) > _LONG_LIST),
        "PERF-001",
    ),
    int_sos1(
        "sos-slow-at-10",
        "Une recherche de dix associations met plus de sept secondes",
        _stalled(lambda incoming: is_sos(incoming) and _identifiers(incoming) >= _ASSOCIATIONS),
        reserves=("PERF-010",),
    ),
    int_r01(
        "slow-first-search",
        "La première recherche après le démarrage met plus de sept secondes",
        _stalled(lambda incoming: incoming.rank == 1),
        "PERF-001",
    ),
)
