"""Pages that a regulator's browser showed, as the report shows them: in words, and by their screenshot."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from sas_recette.evidence.page.exchange_view import described_fault, phrase, status_text
from sas_recette.evidence.page.room import TEXT, Room, picture_digest
from sas_recette.evidence.reading.french import clock, milliseconds, size
from sas_recette.evidence.reading.links import Link
from sas_recette.evidence.reading.pages import page_name
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.chronology import at_rest
from sas_recette.exchange.model import Cookie, Page
from sas_recette.exchange.screenshot import Screenshot
from sas_recette.norm.typography import NBSP
from sas_recette.rules.model import Finding

_MARKS: Final = {
    "session": "session de régulateur ouverte",
    "login": "page de connexion de la solution",
    "terms": "conditions générales d’utilisation",
    "error": "page d’erreur",
    "local": "session locale de la solution",
}
_NO_SOURCE: Final = Markup()
_AGENDA: Final = "agenda:"


@dataclass(frozen=True, slots=True)
class ImageView:
    """A screenshot.

    `source` is a data URI, or empty: then `same_as` leads to the page that shows it, `href` to the file of the folder, or `why`
    says why there is none.
    """

    alt: str = ""
    source: Markup = _NO_SOURCE
    width: int = 0
    height: int = 0
    weight: str = ""
    file: str = ""
    href: str = ""
    same_as: Link | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CookieView:
    """A cookie, without its value."""

    name: str
    domain: str
    path: str
    secure: str
    http_only: str
    same_site: str


@dataclass(frozen=True, slots=True)
class HopView:
    """An exchange of the browser on the way to a page, in short; only its id when the journal lacks it."""

    link: Link
    method: str = ""
    url: str = ""
    status: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PageView:
    """One page. `text` is what it showed; `hops` are the exchanges of the browser that led to it.

    One that is not `whole` has neither these nor cookies here.
    `trace` is the file of Playwright’s trace beside the report, empty when there is none.
    """

    anchor: str
    name: str
    id: str
    time: str
    url: str
    status: str
    title: str
    marks: tuple[str, ...]
    duration: str
    fault: str
    whole: bool
    text: str
    text_size: int
    cookies: tuple[CookieView, ...]
    referrers: tuple[str, ...]
    hops: tuple[HopView, ...]
    constats: tuple[Link, ...]
    image: ImageView
    trace: str = ""


@dataclass(frozen=True, slots=True)
class PageContext:
    """What pages are tied to: the room they have, their anchors, the exchanges' links, and the constats of each page."""

    room: Room
    anchors: Mapping[str, str]
    exchanges: Mapping[str, Link]
    findings: Mapping[str, Sequence[Finding]]
    constat_of: Mapping[Finding, Link]


def view_pages(recorded: Recorded, context: PageContext) -> dict[str, PageView]:
    """Every page by id, in the order of the journal. An image that several pages share is embedded in the first."""
    images = _images(recorded, context)
    return {
        name: replace(
            _view(page, context, _hops(page, recorded, context), images[name]),
            trace=page.trace if page.trace in recorded.traces else "",
        )
        for name, page in recorded.pages.items()
    }


def mark_label(mark: str) -> str:
    """A mark in French; one that is unknown keeps its own name."""
    if not mark.startswith(_AGENDA):
        return _MARKS.get(mark, mark)
    owner, _, place = mark.removeprefix(_AGENDA).partition(":")
    return f"agenda de {owner}" + (f" ({place})" if place else "")


def _view(page: Page, context: PageContext, hops: tuple[HopView, ...], image: ImageView) -> PageView:
    findings = context.findings.get(page.id, ())
    whole = page.id in context.room.pages
    return PageView(
        anchor=context.anchors[page.id],
        name=page_name(page),
        id=page.id,
        time=clock(at_rest(page)),
        url=page.url,
        status=phrase(page.status) if page.status is not None else "aucun document",
        title=page.title,
        marks=tuple(map(mark_label, page.marks)),
        duration=milliseconds(page.duration),
        fault=described_fault(page.fault, "Échec dans le navigateur"),
        whole=whole,
        text=page.text[:TEXT] if whole else "",
        text_size=len(page.text),
        cookies=tuple(map(_cookie, page.cookies)) if whole else (),
        referrers=page.referrers,
        hops=hops,
        constats=tuple(dict.fromkeys(context.constat_of[finding] for finding in findings)),
        image=image,
    )


def _hops(page: Page, recorded: Recorded, context: PageContext) -> tuple[HopView, ...]:
    return tuple(_hop(recorded, context, hop) for hop in page.hops) if page.id in context.room.pages else ()


def _hop(recorded: Recorded, context: PageContext, name: str) -> HopView:
    exchange = recorded.exchanges.get(name)
    if exchange is None:
        return HopView(Link("", name))
    request = exchange.request
    return HopView(context.exchanges[name], request.method, request.url, status_text(exchange), bool(exchange.fault))


def _cookie(cookie: Cookie) -> CookieView:
    return CookieView(
        cookie.name,
        cookie.domain,
        cookie.path,
        "oui" if cookie.secure else "non",
        "oui" if cookie.http_only else "non",
        cookie.same_site or "non précisé",
    )


def _images(recorded: Recorded, context: PageContext) -> dict[str, ImageView]:
    images: dict[str, ImageView] = {}
    owners: dict[str, Link] = {}
    for name, page in recorded.pages.items():
        screenshot = recorded.screenshots.get(page.screenshot)
        if screenshot is None:
            why = recorded.unreadable.get(page.screenshot, "le fichier est absent du dossier")
            images[name] = ImageView(file=page.screenshot, why=why)
            continue
        digest = picture_digest(screenshot.data)
        if digest in owners:
            images[name] = ImageView(file=page.screenshot, same_as=owners[digest])
        elif name in context.room.pictures:
            owners[digest] = Link(context.anchors[name], page_name(page))
            images[name] = _embedded(page, screenshot)
        else:
            weight = size(len(screenshot.data))
            images[name] = ImageView(file=page.screenshot, href=quote(page.screenshot), weight=weight)
    return images


def _embedded(page: Page, screenshot: Screenshot) -> ImageView:
    return ImageView(
        alt=f"Copie d’écran de la {page_name(page)}, à l’étape «{NBSP}{page.step}{NBSP}»",
        source=Markup(f"data:image/jpeg;base64,{base64.b64encode(screenshot.data).decode('ascii')}"),  # noqa: S704 - no markup
        width=screenshot.width,
        height=screenshot.height,
        weight=size(len(screenshot.data)),
        file=page.screenshot,
    )
