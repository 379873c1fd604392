"""What the provider remembers, always within bounds: the relying party and the browser may send anything, for ever."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Generic, TypeVar

T = TypeVar("T")

SIZE: Final = 10_000
_TELLING: Final = 8
"""A shorter value that somebody else chose is no secret: masking it would blot out ordinary words."""


class Shelf(Generic[T]):
    """Values by key, each forgotten after `life`; the oldest go first when there are more than `size`."""

    def __init__(self, life: timedelta, size: int = SIZE) -> None:
        self._life = life
        self._size = size
        self._kept: OrderedDict[str, tuple[datetime, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, key: str, value: T, now: datetime) -> None:
        """Keep a value from now on."""
        self._kept.pop(key, None)
        self._kept[key] = (now + self._life, value)
        while len(self._kept) > self._size or next(iter(self._kept.values()))[0] < now:
            self._kept.popitem(last=False)

    def get(self, key: str, now: datetime) -> T | None:
        """A value that is still kept."""
        until, value = self._kept.get(key, (None, None))
        return value if until is not None and now <= until else None

    def pop(self, key: str, now: datetime) -> T | None:
        """A value that is still kept, and is no longer."""
        value = self.get(key, now)
        self._kept.pop(key, None)
        return value


class Novelty:
    """Which values were never seen before, kept as digests."""

    def __init__(self, size: int = 10 * SIZE) -> None:
        self._size = size
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def is_new(self, kind: str, value: str) -> bool:
        """Whether it is the first time; from now on it is not."""
        digest = sha256(f"{kind}\0{value}".encode(errors="surrogatepass")).digest()[:16]
        known = digest in self._seen
        self._seen[digest] = None
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
        return not known


class Secrets:
    """Every secret value that the provider issued, or was shown."""

    def __init__(self, size: int = 10 * SIZE) -> None:
        self._size = size
        self._values: OrderedDict[str, None] = OrderedDict()

    def issued(self, value: str) -> str:
        """Remember a value that the bench chose; it is given back."""
        if value:
            self._values[value] = None
            if len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def seen(self, value: str) -> None:
        """Remember a value that somebody sent, if it is long enough to be one."""
        if len(value) >= _TELLING:
            self.issued(value)

    def all(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._values)
