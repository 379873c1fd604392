"""What a candidate file leaves unanswered among the declarations of its scope, and the text that answers one."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import tomli_w

from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import CandidateFileError, read_candidate, validate_candidate
from sas_recette.engine.declaration_scope import answered, out_of_question
from sas_recette.engine.declared import Attestation
from sas_recette.engine.scenario import Scenario
from sas_recette.norm.requirements import Catalogue, How, Requirement


def unanswered(
    candidate: Candidate, scenarios: Iterable[Scenario], catalogue: Catalogue, asked: Iterable[str] = ()
) -> tuple[Requirement, ...]:
    """The declarations of a candidate's scope that nobody answered, in the order of the catalogue.

    With `asked`, those requirements only, whether a declaration or what a person verifies.
    """
    wanted = set(asked)
    named = {name for one in scenarios if one.in_scope(candidate.scope) for name in one.requirements}
    return tuple(
        one
        for one in catalogue.values()
        if one.id in (wanted or named)
        and (wanted or one.how is How.DECLARATIVE)
        and not answered(candidate, one.id)
        and not out_of_question(candidate, one.id)
    )


def block(answer: Attestation) -> str:
    """An answer as a table of a candidate file, what is empty left out."""
    written: Mapping[str, object] = {
        "requirement": answer.requirement,
        "answer": answer.answer,
        "person": answer.person,
        "date": answer.date,
        "statement": answer.statement,
        "comment": answer.comment,
        "attachments": [str(path) for path in answer.attachments],
    }
    return "\n[[attestations]]\n" + tomli_w.dumps({key: value for key, value in written.items() if value})


def append(path: Path, text: str) -> Candidate:
    """Add a table at the end of a candidate file, and read it again. What the file holds already is not touched.

    Raises CandidateFileError before anything is written, when the file would not be readable with it; OSError.
    """
    before = path.read_bytes()
    addition = (b"" if not before or before.endswith(b"\n") else b"\n") + text.encode()
    try:
        validate_candidate(tomllib.loads((before + addition).decode()), str(path))
    except tomllib.TOMLDecodeError:
        raise CandidateFileError(
            f"{path}\u00a0: une réponse ne peut pas être ajoutée à la fin de ce fichier\u00a0; écrivez les réponses sous la forme "
            "[[attestations]], et non attestations = […]."
        ) from None
    with path.open("ab") as stream:
        stream.write(addition)
        stream.flush()
        os.fsync(stream.fileno())
    return read_candidate(path)
