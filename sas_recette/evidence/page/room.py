"""What the page holds whole. A long campaign is told to its end, in one line where there is not room for more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.reading.constats import Constats
from sas_recette.evidence.reading.selection import Piece, Rank, chosen, ranks
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Exchange, Page

EXCHANGES: Final = 3_000_000
"""Characters of markup that exchanges shown whole may take, about."""
PICTURES: Final = 2_000_000
"""Bytes of the pictures that the page embeds; those beyond are files of the folder, and linked."""
PAGES: Final = 1_000_000
"""Characters that the texts, cookies and navigations of pages shown whole may take, about."""

TEXT: Final = 6_000
"""Of a page’s text, at most."""
PLACES: Final = 1_000
"""Places of a constat that are listed, and exchanges that it links."""

_MARKUP: Final = 1_500
_HEADER: Final = 50
_FACT: Final = 70
_COOKIE: Final = 250
_HOP: Final = 300
_LAID_OUT: Final = 3
"""A body of JSON, indented and escaped, against its bytes."""
_LONGEST_BODY: Final = 150_000


@dataclass(frozen=True, slots=True)
class Room:
    """The ids of the exchanges and of the pages shown whole, and of the pages whose picture is embedded."""

    exchanges: frozenset[str]
    pages: frozenset[str]
    pictures: frozenset[str]


def allot(result: CampaignResult, recorded: Recorded, constats: Constats) -> Room:
    """Share the room out: the same campaign gives the same page."""
    order = ranks(result, recorded, constats)
    return Room(
        chosen((_exchange(one, order[one.id]) for one in recorded.exchanges.values()), EXCHANGES),
        chosen((_page(one, order[one.id]) for one in recorded.pages.values()), PAGES),
        chosen(_pictures(recorded, order), PICTURES),
    )


def picture_digest(data: bytes) -> str:
    """What tells a picture from another."""
    return hashlib.sha256(data).hexdigest()


def _pictures(recorded: Recorded, order: Mapping[str, Rank]) -> Iterator[Piece]:
    for name, page in recorded.pages.items():
        screenshot = recorded.screenshots.get(page.screenshot)
        if screenshot is not None:
            yield Piece(name, order[name], 0, {picture_digest(screenshot.data): len(screenshot.data)})


def _page(page: Page, rank: Rank) -> Piece:
    return Piece(page.id, rank, len(page.text[:TEXT]) + _COOKIE * len(page.cookies) + _HOP * len(page.hops))


def _exchange(exchange: Exchange, rank: Rank) -> Piece:
    request, response = exchange.request, exchange.response
    headers = (*request.headers, *(response.headers if response else ()))
    bodies = (request.body, response.body if response else b"")
    weight = _MARKUP + 3 * len(request.url)
    weight += sum(_HEADER + len(name) + len(value) for name, value in headers)
    weight += sum(len(name) + len(value) for name, value in request.headers)
    weight += sum(_FACT + 2 * len(value) for value in exchange.facts.values())
    shared = {hashlib.sha256(body).hexdigest(): min(_LAID_OUT * len(body), _LONGEST_BODY) for body in bodies if body}
    return Piece(exchange.id, rank, weight, shared)
