"""Pièces à joindre: what becomes of each, from answers, documents and what the campaign examined."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from sas_recette.engine.result import Attestation, CampaignResult, JoinedPiece, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.checklist import State, checklist, concerns_referencing, documents
from sas_recette.exchange.model import Attachment
from sas_recette.norm.requirements import load_catalogue
from tests.evidence.sample import campaign as sample

DOCUMENT: Final = Attachment("pieces/SEC-022-1-hds.pdf", "hds.pdf", 10, "a" * 64)
REGISTER: Final = Attachment("pieces/rgpd-1-registre.pdf", "registre.pdf", 20, "b" * 64)


def answered(name: str, answer: str, statement: str = "", *joined: Attachment, comment: str = "") -> RequirementResult:
    verdicts = {"oui": Verdict.CONFORME, "non": Verdict.NON_CONFORME, "sans objet": Verdict.SANS_OBJET}
    said = Attestation(name, answer, "Zoé", statement, comment=comment, attachments=joined)
    return RequirementResult(load_catalogue()[name], verdicts[answer], "", 0, (), ("REF-S05",), said)


def campaign(*results: RequirementResult, pieces: tuple[JoinedPiece, ...] = ()) -> CampaignResult:
    asked = ScenarioResult(
        "REF-S05", "Essai", "REFERENCEMENT", "Essai", (), (), (), ("REF-011",), Verdict.CONFORME, "", (), (), None, 0.0
    )
    return replace(sample(), requirements=results, scenarios=(asked,), pieces=pieces)


def state(piece: str, result: CampaignResult) -> State:
    return next(one.state for one in checklist(result) if one.piece.id == piece)


def test_a_campaign_of_other_flows_has_no_list() -> None:
    assert not concerns_referencing(sample())
    assert checklist(sample()) == ()


@pytest.mark.parametrize(
    ("piece", "results", "expected"),
    [
        ("hds", [answered("SEC-022", "oui", "", DOCUMENT)], State.JOINED),
        ("hds", [answered("SEC-022", "oui", "Certifié.")], State.DECLARED),
        ("hds", [answered("SEC-022", "non")], State.TO_JOIN),
        ("hds", [answered("SEC-022", "sans objet", "Rien n’est hébergé.")], State.WITHOUT_OBJECT),
        ("hds", [], State.TO_JOIN),
        ("support", [answered("REF-016", "oui", "De 8 h à 20 h.")], State.DESCRIBED),
        ("support", [answered("REF-016", "oui", "", comment="De 8 h à 20 h.")], State.DESCRIBED),
        ("mfa-blocage", [answered("SEC-023", "oui", "Par carte."), answered("SEC-024", "oui")], State.DECLARED),
        ("mfa-blocage", [answered("SEC-023", "oui", "Par carte."), answered("SEC-024", "oui", "5.")], State.DESCRIBED),
        ("mfa-blocage", [answered("SEC-023", "sans objet", "x"), answered("SEC-024", "oui", "5.")], State.DESCRIBED),
        ("certificat", [], State.TO_JOIN),
    ],
)
def test_what_becomes_of_a_piece(piece: str, results: list[RequirementResult], expected: State) -> None:
    assert state(piece, campaign(*results)) is expected


def test_what_the_campaign_saw_stands_for_a_document() -> None:
    seen = RequirementResult(load_catalogue()["SEC-019"], Verdict.CONFORME, "", 3, (), ("RDV-S01",))
    assert state("certificat", campaign(seen)) is State.SHOWN
    assert state("certificat", campaign(replace(seen, examined=0))) is State.TO_JOIN
    assert state("certificat", campaign(replace(seen, verdict=Verdict.NON_CONFORME))) is State.TO_JOIN


def test_a_piece_may_be_joined_for_itself() -> None:
    result = campaign(answered("SEC-022", "oui", "", DOCUMENT), pieces=(JoinedPiece("rgpd", "Extrait.", (REGISTER,)),))
    assert state("rgpd", result) is State.JOINED
    assert [(one.proves, one.document) for one in documents(result)] == [("SEC-022", DOCUMENT), ("rgpd", REGISTER)]
    (register,) = (one for one in checklist(result) if one.piece.id == "rgpd")
    assert (register.documents, register.said) == ((REGISTER,), ("Extrait.",))


def test_the_list_is_the_whole_list_of_the_specification() -> None:
    assert [one.piece.id for one in checklist(campaign())][:3] == ["convention", "points-acces", "certificat"]
    assert len(checklist(campaign())) == 13
    assert sum(one.state.missing for one in checklist(campaign())) == 13
