from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.driving import Outcome, sas_recette
from tests.evidence.hostile.candidate import record


@dataclass(frozen=True, slots=True)
class Rendered:
    """The dossier of the hostile candidate, in every format, and what the terminal said of it."""

    folder: Path
    said: Outcome

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = tmp_path_factory.mktemp("hostile") / "dossier"
    folder.mkdir()
    record(folder)
    return Rendered(folder, sas_recette("report", folder))
