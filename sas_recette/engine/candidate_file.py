"""Reading `recette.toml`: every mistake at once, each with its line, the nearest known key and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.test_data import Table
from sas_recette.engine.toml_file import mistakes, read_toml
from sas_recette.errors import UserError

AnyTable = TypeVar("AnyTable", bound=Table)

_ABSENT: Final = "ce fichier n’existe pas. «\u00a0sas-recette init\u00a0» en écrit un, commenté."


class CandidateFileError(UserError):
    """`recette.toml` cannot be used. The message is French, a sentence a mistake, each with its line."""


def read_candidate(path: Path) -> Candidate:
    """Read and validate a candidate file. Raises CandidateFileError."""
    document, source = read_toml(path, _ABSENT, CandidateFileError)
    return validate_candidate(document, str(path), source).model_copy(update=_resolved(document, path.parent))


def validate_candidate(document: Mapping[str, Any], name: str, source: str = "") -> Candidate:
    """Validate the parsed content of a candidate file. Raises CandidateFileError."""
    try:
        return Candidate.model_validate(document)
    except ValidationError as error:
        raise CandidateFileError(mistakes(error, Candidate, name, source)) from None


def _resolved(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    candidate = Candidate.model_validate(document)
    resolved: dict[str, Any] = {"tls": _in_folder(candidate.tls, folder)}
    if candidate.sso is not None:
        sso = _in_folder(candidate.sso, folder)
        local = None if sso.local is None else _in_folder(sso.local, folder)
        driver = str(folder / sso.driver) if sso.driver else ""
        resolved["sso"] = sso.model_copy(update={"local": local, "driver": driver})
    return resolved


def _in_folder(table: AnyTable, folder: Path) -> AnyTable:
    """A table whose paths start in a folder."""
    return table.model_copy(
        update={key: folder / value for key, value in dict(table).items() if isinstance(value, Path)}
    )
