"""The accounts of a load run: what was planned, sent, lost, late, answered, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.exchange.distribution import Distribution
from sas_recette.exchange.model import Arrival, FaultKind

LATE_SECONDS: Final = 0.05
"""A request that leaves later than that after its planned instant is late: the harness’s doing."""


@dataclass(frozen=True, slots=True)
class LoadAccount:
    """`planned` = `sent` + `lost`. `sent` = `answered` + `failed` + `unfinished`, all counts of requests.

    A failure is anything but a complete answer of status 200 (`failures` by what it was); a request is unfinished when the run
    stopped before its answer. `from_planned` and `from_sent` are in seconds, over answers and time-outs: a failure that comes
    at once is no fast answer.
    """

    planned: int
    sent: int
    lost: int
    late: int
    answered: int
    failed: int
    unfinished: int
    opened: int
    failures: Mapping[str, int]
    from_planned: Distribution | None
    from_sent: Distribution | None


def account(arrivals: Iterable[Arrival]) -> LoadAccount:
    """The accounts of some arrivals, whatever their order."""
    known = list(arrivals)
    sent = [one for one in known if one.sent is not None]
    failed = [one for one in sent if failure(one)]
    unfinished = sum(one.ended is None for one in sent)
    timed = [one for one in sent if one.ended is not None and _tells_a_time(one)]
    return LoadAccount(
        planned=len(known),
        sent=len(sent),
        lost=len(known) - len(sent),
        late=sum(lateness(one) > LATE_SECONDS for one in sent),
        answered=len(sent) - len(failed) - unfinished,
        failed=len(failed),
        unfinished=unfinished,
        opened=sum(one.opened for one in sent),
        failures=dict(Counter(failure(one) for one in failed).most_common()),
        from_planned=Distribution.of(latency(one) for one in timed),
        from_sent=Distribution.of((one.ended or 0.0) - (one.sent or 0.0) for one in timed),
    )


def failure(arrival: Arrival) -> str:
    """What a request failed by, in French; empty for a complete answer of status 200, and for one without an end."""
    if arrival.ended is None:
        return ""
    if arrival.fault is not None:
        return _FAULTS[arrival.fault]
    return "" if arrival.status == 200 else f"HTTP {arrival.status}"


def lateness(arrival: Arrival) -> float:
    """Seconds between the planned instant and the sending; 0 for what was never sent."""
    return 0.0 if arrival.sent is None else max(0.0, arrival.sent - arrival.planned)


def latency(arrival: Arrival) -> float:
    """Seconds between the planned instant and the end of a request that has one; 0 otherwise."""
    return 0.0 if arrival.ended is None else arrival.ended - arrival.planned


def _tells_a_time(arrival: Arrival) -> bool:
    return not failure(arrival) or arrival.fault is FaultKind.TIMEOUT


_FAULTS: Final[Mapping[FaultKind, str]] = {
    FaultKind.NAME: "nom d’hôte inconnu",
    FaultKind.REFUSED: "connexion refusée",
    FaultKind.UNREACHABLE: "adresse injoignable",
    FaultKind.TLS: "échec TLS",
    FaultKind.RESET: "connexion rompue",
    FaultKind.TIMEOUT: "pas de réponse à temps",
    FaultKind.TRUNCATED: "réponse tronquée",
    FaultKind.TOO_LARGE: "réponse trop grosse",
    FaultKind.PROTOCOL: "réponse HTTP invalide",
}
