"""Playwright’s traces in a campaign: where each browser writes its own, and which stay in the dossier."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from sas_recette.engine.verdict import Verdict

FOLDER: Final = "traces"
"""The folder of traces, in that of the campaign."""


class Keeping(StrEnum):
    """Which traces are wanted, by the values of the option `--traces`; « jamais » records none."""

    NEVER = "jamais"
    FAILURE = "echec"
    ALWAYS = "toujours"


@dataclass(frozen=True, slots=True)
class BrowserTraces:
    """The traces of one process; `folder` is the campaign's.

    A file is named by its scenario's id, which is the cahier's, and a number: nothing in it comes from the candidate.
    """

    folder: Path
    keeping: Keeping
    _given: dict[str, list[Path]] = field(default_factory=dict)

    def next(self, scenario: str) -> Path | None:
        """Where the next browser of a scenario writes its trace; None when none is recorded."""
        if self.keeping is Keeping.NEVER:
            return None
        given = self._given.setdefault(scenario, [])
        given.append(self.folder / FOLDER / f"{scenario}-{len(given) + 1:02d}.zip")
        return given[-1]

    def conclude(self, scenario: str, verdict: Verdict) -> None:
        """A scenario is over: its traces are deleted when they are not wanted."""
        given = self._given.pop(scenario, [])
        if self.keeping is not Keeping.FAILURE or verdict is not Verdict.CONFORME:
            return
        for trace in given:
            trace.unlink(missing_ok=True)
        with suppress(OSError):  # others are there, or none was ever written
            (self.folder / FOLDER).rmdir()
