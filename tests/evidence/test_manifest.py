from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sas_recette.evidence.manifest import MANIFEST, SIGNATURE, DifferenceKind, ManifestError, seal, verify
from tests.evidence.sample import START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "dossier"
    (root / "journal").mkdir(parents=True)
    (root / "report.html").write_text("rapport", encoding="utf-8")
    (root / "journal" / "journal.jsonl").write_bytes(b"{}\n")
    (root / "pièce jointe.txt").write_bytes(b"")
    seal(root, campaign="c1", tool_version="0.1.0", created=START)
    return root


def manifest(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return loaded


def told(folder: Path) -> list[tuple[DifferenceKind, str, str]]:
    return [(item.kind, item.path, item.sentence) for item in verify(folder)]


def test_a_sealed_dossier_is_whole(folder: Path) -> None:
    assert verify(folder) == []
    content = manifest(folder)
    assert (content["campaign"], content["tool_version"]) == ("c1", "0.1.0")
    assert content["created"] == "2026-03-12T09:30:05+01:00"
    assert [item["path"] for item in content["files"]] == ["journal/journal.jsonl", "pièce jointe.txt", "report.html"]
    assert content["files"][2] == {
        "path": "report.html",
        "size": 7,
        "sha256": "862f957bff971a511b2a804c86639d819d6c5a78cc82800440a14316ce692fd0",
    }


def test_an_altered_file_of_the_same_size(folder: Path) -> None:
    (folder / "report.html").write_text("Rapport", encoding="utf-8")
    sentence = "Le fichier «\u00a0report.html\u00a0» a été modifié\u00a0: son empreinte SHA-256 n’est plus la même."
    assert told(folder) == [(DifferenceKind.ALTERED, "report.html", sentence)]


def test_altered_added_and_removed(folder: Path) -> None:
    (folder / "report.html").write_text("rapport.", encoding="utf-8")
    (folder / "journal" / "plus.txt").write_bytes(b"")
    (folder / "pièce jointe.txt").unlink()
    assert told(folder) == [
        (
            DifferenceKind.ADDED,
            "journal/plus.txt",
            "Le fichier «\u00a0journal/plus.txt\u00a0» a été ajouté après le scellement.",
        ),
        (DifferenceKind.REMOVED, "pièce jointe.txt", "Le fichier «\u00a0pièce jointe.txt\u00a0» a disparu."),
        (
            DifferenceKind.ALTERED,
            "report.html",
            "Le fichier «\u00a0report.html\u00a0» a été modifié\u00a0: "
            "sa taille était de 7\u00a0octets, elle est de 8\u00a0octets.",
        ),
    ]


def test_the_signature_of_the_manifest_is_no_difference(folder: Path) -> None:
    (folder / SIGNATURE).write_bytes(b"signature")
    assert verify(folder) == []


def test_sealing_again_gives_the_same_manifest(folder: Path) -> None:
    before = (folder / MANIFEST).read_bytes()
    seal(folder, campaign="c1", tool_version="0.1.0", created=START)
    assert (folder / MANIFEST).read_bytes() == before


@pytest.mark.parametrize("target", ["report.html", "journal", "/etc/hostname", "nowhere"])
def test_a_symbolic_link_is_refused(folder: Path, target: str) -> None:
    (folder / "lien").symlink_to(target)
    with pytest.raises(ManifestError, match="lien symbolique"):
        verify(folder)
    with pytest.raises(ManifestError, match="lien symbolique"):
        seal(folder, campaign="c1", tool_version="0.1.0", created=START)


def test_a_special_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "tube")
    with pytest.raises(ManifestError, match="autre chose qu’un fichier"):
        verify(folder)


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../b", "a//b", "./a", "a\\b", "C:/a", "", "a/", "\ud800"]
)
def test_a_manifest_that_leaves_the_dossier_is_refused(folder: Path, name: str) -> None:
    content = manifest(folder)
    content["files"][0]["path"] = name
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ManifestError, match="Nom de fichier refusé"):
        verify(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "n’est pas du JSON"),
        ("[]", "n’est pas au format"),
        ('{"format": "sas-recette/manifest/1"}', "n’est pas au format"),
        ('{"format": "sas-recette/manifest/1", "files": [1]}', "entrée illisible"),
        ('{"format": "sas-recette/manifest/1", "files": [{"path": "a", "size": 1, "sha256": "xyz"}]}', "illisible"),
    ],
)
def test_a_manifest_that_cannot_be_read(folder: Path, text: str, message: str) -> None:
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=message):
        verify(folder)


def test_a_file_named_twice_is_refused(folder: Path) -> None:
    content = manifest(folder)
    content["files"].append(content["files"][0])
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ManifestError, match="deux fois"):
        verify(folder)


def test_no_manifest_and_nothing_to_seal(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="pas de manifeste"):
        verify(tmp_path)
    with pytest.raises(ManifestError, match="vide"):
        seal(tmp_path, campaign="c1", tool_version="0.1.0", created=START)
