from __future__ import annotations

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.tints import VERDICT_TINT, Tint
from tests.evidence.test_style import palettes

COLOURS = {
    Verdict.CONFORME: "green",
    Verdict.RESERVE: "amber",
    Verdict.NON_CONFORME: "red",
    Verdict.NON_VERIFIE: "blue",
    Verdict.A_ATTESTER: "blue",
    Verdict.SANS_OBJET: "grey",
    Verdict.ERREUR_DU_BANC: "violet",
}


def test_verdicts_have_the_tints_of_the_page() -> None:
    light = palettes()["light"]
    assert {verdict: Tint(light[name], light[f"{name}-bg"]) for verdict, name in COLOURS.items()} == VERDICT_TINT
