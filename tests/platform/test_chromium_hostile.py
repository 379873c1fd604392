"""What a candidate may do to a browser: it is always told in the page, and the next page is well."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.browser import Browser, BrowserLostError, DriverError, Mark, Tab
from sas_recette.platform.chromium import Patience
from tests.browsers import started
from tests.platform.loopback import free_port
from tests.platform.site import Page, Site, Visitor, redirect, serving_site

MARKS = (Mark("bien", selector="#bien"),)
PATIENCE = Patience(page=0.6, hung=0.3, element=0.5, unmarked=0.1, driver=5.0)


def _cut(visitor: Visitor) -> None:
    visitor.send_response(200)
    visitor.send_header("Content-Type", "text/html")
    visitor.send_header("Content-Length", "1000")
    visitor.end_headers()
    visitor.wfile.write(b"<body>le debut")
    visitor.leave()


def _endless(visitor: Visitor) -> None:
    visitor.send_response(200)
    visitor.send_header("Content-Type", "text/html")
    visitor.end_headers()
    for _ in range(300):
        visitor.wfile.write(b"<p>encore")
        time.sleep(0.01)
    visitor.leave()


def _huge(visitor: Visitor) -> None:
    visitor.send_response(200)
    visitor.send_header("Content-Type", "text/html")
    visitor.end_headers()
    for _ in range(100):
        visitor.wfile.write(b"<p>" + b"x" * 1_000_000)
    visitor.leave()


def _slow(visitor: Visitor) -> None:
    time.sleep(2)
    visitor.give("trop tard")


PAGES: dict[str, Page] = {
    "bien": '<p id="bien">bien',
    "boucle": redirect("/boucle"),
    "coupe": lambda visitor: visitor.leave(),
    "tronque": _cut,
    "sans-fin": _endless,
    "enorme": _huge,
    "lent": _slow,
    "vide": lambda visitor: visitor.give("", status=204),
    "fichier": lambda visitor: visitor.give(b"PK", ("Content-Disposition", "attachment"), kind="application/zip"),
    "occupe": "<p>là<script>setTimeout(() => { while (true); }, 30)</script>",
    "occupe-aussitot": "<p>là<script>while (true);</script>",
    "alertes": "<p>là<script>while (true) alert('encore')</script>",
    "fenetres": "<p id=bien>là<script>for (let i = 0; i < 20; i++) open('/bien')</script>",
    "anime": "<p id=bien>là<p id=p><script>setInterval(() => { p.textContent = Math.random() }, 10)</script>",
    "muet": "<p>là<script>fetch('/lent')</script>",
    "tournis": "<script>location.replace('/tournis?' + Math.random())</script>",
    "piege": "<p id=bien>là<script>Array.prototype.toJSON = () => 1; JSON.stringify = null; window.name = {}</script>",
    "erreur": lambda visitor: visitor.give("<p id=bien>panne", status=500),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving_site(**PAGES) as running:
        yield running


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("hostile"), PATIENCE) as running:
        yield running


@pytest.fixture(scope="module")
def tab(hurried: Browser) -> Iterator[Tab]:
    """One and the same for most tests: whatever a page did, the next one is well."""
    with hurried.profile("S", MARKS) as profile:
        yield profile.tab()


def assert_well(tab: Tab, site: Site) -> None:
    page = tab.open(site.url("/bien"), step="ensuite", patience=10).page
    assert (page.marks, page.status, page.fault, bool(page.screenshot)) == (("bien",), 200, None, True)


@pytest.mark.parametrize(
    ("name", "kind", "status", "told"),
    [
        ("boucle", FaultKind.PROTOCOL, None, "redirections sans fin (net::ERR_TOO_MANY_REDIRECTS)"),
        ("coupe", FaultKind.RESET, None, "connexion rompue par la solution candidate (net::ERR_EMPTY_RESPONSE)"),
        ("tronque", FaultKind.TRUNCATED, 200, "réponse interrompue (net::ERR_CONTENT_LENGTH_MISMATCH)"),
        ("sans-fin", FaultKind.TIMEOUT, 200, "délai de 0,6\u00a0s dépassé"),
        ("lent", FaultKind.TIMEOUT, None, "délai de 0,6\u00a0s dépassé"),
        ("vide", FaultKind.PROTOCOL, 204, "réponse 204, sans page"),
        ("fichier", FaultKind.PROTOCOL, 200, "réponse 200 à télécharger, et non une page"),
        ("occupe", FaultKind.TIMEOUT, 200, "délai de 0,6\u00a0s dépassé\u00a0: la page ne répond plus"),
        ("occupe-aussitot", FaultKind.TIMEOUT, 200, "délai de 0,6\u00a0s dépassé\u00a0: la page ne répond plus"),
        ("alertes", FaultKind.TIMEOUT, 200, "délai de 0,6\u00a0s dépassé\u00a0: la page ne répond plus"),
        ("muet", FaultKind.TIMEOUT, 200, "délai de 0,6\u00a0s dépassé\u00a0: la page attend encore une réponse"),
    ],
)
def test_a_fault_is_told_and_the_next_page_is_well(
    tab: Tab, site: Site, name: str, kind: FaultKind, status: int | None, told: str
) -> None:
    hurried = kind is FaultKind.TIMEOUT
    page = tab.open(site.url(f"/{name}"), step="un", patience=None if hurried else 10).page
    assert page.fault is not None
    assert (page.fault.kind, page.fault.detail, page.status) == (kind, told, status)
    assert page.url == site.url(f"/{name}")
    assert page.marks == ()
    assert_well(tab, site)


@pytest.mark.parametrize("name", ["fenetres", "anime", "piege"])
def test_what_is_borne(tab: Tab, site: Site, name: str) -> None:
    page = tab.open(site.url(f"/{name}"), step="un", patience=10).page
    assert (page.marks, page.status, page.fault) == (("bien",), 200, None)
    assert_well(tab, site)


def test_a_page_of_a_hundred_megabytes(tab: Tab, site: Site) -> None:
    page = tab.open(site.url("/enorme"), step="un", patience=15).page
    assert page.fault is not None
    assert (page.fault.kind, page.fault.detail) == (FaultKind.TOO_LARGE, "page de plus de 32\u00a0Mio")
    assert (page.status, page.marks, page.screenshot) == (200, (), "")
    assert_well(tab, site)


def test_an_error_of_the_server_is_a_page(tab: Tab, site: Site) -> None:
    page = tab.open(site.url("/erreur"), step="un", patience=10).page
    assert (page.marks, page.status, page.fault, page.text) == (("bien",), 500, None, "panne")


def test_a_page_that_never_stops_leaving(tab: Tab, site: Site) -> None:
    page = tab.open(site.url("/tournis"), step="un", patience=10).page
    assert page.fault is not None
    assert page.fault.detail == "redirections sans fin (plus de 40 adresses de suite)"
    assert_well(tab, site)


def test_a_loop_has_as_many_hops_as_a_browser_bears(tab: Tab, site: Site) -> None:
    seen = tab.open(site.url("/boucle"), step="un", patience=10)
    assert len(seen.exchanges) == 20
    assert seen.exchanges[-1].fault == seen.page.fault


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"http://127.0.0.1:{free_port()}/", FaultKind.REFUSED),
        ("http://hote.invalid/", FaultKind.NAME),
        ("foo:bar", FaultKind.PROTOCOL),
        ("http://127.0.0.1:1/", FaultKind.PROTOCOL),
        ("javascript:alert(1)", FaultKind.PROTOCOL),
        ("http://", FaultKind.PROTOCOL),
    ],
    ids=["refused", "no-name", "no-scheme", "forbidden-port", "script", "no-host"],
)
def test_an_address_that_leads_nowhere(tab: Tab, site: Site, url: str, kind: FaultKind) -> None:
    page = tab.open(url, step="un", patience=10).page
    assert page.fault is not None
    assert (page.fault.kind, page.status, page.marks, page.text) == (kind, None, (), "")
    after = tab.look(step="deux").page
    assert (after.marks, after.status, after.text) == ((), None, "")
    assert_well(tab, site)


def test_no_tls_behind_https(tab: Tab, site: Site) -> None:
    page = tab.open(site.url("/bien", "https"), step="un", patience=10).page
    assert page.fault is not None
    assert (page.fault.kind, page.fault.detail) == (
        FaultKind.TLS,
        "négociation TLS impossible (net::ERR_SSL_PROTOCOL_ERROR)",
    )


class Driver:
    def crash(self, page: object) -> None:
        page.goto("chrome://crash", timeout=2000)  # type: ignore[attr-defined]

    def end(self, page: object) -> None:
        page.context.browser.new_browser_cdp_session().send("Browser.close")  # type: ignore[attr-defined]
        page.wait_for_timeout(4000)  # type: ignore[attr-defined]


def test_no_driver_no_action(tab: Tab) -> None:
    with pytest.raises(DriverError, match="sso\\.driver n’en nomme aucun"):
        tab.act("reserver", step="un")


def test_a_tab_that_crashes(hurried: Browser, site: Site) -> None:
    with hurried.profile("S", MARKS, Driver()) as profile:
        tab = profile.tab()
        tab.open(site.url("/bien"), step="un")
        page = tab.act("crash", step="deux").page
        assert page.fault is not None
        assert page.fault.detail == "l’onglet s’est arrêté brutalement en affichant cette page"
        assert (page.marks, page.screenshot) == ((), "")
        assert_well(tab, site)


def test_a_browser_that_stops_is_nobody_s_fault_and_another_is_started(hurried: Browser, site: Site) -> None:
    with hurried.profile("S", MARKS, Driver()) as profile:
        tab = profile.tab()
        tab.open(site.url("/bien"), step="un")
        with pytest.raises(BrowserLostError):
            tab.act("end", step="deux")
        with pytest.raises(BrowserLostError):
            tab.open(site.url("/bien"), step="trois")
    with hurried.profile("S", MARKS) as profile:
        assert_well(profile.tab(), site)
