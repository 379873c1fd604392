from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import typer

from sas_recette.cli.run import conclude
from sas_recette.evidence.dossier import write_dossier
from sas_recette.evidence.pdf.render import WITHOUT
from tests.evidence.sample import START, campaign, exchanges, journal


@pytest.mark.parametrize("installed", [True, False])
def test_the_summary_says_when_the_pdf_is_missing(
    *, installed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "sas_recette.evidence.pdf.render.find_spec",
        lambda name: find(name) if installed or name != "typst" else None,
    )
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
    with pytest.raises(typer.Exit) as stop:
        conclude(campaign(), tmp_path)
    assert stop.value.exit_code == 1
    assert (WITHOUT in capsys.readouterr().out) is not installed
    assert (tmp_path / "dossier.pdf").exists() is installed
