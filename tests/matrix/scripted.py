"""A regulator's browser without Chromium nor network: pages come from ASGI applications, by the name of their host.

It knows links, forms, cookies, redirections, history and referrers, and no script at all: what it reports of pages that the
server draws is what Chromium reports. A page costs a few milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import httpx

from sas_recette.exchange.model import Direction, Exchange, Fault, FaultKind, Page, Request, Response, Timings
from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import Carried, DriverError, Mark, Profile, Seen, Tab
from sas_recette.platform.chromium.faults import network_fault, page_fault, timeout_fault
from sas_recette.platform.chromium.looking import shown_lines
from sas_recette.platform.chromium.patience import Patience
from tests.matrix.asking import Answer, App, asked
from tests.matrix.scripted_cookies import Jar, site
from tests.matrix.scripted_driver import DrivenPage, NotThereError, not_there
from tests.matrix.scripted_page import Document, chosen, form_fields, owner_form
from tests.matrix.scripted_referrer import DEFAULT, origin, policy, referrer, told_by

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REQUESTS: Final = 20
_MILLISECONDS: Final = 20.0
"""What each request is said to take."""
_BORNE: Final = Patience()


@dataclass(slots=True)
class ScriptedBrowser:
    """The browser behind the port. `apps` are the applications by host (`editeur.example`, or with a port); close it after use."""

    apps: Mapping[str, App]
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    @contextmanager
    def profile(
        self, scenario: str, marks: Sequence[Mark], driver: object | None = None, carried: Carried | None = None
    ) -> Iterator[Profile]:
        """See the port."""
        yield _Profile(self, scenario, tuple(marks), driver)

    def ask(self, request: Request) -> Answer | None:
        """The answer of the application of a host, None when there is none of that name."""
        parts = urlsplit(request.url)
        app = self.apps.get(parts.netloc) or self.apps.get(parts.hostname or "")
        if app is None:
            return None
        return self._loop.run_until_complete(asked(app, request.method, request.url, request.headers, request.body))


@dataclass(slots=True)
class _Profile:
    browser: ScriptedBrowser
    scenario: str
    marks: tuple[Mark, ...]
    driver: object | None = None
    jar: Jar = field(default_factory=Jar)

    def tab(self) -> Tab:
        return _Tab(self)

    def forget(self) -> None:
        self.jar.clear()


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A navigation that begins. `initiator` is the address of the page that asks for it, empty for the platform's link."""

    method: str
    url: str
    fields: tuple[tuple[str, str], ...] = ()
    initiator: str = ""
    rule: str = DEFAULT


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page on the screen; `kept` says that going back to it asks nothing of its host."""

    url: str
    status: int
    document: Document
    rule: str
    exchange: Exchange
    kept: bool


@dataclass(frozen=True, slots=True)
class _Gestures:
    """The tab, in the hands of a driver."""

    tab: _Tab
    step: str

    def go(self, url: str) -> Fault | None:
        return self.tab.leave(self.step, _Leaving("GET", url))

    def press(self, selector: str) -> Fault | None:
        return self.tab.press(self.step, selector)

    def put(self, selector: str, value: str) -> Fault | None:
        return self.tab.put(selector, value)


@dataclass(slots=True)
class _Tab:
    _profile: _Profile
    _history: list[_Shown] = field(default_factory=list)
    _at: int = -1
    _hops: list[Exchange] = field(default_factory=list)
    _told: list[str] = field(default_factory=list)
    _address: str = ""

    def open(self, url: str, *, step: str, patience: float | None = None) -> Seen:
        return self._seen(step, self._go(step, _Leaving("GET", url), patience or _BORNE.page))

    def click(self, selector: str, *, step: str) -> Seen:
        return self.fill({}, selector, step=step)

    def fill(self, fields: Mapping[str, str], submit: str, *, step: str) -> Seen:
        page = self._shown
        for selector in (*fields, submit):
            element = page.document.first(selector) if page else None
            if element is None:
                return self._seen(step, page_fault(f"aucun élément visible ne répond à «\u00a0{selector}\u00a0»"))
            if selector in fields:
                element.attributes = {**element.attributes, "value": fields[selector]}
        leaving = self._leaving(submit)
        return self._seen(step, self._go(step, leaving, _BORNE.page) if leaving else None)

    def back(self, *, step: str) -> Seen:
        if self._at <= 0:
            return self._seen(step, page_fault("aucune page précédente"))
        self._at -= 1
        page = self._history[self._at]
        if not page.kept:
            return self._seen(step, self._go(step, _Leaving("GET", page.url), _BORNE.page, again=True))
        self._hops.append(replace(page.exchange, id=self._profile.browser.ids(), step=step))
        self._told += told_by(page.document, page.url, page.rule)
        return self._seen(step, None)

    def look(self, *, step: str) -> Seen:
        return self._seen(step, None)

    def act(self, action: str, *, step: str, appointment: Appointment | None = None) -> Seen:
        if self._profile.driver is None:
            raise DriverError(f"«\u00a0{action}\u00a0» demande un pilote.")
        try:
            getattr(self._profile.driver, action)(DrivenPage(_Gestures(self, step)), appointment)
        except NotThereError as missing:
            return self._seen(step, missing.fault)
        return self._seen(step, None)

    def put(self, selector: str, value: str) -> Fault | None:
        """Set the value of a field."""
        element = self._shown.document.first(selector) if self._shown else None
        if element is None:
            return not_there(selector)
        if element.tag == "select":
            return None if chosen(element, value) else not_there(f"{selector} option[value={value}]")
        element.attributes = {**element.attributes, "value": value}
        return None

    def leave(self, step: str, leaving: _Leaving | None) -> Fault | None:
        """Go somewhere, if it leads anywhere."""
        return self._go(step, leaving, _BORNE.page) if leaving else None

    def press(self, step: str, selector: str) -> Fault | None:
        """Click, and go where that leads."""
        if self._shown is None or self._shown.document.first(selector) is None:
            return not_there(selector)
        return self.leave(step, self._leaving(selector))

    @property
    def _shown(self) -> _Shown | None:
        return self._history[self._at] if self._at >= 0 else None

    def _leaving(self, selector: str) -> _Leaving | None:
        page = self._shown
        element = page.document.first(selector) if page else None
        if page is None or element is None:
            return None
        if element.tag == "a" and "href" in element.attributes:
            silent = "noreferrer" in element.attributes.get("rel", "")
            target = urljoin(page.url, element.attributes["href"])
            return _Leaving("GET", target, (), page.url, "no-referrer" if silent else page.rule)
        form = owner_form(element, page.document)
        if form is None:
            return None
        action = element.attributes.get("formaction") or form.attributes.get("action") or page.url
        target, sent = urljoin(page.url, action), form_fields(form, page.document, element)
        if form.attributes.get("method", "get").lower() == "post":
            return _Leaving("POST", target, tuple(sent), page.url, page.rule)
        return _Leaving("GET", urlsplit(target)._replace(query=urlencode(sent)).geturl(), (), page.url, page.rule)

    def _go(self, step: str, leaving: _Leaving, patience: float, *, again: bool = False) -> Fault | None:
        for number in range(1, _MAX_REQUESTS + 1):
            self._address = leaving.url
            request = self._request(leaving)
            if number == _MAX_REQUESTS:
                return self._failed(step, request, network_fault("net::ERR_TOO_MANY_REDIRECTS"))
            try:
                answer = self._profile.browser.ask(request)
            except TimeoutError:
                return self._failed(step, request, timeout_fault(patience))
            if answer is None:
                return self._failed(step, request, network_fault("net::ERR_NAME_NOT_RESOLVED"))
            self._keep_cookies(answer, leaving.url)
            following = _redirected(leaving, answer)
            self._record(step, request, answer, with_body=following is None)
            if following is None:
                return self._show(leaving, answer, again=again)
            leaving = following
        raise AssertionError("unreachable: the last request fails")

    def _request(self, leaving: _Leaving) -> Request:
        url = urldefrag(leaving.url)[0]
        written = httpx.URL(url)
        told = referrer(leaving.initiator, url, leaving.rule)
        if told and origin(told) != origin(url):
            self._told.append(told)
        posted = leaving.method == "POST"
        body = urlencode(leaving.fields).encode() if posted else b""
        headers = {
            "host": written.netloc.decode(),
            "accept": "text/html,application/xhtml+xml",
            "accept-language": "fr-FR",
            "sec-fetch-dest": "document",
            "sec-fetch-mode": "navigate",
            "sec-fetch-site": _relation(leaving.initiator, url),
            "cookie": self._profile.jar.sent(url, method=leaving.method, initiator=leaving.initiator),
            "referer": told,
            "origin": origin(leaving.initiator) if posted else "",
            "content-type": "application/x-www-form-urlencoded" if posted else "",
            "content-length": str(len(body)) if posted else "",
        }
        return Request(leaving.method, str(written), tuple(one for one in headers.items() if one[1]), body)

    def _keep_cookies(self, answer: Answer, url: str) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                self._profile.jar.keep(value, url, self._profile.browser.clock())

    def _exchange(self, step: str, request: Request) -> Exchange:
        browser = self._profile.browser
        scenario = self._profile.scenario
        return Exchange(browser.ids(), scenario, step, browser.clock(), request, direction=Direction.BROWSED)

    def _record(self, step: str, request: Request, answer: Answer, *, with_body: bool) -> None:
        body = answer.body if with_body and not _is_file(answer) else b""
        kept = Response(
            answer.status,
            answer.headers,
            body[: _BORNE.excerpt],
            complete=len(body) <= _BORNE.excerpt and not _is_file(answer),
        )
        timings = Timings(first_byte=_MILLISECONDS, total=_MILLISECONDS, whole=_MILLISECONDS)
        self._hops.append(replace(self._exchange(step, request), response=kept, timings=timings))

    def _failed(self, step: str, request: Request, fault: Fault) -> Fault:
        timed_out = fault.kind is FaultKind.TIMEOUT
        self._hops.append(replace(self._exchange(step, request), fault=None if timed_out else fault))
        self._history, self._at = self._history[: self._at + 1], self._at
        return fault

    def _show(self, leaving: _Leaving, answer: Answer, *, again: bool) -> Fault | None:
        if answer.status in {204, 205}:
            return page_fault(f"réponse {answer.status}, sans page")
        if _is_file(answer):
            return page_fault(f"réponse {answer.status} à télécharger, et non une page")
        document = Document(answer.body.decode())
        rule = policy(answer.header("referrer-policy"))
        metas = (one.attributes for one in document.all("meta[name=referrer]"))
        rule = policy(next((meta.get("content", "") for meta in metas), ""), rule)
        self._told += told_by(document, leaving.url, rule)
        kept = leaving.method == "GET" and "no-store" not in answer.header("cache-control")
        shown = _Shown(leaving.url, answer.status, document, rule, self._hops[-1], kept)
        if again:
            self._history[self._at] = shown
        else:
            self._history = [*self._history[: self._at + 1], shown]
            self._at = len(self._history) - 1
        return None

    def _seen(self, step: str, fault: Fault | None) -> Seen:
        profile, hops = self._profile, tuple(self._hops)
        shown = self._shown if fault is None or not hops else None
        last = hops[-1].response if hops else None
        text = shown.document.text if shown else ""
        page = Page(
            id=profile.browser.ids(),
            scenario=profile.scenario,
            step=step,
            started=hops[0].started if hops else profile.browser.clock(),
            url=shown.url if shown else (self._address or "about:blank"),
            status=shown.status if shown else (last.status if last else None),
            title=shown.document.title if shown else "",
            text=shown_lines(text, _BORNE.max_text),
            marks=tuple(mark.name for mark in profile.marks if shown and _bears(shown, text, mark)),
            hops=tuple(hop.id for hop in hops),
            cookies=profile.jar.facts(),
            referrers=tuple(dict.fromkeys(self._told)),
            duration=_MILLISECONDS * len(hops),
            fault=fault,
        )
        self._hops, self._told = [], []
        return Seen(page, hops)


def _bears(shown: _Shown, text: str, mark: Mark) -> bool:
    seen = not mark.selector or shown.document.first(mark.selector) is not None
    return seen and mark.tells(shown.url, text)


def _is_file(answer: Answer) -> bool:
    return "attachment" in answer.header("content-disposition")


def _redirected(leaving: _Leaving, answer: Answer) -> _Leaving | None:
    location = answer.header("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    target = urljoin(leaving.url, location)
    if not urldefrag(target)[1]:
        target += "#" + fragment if (fragment := urldefrag(leaving.url)[1]) else ""
    rule = policy(answer.header("referrer-policy"), leaving.rule)
    same = answer.status in {307, 308} or leaving.method == "GET"
    if same:
        return replace(leaving, url=target, rule=rule)
    return replace(leaving, url=target, rule=rule, method="GET", fields=())


def _relation(initiator: str, url: str) -> str:
    if not initiator or site(initiator) != site(url):
        return "cross-site"
    return "same-origin" if origin(initiator) == origin(url) else "same-site"
