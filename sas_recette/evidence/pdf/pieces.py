"""The dossier of a référencement in the procès-verbal: pieces, documents and their digests, service, circuit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.pdf.printable import Plain
from sas_recette.evidence.reading.checklist import checklist, documents
from sas_recette.evidence.reading.french import count, size
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.service import commitments
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.pieces import CIRCUIT, GUIDANCE, TITLES, Step
from sas_recette.norm.typography import NBSP

_LONGEST: Final = 300


def pieces_view(result: CampaignResult, recorded: Recorded) -> Mapping[str, Plain]:
    """Rows of texts; empty lists when the campaign is not about a référencement."""
    pieces = checklist(result)
    missing = sum(one.state.missing for one in pieces)
    return {
        "count": f"{count(missing, 'pièce reste à joindre', 'pièces restent à joindre')}."
        if missing
        else "Aucune pièce ne reste à joindre.",
        "list": [
            [
                f"{one.piece.title}\n{one.piece.contents}",
                one.state.value,
                ", ".join(one.piece.requirements) or one.piece.shown_by or "—",
                "\n".join(one_line(each.path, _LONGEST) for each in one.documents) or "—",
            ]
            for one in pieces
        ],
        "documents": [
            [
                _document(joined.document.name, joined.document.path, recorded),
                TITLES.get(joined.proves, joined.proves),
                size(joined.document.size),
                joined.document.sha256,
            ]
            for joined in documents(result)
        ],
        "service": [list(fact) for fact in commitments(result)],
        "guidance": GUIDANCE if pieces else "",
        "circuit": [_step(step) for step in CIRCUIT] if pieces else [],
    }


def _document(name: str, path: str, recorded: Recorded) -> str:
    why = recorded.altered.get(path, "")
    lines = [one_line(name, _LONGEST), one_line(path, _LONGEST)]
    return "\n".join([*lines, f"Cette pièce n’est pas celle du journal{NBSP}: {why}."] if why else lines)


def _step(step: Step) -> str:
    return f"{step.title} ({step.actor}{f'{NBSP}; {step.documents}' if step.documents else ''})"
