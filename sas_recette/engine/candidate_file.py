"""Reading `recette.toml`: every mistake at once, each with its line, the nearest known key and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from sas_recette.engine.attachments import Mistake, declaration_mistakes
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.declared import Joining
from sas_recette.engine.test_data import Table
from sas_recette.engine.toml_file import line_of, mistakes, read_toml
from sas_recette.errors import UserError

AnyTable = TypeVar("AnyTable", bound=Table)
AnyJoining = TypeVar("AnyJoining", bound=Joining)

_ABSENT: Final = "ce fichier n’existe pas. «\u00a0sas-recette init\u00a0» en écrit un, commenté."


class CandidateFileError(UserError):
    """`recette.toml` cannot be used. The message is French, a sentence a mistake, each with its line."""


def read_candidate(path: Path) -> Candidate:
    """Read and validate a candidate file. Raises CandidateFileError."""
    document, source = read_toml(path, _ABSENT, CandidateFileError)
    candidate = validate_candidate(document, str(path), source).model_copy(update=_resolved(document, path.parent))
    told = [_told(mistake, str(path), source) for mistake in declaration_mistakes(candidate)]
    if told:
        raise CandidateFileError("\n".join(told))
    return candidate


def validate_candidate(document: Mapping[str, Any], name: str, source: str = "") -> Candidate:
    """Validate the parsed content of a candidate file. Raises CandidateFileError."""
    try:
        return Candidate.model_validate(document)
    except ValidationError as error:
        raise CandidateFileError(mistakes(error, Candidate, name, source)) from None


def _told(mistake: Mistake, name: str, source: str) -> str:
    line = line_of(source, *mistake.place)
    return f"{name}, ligne {line}\u00a0: {mistake.reason}." if line else f"{name}\u00a0: {mistake.reason}."


def _resolved(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    candidate = Candidate.model_validate(document)
    given = {name: _in_folder(one, folder) for name, one in candidate.tls.negatives.given()}
    negatives = candidate.tls.negatives.model_copy(update=given)
    resolved: dict[str, Any] = {"tls": _in_folder(candidate.tls, folder).model_copy(update={"negatives": negatives})}
    if candidate.sso is not None:
        sso = _in_folder(candidate.sso, folder)
        local = None if sso.local is None else _in_folder(sso.local, folder)
        driver = str(folder / sso.driver) if sso.driver else ""
        resolved["sso"] = sso.model_copy(update={"local": local, "driver": driver})
    if candidate.security.lockout is not None:
        lockout = _in_folder(candidate.security.lockout, folder)
        resolved["security"] = candidate.security.model_copy(update={"lockout": lockout})
    resolved["attestations"] = tuple(_joined_in(one, folder) for one in candidate.attestations)
    resolved["pieces"] = tuple(_joined_in(one, folder) for one in candidate.pieces)
    return resolved


def _joined_in(table: AnyJoining, folder: Path) -> AnyJoining:
    """A table whose attachments start in a folder."""
    return table.model_copy(update={"attachments": tuple(folder / one for one in table.attachments)})


def _in_folder(table: AnyTable, folder: Path) -> AnyTable:
    """A table whose paths start in a folder."""
    return table.model_copy(
        update={key: folder / value for key, value in dict(table).items() if isinstance(value, Path)}
    )
