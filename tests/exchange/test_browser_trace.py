from __future__ import annotations

from pathlib import Path

from sas_recette.exchange.browser_trace import present_traces


def test_only_traces_of_the_folder_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "campagne"
    (folder / "traces").mkdir(parents=True)
    for path in (folder / "traces" / "SSO-S01-01.zip", folder / "traces" / "a b.zip", tmp_path / "x.zip"):
        path.write_bytes(b"")
    (folder / "traces" / "lien.zip").symlink_to(tmp_path / "x.zip")
    names = ("traces/SSO-S01-01.zip", "traces/SSO-S01-02.zip", "traces/a b.zip", "traces/lien.zip", "../x.zip", "")
    assert present_traces(folder, names) == {"traces/SSO-S01-01.zip"}


def test_a_folder_that_leads_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "SSO-S01-01.zip").write_bytes(b"")
    (tmp_path / "traces").symlink_to(tmp_path / "ailleurs")
    assert present_traces(tmp_path, ["traces/SSO-S01-01.zip"]) == frozenset()
