"""The layouts of the ANS: exact headings, numbers, proofs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sas_recette.evidence.campaign_json import render_campaign
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.rem_table import RemTableError, read_rem_table
from sas_recette.evidence.workbook.layouts import render_layouts
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import sas_recette
from tests.evidence.reading.test_checklist import DOCUMENT, answered, campaign

RESULT = campaign(answered("REF-011", "oui", "Signée.", DOCUMENT), answered("REF-025", "sans objet", "Fini."))
BOOK = load_workbook(BytesIO(render_layouts(RESULT, {"REF-011": "SAS/AGD.01"})))


def test_the_headings_are_those_of_the_tool() -> None:
    (headings, *_) = BOOK["Exigences"].iter_rows(values_only=True)
    assert headings[:13] == (
        "Exigence conditionnelle OUI/NON",
        "Profil",
        "ID Section",
        "Section",
        "Bloc",
        "Fonction",
        "Nature de l'exigence",
        "N° exigence",
        "Énoncé de l'exigence (DOIT) ou de la préconisation (PEUT)",
        "N° scénario",
        "Scénario de conformité",
        "N° preuve 1",
        "Preuve 1",
    )
    assert headings[-2:] == ("N° preuve 10", "Preuve 10")
    (headings, *_) = BOOK["Convergence"].iter_rows(values_only=True)
    assert (
        " · ".join(map(str, headings))
        == "Périmètre · ID · Chapitre · Fonction · Exigence · Commentaire · Profil · N° scénario · Scénario de conformité · "
        "N° preuve · Preuve · Profil historique · Criticité · Ordre"
    )


def test_numbers_go_from_the_requirement_to_the_proof() -> None:
    _, first, second = BOOK["Exigences"].iter_rows(values_only=True)
    assert first[6:8] == ("EXIGENCE", "SAS/AGD.01")
    assert first[9] == "SAS/AGD.01.01"
    assert first[11:15] == ("SAS/AGD.01.01.01", DOCUMENT.path, None, None)
    assert (second[6], second[7], second[9]) == ("PRECONISATION", "REF-025", "REF-025.01")
    rows = list(BOOK["Convergence"].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[9], row[10], row[13]) for row in rows] == [
        ("SAS/AGD.01", "SAS/AGD.01.01.01", DOCUMENT.path, 1),
        ("REF-025", None, None, 2),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("REF-011;A\nREF-011;B\n", "ligne 2\u00a0: REF-011 a déjà un numéro"),
        ("# ids\nREF-999;A\n", "ligne 2\u00a0: Exigence inconnue"),
        ("REF-011\n", "ligne 1\u00a0: deux colonnes sont attendues"),
        ("REF-011; \n", "deux colonnes sont attendues"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text, "utf-8")
    with pytest.raises(RemTableError, match=told):
        read_rem_table(tmp_path / "t.csv", load_catalogue())


def test_the_command_writes_beside_the_dossier(tmp_path: Path) -> None:
    (tmp_path / "campaign.json").write_text(render_campaign(RESULT, Recorded()), "utf-8")
    (tmp_path / "t.csv").write_text("REF-011,SAS/AGD.01\n\n", "utf-8-sig")
    output = tmp_path / "rem.xlsx"
    assert sas_recette("rem", tmp_path, "--table", tmp_path / "t.csv", "--output", output).code == 0
    sheet = load_workbook(output)["Exigences"]
    assert sheet["H2"].value == "SAS/AGD.01"
    assert sas_recette("rem", tmp_path, "--output", output).code == 2
    assert sas_recette("rem", tmp_path, "--table", tmp_path / "absent.csv").code == 2
