from __future__ import annotations

import json
import re
from dataclasses import replace

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.allure import render_categories, render_environment
from sas_recette.evidence.recorded import Recorded
from tests.evidence.sample import campaign


def test_environment_is_ascii_properties() -> None:
    lines = render_environment(campaign(), Recorded()).splitlines()
    assert "Adresse\\ FHIR=https://agenda.example/fhir" in lines
    assert "Environnement=pr\\u00E9production" in lines
    assert "Cas\\ d\\u2019usage=ps" in lines
    assert "\n".join(lines).isascii()


def test_a_value_stays_on_its_line() -> None:
    result = replace(campaign(), candidate={"a:b": " x\\y\nz=1 𝔖"})
    assert render_environment(result, Recorded()).splitlines()[0] == "A\\:b=\\ x\\\\y\\u000Az=1 \\uD835\\uDD16"


def test_every_verdict_that_is_not_conforme_has_one_category() -> None:
    categories = json.loads(render_categories(campaign(), Recorded()))

    def names(status: str, message: str) -> list[str]:
        return [
            item["name"]
            for item in categories
            if status in item["matchedStatuses"] and re.fullmatch(item.get("messageRegex", "(?s).*"), message)
        ]

    assert names("failed", "x") == ["Non conforme"]
    assert names("broken", "x") == ["Erreur du banc"]
    assert names("passed", "x") == []
    for verdict in (Verdict.A_ATTESTER, Verdict.SANS_OBJET, Verdict.NON_VERIFIE):
        assert names("skipped", f"{verdict.value}\u00a0: sans objet\nsuite") == [verdict.value.capitalize()]
    assert names("passed", "réserve\u00a0: pourquoi") == ["Réserve"]
