"""Every declarative row of the catalogue: what each answer makes of it, and the scenario that asks it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.judging import Evidence, Norm, judge_scenario, requirement_results
from sas_recette.engine.result import RequirementResult
from sas_recette.engine.scenario import load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.model import Attachment, Remark, RemarkKind
from sas_recette.norm.pieces import PIECES, expected_evidence
from sas_recette.norm.requirements import Flow, How, Requirement, load_catalogue
from sas_recette.rules.facts import Facts
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

CATALOGUE: Final = load_catalogue()
NORM: Final = Norm(CATALOGUE, "1.2.0", Facts())
DECLARATIVE: Final = [one for one in CATALOGUE.values() if one.how is How.DECLARATIVE]
JOINED: Final = Attachment("pieces/X-1-a.pdf", "a.pdf", 3, "0" * 64)
FLOWS: Final = (Flow.REFERENCEMENT, Flow.SECURITE, Flow.PERFORMANCE)


def row(one: Requirement) -> str:
    return one.id


def judged(requirement: Requirement, *remarks: Remark) -> RequirementResult:
    """The verdict of a row in the scenario that asks it."""
    asking = next(each for each in load_scenarios().values() if requirement.id in each.requirements)
    result = judge_scenario(asking, Evidence([], [], remarks), NORM)
    return next(each for each in requirement_results([result], CATALOGUE) if each.requirement.id == requirement.id)


def answered(requirement: Requirement, answer: str, text: str, *joined: Attachment) -> RequirementResult:
    remark = Remark("X", RemarkKind.ATTESTED, text, (requirement.id,), answer, "Zoé", attachments=joined)
    return judged(requirement, remark)


@pytest.mark.parametrize("one", DECLARATIVE, ids=row)
def test_each_answer_has_its_verdict(one: Requirement) -> None:
    refused = Verdict.NON_CONFORME if one.level.binding else Verdict.RESERVE
    assert answered(one, "oui", "Fait.").verdict is Verdict.CONFORME
    assert answered(one, "oui", "", JOINED).verdict is Verdict.CONFORME
    assert answered(one, "non", "").verdict is refused
    assert answered(one, "non", "Pas encore.", JOINED).verdict is refused
    assert answered(one, "sans objet", "Un seul établissement.").verdict is Verdict.SANS_OBJET
    assert judged(one).verdict is Verdict.A_ATTESTER


@pytest.mark.parametrize("one", DECLARATIVE, ids=row)
def test_an_answer_without_its_proof_does_not_count(one: Requirement) -> None:
    bare = answered(one, "oui", " ")
    assert bare.verdict is Verdict.A_ATTESTER
    assert expected_evidence(one.id) in bare.reason
    without_reason = answered(one, "sans objet", "", JOINED)
    assert without_reason.verdict is Verdict.A_ATTESTER
    assert "donnez la raison" in without_reason.reason


def test_what_is_joined_is_told() -> None:
    found = answered(CATALOGUE["SEC-022"], "oui", "Certificat de l’hébergeur.", JOINED)
    assert found.reason.endswith("Certificat de l’hébergeur. Pièces jointes\u00a0: pieces/X-1-a.pdf.")
    assert found.attestation is not None
    assert found.attestation.attachments == (JOINED,)


def test_the_evidence_named_by_the_specification_is_asked_for() -> None:
    hds = expected_evidence("SEC-022")
    for word in ("Titulaire", "activités", "organisme", "numéro", "dates", "sites"):
        assert word in hds
    assert {name for piece in PIECES for name in piece.requirements} <= set(CATALOGUE)
    assert {piece.shown_by for piece in PIECES} - {""} <= set(CATALOGUE)
    assert len({piece.id for piece in PIECES}) == 13


def played(flow: Flow, folder: Path, **changes: object) -> Campaign:
    declared = validate_candidate({**candidate_document(FHIR_BASE, {}, NOW), **changes}, "essai")
    return campaign(StandIn(REFERENCE), folder, flow, declared=declared, played=_of_declarations(flow))


def _of_declarations(flow: Flow) -> tuple[str, ...]:
    catalogue = load_catalogue()
    return tuple(
        one.id.rpartition("-")[2]
        for one in load_scenarios().values()
        if one.flow is flow and all(catalogue[name].how is How.DECLARATIVE for name in one.requirements)
    )


@pytest.mark.parametrize("flow", FLOWS)
def test_the_reference_editor_answers_everything(flow: Flow, tmp_path: Path) -> None:
    seen = played(flow, tmp_path)
    assert set(seen.requirements) >= {one.id for one in DECLARATIVE if flow in one.flows}
    assert {one.verdict for one in seen.requirements.values()} == {Verdict.CONFORME, Verdict.SANS_OBJET}


def test_silence_leaves_everything_to_attest(tmp_path: Path) -> None:
    seen = played(Flow.REFERENCEMENT, tmp_path, attestations=[], referencing={"sons": True})
    assert seen.having(Verdict.SANS_OBJET) == {"REF-018"}
    assert seen.having(Verdict.A_ATTESTER) == set(seen.requirements) - {"REF-018"}


def test_what_is_out_of_the_scope_is_not_asked(tmp_path: Path) -> None:
    seen = played(Flow.REFERENCEMENT, tmp_path, attestations=[], use_cases=["ps"])
    assert seen.having(Verdict.SANS_OBJET) == {"REF-018", "REF-022", "REF-023", "REF-024"}
    assert "sos" in seen.requirements["REF-023"].reason
    assert "sons = true" in seen.requirements["REF-022"].reason


def test_an_answer_does_not_bring_back_what_is_out_of_the_scope(tmp_path: Path) -> None:
    said = {"requirement": "REF-022", "answer": "non", "person": "Zoé"}
    seen = played(Flow.REFERENCEMENT, tmp_path, attestations=[said])
    assert seen.requirements["REF-022"].verdict is Verdict.SANS_OBJET
    aimed = played(Flow.REFERENCEMENT, tmp_path / "sons", attestations=[said], referencing={"sons": True})
    assert aimed.requirements["REF-022"].verdict is Verdict.NON_CONFORME


def test_what_is_answered_is_recorded_whole(tmp_path: Path) -> None:
    said = {
        "requirement": "REF-014",
        "answer": "oui",
        "person": "Zoé Martin",
        "statement": "Kit de 12 pages.",
        "date": "2026-06-01",
        "comment": "Version 2.",
    }
    answer = played(Flow.REFERENCEMENT, tmp_path, attestations=[said]).requirements["REF-014"].attestation
    assert answer is not None
    assert (answer.person, answer.date, answer.comment) == ("Zoé Martin", "2026-06-01", "Version 2.")


def test_every_declarative_row_has_a_scenario() -> None:
    named = {name for one in load_scenarios().values() for name in one.requirements}
    assert {one.id for one in DECLARATIVE} <= named


def candidate(**changes: object) -> Candidate:
    return validate_candidate({**candidate_document(FHIR_BASE, {}, NOW), **changes}, "essai")


def test_the_identification_of_the_dossier_is_optional() -> None:
    identity = candidate().candidate
    assert "siren" not in identity.named
    document = dict(candidate_document(FHIR_BASE, {}, NOW)["candidate"])
    document |= {"siren": "552 100 554", "commit": "4f2a", "testers": ["Zoé", "Léo"]}
    named = candidate(candidate=document).candidate.named
    assert (named["siren"], named["commit"], named["tester"]) == ("552100554", "4f2a", "Zoé, Léo")
