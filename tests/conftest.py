from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from sas_recette.platform.browser import Browser
from tests.browsers import started

_DEAR: Final = ("whole", "careful", "careless", "reference", "browser")
"""Fixtures that take seconds to set up: the tests of each keep to one process, so that it is set up once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests of a dear fixture, for `--dist loadgroup`."""
    for item in items:
        dear = next((name for name in _DEAR if name in getattr(item, "fixturenames", ())), None)
        if dear is not None:
            item.add_marker(pytest.mark.xdist_group(dear))


def pytest_collection_finish() -> None:
    """What is loaded stays: eight thousand items and the models of FHIR are not to be gone through at each collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def campaign_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's browser puts its pictures."""
    return tmp_path_factory.mktemp("navigateur")


@pytest.fixture(scope="session")
def browser(campaign_folder: Path) -> Iterator[Browser]:
    """One browser for all the tests of a process."""
    with started(campaign_folder) as running:
        yield running
