"""French typography: non-breaking spaces where French has them, dates in words."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

NBSP: Final = "\u00a0"
_BEFORE: Final = re.compile(r" (?=[:;!?»])")
_AFTER: Final = re.compile(r"(?<=«) ")

_MONTHS: Final = (
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
)


def day_in_words(day: date) -> str:
    """`1er juin 2026`, with non-breaking spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}"


def french(sentence: str) -> str:
    """The sentence with non-breaking spaces before `: ; ! ? »` and after `«`. Never applied to a candidate's text."""
    return _AFTER.sub(NBSP, _BEFORE.sub(NBSP, sentence))
