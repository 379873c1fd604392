"""Which declarations are asked of a candidate: the preconditions of the catalogue, held against its file."""

from __future__ import annotations

from typing import Final

from sas_recette.engine.candidate import Candidate

LIST_OF_ASSOCIATIONS: Final = "REF-018"
_OF_SOS: Final = frozenset({LIST_OF_ASSOCIATIONS, "REF-023", "REF-024"})
_OF_SONS: Final = frozenset({"REF-022"})


def out_of_question(candidate: Candidate, requirement: str) -> str:
    """Why a declaration is not asked of a candidate, a French clause; empty when it is (the catalogue's preconditions)."""
    if requirement in _OF_SONS and not candidate.referencing.sons:
        return "le référencement SONS n’est pas visé ([referencing], sons = true)"
    if requirement in _OF_SOS and "sos" not in candidate.use_cases:
        return "la solution ne déclare pas le cas d’usage «\u00a0sos\u00a0» (use_cases)"
    if requirement != LIST_OF_ASSOCIATIONS or answered(candidate, requirement):
        return ""
    if candidate.associations.equipped:
        return "la liste est donnée (associations.equipped)\u00a0: SOS1-74 l’éprouve"
    return "INT_SOS-transco est à l’étude\u00a0: aucune liste n’est encore attendue"


def answered(candidate: Candidate, requirement: str) -> bool:
    """Whether a person answered to a requirement in the candidate file."""
    return any(one.requirement == requirement for one in candidate.attestations)
