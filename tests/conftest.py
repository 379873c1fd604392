from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from sas_recette.platform.browser import Browser
from tests.browsers import started


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
