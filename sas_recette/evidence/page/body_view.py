"""The bodies of a page: each distinct one laid out once, its marks tied to the findings that name them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.evidence.page.bodies import WHOLE_LINES, BodyKind, ReadableBody, Row, readable_body
from sas_recette.evidence.reading.french import size
from sas_recette.evidence.reading.links import Link
from sas_recette.exchange.model import Direction, Exchange
from sas_recette.rules.model import Finding

_CROWDED_BYTES: Final = 2_500_000
_CROWDED_LINES: Final = 200
_MAX_NOTES: Final = 4


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a body: plain text, one marked line (with its anchor and findings), or a count of lines left out."""

    text: str = ""
    indent: str = ""
    mark: str = ""
    constats: tuple[Link, ...] = ()
    more: int = 0
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body on the page. `same_as` leads to the exchange that shows the same bytes; then there is no segment."""

    kind: BodyKind
    anchor: str = ""
    size: str = ""
    digest: str = ""
    segments: tuple[Segment, ...] = ()
    cut: bool = False
    same_as: Link | None = None

    @property
    def marked(self) -> bool:
        """Whether a faulty place is marked in it."""
        return any(segment.mark for segment in self.segments)


EMPTY_BODY: Final = BodyView(BodyKind.EMPTY)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A distinct body: its anchor, the exchange that shows it, and on each marked line the findings."""

    anchor: str
    owner: tuple[str, bool]
    body: ReadableBody
    constats: Mapping[int, tuple[Link, ...]]


@dataclass(frozen=True, slots=True)
class BodyBook:
    """The distinct bodies of the exchanges of a page, by digest, and the digest judged in each exchange."""

    sheets: Mapping[str, _Sheet]
    judged: Mapping[str, str]

    @classmethod
    def of(
        cls,
        exchanges: Mapping[str, Exchange],
        findings: Mapping[str, Sequence[Finding]],
        constat_of: Mapping[Finding, Link],
    ) -> BodyBook:
        """Lay out every distinct body, marked for the findings of all the exchanges that carry it."""
        judged = {identifier: _digest(_judged_body(exchange)) for identifier, exchange in exchanges.items()}
        about = _findings_by_digest(judged, findings)
        bodies = {digest: (owner, body) for digest, owner, body in _bodies(exchanges.values())}
        crowded = sum(len(body) for _, body in bodies.values()) > _CROWDED_BYTES
        limit = _CROWDED_LINES if crowded else WHOLE_LINES
        sheets = {}
        for rank, (digest, (owner, body)) in enumerate(bodies.items(), start=1):
            concerned = about.get(digest, ())
            readable = readable_body(body, (finding.location for finding in concerned), limit)
            sheets[digest] = _Sheet(f"corps-{rank}", owner, readable, _by_line(readable, concerned, constat_of))
        return cls(sheets, judged)

    def view(self, exchange_id: str, body: bytes, *, judged: bool) -> BodyView:
        """The body of an exchange: in full where it is first met, else as a link to that place."""
        if not body:
            return EMPTY_BODY
        digest = _digest(body)
        sheet = self.sheets[digest]
        if sheet.owner != (exchange_id, judged):
            owner = sheet.owner[0]
            same_as = Link(sheet.anchor, owner)
            return BodyView(sheet.body.kind, size=size(len(body)), digest=digest, same_as=same_as)
        segments = tuple(_segments(sheet))
        return BodyView(sheet.body.kind, sheet.anchor, size(len(body)), digest, segments, sheet.body.cut)

    def mark(self, exchange_id: str, location: str) -> str:
        """Anchor of the marked place of a location in the body judged; the body's when not marked; empty without body."""
        sheet = self.sheets.get(self.judged.get(exchange_id, ""))
        if sheet is None:
            return ""
        line = sheet.body.line_of.get(location)
        return sheet.anchor if line is None else _mark_anchor(sheet, line)


def _judged_body(exchange: Exchange) -> bytes:
    if exchange.direction is Direction.RECEIVED:
        return exchange.request.body
    return exchange.response.body if exchange.response else b""


def _bodies(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, tuple[str, bool], bytes]]:
    """Each distinct body with its digest and first owner: exchange id, and whether it is the body judged there."""
    seen: set[str] = set()
    for exchange in exchanges:
        received = exchange.direction is Direction.RECEIVED
        response = exchange.response.body if exchange.response else b""
        for body, judged in ((exchange.request.body, received), (response, not received)):
            digest = _digest(body)
            if body and digest not in seen:
                seen.add(digest)
                yield digest, (exchange.id, judged), body


def _findings_by_digest(
    judged: Mapping[str, str], findings: Mapping[str, Sequence[Finding]]
) -> dict[str, list[Finding]]:
    about: dict[str, list[Finding]] = {}
    for identifier, digest in judged.items():
        if concerned := findings.get(identifier):
            about.setdefault(digest, []).extend(concerned)
    return about


def _by_line(
    body: ReadableBody, findings: Sequence[Finding], constat_of: Mapping[Finding, Link]
) -> dict[int, tuple[Link, ...]]:
    links: dict[int, dict[Link, None]] = {}
    for finding in findings:
        line = body.line_of.get(finding.location)
        if line is not None:
            links.setdefault(line, {})[constat_of[finding]] = None
    return {line: tuple(constats) for line, constats in links.items()}


def _segments(sheet: _Sheet) -> Iterator[Segment]:
    plain: list[str] = []
    for row in sheet.body.rows:
        if not (row.marked or row.omitted):
            plain.append(row.text)
            continue
        if plain:
            yield Segment("\n".join(plain))
            plain = []
        yield _special(sheet, row)
    if plain:
        yield Segment("\n".join(plain))


def _special(sheet: _Sheet, row: Row) -> Segment:
    if row.omitted:
        return Segment(omitted=row.omitted)
    constats = sheet.constats.get(row.line, ())
    more = max(0, len(constats) - _MAX_NOTES)
    text = row.text.lstrip(" ")
    indent = " " * (len(row.text) - len(text))
    return Segment(text, indent, _mark_anchor(sheet, row.line), constats[:_MAX_NOTES], more)


def _mark_anchor(sheet: _Sheet, line: int) -> str:
    return f"{sheet.anchor}-l{line + 1}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
