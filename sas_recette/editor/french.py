"""French wording of dates and codes for the agenda pages."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sas_recette.editor.agenda import Consultation, Visibility
from sas_recette.norm.typography import day_in_words

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

CONSULTATIONS: Final = {
    Consultation.OFFICE: "au cabinet",
    Consultation.HOME: "à domicile",
    Consultation.REMOTE: "en téléconsultation",
}
VISIBILITIES: Final = {
    Visibility.PUBLIC: "grand public",
    Visibility.PRO: "professionnels de santé",
    Visibility.SNP: "régulation et soins non programmés",
    Visibility.CPTS: "CPTS",
}


def long_date(moment: datetime) -> str:
    """`mardi 16 juin 2026`, `lundi 1er juin 2026`, with non-breaking spaces."""
    return f"{_DAYS[moment.weekday()]}\u00a0{day_in_words(moment)}"


def hour(moment: datetime) -> str:
    """`9 h 05`, with non-breaking spaces."""
    return f"{moment.hour}\u00a0h\u00a0{moment.minute:02}"
