"""What identifies a campaign: the candidate, the environment, the edition, the bench, the dates."""

from __future__ import annotations

from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.french import moment, number, seconds
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.words import EXIT_MEANING, candidate_label

_LONGEST: Final = 300

Fact = tuple[str, str]
"""A French label and a legible value on one line."""


def candidate_facts(result: CampaignResult) -> tuple[Fact, ...]:
    """What the candidate declared of itself, then its use cases."""
    declared = [(candidate_label(key), one_line(value, _LONGEST)) for key, value in result.candidate.items()]
    use_cases = ", ".join(one_line(name, _LONGEST) for name in result.use_cases) or "aucun"
    return (*((one_line(label, _LONGEST), value) for label, value in declared), ("Cas d’usage déclarés", use_cases))


def campaign_facts(result: CampaignResult) -> tuple[Fact, ...]:
    """What the bench says of the campaign itself."""
    lasted = "—" if result.ended is None else seconds((result.ended - result.started).total_seconds())
    return (
        ("Campagne", one_line(result.id, _LONGEST)),
        ("Édition de la spécification", one_line(result.edition, _LONGEST)),
        ("Banc", one_line(f"sas-recette {result.tool_version}", _LONGEST)),
        ("Début", moment(result.started)),
        ("Fin", moment(result.ended)),
        ("Durée", lasted),
        ("Échanges enregistrés", number(result.exchange_count)),
        ("Code de sortie", f"{result.exit_code.value} – {EXIT_MEANING[result.exit_code]}"),
    )
