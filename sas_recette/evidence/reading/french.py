"""French wording of counts, dates, durations and sizes. Local time is Europe/Paris, always explicit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sas_recette.evidence.reading.legible import one_line
from sas_recette.exchange.search import PARIS
from sas_recette.norm.typography import NBSP, day_in_words

_THIN: Final = "\u202f"
_LONGEST_DAY: Final = 40


def number(value: int) -> str:
    """An integer with thin spaces between thousands."""
    return f"{value:,}".replace(",", _THIN)


def count(value: int, singular: str, plural: str = "") -> str:
    """A count and its noun; nouns are singular below 2, as French has it."""
    noun = singular if abs(value) < 2 else plural or f"{singular}s"
    return f"{number(value)}{NBSP}{noun}"


def moment(value: datetime | None) -> str:
    """Date and time in Paris with the offset: « 12 mars 2026 à 09:30:05 (UTC+01:00) »; « — » when there is none."""
    if value is None:
        return "—"
    local = value.astimezone(PARIS)
    offset = local.strftime("%z")
    return f"{day_in_words(local)} à {local:%H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"


def day(written: str) -> str:
    """A day given in ISO 8601, in words; « sans date » when there is none, as it is written when it is not one."""
    if not written:
        return "sans date"
    try:
        return day_in_words(date.fromisoformat(written))
    except ValueError:
        return one_line(written, _LONGEST_DAY)


def clock(value: datetime | None) -> str:
    """Time of the day in Paris, to the millisecond; « — » when there is none."""
    if value is None:
        return "—"
    local = value.astimezone(PARIS)
    return f"{local:%H:%M:%S},{local.microsecond // 1000:03d}"


def milliseconds(value: float | None) -> str:
    """A duration given in milliseconds, « 12,5 ms » or « 3,20 s »; « — » when the phase was not reached."""
    if value is None:
        return "—"
    if value >= 1000:
        return f"{value / 1000:.2f}".replace(".", ",") + f"{NBSP}s"
    return f"{value:.1f}".replace(".", ",") + f"{NBSP}ms"


def seconds(value: float) -> str:
    """A duration given in seconds: « 850 ms », « 4,2 s », « 3 min 05 s », « 1 h 02 min »."""
    if value < 1:
        return f"{round(value * 1000)}{NBSP}ms"
    if value < 60:
        return f"{value:.1f}".replace(".", ",") + f"{NBSP}s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60}{NBSP}min{NBSP}{whole % 60:02d}{NBSP}s"
    return f"{whole // 3600}{NBSP}h{NBSP}{whole % 3600 // 60:02d}{NBSP}min"


def size(value: int) -> str:
    """A size in bytes, in octets, ko or Mo (decimal units)."""
    if value < 1000:
        return count(value, "octet")
    unit, scaled = ("ko", value / 1000) if value < 1_000_000 else ("Mo", value / 1_000_000)
    return f"{scaled:.1f}".replace(".", ",") + f"{NBSP}{unit}"
