from __future__ import annotations

from collections import defaultdict
from itertools import count

import pytest

from sas_recette.platform.identity.keys import SigningKey, new_key
from tests.platform.identity.desk import Desk, MakeKey, desk


@pytest.fixture(scope="session")
def pool() -> dict[str, list[SigningKey]]:
    """Keys made once for all the tests: those of RSA take time."""
    return defaultdict(list)


@pytest.fixture
def make(pool: dict[str, list[SigningKey]]) -> MakeKey:
    """A new key each time within one test."""
    numbers = count()

    def make_key(algorithm: str) -> SigningKey:
        ready, number = pool[algorithm], next(numbers)
        while len(ready) <= number:
            ready.append(new_key(algorithm))
        return ready[number]

    return make_key


@pytest.fixture
def delegation(make: MakeKey) -> Desk:
    return desk(make)
