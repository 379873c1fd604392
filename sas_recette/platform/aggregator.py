"""The aggregator of the platform: the slot searches of INT_R01, INT_R04 and INT_SOS1 (aggregation.md §2 to §5).

The URL is built by hand, percent-encoded as the platform does: `%7C` and `%2B`, literal `:` and `,`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final, TypedDict
from urllib.parse import quote

from sas_recette.exchange.model import Request
from sas_recette.exchange.search import PARIS, last_instant
from sas_recette.norm.canonicals import IDNPS_SYSTEM, IDNST_SYSTEM
from sas_recette.norm.requirements import Flow

ACCEPT: Final = "application/json+fhir"
MAX_IDENTIFIERS: Final = 25

_LITERAL: Final = ":,/"
_IDENTIFIER: Final = re.compile(r"[0-9A-Za-z]+")

Pairs = tuple[tuple[str, str], ...]


class OffsetStyle(StrEnum):
    """How the bounds carry their time zone: the offset of Paris, `+00:00`, or local time of Paris without any (A-05)."""

    AS_PARIS = "as-paris"
    UTC = "utc"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SearchWindow:
    """The instants between which a slot must start, both inclusive. Raises ValueError for a naive or reversed bound."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a search window has aware bounds")
        if self.end < self.start:
            raise ValueError("a search window ends after it starts")


def search_window(now: datetime) -> SearchWindow:
    """What the platform searches at `now` (aware): from now, cut to the millisecond, to the end of the day after tomorrow.

    The bounds are in UTC: the difference of two local times of one zone would forget a clock change.
    """
    start = now.astimezone(UTC)
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    return SearchWindow(start, last_instant(start))


@dataclass(frozen=True, slots=True)
class _Shape:
    resource: str
    chain: str
    identifier: str
    system: str
    includes: Pairs


_SLOT_INCLUDES: Final[Pairs] = (("_include", "Slot:schedule"), ("_include:iterate", "Schedule:actor"))
_CPTS_INCLUDES: Final[Pairs] = (
    ("_include", "Slot:service-type-reference"),
    ("_include:iterate", "HealthcareService:organization"),
)
_SOS_INCLUDES: Final[Pairs] = (
    ("_revinclude", "Slot:schedule"),
    ("_include", "Schedule:actor:Location"),
    ("_include:iterate", "Location:organization"),
)
_BY_PRACTITIONER: Final = "schedule.actor:Practitioner.identifier"
_SHAPES: Final = {
    Flow.INT_R01: _Shape("Slot", "", _BY_PRACTITIONER, IDNPS_SYSTEM, _SLOT_INCLUDES),
    Flow.INT_R04: _Shape("Slot", "", _BY_PRACTITIONER, IDNPS_SYSTEM, _SLOT_INCLUDES + _CPTS_INCLUDES),
    Flow.INT_SOS1: _Shape(
        "Schedule", "_has:Slot:schedule:", "actor:Location.organization.identifier", IDNST_SYSTEM, _SOS_INCLUDES
    ),
}


class SearchOptions(TypedDict, total=False):
    """The options of a SlotQuery, for those who pass them on."""

    accept: str
    raw_pipe: bool
    raw_plus: bool
    milliseconds: bool
    offset: OffsetStyle | tzinfo
    trailing_slash: bool
    extra: Pairs
    includes: Pairs | None
    lower_text: str | None


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """One slot search. `identifiers` are 1 to 25 national identifiers with their type digit (`8…` RPPS, `3…` SIRET).

    The options are the published variants and the robustness probes: `raw_pipe` sends `|`, `raw_plus` sends `+`;
    `offset` takes a style or a fixed time zone; `extra` parameters come last, encoded; `lower_text` replaces the lower bound
    (« ABCD », to provoke an error, §6.2); `includes` replaces the inclusions of the flow.

    Raises ValueError for a number or a form of identifiers that the platform never sends.
    """

    base_url: str
    flow: Flow
    identifiers: tuple[str, ...]
    window: SearchWindow
    accept: str = ACCEPT
    raw_pipe: bool = False
    raw_plus: bool = False
    milliseconds: bool = True
    offset: OffsetStyle | tzinfo = OffsetStyle.AS_PARIS
    trailing_slash: bool = False
    extra: Pairs = ()
    includes: Pairs | None = None
    lower_text: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.identifiers) <= MAX_IDENTIFIERS:
            raise ValueError(f"a slot search names 1 to {MAX_IDENTIFIERS} identifiers, not {len(self.identifiers)}")
        for identifier in self.identifiers:
            if not _IDENTIFIER.fullmatch(identifier):
                raise ValueError(f"not a national identifier: {identifier!r}")

    def url(self) -> str:
        """The absolute URL, in the order of the published templates."""
        shape = _SHAPES[self.flow]
        lower = self._bound(self.window.start) if self.lower_text is None else self._encoded(self.lower_text)
        searched = (shape.identifier, self._identifiers(shape.system))
        status = (shape.chain + "status", "free")
        pairs = (
            *(shape.includes if self.includes is None else self.includes),
            (shape.chain + "start", "ge" + lower),
            (shape.chain + "start", "le" + self._bound(self.window.end)),
            *((status, searched) if self.flow is Flow.INT_SOS1 else (searched, status)),
            *((self._encoded(name), self._encoded(value)) for name, value in self.extra),
        )
        slash = "/" if self.trailing_slash else ""
        query = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{self.base_url.rstrip('/')}/{shape.resource}{slash}?{query}"

    def request(self) -> Request:
        """The GET request of this search."""
        return Request("GET", self.url(), (("Accept", self.accept),))

    def _identifiers(self, system: str) -> str:
        pipe = "|" if self.raw_pipe else "%7C"
        return ",".join(f"{system}{pipe}{identifier}" for identifier in self.identifiers)

    def _bound(self, instant: datetime) -> str:
        precision = "milliseconds" if self.milliseconds else "seconds"
        local = instant.astimezone(_zone(self.offset))
        text = (local.replace(tzinfo=None) if self.offset is OffsetStyle.NONE else local).isoformat(timespec=precision)
        return self._encoded(text)

    def _encoded(self, text: str) -> str:
        return quote(text, safe=_LITERAL + ("+" if self.raw_plus else ""))


def _zone(offset: OffsetStyle | tzinfo) -> tzinfo:
    if isinstance(offset, tzinfo):
        return offset
    return UTC if offset is OffsetStyle.UTC else PARIS
