"""The volumes of performance-and-service.md §2.1: how many searches, over how long."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

_HOUR: Final = 3600.0


class OrderError(ValueError):
    """A volume that makes no sense. The message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a user asks for otherwise than the profile says: searches an hour, seconds, and the seed of what is drawn.

    `workers` are processes of Locust that share the sending, `remote` those that somebody starts on other machines; none of
    either for this process alone.
    """

    per_hour: float | None = None
    seconds: float | None = None
    seed: str | None = None
    workers: int = 0
    remote: int = 0

    @property
    def shared(self) -> bool:
        """Whether others send in the stead of this process."""
        return self.workers + self.remote > 0


@dataclass(frozen=True, slots=True)
class Profile:
    """A volume: `count` searches within `seconds`, in the manner of a Poisson process; all at once when `seconds` is 0."""

    name: str
    count: int
    seconds: float

    @property
    def per_hour(self) -> float:
        """Searches an hour; 0 for a volley."""
        return self.count * _HOUR / self.seconds if self.seconds else 0.0

    def ordered(self, order: Order) -> Profile:
        """The profile at another rate, over another time. Raises OrderError."""
        if order.per_hour is None and order.seconds is None:
            return self
        if not self.seconds:
            raise OrderError(
                f"Le profil «\u00a0{self.name}\u00a0» envoie toutes ses recherches à la fois\u00a0: il n’a ni débit ni durée."
            )
        rate = self.per_hour if order.per_hour is None else order.per_hour
        seconds = self.seconds if order.seconds is None else order.seconds
        if rate <= 0 or seconds <= 0:
            raise OrderError("Le débit et la durée d’une charge sont des nombres positifs.")
        return replace(self, count=max(1, round(rate * seconds / _HOUR)), seconds=seconds)


NOMINAL: Final = Profile("nominal", 500, 600.0)
PEAK: Final = Profile("pointe", 500, 300.0)
VOLLEY: Final = Profile("rafale", 25, 0.0)
PROFILES: Final = {one.name: one for one in (NOMINAL, PEAK, VOLLEY)}


def arrival_times(profile: Profile, seed: str) -> tuple[float, ...]:
    """When each search is to leave, in seconds from the beginning, sorted: always the same for one seed.

    These are the instants of a Poisson process of which it is known that it has `count` events: as many independent uniform
    draws, put in order. The volume is thus the one that was announced, to the unit.
    """
    if not profile.seconds:
        return (0.0,) * profile.count
    draw = random.Random(f"{seed}/instants")  # noqa: S311 - reproducible on purpose
    return tuple(sorted(draw.uniform(0.0, profile.seconds) for _ in range(profile.count)))


def drawn_identifiers(pool: Sequence[str], count: int, at_most: int, seed: str) -> tuple[tuple[str, ...], ...]:
    """Whose agendas each of `count` searches is about: 1 to `at_most` of the pool, no one twice in a search."""
    draw = random.Random(f"{seed}/identifiants")  # noqa: S311 - idem
    most = min(at_most, len(pool))
    return tuple(tuple(draw.sample(pool, draw.randint(1, most))) for _ in range(count))


def spread(count: int, wanted: int) -> frozenset[int]:
    """The ranks, from 1, of at most `wanted` searches spread over `count`."""
    if count <= wanted:
        return frozenset(range(1, count + 1))
    bounds = accumulate([count // wanted + (rank < count % wanted) for rank in range(wanted)], initial=0)
    return frozenset(start + 1 for start, _ in pairwise(bounds))
