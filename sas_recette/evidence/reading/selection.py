"""What is shown whole where there is not room for all: what a finding designates first, then the beginning of each scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.constats import Constats
from sas_recette.evidence.recorded import Recorded
from sas_recette.rules.model import Outcome


class Claim(IntEnum):
    """Why an exchange or a page is to be shown whole; the lowest is served first."""

    BLOCKS = 0
    WARNS = 1
    NOT_CONFORMANT = 2
    NONE = 3


Rank = tuple[Claim, int]
"""A claim, and a place among those of that claim: each constat, then each scenario, is served once before another is served twice."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that may be shown: its rank, what it weighs by itself, and what it shares with others, paid once by the first."""

    name: str
    rank: Rank
    weight: int
    shared: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def chosen(pieces: Iterable[Piece], room: int) -> frozenset[str]:
    """The names of the pieces that fit, served by rank and then in the order given; one that is too heavy gives way to the next."""
    left, paid, kept = room, set[str](), set[str]()
    for piece in sorted(pieces, key=lambda one: one.rank):
        owed = {name: weight for name, weight in piece.shared.items() if name not in paid}
        weight = piece.weight + sum(owed.values())
        if weight <= left:
            left -= weight
            paid.update(owed)
            kept.add(piece.name)
    return frozenset(kept)


def ranks(result: CampaignResult, recorded: Recorded, constats: Constats) -> dict[str, Rank]:
    """The rank of each exchange and page of a campaign. What led a browser to a page has the claim of that page."""
    found: dict[str, Rank] = {}
    for name, rank in (*_designated(constats), *_in_scenarios(result), *_outside(recorded)):
        found[name] = min(rank, found.get(name, rank))
    for page in recorded.pages.values():
        for hop in page.hops:
            if hop in found:
                found[hop] = min(found[hop], found[page.id])
    return found


def _designated(constats: Constats) -> Iterator[tuple[str, Rank]]:
    for constat in constats.all:
        claim = Claim.BLOCKS if constat.group.first.outcome is Outcome.FAIL else Claim.WARNS
        for place, name in enumerate(constat.group.exchanges):
            yield name, (claim, place)


def _in_scenarios(result: CampaignResult) -> Iterator[tuple[str, Rank]]:
    for scenario in result.scenarios:
        claim = Claim.NONE if scenario.verdict in {Verdict.CONFORME, Verdict.SANS_OBJET} else Claim.NOT_CONFORMANT
        for names in (scenario.exchanges, scenario.pages):
            for place, name in enumerate(names):
                yield name, (claim, place)


def _outside(recorded: Recorded) -> Iterator[tuple[str, Rank]]:
    for place, name in enumerate((*recorded.exchanges, *recorded.pages)):
        yield name, (Claim.NONE, place)
