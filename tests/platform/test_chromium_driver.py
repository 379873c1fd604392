"""The editor's own driver, and the trace of what it did."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.browser import Browser, DriverError, Mark
from tests.browsers import SECRET, started
from tests.platform.site import Site, redirect, serving_site

FORM = """<!doctype html><title>Formulaire</title><form method="post" action="/suite"><input name="nom">
<input type="password" name="cle"><button>Envoyer</button></form>"""


class Driver:
    def marks(self, page: Page) -> list[str]:
        return ["pilote"] if page.locator("#suite").count() else []

    def book(self, page: Page) -> None:
        page.fill("input[name=nom]", SECRET)
        page.click("button")

    def impatient(self, page: Page) -> None:
        page.click("#jamais", timeout=100)

    def demanding(self, page: Page) -> None:
        assert page.title() == "Réservation", "le titre n’est pas celui d’une réservation"

    def broken(self, page: Page) -> None:
        raise KeyError("rien de tel")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    entry = redirect(
        "/formulaire?code=code-tres-secret-42&state=etat-public",
        ("Set-Cookie", "sid=valeur-de-session%2F1; Path=/"),
        ("Set-Cookie", "court=zq9; Path=/"),
    )
    pages = {"entree": entry, "formulaire": FORM, "suite": '<p id="suite">suite'}
    with serving_site(**pages) as running:
        yield running


def test_a_driver_acts_and_names_marks(browser: Browser, site: Site) -> None:
    with browser.profile("S", (Mark("suite", url="*/suite"),), Driver()) as profile:
        tab = profile.tab()
        assert tab.open(site.url("/formulaire"), step="un").page.marks == ()
        seen = tab.act("book", step="deux")
        assert (seen.page.marks, seen.page.url) == (("suite", "pilote"), site.url("/suite"))
        assert [one.request.method for one in seen.exchanges] == ["POST"]


def test_what_a_driver_does_not_find_is_told_in_the_page(browser: Browser, site: Site) -> None:
    with browser.profile("S", (), Driver()) as profile:
        tab = profile.tab()
        tab.open(site.url("/formulaire"), step="un")
        for action, told in (("impatient", "Page.click: Timeout 100ms exceeded."), ("demanding", "le titre n’est pas")):
            page = tab.act(action, step="deux").page
            assert page.fault is not None
            assert page.fault.kind is FaultKind.PROTOCOL
            assert page.fault.detail.startswith(f"le pilote n’a pas pu faire «\u00a0{action}\u00a0»\u00a0: {told}")
            assert page.status == 200


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("broken", "Le pilote a échoué dans «\u00a0broken\u00a0»\u00a0: KeyError\u00a0: 'rien de tel'"),
        ("absent", "Le pilote Driver n’a pas de méthode «\u00a0absent\u00a0»."),
        ("__init__", "Le pilote Driver n’a pas de méthode «\u00a0__init__\u00a0»."),
    ],
)
def test_a_driver_that_fails_is_the_user_s_to_mend(browser: Browser, site: Site, action: str, told: str) -> None:
    with browser.profile("S", (), Driver()) as profile:
        tab = profile.tab()
        tab.open(site.url("/formulaire"), step="un")
        with pytest.raises(DriverError) as raised:
            tab.act(action, step="deux")
    assert str(raised.value) == told


def test_a_trace_is_written_where_it_is_asked_for_and_holds_no_secret(site: Site, tmp_path: Path) -> None:
    files = iter([tmp_path / "traces" / "SSO-S07-01.zip", None])
    with started(tmp_path, traces=lambda _: next(files)) as browser:
        with browser.profile("SSO-S07", (), Driver()) as profile:
            tab = profile.tab()
            opened = tab.open(site.url("/entree"), step="Ouverture de l’agenda").page
            tab.fill({"input[name=cle]": "mot-de-passe-tapé"}, "input[name=nom]", step="Saisie")
            tab.act("book", step="Réservation")
        with browser.profile("SSO-S07", ()) as profile:
            unrecorded = profile.tab().open(site.url("/formulaire"), step="un").page
    assert (opened.trace, unrecorded.trace) == ("traces/SSO-S07-01.zip", "")
    assert [file.name for file in (tmp_path / "traces").iterdir()] == ["SSO-S07-01.zip"]
    with zipfile.ZipFile(tmp_path / opened.trace) as archive:
        assert archive.testzip() is None
        whole = b"\n".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    for secret in (
        "un-secret bien",
        "un-secret+bien",
        "un-secret%20bien",
        "code-tres-secret",
        "valeur-de-session",
        "mot-de-passe-tap",
    ):
        assert secret not in whole
    assert "zq9" not in whole
    assert "etat-public" in whole
    assert "Ouverture de l’agenda" in whole
    assert "frame-snapshot" in whole
