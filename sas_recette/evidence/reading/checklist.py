"""Pièces à joindre: which documents of the dossier are there, and which the editor still has to add (referencing.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sas_recette.engine.result import Attestation, CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.model import Attachment
from sas_recette.norm.pieces import PIECES, Piece
from sas_recette.norm.requirements import Flow


class State(StrEnum):
    """What becomes of a piece, in the words of the page; what asks for an action comes first."""

    TO_JOIN = "à joindre"
    DECLARED = "déclarée, document à joindre"
    DESCRIBED = "décrite dans les réponses"
    SHOWN = "constatée par la campagne"
    JOINED = "jointe"
    WITHOUT_OBJECT = "sans objet"

    @property
    def missing(self) -> bool:
        """Whether the editor still has to add a document."""
        return self in {State.TO_JOIN, State.DECLARED}


_LIKE: Final[Mapping[State, Verdict]] = {
    State.TO_JOIN: Verdict.A_ATTESTER,
    State.DECLARED: Verdict.A_ATTESTER,
    State.DESCRIBED: Verdict.CONFORME,
    State.SHOWN: Verdict.CONFORME,
    State.JOINED: Verdict.CONFORME,
    State.WITHOUT_OBJECT: Verdict.SANS_OBJET,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A piece, what became of it, the documents joined for it, and what persons said of it (answers and comments)."""

    piece: Piece
    state: State
    documents: tuple[Attachment, ...]
    said: tuple[str, ...]

    @property
    def like(self) -> Verdict:
        """The verdict whose sign and tint the state borrows; its own words say it."""
        return _LIKE[self.state]


@dataclass(frozen=True, slots=True)
class Joined:
    """A document, with what it proves: a requirement, or a piece of the dossier."""

    proves: str
    document: Attachment


def concerns_referencing(result: CampaignResult) -> bool:
    """Whether a campaign is about a référencement: it plays its flow, or documents were joined."""
    return bool(documents(result)) or any(one.flow == Flow.REFERENCEMENT for one in result.scenarios)


def checklist(result: CampaignResult) -> tuple[Checked, ...]:
    """Every piece, in the order of the specification; none when the campaign is not about a référencement."""
    if not concerns_referencing(result):
        return ()
    requirements = {one.requirement.id: one for one in result.requirements}
    return tuple(_checked(piece, requirements, result) for piece in PIECES)


def documents(result: CampaignResult) -> tuple[Joined, ...]:
    """Every document that was joined, in the order of the requirements, then of the pieces."""
    answers = [one.attestation for one in result.requirements if one.attestation is not None]
    return (
        *(Joined(answer.requirement, each) for answer in answers for each in answer.attachments),
        *(Joined(piece.piece, each) for piece in result.pieces for each in piece.attachments),
    )


def _checked(piece: Piece, requirements: Mapping[str, RequirementResult], result: CampaignResult) -> Checked:
    known = [requirements[name] for name in piece.requirements if name in requirements]
    answers = [one.attestation for one in known if one.attestation is not None]
    free = [one for one in result.pieces if one.piece == piece.id]
    joined = (
        *(each for answer in answers for each in answer.attachments),
        *(each for one in free for each in one.attachments),
    )
    said = (*(text for answer in answers for text in _texts(answer)), *(one.comment for one in free if one.comment))
    return Checked(piece, _state(piece, known, answers, bool(joined), requirements), joined, said)


def _state(
    piece: Piece,
    known: list[RequirementResult],
    answers: list[Attestation],
    joined: bool,
    requirements: Mapping[str, RequirementResult],
) -> State:
    shown = requirements.get(piece.shown_by)
    if joined:
        return State.JOINED
    if shown is not None and shown.verdict is Verdict.CONFORME and shown.examined:
        return State.SHOWN
    if known and all(one.verdict is Verdict.SANS_OBJET for one in known):
        return State.WITHOUT_OBJECT
    if not any(answer.answer == "oui" for answer in answers):
        return State.TO_JOIN
    answered = all(one.attestation is not None and _texts(one.attestation) for one in known)
    return State.DESCRIBED if piece.described and answered else State.DECLARED


def _texts(answer: Attestation) -> tuple[str, ...]:
    return tuple(text for text in (answer.statement, answer.comment) if text.strip())
