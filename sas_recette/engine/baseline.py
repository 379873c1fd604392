"""The baseline of a gate: the failures of a candidate that are known, why, until when, and by which ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, Strict, StringConstraints, ValidationError

from sas_recette.engine.judging import Admission
from sas_recette.engine.scenario import Scenario, ScenarioError, require_scenario
from sas_recette.engine.test_data import Table
from sas_recette.engine.toml_file import line_of, mistakes, read_toml
from sas_recette.errors import UserError
from sas_recette.norm.requirements import Catalogue, CatalogueError

TABLE: Final = "known_failures"
_ABSENT: Final = (
    "ce fichier n’existe pas. «\u00a0sas-recette baseline DOSSIER\u00a0» en propose un à partir d’une campagne."
)

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class BaselineError(UserError):
    """A baseline that cannot be used. The message is French, a sentence a mistake, each with its line."""


class _KnownFailure(Table):
    requirement: _Text
    reason: _Text
    ticket: _Text
    expires: Annotated[date, Strict()]
    scenario: str = ""


class _File(Table):
    known_failures: tuple[_KnownFailure, ...] = Field(min_length=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A known failure: of a requirement everywhere, or in one scenario. `expires` is the last day it holds, in Paris."""

    requirement: str
    reason: str
    ticket: str
    expires: date
    scenario: str = ""
    line: int = 0

    def covers(self, requirement: str, scenario: str) -> bool:
        """Whether it speaks of the failure of a requirement in a scenario."""
        return requirement == self.requirement and self.scenario in {"", scenario}

    @property
    def subject(self) -> str:
        """The requirement, and the scenario when it speaks of one only."""
        return f"{self.requirement} ({self.scenario})" if self.scenario else self.requirement


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known failures, in the order of the file. `name` is the file's, as the user gave it."""

    name: str
    entries: tuple[Entry, ...]

    def admits(self, today: date) -> Admission:
        """Which failures are admitted that day."""
        valid = [entry for entry in self.entries if entry.expires >= today]
        return lambda requirement, scenario: any(entry.covers(requirement, scenario) for entry in valid)


def read_baseline(path: Path, catalogue: Catalogue) -> Baseline:
    """The baseline of a TOML file.

    Raises BaselineError for a file that cannot be read, an unknown key, a field that is missing or empty, a requirement or a
    scenario that does not exist, or the same failure twice.
    """
    document, source = read_toml(path, _ABSENT, BaselineError)
    return validate_baseline(document, catalogue, str(path), source)


def validate_baseline(document: Mapping[str, object], catalogue: Catalogue, name: str, source: str = "") -> Baseline:
    """The baseline of a parsed TOML document, whose file has that name and text. Raises BaselineError."""
    try:
        file = _File.model_validate(document)
    except ValidationError as fault:
        raise BaselineError(mistakes(fault, _File, name, source)) from None
    entries = tuple(
        Entry(one.requirement, one.reason, one.ticket, one.expires, one.scenario, line_of(source, TABLE, rank) or 0)
        for rank, one in enumerate(file.known_failures)
    )
    if wrong := list(_mistakes(entries, catalogue)):
        raise BaselineError("\n".join(f"{name}, ligne {entry.line}\u00a0: {sentence}" for entry, sentence in wrong))
    return Baseline(name, entries)


def _mistakes(entries: tuple[Entry, ...], catalogue: Catalogue) -> Iterator[tuple[Entry, str]]:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        try:
            catalogue.require(entry.requirement)
            if entry.scenario:
                _require_exact(entry.scenario)
        except (CatalogueError, ScenarioError) as fault:
            yield entry, str(fault)
        if (entry.requirement, entry.scenario) in seen:
            yield entry, f"{entry.subject} figure déjà plus haut."
        seen.add((entry.requirement, entry.scenario))


def _require_exact(scenario: str) -> Scenario:
    found = require_scenario(scenario)
    if found.id != scenario:
        raise ScenarioError(
            f"Scénario inconnu\u00a0: «\u00a0{scenario}\u00a0» (vouliez-vous dire «\u00a0{found.id}\u00a0»\u00a0?)."
        )
    return found
