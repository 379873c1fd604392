"""The documents that a person joins: refused, copied under a name of ours, and looked at again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine import attachments
from sas_recette.engine.attachments import AttachmentError, alteration, fault_of, keep_attachments, kept_name
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import CandidateFileError, read_candidate
from sas_recette.exchange.model import Attachment
from tests.cli.driving import plain_document, write_candidate


def answer(requirement: str, *joined: str) -> dict[str, Any]:
    return {"requirement": requirement, "answer": "oui", "person": "Zoé", "attachments": list(joined)}


def written(folder: Path, *answers: dict[str, Any], **tables: object) -> Path:
    return write_candidate(folder, plain_document("http://e.test", attestations=list(answers), **tables))


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "Pièces" / "Certificat HDS (2026).PDF"
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.7 essai")
    return path


def joined(folder: Path, pdf: Path) -> Candidate:
    name = str(pdf.relative_to(folder))
    pieces = [{"piece": "rgpd", "attachments": [name], "comment": "Extrait du registre."}]
    return read_candidate(written(folder, answer("SEC-022", name), answer("REF-014", name), pieces=pieces))


def test_paths_start_in_the_folder_of_the_file(tmp_path: Path, pdf: Path) -> None:
    candidate = joined(tmp_path, pdf)
    assert candidate.attestations[0].attachments == (pdf,)
    assert candidate.pieces[0].attachments == (pdf,)
    told = candidate.declared()
    assert told["attestations"][0]["attachments"] == told["pieces"][0]["attachments"] == [pdf.name]
    assert str(tmp_path) not in str(told)


def test_copies_are_hashed_under_names_of_ours(tmp_path: Path, pdf: Path) -> None:
    folder = tmp_path / "dossier"
    kept = keep_attachments(joined(tmp_path, pdf), {"SEC-022"}, folder)
    digest = hashlib.sha256(pdf.read_bytes()).hexdigest()
    expected = Attachment("pieces/SEC-022-1-Certificat-HDS-2026.pdf", pdf.name, 14, digest)
    assert kept["SEC-022"] == (expected,)
    assert sorted(path.name for path in (folder / "pieces").iterdir()) == [
        "SEC-022-1-Certificat-HDS-2026.pdf",
        "rgpd-1-Certificat-HDS-2026.pdf",
    ]
    assert (folder / expected.path).read_bytes() == pdf.read_bytes()
    assert alteration(folder, expected) == ""


def test_every_mistake_is_told_with_its_line(tmp_path: Path, pdf: Path) -> None:
    name = str(pdf.relative_to(tmp_path))
    (tmp_path / "vide.pdf").touch()
    file = written(
        tmp_path,
        answer("SEC-022", name, name),
        answer("REF-011", "absente.pdf", "Pièces", "vide.pdf"),
        answer("SEC-022"),
        pieces=[{"piece": "rgpd", "attachments": ["/dev/null"]}],
    )
    with pytest.raises(CandidateFileError) as refused:
        read_candidate(file)
    lines = str(refused.value).splitlines()
    assert len(lines) == 6
    assert all(line.startswith(f"{file}, ligne ") for line in lines)
    for line, words in zip(
        lines,
        (
            "SEC-022 a déjà une réponse plus haut",
            "est citée deux fois",
            "absente.pdf n’existe pas",
            "est un dossier, un fichier est attendu",
            "vide.pdf est vide",
            "n’est pas un fichier ordinaire",
        ),
        strict=True,
    ):
        assert words in line


def test_a_document_too_long_is_refused(tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    candidate = joined(tmp_path, pdf)
    monkeypatch.setattr(attachments, "LIMIT", 5)
    assert "dépasse" in fault_of(pdf)
    with pytest.raises(AttachmentError, match="dépasse"):
        keep_attachments(candidate, {"SEC-022"}, tmp_path / "dossier")


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    assert fault_of(tmp_path / "tube").endswith("n’est pas un fichier ordinaire")
    assert fault_of(tmp_path / "\0").endswith("est illisible")


def test_a_copy_that_changed_is_told(tmp_path: Path, pdf: Path) -> None:
    folder = tmp_path / "dossier"
    (copy,) = keep_attachments(joined(tmp_path, pdf), {"SEC-022"}, folder)["SEC-022"]
    (folder / copy.path).write_bytes(b"%PDF-1.7 autre")
    assert "empreinte" in alteration(folder, copy)
    (folder / copy.path).write_bytes(b"")
    assert "taille" in alteration(folder, copy)
    (folder / copy.path).unlink()
    assert "absente" in alteration(folder, copy)
    (folder / copy.path).symlink_to(pdf)
    assert "nom" in alteration(folder, copy)


@pytest.mark.parametrize(
    "path", ["../recette.toml", "/etc/hosts", "pieces/../../a", "journal/a", "pieces/.a", "pieces/a/b"]
)
def test_a_journal_leads_nowhere_else(path: str, tmp_path: Path) -> None:
    assert "nom" in alteration(tmp_path, Attachment(path, "a", 1, "0" * 64))


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path, pdf: Path) -> None:
    (copy,) = keep_attachments(joined(tmp_path, pdf), {"SEC-022"}, tmp_path / "dossier")["SEC-022"]
    (tmp_path / "autre").mkdir()
    (tmp_path / "autre" / "pieces").symlink_to(tmp_path / "dossier" / "pieces")
    assert "nom" in alteration(tmp_path / "autre", copy)


@given(st.text(max_size=80), st.integers(1, 99))
def test_any_name_gives_a_safe_one(name: str, rank: int) -> None:
    made = kept_name("REF-011", rank, Path(f"x/{name}.pdf"))
    path = f"pieces/{made}"
    assert alteration(Path("/nulle-part"), replace(_NOTHING, path=path)) == "elle est absente du dossier"
    assert made.startswith(f"REF-011-{rank}")


_NOTHING = Attachment("", "", 1, "0" * 64)
