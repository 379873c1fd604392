"""What the Allure results folder holds besides the results: environment and categories."""

from __future__ import annotations

import json
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.legible import legible
from sas_recette.evidence.reading.words import candidate_label
from sas_recette.evidence.recorded import Recorded

_KEY_SPECIALS: Final = " \t\\:=#!"


def render_environment(result: CampaignResult, recorded: Recorded) -> str:
    """environment.properties, in the ASCII form that every reader of Java properties understands."""
    facts = {candidate_label(key): value for key, value in sorted(result.candidate.items())}
    facts |= {
        "Campagne": result.id,
        "Édition": result.edition,
        "Cas d’usage": ", ".join(result.use_cases),
        "Version du banc": result.tool_version,
        "Verdict": result.verdict.value,
    }
    if result.interrupted:
        facts["Campagne interrompue"] = "ce qui n’a pas été joué n’est pas jugé"
    if recorded.masked:
        facts["Identités"] = "masquées"
    return "".join(f"{_key(name)}={_value(value)}\n" for name, value in facts.items())


def render_categories(_result: CampaignResult, _recorded: Recorded) -> str:
    """categories.json: the verdicts as Allure categories.

    Allure knows `failed` (non conforme), `broken` (erreur du banc), `skipped` and `passed`; the verdicts that share a status are
    told apart by the word that their message begins with. « conforme » needs none.
    """
    categories = [
        {"name": "Non conforme", "matchedStatuses": ["failed"]},
        {"name": "Erreur du banc", "matchedStatuses": ["broken"]},
        *(_by_word(verdict, "skipped") for verdict in (Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Verdict.SANS_OBJET)),
        _by_word(Verdict.RESERVE, "passed"),
    ]
    return json.dumps(categories, ensure_ascii=False, indent=2) + "\n"


def _by_word(verdict: Verdict, status: str) -> dict[str, object]:
    word = verdict.value
    return {"name": word.capitalize(), "matchedStatuses": [status], "messageRegex": f"(?s){word}\\u00a0: .*"}


def _key(text: str) -> str:
    return "".join(f"\\{letter}" if letter in _KEY_SPECIALS else _ascii(letter) for letter in text)


def _value(text: str) -> str:
    escaped = "".join("\\\\" if letter == "\\" else _ascii(letter) for letter in legible(text))
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def _ascii(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02X}{units[at + 1]:02X}" for at in range(0, len(units), 2))
