"""Defects of performance that only a volume of searches shows: they depend on what else is being answered, or was before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, performance
from sas_recette.editor.errors import operation_outcome
from sas_recette.editor.http import Incoming, Pace, Reply

_BUSY: Final = 9
"""Others under way for the tenth simultaneous search, or a later one."""
_EXHAUSTED: Final = 300
"""Searches after which an instance has no connection to its database left."""


def _busy(incoming: Incoming) -> bool:
    return len(incoming.company) >= _BUSY


def _when(condition: Callable[[Incoming], bool], change: Callable[[Reply], Reply]) -> Behaviour:
    def hook(reply: Reply, incoming: Incoming) -> Reply:
        return change(reply) if condition(incoming) else reply

    return Behaviour(reply=(hook,))


def _unavailable(reply: Reply) -> Reply:
    outcome = operation_outcome("throttled", "Le service est momentanément saturé.")
    return replace(Reply.of(503, outcome), headers=(("Retry-After", "5"),), pace=reply.pace)


def _question_of_another(incoming: Incoming) -> Incoming:
    others = [one for one in incoming.company if one.route == incoming.route]
    return replace(incoming, query=others[-1].query) if others else incoming


LOAD: Final[tuple[Defect, ...]] = (
    performance(
        "perf-slow-when-busy",
        "À partir de la dixième recherche simultanée, la réponse met plus de sept secondes",
        _when(_busy, lambda reply: replace(reply, pace=Pace.STALLED)),
        reserves=("PERF-004",),
    ),
    performance(
        "perf-503-when-busy",
        "À partir de la dixième recherche simultanée, la réponse est un 503",
        _when(_busy, _unavailable),
        reserves=("PERF-004",),
    ),
    performance(
        "perf-connections-exhausted",
        "Au-delà de trois cents recherches, la réponse est un 503",
        _when(lambda incoming: incoming.rank > _EXHAUSTED, _unavailable),
        reserves=("PERF-003", "PERF-004"),
    ),
    performance(
        "perf-answers-mixed-up",
        "Une recherche reçue pendant une autre reçoit la réponse de l’autre",
        Behaviour(request=(_question_of_another,)),
        "AGR-PS-010",
        "AGR-PS-021",
        "AGR-COM-043",
        reserves=("AGR-COM-012",),
    ),
)
