from __future__ import annotations

import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sas_recette.evidence.campaign_json import load_campaign
from sas_recette.evidence.dossier import RENDERERS, write_dossier
from sas_recette.evidence.files import write_whole
from sas_recette.evidence.manifest import verify
from tests.evidence.sample import START, campaign, exchanges


def test_a_whole_dossier(tmp_path: Path) -> None:
    folder = tmp_path / "c1"
    (folder / "journal").mkdir(parents=True)
    (folder / "journal" / "journal.jsonl").write_bytes(b"{}\n")
    written = write_dossier(folder, campaign(), exchanges(), created=START)
    assert [path.relative_to(folder).as_posix() for path in written] == [*RENDERERS, "manifest.json"]
    present = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert present == sorted([*RENDERERS, "manifest.json", "journal/journal.jsonl"])
    assert verify(folder) == []
    assert load_campaign(folder / "campaign.json") == campaign()


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_dossier(tmp_path, campaign(), exchanges(), created=START)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_dossier(tmp_path, campaign(), exchanges(), created=START)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_rendering_that_fails_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    broken = replace(campaign(), started=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="décalage"):
        write_dossier(tmp_path, broken, exchanges(), created=START)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_and_leaves_no_temporary(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_whole(path, "é\n")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [item.name for item in path.parent.iterdir()] == ["b.txt"]


def test_a_write_that_fails_leaves_no_temporary(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(target, "x")
    assert [item.name for item in tmp_path.iterdir()] == ["folder"]
