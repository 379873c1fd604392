"""The commitments of service as the dossier prints them: free texts, « selon convention » where none is given."""

from __future__ import annotations

from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.legible import one_line

BY_CONVENTION: Final = "selon convention"
_LONGEST: Final = 300


def commitments(result: CampaignResult) -> tuple[tuple[str, str], ...]:
    """Label and value of each commitment; nothing when the candidate file gives none at all."""
    return tuple((label, one_line(value, _LONGEST) or BY_CONVENTION) for label, value in result.service.items())
