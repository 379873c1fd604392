"""Reading a TOML file that a user wrote: every mistake at once, each with its line, the nearest known key, what is expected."""

from __future__ import annotations

import errno
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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
    "date_type": "une date s’écrit sans guillemets, par exemple 2026-12-31",
    "date_from_datetime_inexact": "une date s’écrit sans heure, par exemple 2026-12-31",
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


def read_toml(path: Path, absent: str, error: type[UserError]) -> tuple[dict[str, Any], str]:
    """The content of a TOML file, parsed and as it is written. Raises `error`, with `absent` when there is no such file."""
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error(f"{path}\u00a0: {absent}") from None
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise error(
            f"{path}, ligne {line}\u00a0: le fichier n’est pas en UTF-8\u00a0; enregistrez-le dans cet encodage."
        ) from None
    except OSError as fault:
        raise error(f"{path}\u00a0: {_UNREADABLE.get(fault.errno or 0, 'fichier illisible')}.") from None
    try:
        return tomllib.loads(source), source
    except tomllib.TOMLDecodeError as fault:
        raise error(_not_toml(path, str(fault), source)) from None


def mistakes(fault: ValidationError, model: type[BaseModel], name: str, source: str) -> str:
    """What a model refuses of a file, a French sentence a line. `name` and `source` are the file's name and text."""
    problems = _own_problems(fault.errors(include_url=False))
    return "\n".join(_sentence(problem, model, name, source) for problem in problems)


def line_of(source: str, *steps: str | int) -> int | None:
    """The line of a key, or of the nearest table that holds it, as a file is written; from 1."""
    return _line(source, list(steps))


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


def _own_problems(problems: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Without the lists that are called empty because each of their values is refused already."""
    for problem in problems:
        place = problem["loc"]
        inside = any(other is not problem and other["loc"][: len(place)] == place for other in problems)
        if problem["type"] != "too_short" or not inside:
            yield problem


def _sentence(problem: ErrorDetails, model: type[BaseModel], name: str, source: str) -> str:
    steps = [step for step in problem["loc"] if not str(step).startswith(("function-", "literal["))]
    written = ".".join(str(step) for step in steps)
    line = _line(source, steps)
    place = f"{name}, ligne {line}" if line else name
    subject = f"{written}\u00a0: " if written else ""
    return f"{place}\u00a0: {subject}{_reason(problem, model, steps)}."


def _reason(problem: ErrorDetails, model: type[BaseModel], steps: list[str | int]) -> str:
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = _known_keys(model, steps[:-1])
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
