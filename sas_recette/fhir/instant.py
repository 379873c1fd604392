"""FHIR instants: a date, a time to the second at least, and a time zone. Compared as instants, never as strings."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

INSTANT = re.compile(
    r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
)
"""FHIR R4, data type instant (aggregation.md §2.4)."""


def read_instant(written: str | None) -> datetime | None:
    """The aware datetime of a FHIR instant, or None when it is not one (February 30 included).

    A leap second (`:60`) reads as the next second; fractions beyond the microsecond are dropped.
    """
    if written is None or not INSTANT.fullmatch(written):
        return None
    zone = "+00:00" if written.endswith("Z") else written[-6:]
    moment = written.removesuffix("Z").removesuffix(zone)
    whole, _, fraction = moment.partition(".")
    leap = whole.endswith(":60")
    try:
        read = datetime.fromisoformat(whole[:-2] + "59" if leap else whole)
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
        read = read.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0, tzinfo=timezone(offset))
        return (read + timedelta(seconds=1) if leap else read).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
