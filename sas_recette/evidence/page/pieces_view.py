"""The dossier of a référencement on the page: pieces, documents joined, commitments of service, circuit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.checklist import Checked, checklist, documents
from sas_recette.evidence.reading.french import size
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.service import commitments
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.pieces import CIRCUIT, GUIDANCE, TITLES, Step


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document. `href` is empty where the folder does not hold it as the journal tells it: `fault` then says why."""

    proves: Link
    name: str
    path: str
    href: str
    size: str
    sha256: str
    fault: str


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece of the list, with the requirements whose declaration it proves."""

    checked: Checked
    requirements: tuple[str, ...]
    documents: tuple[DocumentView, ...]


@dataclass(frozen=True, slots=True)
class DossierView:
    """The whole section; false when the campaign is not about a référencement."""

    pieces: tuple[PieceView, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    service: tuple[tuple[str, str], ...] = ()
    circuit: Sequence[Step] = CIRCUIT
    guidance: str = GUIDANCE

    def __bool__(self) -> bool:
        return bool(self.pieces or self.service)

    @property
    def missing(self) -> int:
        """How many pieces the editor still has to join."""
        return sum(one.checked.state.missing for one in self.pieces)


def view_pieces(result: CampaignResult, recorded: Recorded, requirements: Mapping[str, Link]) -> DossierView:
    """Gather the section; `requirements` are the links of the page."""
    shown = tuple(
        DocumentView(
            proves=requirements.get(joined.proves, Link("", TITLES.get(joined.proves, joined.proves))),
            name=joined.document.name,
            path=joined.document.path,
            href=joined.document.path if joined.document.path in recorded.documents else "",
            size=size(joined.document.size),
            sha256=joined.document.sha256,
            fault=recorded.altered.get(joined.document.path, ""),
        )
        for joined in documents(result)
    )
    by_path = {one.path: one for one in shown}
    pieces = tuple(
        PieceView(one, one.piece.requirements, tuple(by_path[each.path] for each in one.documents))
        for one in checklist(result)
    )
    return DossierView(pieces, shown, commitments(result))
