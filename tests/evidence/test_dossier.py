from __future__ import annotations

import base64
import json
import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sas_recette.evidence.allure_results import render_allure_results
from sas_recette.evidence.campaign_json import load_campaign
from sas_recette.evidence.dossier import GATE_RENDERERS, PIECE_RENDERERS, RENDERERS, write_dossier
from sas_recette.evidence.files import write_whole
from sas_recette.evidence.manifest import read_seal, verify
from sas_recette.evidence.recorded import Recorded
from tests.evidence.keys import SIGNER
from tests.evidence.sample import START, campaign, exchanges, journal
from tests.evidence.sso_sample import ARRIVAL, IMAGES, REPLAYED, sso_campaign, sso_exchanges, sso_pages


def test_a_whole_dossier(tmp_path: Path) -> None:
    folder = tmp_path / "c1"
    (folder / "journal").mkdir(parents=True)
    (folder / "journal" / "journal.jsonl").write_bytes(b"{}\n")
    written = write_dossier(folder, campaign(), journal(exchanges()), created=START)
    names = [*PIECE_RENDERERS, *RENDERERS, *GATE_RENDERERS, "cle-publique.pem", "manifest.json", "manifest.sig"]
    assert [path.relative_to(folder).as_posix() for path in written] == names
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    results = {f"allure-results/{name}" for name, _ in render_allure_results(campaign(), Recorded(exchanges()))}
    assert present == {*names, *results, "journal/journal.jsonl"}
    assert verify(folder) == []
    assert load_campaign(folder / "campaign.json") == campaign()


def test_screenshots_and_traces_belong_to_the_dossier(tmp_path: Path) -> None:
    for name in (ARRIVAL.screenshot, "traces/SSO-01.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((IMAGES / "agenda.jpg").read_bytes())
    write_dossier(tmp_path, sso_campaign(), journal(sso_exchanges(), sso_pages()), created=START)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    encoded = base64.b64encode((IMAGES / "agenda.jpg").read_bytes()).decode()
    assert html.count(f'src="data:image/jpeg;base64,{encoded}"') == 1
    assert f"le fichier est absent du dossier (<code>{REPLAYED.screenshot}</code>)" in html
    assert "Pas de copie d’écran&nbsp;: aucune n’a pu être prise." in html
    assert load_campaign(tmp_path / "campaign.json") == sso_campaign()
    sealed = {item["path"] for item in json.loads((tmp_path / "manifest.json").read_bytes())["files"]}
    assert sealed >= {"pages/SSO-01-p1.jpg", "traces/SSO-01.zip"}
    assert verify(tmp_path) == []
    (tmp_path / ARRIVAL.screenshot).write_bytes(b"")
    (tmp_path / "traces" / "SSO-01.zip").unlink()
    (tmp_path / "pages" / "ajout.jpg").write_bytes(b"")
    assert [(item.kind.value, item.path) for item in verify(tmp_path)] == [
        ("altered", "pages/SSO-01-p1.jpg"),
        ("added", "pages/ajout.jpg"),
        ("removed", "traces/SSO-01.zip"),
    ]


def test_a_screenshot_is_never_read_outside_the_dossier(tmp_path: Path) -> None:
    folder = tmp_path / "c1"
    folder.mkdir()
    (tmp_path / "secret.jpg").write_bytes((IMAGES / "agenda.jpg").read_bytes())
    page = replace(ARRIVAL, screenshot="../secret.jpg")
    write_dossier(folder, sso_campaign(), journal(sso_exchanges(), {page.id: page}), created=START)
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg" not in html
    assert "le nom du fichier n’est pas celui d’un fichier du dossier (<code>../secret.jpg</code>)" in html


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START, signer=SIGNER)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START, signer=SIGNER)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_fresh_key_is_another_each_time_and_its_private_half_is_nowhere(tmp_path: Path) -> None:
    keys = set()
    for _ in range(2):
        write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
        keys.add(read_seal(tmp_path).fingerprint)
        assert read_seal(tmp_path).named is False
    assert len(keys) == 2
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]


def test_a_rendering_that_fails_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    broken = replace(campaign(), started=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="décalage"):
        write_dossier(tmp_path, broken, journal(exchanges()), created=START)
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
