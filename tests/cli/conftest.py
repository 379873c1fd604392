from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.driving import Outcome, Reference, running_reference, sas_recette


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    with running_reference(tmp_path_factory.mktemp("editeur")) as running:
        yield running


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The demonstration: a whole campaign against the reference editor without defect."""
    folder: Path = tmp_path_factory.mktemp("campagne")
    return sas_recette("demo", "-n", "0", "--reports", folder / "reports")
