from __future__ import annotations

from pathlib import Path

import pytest

from sas_recette.engine.driver import load_driver
from sas_recette.platform.browser import DriverError


def test_a_driver_is_found_beside_the_candidate_file(tmp_path: Path) -> None:
    (tmp_path / "pilotes").mkdir()
    (tmp_path / "pilotes" / "mien.py").write_text("class Pilote:\n    def marks(self, page):\n        return ['vu']\n")
    driver = load_driver("pilotes/mien.py:Pilote", tmp_path)
    assert driver.marks(None) == ["vu"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("pilote.py", "", 'écrivez sso.driver = "pilote.py:Pilote"'),
        (":Pilote", "", "écrivez sso.driver"),
        ("absent.py:Pilote", "", "absent.py n’existe pas"),
        ("pilote.py:Autre", "class Pilote: pass", "pilote.py ne définit pas «\u00a0Autre\u00a0»"),
        ("pilote.py:Pilote", "class Pilote:\n  def (", "pilote.py ne se charge pas (ligne 2)\u00a0: SyntaxError"),
        ("pilote.py:Pilote", "import inexistant", "ModuleNotFoundError\u00a0: No module named 'inexistant'"),
        (
            "pilote.py:Pilote",
            "class Pilote:\n  def __init__(self, x): pass",
            "Pilote ne se construit pas\u00a0: TypeError",
        ),
        ("pilote.txt:Pilote", "class Pilote: pass", "pilote.txt n’est pas un fichier Python"),
    ],
)
def test_what_cannot_be_loaded_is_said(tmp_path: Path, name: str, source: str, told: str) -> None:
    (tmp_path / (name.partition(":")[0] if source else "pilote.py")).write_text(source)
    with pytest.raises(DriverError) as raised:
        load_driver(name, tmp_path)
    assert told in str(raised.value)
    assert "Traceback" not in str(raised.value)
