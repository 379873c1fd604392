"""Reading `recette.toml`: every mistake at once, each with its line, the nearest known key and what is expected."""

from __future__ import annotations

import errno
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.test_data import Table
from sas_recette.errors import UserError

AnyTable = TypeVar("AnyTable", bound=Table)

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
_UNREADABLE: Final[Mapping[int, str]] = {
    errno.EACCES: "accès refusé à ce fichier",
    errno.EISDIR: "c’est un dossier, un fichier est attendu",
}
_TOML: Final[Mapping[str, str]] = {
    "Expected '=' after a key": "un «\u00a0=\u00a0» est attendu après la clé",
    "Invalid value": "la valeur est illisible (un texte se met entre guillemets)",
    "Invalid statement": "ni clé ni table ne se lit ici",
    "Invalid initial character": "une clé est attendue ici",
    "Cannot overwrite a value": "cette clé est donnée deux fois",
    "Cannot declare": "cette table est donnée deux fois",
    "Unterminated": "il manque le guillemet de fin",
    "Unclosed": "il manque le crochet de fin",
    "Illegal character": "un caractère interdit (souvent un guillemet oublié en fin de ligne)",
    "Expected newline": "rien n’est attendu après la valeur sur la même ligne",
    "Expected ']": "il manque un crochet fermant",
    "Unescaped '\\'": "une barre oblique inverse se double, ou s’écrit entre apostrophes",
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
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CandidateFileError(
            f"{path}, ligne {line}\u00a0: le fichier n’est pas en UTF-8\u00a0; enregistrez-le dans cet encodage."
        ) from None
    except OSError as error:
        raise CandidateFileError(f"{path}\u00a0: {_UNREADABLE.get(error.errno or 0, 'fichier illisible')}.") from None
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise CandidateFileError(_not_toml(path, str(error), source)) from None
    return validate_candidate(document, str(path), source).model_copy(update=_resolved(document, path.parent))


def _not_toml(path: Path, message: str, source: str) -> str:
    """What tomllib says, in French; the place first, as an editor of text shows it."""
    said, found = message, re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    place = f"ligne {source.count(chr(10)) + 1}"
    if found:
        said = found[1]
        place = f"ligne {found[2]}, colonne {found[3]}" if found[2] else place
    reason = next(
        (french for english, french in _TOML.items() if said.startswith(english)), "la syntaxe est incorrecte"
    )
    return f"{path}, {place}\u00a0: ce n’est pas du TOML\u00a0: {reason}."


def validate_candidate(document: Mapping[str, Any], name: str, source: str = "") -> Candidate:
    """Validate the parsed content of a candidate file. Raises CandidateFileError."""
    try:
        return Candidate.model_validate(document)
    except ValidationError as error:
        problems = list(_own_problems(error.errors(include_url=False)))
        raise CandidateFileError("\n".join(_sentence(problem, name, source) for problem in problems)) from None


def _own_problems(problems: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Without the lists that are called empty because each of their values is refused already."""
    for problem in problems:
        place = problem["loc"]
        inside = any(other is not problem and other["loc"][: len(place)] == place for other in problems)
        if problem["type"] != "too_short" or not inside:
            yield problem


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


def _sentence(problem: ErrorDetails, name: str, source: str) -> str:
    steps = [step for step in problem["loc"] if not str(step).startswith(("function-", "literal["))]
    written = ".".join(str(step) for step in steps)
    line = _line(source, steps)
    place = f"{name}, ligne {line}" if line else name
    subject = f"{written}\u00a0: " if written else ""
    return f"{place}\u00a0: {subject}{_reason(problem, steps)}."


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
    if kind == "greater_than_equal":
        return f"{problem.get('ctx', {}).get('ge')} au moins est attendu"
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
    start = 0
    best: int | None = None
    for depth in range(len(steps), 0, -1):
        names = [step for step in steps[:depth] if isinstance(step, str)]
        indexes = [step for step in steps[:depth] if isinstance(step, int)]
        rank = indexes[-1] if indexes else 0
        headers = [number for number, line in enumerate(lines) if _header(line) == ".".join(names)]
        if len(headers) > rank:
            start, best = headers[rank] + 1, headers[rank] + 1
            break
    rest = next((step for step in reversed(steps) if isinstance(step, str)), "")
    key = re.compile(rf"\s*\"?{re.escape(rest)}\"?\s*=")
    for number in range(start, len(lines)):
        if _header(lines[number]):
            break
        if key.match(lines[number]):
            return number + 1
    return best


def _header(line: str) -> str:
    found = re.fullmatch(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?", line)
    return found[1] if found else ""
