"""French wording of dates and codes for the agenda pages."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sas_recette.editor.agenda import Consultation, Visibility

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

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
    """`mardi 16 juin 2026`, `lundi 1er juin 2026`."""
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{_DAYS[moment.weekday()]} {day} {_MONTHS[moment.month - 1]} {moment.year}"


def hour(moment: datetime) -> str:
    """`9 h 05`, with non-breaking spaces."""
    return f"{moment.hour}\u00a0h\u00a0{moment.minute:02}"
