"""Reading `recette.toml`: every mistake at once, each with its line, the nearest known key and what is expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sas_recette.engine.candidate import Candidate
from sas_recette.errors import UserError

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "la clé est obligatoire et manque",
    "string_type": "une chaîne entre guillemets est attendue",
    "string_too_short": "une valeur est attendue, elle est vide",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "bool_type": "true ou false est attendu",
    "bool_parsing": "true ou false est attendu",
    "tuple_type": "une liste entre crochets est attendue",
    "too_short": "la liste ne peut pas être vide",
    "model_type": "une table est attendue",
    "path_type": "un chemin entre guillemets est attendu",
    "url_parsing": "ce n’est pas une URL",
    "url_scheme": "une URL en https:// est attendue",
}


class CandidateFileError(UserError):
    """`recette.toml` cannot be used. The message is French, a sentence a mistake, each with its line."""


def read_candidate(path: Path) -> Candidate:
    """Read and validate a candidate file. Raises CandidateFileError."""
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CandidateFileError(
            f"{path}\u00a0: ce fichier n’existe pas. «\u00a0sas-recette init\u00a0» en écrit un, commenté."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CandidateFileError(f"{path}\u00a0: fichier illisible ({error}).") from None
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise CandidateFileError(f"{path}\u00a0: ce n’est pas du TOML ({error}).") from None
    return validate_candidate(document, str(path), source).model_copy(update=_resolved(document, path.parent))


def validate_candidate(document: Mapping[str, Any], name: str, source: str = "") -> Candidate:
    """Validate the parsed content of a candidate file. Raises CandidateFileError."""
    try:
        return Candidate.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise CandidateFileError("\n".join(_sentence(problem, name, source) for problem in problems)) from None


def _resolved(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    candidate = Candidate.model_validate(document)
    paths = {key: folder / value for key, value in candidate.tls.model_dump().items() if isinstance(value, Path)}
    return {"tls": candidate.tls.model_copy(update=paths)}


def _sentence(problem: ErrorDetails, name: str, source: str) -> str:
    steps = [step for step in problem["loc"] if not str(step).startswith(("function-", "literal["))]
    written = ".".join(str(step) for step in steps)
    line = _line(source, steps)
    place = f"{name}, ligne {line}" if line else name
    return f"{place}\u00a0: {written}\u00a0: {_reason(problem, steps)}."


def _reason(problem: ErrorDetails, steps: list[str | int]) -> str:
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = _known_keys(Candidate, steps[:-1])
        nearest = get_close_matches(str(steps[-1]), known, n=1, cutoff=0.5)
        if nearest:
            return f"clé inconnue\u00a0; la plus proche est «\u00a0{nearest[0]}\u00a0»"
        return f"clé inconnue\u00a0; clés admises ici\u00a0: {', '.join(known)}"
    if kind == "literal_error":
        expected = problem.get("ctx", {}).get("expected", "").replace(" or ", ", ").replace("'", "")
        return f"«\u00a0{problem['input']}\u00a0» n’est pas admis\u00a0; valeurs possibles\u00a0: {expected}"
    if kind == "value_error":
        return str(problem.get("ctx", {}).get("error", problem["msg"]))
    return _SENTENCES.get(kind, f"valeur refusée ({problem['msg']})")


def _known_keys(model: type[BaseModel], steps: list[str | int]) -> list[str]:
    current: type[BaseModel] | None = model
    for step in steps:
        if current is not None and isinstance(step, str) and step in current.model_fields:
            current = next(_models(current.model_fields[step].annotation), None)
    return list(current.model_fields) if current else []


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, Union, UnionType):
        for inner in get_args(annotation):
            yield from _models(inner)


def _line(source: str, steps: list[str | int]) -> int | None:
    """Line of a key, or of the nearest table that holds it, as the file is written."""
    lines = source.splitlines()
    start, rank = 0, 0
    best: int | None = None
    for depth in range(len(steps), 0, -1):
        names = [step for step in steps[:depth] if isinstance(step, str)]
        indexes = [step for step in steps[:depth] if isinstance(step, int)]
        rank = indexes[-1] if indexes else 0
        headers = [number for number, line in enumerate(lines) if _header(line) == ".".join(names)]
        if len(headers) > rank:
            start, best = headers[rank] + 1, headers[rank] + 1
            break
    rest = str(steps[-1]) if steps else ""
    key = re.compile(rf"\s*\"?{re.escape(rest)}\"?\s*=")
    for number in range(start, len(lines)):
        if number > start and _header(lines[number]):
            break
        if key.match(lines[number]):
            return number + 1
    return best


def _header(line: str) -> str:
    found = re.fullmatch(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?", line)
    return found[1] if found else ""
