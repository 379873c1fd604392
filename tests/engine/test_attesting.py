"""What a file leaves unanswered, and the text that answers."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.engine.attesting import append, block, unanswered
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import CandidateFileError, read_candidate, validate_candidate
from sas_recette.engine.declared import Attestation
from sas_recette.engine.scenario import load_scenarios
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import plain_document, write_candidate

YES = {"requirement": "REF-001", "answer": "oui", "person": "Zoé", "statement": "Fait."}


def candidate(**tables: object) -> Candidate:
    return validate_candidate(plain_document("http://e.test", **tables), "essai")


def waiting(known: Candidate, *asked: str) -> list[str]:
    return [one.id for one in unanswered(known, load_scenarios().values(), load_catalogue(), asked)]


def test_what_nobody_answered_is_asked_in_the_order_of_the_catalogue() -> None:
    every = waiting(candidate())
    assert every[0] == "AGR-PS-040"
    assert {"REF-001", "SEC-022", "PERF-009", "RDV-038"} <= set(every)
    assert not {"REF-018", "REF-022", "REF-023"} & set(every)
    assert waiting(candidate(attestations=[YES])) == [one for one in every if one != "REF-001"]
    assert "REF-022" in waiting(candidate(referencing={"sons": True}))
    assert "REF-023" in waiting(candidate(use_cases=["sos"]))
    assert "AGR-PS-040" not in waiting(candidate(use_cases=["sos"]))
    assert "REF-018" not in waiting(candidate(use_cases=["sos"]))


def test_what_a_person_verifies_is_asked_by_its_name_only() -> None:
    assert "AGR-COM-052" not in waiting(candidate())
    assert waiting(candidate(), "AGR-COM-052") == ["AGR-COM-052"]


@settings(max_examples=50)
@given(st.text(), st.text(), st.text(min_size=1))
def test_any_text_comes_back_as_it_was_typed(statement: str, comment: str, person: str) -> None:
    answer = Attestation(
        requirement="REF-001",
        answer="oui",
        person=person,
        statement=statement,
        comment=comment,
        date=dt.date(2026, 6, 1),
        attachments=(Path('a"b.pdf'),),
    )
    (back,) = tomllib.loads(block(answer))["attestations"]
    assert Attestation.model_validate(back) == answer


@pytest.mark.parametrize("end", ["", "\n", "\n\n# fin", "\r\n"])
def test_an_answer_is_added_at_the_end_and_nothing_else_moves(end: str, tmp_path: Path) -> None:
    path = write_candidate(tmp_path, plain_document("http://e.test"))
    before = b"# Un commentaire.\n" + path.read_bytes().rstrip() + end.encode()
    path.write_bytes(before)
    after = append(path, block(Attestation.model_validate(YES)))
    assert path.read_bytes().startswith(before)
    assert [one.requirement for one in after.attestations] == ["REF-001"]
    assert read_candidate(path) == after


def test_a_file_that_cannot_take_it_is_left_alone(tmp_path: Path) -> None:
    path = write_candidate(tmp_path, plain_document("http://e.test"))
    path.write_text("attestations = []\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_bytes()
    with pytest.raises(CandidateFileError, match="attestations = "):
        append(path, block(Attestation.model_validate(YES)))
    assert path.read_bytes() == before
