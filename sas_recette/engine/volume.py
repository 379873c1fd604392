"""What a scenario of load holds: the searches drawn and planned, their sending, and what the journal keeps of them.

Each request is one short line of the journal as it ends. A sample is kept whole, and judged after the run by the rules of a
search: nothing is judged while requests leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sas_recette.engine.bench import Bench, NotPlayableError
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.load_data import load_refusal
from sas_recette.engine.means import Means
from sas_recette.exchange.load_account import account
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Remark, RemarkKind, Request, Timings
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import MAX_IDENTIFIERS, SlotQuery, search_window
from sas_recette.platform.load.firing import Bounds, Landed, Shot, Stop, fire
from sas_recette.platform.load.profile import (
    OrderError,
    Profile,
    arrival_times,
    drawn_identifiers,
    spread,
)

SAMPLED: Final = 12
"""Exchanges of a run that are kept whole and judged by the rules of a search."""
FAILURES_KEPT: Final = 5
MAX_ASSOCIATIONS: Final = 10
PATIENCE: Final = 30.0
"""Seconds that a run may last beyond its last planned instant."""


def play_volume(bench: Bench, profile: Profile, check: str) -> None:
    """Send the volume of a profile, and have it judged by a check of the rules.

    Raises NotPlayableError when the candidate did not agree, when nobody is declared to be searched, or when the order makes no
    sense; whatever interrupts the run, what was recorded is kept.
    """
    refusal, means = load_refusal(bench.candidate), bench.means
    if refusal or means is None:
        raise NotPlayableError(refusal or "le banc n’a pas de quoi envoyer une charge ici")
    try:
        chosen = profile.ordered(means.order)
    except OrderError as error:
        raise NotPlayableError(str(error)) from None
    seed = means.order.seed or bench.seed
    flight = _Flight(bench, chosen)
    shots = flight.shots(seed)
    expect = {"profile": profile.name, "count": profile.count, "seconds": profile.seconds, "seed": seed}
    expect |= {"planned": chosen.count, "within": chosen.seconds}
    bench.recorder.judgement(Judgement(bench.scenario, check, (), expect))
    bounds = replace(means.bounds, seconds=min(means.bounds.seconds, chosen.seconds + PATIENCE))
    try:
        if means.swarm is None:
            flight.stop = means.run(_fired(means, shots, flight, bounds))
        else:
            flight.stop = means.swarm.fire(
                shots, flight.landed, scenario=bench.scenario, bounds=bounds, whole=flight.is_sampled
            )
    finally:
        flight.land()
    _say_what_it_proves(bench, profile, chosen, flight)


async def _fired(means: Means, shots: tuple[Shot, ...], flight: _Flight, bounds: Bounds) -> Stop:
    async with means.connections() as sender:
        return await fire(
            shots, sender, flight.landed, scenario=flight.bench.scenario, bounds=bounds, whole=flight.is_sampled
        )


@dataclass(slots=True)
class _Flight:
    """A run as it goes: which requests left, and the few that are kept whole."""

    bench: Bench
    profile: Profile
    stop: Stop = Stop.NONE
    arrivals: list[Arrival] = field(default_factory=list)
    _asked: dict[int, tuple[datetime, Request]] = field(default_factory=dict)
    _kept: list[tuple[Exchange, bool]] = field(default_factory=list)
    _failures: int = 0
    _sampled: frozenset[int] = frozenset()

    def shots(self, seed: str) -> tuple[Shot, ...]:
        """The planned searches: when, of whom, in which flow. Raises NotPlayableError when nobody can be searched."""
        times = arrival_times(self.profile, seed)
        pools = searchable(self.bench.candidate)
        drawn = {
            flow: drawn_identifiers(pool, len(times), _at_most(flow), f"{seed}/{flow.value}")
            for flow, pool in pools.items()
        }
        flows = tuple(pools)
        self._sampled = spread(len(times), SAMPLED)
        return tuple(
            self._shot(rank, planned, flows[rank % len(flows)], drawn[flows[rank % len(flows)]][rank - 1])
            for rank, planned in enumerate(times, start=1)
        )

    def _shot(self, rank: int, planned: float, flow: Flow, identifiers: tuple[str, ...]) -> Shot:
        def request(later: float) -> Request:
            now = self.bench.clock() + timedelta(seconds=later)
            base = self.bench.candidate.candidate.base_url
            asked = SlotQuery(base, flow, identifiers, search_window(now)).request()
            self._asked[rank] = (now, asked)
            return asked

        return Shot(rank, planned, len(identifiers), request)

    def is_sampled(self, shot: Shot) -> bool:
        """Whether an exchange is to be kept whole."""
        return shot.rank in self._sampled

    def landed(self, shot: Shot, arrival: Arrival, landed: Landed | None) -> None:
        """Record what became of a request."""
        asked = self._asked.pop(shot.rank, None)
        if landed is not None and asked is not None and self._is_kept(shot, landed):
            arrival = replace(arrival, exchange=f"{arrival.scenario}-{shot.rank:04d}")
            self._kept.append((_exchange(arrival, landed, *asked), landed.succeeded and self.is_sampled(shot)))
        self.arrivals.append(self.bench.recorder.arrival(arrival))

    def _is_kept(self, shot: Shot, landed: Landed) -> bool:
        if not landed.succeeded:
            self._failures += 1
        return self.is_sampled(shot) or (not landed.succeeded and self._failures <= FAILURES_KEPT)

    def land(self) -> None:
        """Record the exchanges kept whole, and have those that were answered in time judged as searches."""
        for exchange, judged in sorted(self._kept, key=lambda one: one[0].id):
            self.bench.recorder.exchange(exchange)
            if judged:
                self.bench.recorder.judgement(Judgement(self.bench.scenario, "search", (exchange.id,)))


def searchable(candidate: Candidate) -> Mapping[Flow, tuple[str, ...]]:
    """By flow of the declared use cases, everybody declared who can be searched. Raises NotPlayableError when nobody is."""
    practitioners = (*candidate.aggregation.list_of_25, *(one.id for _, one in candidate.practitioners.declared()))
    associations = (*candidate.associations.list_of_10, *(one.id for _, one in candidate.associations.declared()))
    pools = {
        Flow.INT_R01: practitioners if "ps" in candidate.use_cases else (),
        Flow.INT_R04: practitioners if "cpts" in candidate.use_cases else (),
        Flow.INT_SOS1: associations if "sos" in candidate.use_cases else (),
    }
    found = {flow: tuple(dict.fromkeys(pool)) for flow, pool in pools.items() if pool}
    if not found:
        raise NotPlayableError("recette.toml ne déclare personne dont l’agenda puisse être cherché")
    return found


def _at_most(flow: Flow) -> int:
    return MAX_ASSOCIATIONS if flow is Flow.INT_SOS1 else MAX_IDENTIFIERS


def _exchange(arrival: Arrival, landed: Landed, started: datetime, request: Request) -> Exchange:
    sent, ended = arrival.sent or 0.0, arrival.ended or 0.0
    first = None if arrival.first_byte is None else round((arrival.first_byte - sent) * 1000, 3)
    whole = round((ended - sent) * 1000, 3)
    total = whole if landed.response is not None and landed.response.complete else None
    return Exchange(
        id=arrival.exchange,
        scenario=arrival.scenario,
        step="Échantillon de la charge" if landed.succeeded else "Échecs de la charge",
        started=started,
        request=request,
        response=landed.response,
        fault=landed.fault,
        tls=landed.tls,
        timings=Timings(first_byte=first, total=total, whole=whole),
    )


def _say_what_it_proves(bench: Bench, profile: Profile, chosen: Profile, flight: _Flight) -> None:
    """A run that sent less than its profile wants proves nothing: say so, and why."""
    kept = account(flight.arrivals)
    if flight.stop is not Stop.NONE:
        why = (
            f"la charge a été arrêtée\u00a0: {_STOPS[flight.stop]} ; {kept.sent} recherches envoyées sur {kept.planned}"
        )
    elif chosen.count < profile.count or chosen.per_hour < profile.per_hour:
        why = (
            f"essai écourté\u00a0: {_worded(chosen)}, au lieu de {_worded(profile)} ; "
            "il peut montrer un défaut, il ne prouve pas la tenue de charge"
        )
    else:
        return
    bench.recorder.remark(Remark(bench.scenario, RemarkKind.NOT_VERIFIED, why))


_STOPS: Final = {
    Stop.ERRORS: "trop d’erreurs",
    Stop.OUTSTANDING: "trop de recherches sans réponse à la fois",
    Stop.TIME: "le temps alloué est écoulé",
}


def _worded(profile: Profile) -> str:
    within = f" en {profile.seconds:g}\u00a0s".replace(".", ",") if profile.seconds else " à la fois"
    return f"{profile.count} recherches{within}"
