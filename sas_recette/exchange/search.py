"""What a recorded slot search asked for: a URL read back, tolerantly (aggregation.md §2.2 to §5).

Used on the requests of the platform and on the `self` links that a candidate writes, which are often less careful:
nothing here raises, what cannot be understood is None or left out.

`+` stands for itself and is never a blank: the only values that hold one are time-zone offsets, mime types and names. Where
a blank stands before the digits of an offset (a raw `+` that a server decoded as a form and wrote back), it is a `+` too;
around the items of a list of identifiers, blanks and `+` are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")

_REVERSE_CHAIN: Final = "_has:Slot:schedule:"
_INCLUDES: Final = frozenset({"_include", "_include:iterate", "_revinclude", "_revinclude:iterate"})
_DATE_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+ -]\d{2}:\d{2})?)?"
)
_DAYS_AHEAD: Final = timedelta(days=2)
_LONGEST: Final = timedelta(hours=72)
_LAST_INSTANT: Final = time(23, 59, 59, 999000)
_MICROSECONDS: Final = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound on `Slot.start`: its comparator (`ge`, `le`…), its text as decoded, and the instant (UTC) that it means.

    Without an offset the instant is read in Europe/Paris (AGR-COM-038); it is None when the text is no date. A date alone
    means its first instant, or its last millisecond after `le`.
    """

    comparator: str
    text: str
    instant: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """A search URL taken apart. `parameters` holds every decoded pair in order; the rest is what the SAS searches use.

    `base` is the URL up to the resource type, without a final slash; `identifiers` are `system|value` as decoded; `includes`
    are (parameter, value) pairs.
    """

    base: str
    resource: str
    parameters: tuple[tuple[str, str], ...]
    identifiers: tuple[str, ...]
    bounds: tuple[Bound, ...]
    statuses: tuple[str, ...]
    includes: tuple[tuple[str, str], ...]

    @property
    def lower(self) -> datetime | None:
        """The latest of the readable lower bounds (`ge`), None without one."""
        return max(_instants(self.bounds, "ge"), default=None)

    @property
    def upper(self) -> datetime | None:
        """The earliest of the readable upper bounds (`le`), None without one."""
        return min(_instants(self.bounds, "le"), default=None)

    def covers(self, instant: datetime) -> bool:
        """Whether a slot that starts at this aware instant lies inside the bounds, both inclusive (§2.3)."""
        lower, upper = self.lower, self.upper
        return (lower is None or lower <= instant) and (upper is None or instant <= upper)


def last_instant(now: datetime) -> datetime:
    """The upper bound (UTC) of what the platform searches at `now` (aware): J+2 23:59:59.999 in Paris, J being its day there.

    Never more than 72 h later, which the night of the autumn clock change would exceed (§2.3, open point A-06).
    """
    last_day = now.astimezone(PARIS).date() + _DAYS_AHEAD
    last = datetime.combine(last_day, _LAST_INSTANT, tzinfo=PARIS).astimezone(UTC)
    return min(last, now.astimezone(UTC) + _LONGEST)


def parse_search_url(url: str) -> ParsedSearch:
    """Takes a search URL apart, absolute or relative; never raises."""
    address, _, query = url.partition("#")[0].partition("?")
    base, _, resource = address.rstrip("/").rpartition("/")
    parameters = tuple(_pair(part) for part in query.split("&") if part)
    return ParsedSearch(
        base=base,
        resource=resource,
        parameters=parameters,
        identifiers=_listed(parameters, lambda name: name == "identifier" or name.endswith(".identifier")),
        bounds=tuple(_bound(value) for name, value in parameters if _criterion(name) == "start"),
        statuses=_listed(parameters, lambda name: _criterion(name) == "status"),
        includes=tuple(pair for pair in parameters if pair[0] in _INCLUDES),
    )


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote(name), unquote(value)


def _criterion(name: str) -> str:
    return name.removeprefix(_REVERSE_CHAIN)


def _listed(parameters: tuple[tuple[str, str], ...], wanted: Callable[[str], bool]) -> tuple[str, ...]:
    items = (item.strip(" +") for name, value in parameters if wanted(name) for item in value.split(","))
    return tuple(item for item in items if item)


def _bound(value: str) -> Bound:
    comparator = value[:2] if value[:2].isalpha() else "eq"
    text = value[2:] if value[:2].isalpha() else value
    return Bound(comparator, text, _instant(text, end_of_day=comparator == "le"))


def _instant(text: str, *, end_of_day: bool) -> datetime | None:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    try:
        return _aware(*match.groups(), end_of_day=end_of_day).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _aware(day: str, hour: str | None, offset: str | None, *, end_of_day: bool) -> datetime:
    if hour is None:
        return datetime.combine(date.fromisoformat(day), _LAST_INSTANT if end_of_day else time(), tzinfo=PARIS)
    local = _MICROSECONDS.sub(r"\1", f"{day}T{hour}")
    if offset is None:
        return datetime.fromisoformat(local).replace(tzinfo=PARIS)
    return datetime.fromisoformat(local + offset.replace(" ", "+"))


def _instants(bounds: tuple[Bound, ...], comparator: str) -> list[datetime]:
    return [bound.instant for bound in bounds if bound.comparator == comparator and bound.instant is not None]
