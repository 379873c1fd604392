"""Series of searches that are timed one after the other (performance-and-service.md §1, « Measuring rules »)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.bench import Bench, value_at
from sas_recette.engine.roles import key_of
from sas_recette.platform.transport import Limits
from sas_recette.rules.answer import SearchAnswer

STEP: Final = "Recherche chronométrée"
"""How the step of a timed search begins."""

_ENDURED: Final = 2
"""Time-outs after which a series is not gone on with: one tells of a slow beginning, a second of a slow candidate."""

_PATIENT: Final = Limits(total_timeout=60.0, connect_timeout=60.0)


@dataclass(frozen=True, slots=True)
class Series:
    """The same search, so many times; `name` says in French of whom. Without `identifiers` there is nothing to ask."""

    name: str
    identifiers: tuple[str, ...]
    times: int


def series_of(step: str) -> str:
    """The name of the series that a step belongs to, empty for any other step."""
    return step.removeprefix(f"{STEP}, ") if step.startswith(f"{STEP}, ") else ""


def several(bench: Bench, count: int) -> tuple[str, ...]:
    """So many identifiers of the flow: those that are declared, then those of the declared list of 25.

    None, and a remark that says so, when fewer are declared.
    """
    listed = value_at(bench.candidate, key_of(bench.flow, "list_of_25"))
    known = (*bench.holders(), *(map(str, listed) if isinstance(listed, tuple) else ()))
    chosen = tuple(dict.fromkeys(known))[:count]
    if len(chosen) == count:
        return chosen
    bench.not_verified(
        f"recette.toml déclare moins de {count} identifiants\u00a0: cette taille de recherche n’est pas chronométrée"
    )
    return ()


def time_series(bench: Bench, *all_series: Series) -> tuple[tuple[SearchAnswer, ...], ...]:
    """Send series one after the other; in each, the first search is judged by every rule of a search, the others on their delay.

    Past a time-out, one more request is sent at the end with 60 s, which tells a slow candidate from a dead one: a late answer
    is never judged.
    """
    sent = tuple(_sent(bench, series) for series in all_series)
    late = next((one for one, answers in zip(all_series, sent, strict=True) if _late(answers)), None)
    if late is not None:
        request = bench.query(*late.identifiers).request()
        bench.send(request, step="Diagnostic\u00a0: la même recherche, jusqu’à 60 s", limits=_PATIENT)
    return sent


def _sent(bench: Bench, series: Series) -> tuple[SearchAnswer, ...]:
    answers: list[SearchAnswer] = []
    for rank in range(1, series.times + 1 if series.identifiers else 0):
        step = f"{STEP}, {series.name}"
        if rank == 1:
            answer = bench.search(*series.identifiers, step=step)
        else:
            answer = bench.send(bench.query(*series.identifiers).request(), step=step)
            bench.judge("timed", answer)
        answers.append(answer)
        if len(_late(answers)) == _ENDURED:
            break
    return tuple(answers)


def _late(answers: Sequence[SearchAnswer]) -> list[SearchAnswer]:
    return [one for one in answers if one.exchange is not None and one.exchange.timed_out]
