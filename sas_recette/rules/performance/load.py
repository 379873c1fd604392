"""The volumes that the platform may reach (performance-and-service.md §2.1): no error, and everything in time.

A breach is a réserve, whatever the profile: the volumes are published « à titre d’information ». A run that sent less than
the profile can show a breach; it proves nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sas_recette.exchange.load_account import account, failure, latency, lateness
from sas_recette.exchange.model import Arrival, FaultKind
from sas_recette.norm.typography import NBSP
from sas_recette.rules.answer import PLATFORM_TIMEOUT_MS
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

ALLOWED_SECONDS: Final = PLATFORM_TIMEOUT_MS / 1000
BENCH_LATENESS: Final = 1.0
"""Seconds of lateness in sending past which a request tells nothing of the candidate: the harness could not keep up."""


@rule("PERF-003")
def nominal_volume(subject: Subject) -> Iterator[Observation]:
    """3000 searches an hour for ten minutes: none fails, all are answered within 7 s of their planned instant."""
    yield from _sustained(subject)


@rule("PERF-004")
def peak_volume(subject: Subject) -> Iterator[Observation]:
    """The same of a peak, or of 25 simultaneous requests."""
    yield from _sustained(subject)


def _sustained(subject: Subject) -> Iterator[Observation]:
    arrivals = [one for one in subject.arrivals if lateness(one) <= BENCH_LATENESS]
    entire = is_entire(subject)
    scale = f"sur {sum(one.sent is not None for one in arrivals)} envoyées" + ("" if entire else ", essai écourté")
    breaches = [*_failures(arrivals, scale), *_slow(arrivals, scale)]
    yield from breaches
    if entire and not breaches and len(arrivals) == len(subject.arrivals):
        yield HELD


def is_entire(subject: Subject) -> bool:
    """Whether all that the profile wants was planned, at its rate at least, sent, and waited for."""
    count, seconds, planned, within = (_number(subject, key) for key in ("count", "seconds", "planned", "within"))
    kept = account(subject.arrivals)
    whole = kept.planned == planned and not kept.lost and not kept.unfinished
    return whole and planned >= count > 0 and planned * seconds >= count * within


def _number(subject: Subject, key: str) -> float:
    value = subject.expect.get(key, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _failures(arrivals: Sequence[Arrival], scale: str) -> Iterator[Deviation]:
    failed = [one for one in arrivals if failure(one) and one.fault is not FaultKind.TIMEOUT]
    for what in dict.fromkeys(map(failure, failed)):
        those = [one for one in failed if failure(one) == what]
        message = f"Sous charge, des recherches échouent : {what}."
        yield Deviation("Charge.erreurs", message, "aucune erreur", f"{len(those)} {scale}", seen_in=_shown(those))


def _slow(arrivals: Sequence[Arrival], scale: str) -> Iterator[Deviation]:
    slow = [one for one in arrivals if one.fault is FaultKind.TIMEOUT or _too_long(one)]
    if slow:
        longest = max(map(latency, slow))
        message = "Sous charge, des recherches n’ont pas leur réponse complète avant que la plateforme n’abandonne."
        observed = f"{len(slow)} {scale} ; jusqu’à {longest:.1f}".replace(".", ",") + f"{NBSP}s"
        yield Deviation("Charge.délai", message, "toutes en moins de 7 s", observed, seen_in=_shown(slow))


def _too_long(arrival: Arrival) -> bool:
    return not failure(arrival) and latency(arrival) >= ALLOWED_SECONDS


def _shown(arrivals: Sequence[Arrival]) -> str:
    """The exchange of the first of them that was kept whole."""
    return next((one.exchange for one in arrivals if one.exchange), "")
