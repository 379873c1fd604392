"""`attest` as a person at a terminal uses it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sas_recette.engine.candidate_file import read_candidate
from tests.cli.driving import plain_document, sas_recette, write_candidate

ONE = ("--requirement", "REF-011", "--requirement", "REF-014")


class Keyboard(io.StringIO):
    """What is typed, line after line; then the terminal is closed, or Ctrl-C is hit."""

    def __init__(self, *typed: str, interrupted: bool = False) -> None:
        super().__init__("".join(f"{line}\n" for line in typed))
        self.interrupted = interrupted

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        if not line and self.interrupted:
            raise KeyboardInterrupt
        return line


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "convention.pdf").write_bytes(b"%PDF")
    return write_candidate(tmp_path, plain_document("http://e.test"))


def test_answers_are_asked_and_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = (
        *(
            "peut-être",
            "o",
            "Signée le 3 juin.",
            "absente.pdf",
            "convention.pdf",
            "convention.pdf",
            "",
            "Annexe « B ».",
        ),
        *("", "Zoé Martin, qualité", "hier", "2026-06-03"),
        *("s", "Aucun régulateur.", "", "", ""),
    )
    monkeypatch.setattr("sys.stdin", Keyboard(*typed))
    done = sas_recette("attest", "-c", file, *ONE)
    assert done.code == 0, done.err
    for words in (
        "[1/2] REF-011 – Convention d’interfaçage (SHALL)",
        "Preuve attendue\u00a0: La convention avec l’ANS, signée des deux parties.",
        "Répondez par o, n, s, q, ou Entrée.",
        "absente.pdf n’existe pas.",
        "Cette pièce est déjà citée.",
        "Une date AAAA-MM-JJ est attendue.",
        "[Zoé Martin, qualité]",
        "Toutes les déclarations du périmètre ont une réponse.",
    ):
        assert words in done.out, words
    first, second = read_candidate(file).attestations
    assert (first.requirement, first.answer, first.statement) == ("REF-011", "oui", "Signée le 3 juin.")
    assert (first.comment, str(first.date), first.person) == ("Annexe « B ».", "2026-06-03", "Zoé Martin, qualité")
    assert first.attachments == (file.parent / "convention.pdf",)
    assert (second.requirement, second.answer, second.statement) == ("REF-014", "sans objet", "Aucun régulateur.")
    assert second.person == first.person
    assert second.date is not None


def test_it_resumes_where_it_stopped(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for keyboard in (Keyboard("n", "", "", "Zoé", "", interrupted=True), Keyboard("q"), Keyboard()):
        monkeypatch.setattr("sys.stdin", keyboard)
        done = sas_recette("attest", "-c", file, *ONE)
        assert done.code == 4
        assert "les réponses déjà données sont écrites" in done.out
    assert [one.requirement for one in read_candidate(file).attestations] == ["REF-011"]
    assert "[1/1] REF-014" in done.out


def test_what_has_no_proof_is_left_for_later(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()
    monkeypatch.setattr("sys.stdin", Keyboard("o", "", "", "plus tard"))
    done = sas_recette("attest", "-c", file, *ONE)
    assert done.code == 4
    assert "Sans preuve, la réponse ne compterait pas" in done.out
    assert "2\u00a0déclarations attendent une réponse" in done.out
    assert file.read_bytes() == before


def test_nobody_is_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    done = sas_recette("attest", "-c", file)
    assert done.code == 2
    assert "personne n’est au terminal" in done.err
    listed = sas_recette("attest", "-c", file, "--list", "--flow", "REFERENCEMENT")
    assert listed.code == 4
    assert "REF-011 – Convention d’interfaçage (SHALL)" in listed.out
    assert "SEC-022" not in listed.out


def test_an_unknown_requirement_is_refused(file: Path) -> None:
    assert sas_recette("attest", "-c", file, "--requirement", "REF-999").code == 2
