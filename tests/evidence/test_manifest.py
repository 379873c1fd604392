from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.evidence.manifest import MANIFEST, Difference, DifferenceKind, ManifestError, read_seal, seal, verify
from sas_recette.evidence.signature import PUBLIC_KEY, SIGNATURE, PublicKey
from tests.evidence.keys import OTHER, SIGNER
from tests.evidence.sample import START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "dossier"
    (root / "journal").mkdir(parents=True)
    (root / "report.html").write_text("rapport", encoding="utf-8")
    (root / "journal" / "journal.jsonl").write_bytes(b"{}\n")
    (root / "pièce jointe.txt").write_bytes(b"")
    seal(root, campaign="c1", tool_version="0.1.0", created=START, signer=SIGNER)
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
    assert [item["path"] for item in content["files"]] == [
        PUBLIC_KEY,
        "journal/journal.jsonl",
        "pièce jointe.txt",
        "report.html",
    ]
    assert content["files"][3] == {
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


def test_what_a_seal_says_of_itself(folder: Path) -> None:
    seal_read = read_seal(folder)
    assert (seal_read.campaign, seal_read.created) == ("c1", "2026-03-12T09:30:05+01:00")
    assert (seal_read.fingerprint, seal_read.named) == (SIGNER.public.fingerprint, True)


def test_the_key_that_the_reader_holds_alone_tells_who_signed(folder: Path) -> None:
    assert verify(folder, SIGNER.public) == []
    assert verify(folder, OTHER.public) == [
        Difference(
            DifferenceKind.SIGNATURE,
            SIGNATURE,
            f"Le dossier est signé par une autre clé (empreinte {SIGNER.public.fingerprint}) "
            f"que la clé donnée (empreinte {OTHER.public.fingerprint}).",
        )
    ]


def test_a_dossier_sealed_again_by_someone_else_is_whole_but_not_theirs(folder: Path) -> None:
    (folder / "report.html").write_text("faux rapport", encoding="utf-8")
    seal(folder, campaign="c1", tool_version="0.1.0", created=START, signer=OTHER)
    assert verify(folder) == []
    assert [item.kind for item in verify(folder, SIGNER.public)] == [DifferenceKind.SIGNATURE]


def test_a_manifest_that_was_rewritten_to_hide_an_alteration(folder: Path) -> None:
    (folder / "report.html").write_text("faux rapport", encoding="utf-8")
    content = manifest(folder)
    data = (folder / "report.html").read_bytes()
    content["files"][3] |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    for key in (None, SIGNER.public):
        assert [item.kind for item in verify(folder, key)] == [DifferenceKind.SIGNATURE]


@pytest.mark.parametrize("key", [None, SIGNER.public], ids=["sans clé", "avec clé"])
@pytest.mark.parametrize("content", [b"", b"signature", b"\0" * 64, b"\0" * 100_000])
def test_a_signature_that_is_another(folder: Path, content: bytes, key: PublicKey | None) -> None:
    (folder / SIGNATURE).write_bytes(content)
    (difference,) = verify(folder, key)
    assert (difference.kind, difference.path) == (DifferenceKind.SIGNATURE, SIGNATURE)
    assert difference.sentence.startswith("La signature manifest.sig n’est pas celle du manifeste par la clé ")


def test_a_signature_that_is_gone(folder: Path) -> None:
    (folder / SIGNATURE).unlink()
    assert [item.sentence for item in verify(folder)] == [
        "La signature manifest.sig a disparu, alors que le manifeste l’annonce."
    ]


@pytest.mark.parametrize(
    "pem", [None, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\xff" * 100_000]
)
def test_a_public_key_that_is_gone_or_another(folder: Path, pem: bytes | None) -> None:
    if pem is None:
        (folder / PUBLIC_KEY).unlink()
    else:
        (folder / PUBLIC_KEY).write_bytes(pem)
    kind = DifferenceKind.REMOVED if pem is None else DifferenceKind.ALTERED
    assert [(item.kind, item.path) for item in verify(folder)] == [
        (kind, PUBLIC_KEY),
        (DifferenceKind.SIGNATURE, SIGNATURE),
    ]
    assert [item.kind for item in verify(folder, SIGNER.public)] == [kind]


def test_a_dossier_of_before_signatures(folder: Path) -> None:
    content = manifest(folder)
    del content["signature"]
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    (folder / SIGNATURE).unlink()
    assert verify(folder) == []
    assert read_seal(folder).fingerprint == ""
    assert [item.sentence for item in verify(folder, SIGNER.public)] == [
        "Le dossier n’est pas signé\u00a0: la clé donnée n’a rien à vérifier."
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_byte_that_changes_anywhere_is_seen(folder: Path, data: st.DataObject) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = data.draw(st.sampled_from(paths))
    before = path.read_bytes()
    at, flip = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(1, 255))
    path.write_bytes(before[:at] + bytes([before[at] ^ flip]) + before[at + 1 :])
    try:
        assert verify(folder, SIGNER.public)
    except ManifestError:
        assert path.name == MANIFEST
    finally:
        path.write_bytes(before)
    assert verify(folder, SIGNER.public) == []


def test_a_huge_file_that_the_manifest_does_not_announce_is_not_read(folder: Path) -> None:
    for name in ("report.html", "enorme"):
        with (folder / name).open("wb") as stream:
            stream.truncate(1 << 42)
    assert [(item.kind, item.path) for item in verify(folder)] == [
        (DifferenceKind.ADDED, "enorme"),
        (DifferenceKind.ALTERED, "report.html"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[" * 200_000, "trop d’imbrications"),
        (b" " * ((64 << 20) + 1), "trop long"),
        (b'{"format": "sas-recette/manifest/1", "files": [], "signature": "non"}', "signature illisible"),
    ],
    ids=["profond", "long", "signature"],
)
def test_a_hostile_manifest(folder: Path, text: bytes, message: str) -> None:
    (folder / MANIFEST).write_bytes(text)
    with pytest.raises(ManifestError, match=message):
        verify(folder)


@pytest.mark.parametrize("size", [-1, 1 << 63, 10**400])
def test_a_size_that_no_file_has(folder: Path, size: int) -> None:
    content = manifest(folder)
    content["files"][1]["size"] = size
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ManifestError, match="entrée illisible, la 2e"):
        verify(folder)


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, PUBLIC_KEY, "report.html"])
def test_a_link_in_the_place_of_a_file_is_never_followed(folder: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "ailleurs"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(ManifestError, match=r"lien symbolique|pas de manifeste"):
        verify(folder)


def test_sealing_again_gives_the_same_manifest(folder: Path) -> None:
    before = (folder / MANIFEST).read_bytes()
    seal(folder, campaign="c1", tool_version="0.1.0", created=START, signer=SIGNER)
    assert (folder / MANIFEST).read_bytes() == before


@pytest.mark.parametrize("target", ["report.html", "journal", "/etc/hostname", "nowhere"])
def test_a_symbolic_link_is_refused(folder: Path, target: str) -> None:
    (folder / "lien").symlink_to(target)
    with pytest.raises(ManifestError, match="lien symbolique"):
        verify(folder)
    with pytest.raises(ManifestError, match="lien symbolique"):
        seal(folder, campaign="c1", tool_version="0.1.0", created=START, signer=SIGNER)


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
        seal(tmp_path, campaign="c1", tool_version="0.1.0", created=START, signer=SIGNER)
