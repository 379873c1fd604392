from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from sas_recette.engine.scenario import load_scenarios
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import sas_recette


def test_the_blank_cahier(tmp_path: Path) -> None:
    path = tmp_path / "cahier.xlsx"
    done = sas_recette("list", "--format", "xlsx", "-o", path)
    scenarios, requirements = len(load_scenarios()), len(load_catalogue())
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{path} est écrit\u00a0: {scenarios} scénarios, {requirements} exigences.\n"
    book = openpyxl.load_workbook(path)
    assert sum(book[name].max_row - 1 for name in book.sheetnames[1:-1]) == scenarios
    assert book["Exigences"].max_row - 1 == requirements


def test_the_blank_cahier_of_one_flow_has_a_name_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sas_recette("list", "--flow", "int_psc", "--format", "xlsx").code == 0
    assert openpyxl.load_workbook("cahier-de-recette.xlsx").sheetnames == ["Synthèse", "INT_PSC", "Exigences"]


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "annoté.xlsx"
    path.write_bytes(b"les commentaires d'une personne")
    done = sas_recette("list", "--format", "xlsx", "-o", path)
    assert done.code == 2
    assert done.err == f"{path} existe déjà\u00a0: rien n’a été écrit. Choisissez un autre nom avec -o.\n"
    assert path.read_bytes() == b"les commentaires d'une personne"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    done = sas_recette("list", "--format", "xlsx", "-o", tmp_path / "absent" / "c.xlsx")
    assert done.code == 2
    assert "écriture impossible" in done.err
