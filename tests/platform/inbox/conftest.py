from __future__ import annotations

from collections.abc import Iterator

import pytest

from sas_recette.platform.pki import TestPki
from tests.platform.inbox.desk import WATCH
from tests.platform.inbox.wired import Wired, wired


@pytest.fixture
def served(pki: TestPki) -> Iterator[Wired]:
    with wired(pki) as server:
        server.inbox.watch(WATCH)
        yield server
