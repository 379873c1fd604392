"""What a regulator does and sees, in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from sas_recette.exchange.model import Cookie, Direction
from sas_recette.platform.browser import Browser, Carried, Mark, MarkError, Profile, Tab
from tests.browsers import SECRET
from tests.platform.site import Site, Visitor, redirect, serving_site

MARKS = (
    Mark("session", selector="body[data-session=regulateur]"),
    Mark("connexion", url="*/connexion", selector="main#connexion"),
    Mark("agenda", text="Agenda du Dr Martin"),
)
LOGIN = """<!doctype html><title>Connexion</title><body data-session="aucune"><main id="connexion">
<form method="post" action="/entree"><input type="hidden" name="jeton" value="j1"><input name="identifiant">
<input type="password" name="mot_de_passe"><button name="connexion">Entrer</button></form>
<p hidden class="secret">invisible</p></main>"""
HOME = """<!doctype html><title>Accueil</title><body data-session="regulateur"><h1>Agenda
du\u00a0Dr&nbsp;&nbsp;Martin</h1><a id="suite" href="/suite">suite</a> <a id="neuf" target="_blank" href="/suite">neuf</a>
<a id="sans-effet" href="#bas">bas</a>"""
SPA = """<!doctype html><title>SPA</title><div id="app">Chargement…</div><script>
fetch('/donnees').then(r => r.text()).then(t => setTimeout(() => {
  document.body.dataset.session = 'regulateur';
  app.textContent = t;
  history.pushState({}, '', '/app/agenda/12');
}, 20));
</script>"""


def _slowly(visitor: Visitor) -> None:
    time.sleep(0.2)
    visitor.give("Agenda du Dr Martin", kind="text/plain")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    pages = {
        "connexion": LOGIN,
        "entree": redirect("/accueil", ("Set-Cookie", "sid=abcdefgh; Path=/; HttpOnly; SameSite=Lax"), status=303),
        "accueil": HOME,
        "suite": "<!doctype html><title>Suite</title><p>suite",
        "un": redirect("/deux", ("Set-Cookie", "trace=1; Path=/")),
        "deux": redirect("/accueil", status=307),
        "spa": SPA,
        "donnees": _slowly,
        "differee": '<meta http-equiv="refresh" content="0;url=/accueil">',
    }
    with serving_site(**pages) as running:
        yield running


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[Profile]:
    with browser.profile("SSO-S01", MARKS) as held:
        yield held


@pytest.fixture(scope="module")
def one_tab(profile: Profile) -> Tab:
    return profile.tab()


@pytest.fixture
def tab(profile: Profile, one_tab: Tab, site: Site) -> Tab:
    """The same tab for most tests, without cookies; where history matters, a test opens its own."""
    profile.forget()
    site.asked.clear()
    return one_tab


def test_a_page_drawn_by_the_server(tab: Tab, site: Site, campaign_folder: Path) -> None:
    seen = tab.open(site.url("/accueil?origin=sas#creneau"), step="Ouverture")
    page = seen.page
    assert (page.url, page.status, page.title) == (site.url("/accueil?origin=sas#creneau"), 200, "Accueil")
    assert page.marks == ("session", "agenda")
    assert page.text.splitlines()[0] == "Agenda du Dr Martin"
    assert (page.scenario, page.step, page.fault) == ("SSO-S01", "Ouverture", None)
    assert 0 < page.duration < 5000
    assert page.screenshot == f"pages/{page.id}.jpg"
    assert (campaign_folder / page.screenshot).read_bytes()[:3] == b"\xff\xd8\xff"
    assert page.hops == tuple(one.id for one in seen.exchanges)
    assert seen.exchanges[0].direction is Direction.BROWSED


def test_a_link_of_the_platform_says_nothing_of_where_it_stands(tab: Tab, site: Site) -> None:
    tab.open(site.url("/accueil"), step="un")
    tab.open(site.url("/suite"), step="deux")
    for target in ("/accueil", "/suite"):
        assert "referer" not in site.last(target).headers
        assert site.last(target).headers["sec-fetch-site"] == "cross-site"
        assert site.last(target).headers["accept-language"].startswith("fr-FR")


def test_a_strict_cookie_does_not_follow_a_link_of_the_platform(tab: Tab, site: Site) -> None:
    site.pages["/strict"] = lambda visitor: visitor.give(
        '<a id="lien" href="/suite">suite</a>',
        ("Set-Cookie", "s=1; SameSite=Strict"),
        ("Set-Cookie", "l=1; SameSite=Lax"),
    )
    tab.open(site.url("/strict"), step="un")
    tab.open(site.url("/suite"), step="deux")
    assert site.last("/suite").headers["cookie"] == "l=1"
    tab.open(site.url("/strict"), step="trois")
    tab.click("#lien", step="quatre")
    assert site.last("/suite").headers["cookie"] == "s=1; l=1"


def test_redirections_are_hops(tab: Tab, site: Site) -> None:
    seen = tab.open(site.url("/un"), step="Ouverture")
    assert [(one.request.url, one.response and one.response.status) for one in seen.exchanges] == [
        (site.url("/un"), 302),
        (site.url("/deux"), 307),
        (site.url("/accueil"), 200),
    ]
    first, _, last = seen.exchanges
    assert first.response is not None
    assert last.response is not None
    assert first.response.header("location") == "/deux"
    assert first.response.header("set-cookie") == "trace=1; Path=/"
    assert first.response.body == b""
    assert last.response.body == HOME.encode()
    assert last.response.complete
    assert ("cookie", "trace=1") in [(name.lower(), value) for name, value in last.request.headers]
    assert last.timings.total is not None


def test_a_form(tab: Tab, site: Site) -> None:
    shown = tab.open(site.url("/connexion"), step="Page de connexion").page
    assert shown.marks == ("connexion",)
    fields = {"input[name=identifiant]": "martin", "input[name=mot_de_passe]": "mot de passe & co"}
    seen = tab.fill(fields, "button[name=connexion]", step="Connexion")
    assert site.last("/entree").body == b"jeton=j1&identifiant=martin&mot_de_passe=mot+de+passe+%26+co&connexion="
    assert seen.page.marks == ("session", "agenda")
    assert seen.exchanges[0].request.method == "POST"
    assert seen.exchanges[0].request.body == b"jeton=j1&identifiant=martin&mot_de_passe=***&connexion="
    assert ("referer", site.url("/connexion")) in seen.exchanges[0].request.headers or (
        "Referer",
        site.url("/connexion"),
    ) in seen.exchanges[0].request.headers
    assert seen.page.cookies == (Cookie("sid", "127.0.0.1", "/", secure=False, http_only=True, same_site="Lax"),)


def test_a_secret_that_is_no_password_is_seen_as_it_is_sent(tab: Tab, site: Site) -> None:
    tab.open(site.url("/connexion"), step="Page de connexion")
    seen = tab.fill({"input[name=identifiant]": SECRET}, "button[name=connexion]", step="Connexion")
    assert f"identifiant={quote_plus(SECRET)}&".encode() in seen.exchanges[0].request.body


def test_an_application_that_draws_itself_once_its_data_have_come(tab: Tab, site: Site) -> None:
    seen = tab.open(site.url("/spa"), step="Ouverture")
    assert seen.page.marks == ("session", "agenda")
    assert seen.page.text == "Agenda du Dr Martin"
    assert (seen.page.url, seen.page.status) == (site.url("/app/agenda/12"), 200)
    assert [one.request.path for one in seen.exchanges] == [site.url("/spa"), site.url("/donnees")]
    assert seen.page.duration >= 200


def test_a_page_that_leads_elsewhere_by_itself(tab: Tab, site: Site) -> None:
    seen = tab.open(site.url("/differee"), step="Ouverture")
    assert seen.page.url == site.url("/accueil")
    assert len(seen.exchanges) == 2


def test_history(profile: Profile, site: Site) -> None:
    tab = profile.tab()
    assert tab.back(step="Rien derrière").page.fault is not None
    tab.open(site.url("/accueil"), step="un")
    followed = tab.click("#suite", step="deux").page
    assert (followed.url, followed.title) == (site.url("/suite"), "Suite")
    back = tab.back(step="trois").page
    assert (back.url, back.status, back.marks) == (site.url("/accueil"), 200, ("session", "agenda"))
    again = tab.look(step="quatre")
    assert (again.page.url, again.page.status, again.exchanges) == (site.url("/accueil"), 200, ())
    assert again.page.id != back.id


def test_back_skips_nothing_but_the_blank_between_two_links(tab: Tab, site: Site) -> None:
    tab.open(site.url("/accueil"), step="un")
    tab.open(site.url("/suite"), step="deux")
    assert tab.back(step="trois").page.url == site.url("/accueil")


def test_a_click_that_leads_nowhere(tab: Tab, site: Site) -> None:
    tab.open(site.url("/accueil"), step="un")
    page = tab.click("#sans-effet", step="deux").page
    assert (page.url, page.status, page.fault) == (site.url("/accueil#bas"), 200, None)


@pytest.mark.parametrize("selector", ["#absent", ".secret", "input[name=jeton]"])
def test_nothing_visible_to_click_on(tab: Tab, site: Site, selector: str) -> None:
    tab.open(site.url("/connexion"), step="un")
    page = tab.click(selector, step="deux").page
    assert page.fault is not None
    assert page.fault.detail == f"aucun élément visible ne répond à «\u00a0{selector}\u00a0»"
    assert page.marks == ("connexion",)


def test_two_tabs_share_cookies_and_two_profiles_do_not(browser: Browser, site: Site) -> None:
    with browser.profile("A", MARKS) as one, browser.profile("B", MARKS) as other:
        first, second, stranger = one.tab(), one.tab(), other.tab()
        first.open(site.url("/un"), step="un")
        assert [cookie.name for cookie in second.open(site.url("/suite"), step="deux").page.cookies] == ["trace"]
        assert stranger.open(site.url("/suite"), step="trois").page.cookies == ()
        assert first.look(step="quatre").page.url == site.url("/accueil")
        one.forget()
        assert first.look(step="cinq").page.cookies == ()
        second.open(site.url("/accueil"), step="six")
        assert "cookie" not in site.last("/accueil").headers


def test_cookies_are_told_without_their_values(tab: Tab, site: Site) -> None:
    site.pages["/cookies"] = lambda visitor: visitor.give(
        "ok",
        ("Set-Cookie", "a=valeur-a; Path=/cookies; Secure; HttpOnly; SameSite=None"),
        ("Set-Cookie", "b=valeur-b; SameSite=Strict"),
        ("Set-Cookie", "c=valeur-c"),
    )
    page = tab.open(site.url("/cookies"), step="un").page
    assert page.cookies == (
        Cookie("b", "127.0.0.1", "/", secure=False, http_only=False, same_site="Strict"),
        Cookie("c", "127.0.0.1", "/", secure=False, http_only=False, same_site=""),
        Cookie("a", "127.0.0.1", "/cookies", secure=True, http_only=True, same_site="None"),
    )
    assert "valeur" not in repr(page)


def test_what_another_host_is_told(tab: Tab, site: Site) -> None:
    with serving_site(image=b"", page="<p>ailleurs") as elsewhere:
        picture = f'<img referrerpolicy="unsafe-url" src="{elsewhere.url("/image")}">'
        site.pages["/retour"] = (
            f'{picture}<img src="{site.url("/image")}"><a id="la" href="{elsewhere.url("/page")}">x</a>'
        )
        page = tab.open(site.url("/retour?code=abc"), step="un").page
        assert page.referrers == (site.url("/retour?code=abc"),)
        page = tab.click("#la", step="deux").page
        assert page.referrers == (site.url("/"),)
        assert elsewhere.last("/page").headers["referer"] == site.url("/")


def test_a_window_that_a_click_opens_is_what_is_seen(tab: Tab, site: Site) -> None:
    tab.open(site.url("/accueil"), step="un")
    seen = tab.click("#neuf", step="deux")
    assert (seen.page.url, seen.page.status) == (site.url("/suite"), 200)
    assert [one.request.url for one in seen.exchanges] == [site.url("/suite")]


def test_what_is_looked_for_in_shadow_trees_and_frames(browser: Browser, site: Site) -> None:
    site.pages["/ombre"] = """<iframe src="/suite"></iframe><div id="hote"></div><script>
    hote.attachShadow({mode: 'open'}).innerHTML = '<p class="dedans">dans l’ombre</p>';</script>"""
    marks = (Mark("ombre", selector="p.dedans", text="dans l’ombre"), Mark("cadre", text="suite"))
    with browser.profile("A", marks) as profile:
        assert profile.tab().open(site.url("/ombre"), step="un").page.marks == ("ombre", "cadre")


def test_a_selector_that_is_none_is_a_mistake_of_the_user(browser: Browser, site: Site) -> None:
    with browser.profile("A", (Mark("session", selector="body["),)) as profile:
        tab = profile.tab()
        with pytest.raises(
            MarkError, match="Repère «\u00a0session\u00a0»\u00a0: «\u00a0body\\[\u00a0» n’est pas un sélecteur CSS"
        ):
            tab.open(site.url("/accueil"), step="un")
    with browser.profile("A", ()) as profile:
        tab = profile.tab()
        tab.open(site.url("/accueil"), step="un")
        with pytest.raises(MarkError, match="n’est pas un sélecteur CSS"):
            tab.click("a[", step="deux")


def test_texts_and_titles_are_borne(tab: Tab, site: Site) -> None:
    site.pages["/hostile"] = f"<title>{'t' * 9000}</title>" + "<p>\u202e&lt;script&gt;\x07é\ud7ff " + "x" * 9000
    page = tab.open(site.url("/hostile"), step="un").page
    assert len(page.title) == 500
    assert len(page.text) == 4000
    assert page.text.startswith("\u202e<script>\x07é")


def test_a_long_document_is_kept_in_part(tab: Tab, site: Site) -> None:
    site.pages["/long"] = "<p>" + "x" * 300_000
    response = tab.open(site.url("/long"), step="un").exchanges[0].response
    assert response is not None
    assert (len(response.body), response.complete) == (256 * 1024, False)


def test_a_cookie_of_the_bench_goes_to_its_address_and_is_told_nowhere(browser: Browser, site: Site) -> None:
    with browser.profile("RDV-S01", MARKS, carried=Carried(site.url("/"), "BANC_PISTE", "a-part")) as held:
        seen = held.tab().open(site.url("/accueil"), step="Ouverture")
    assert site.last("/accueil").headers["cookie"] == "BANC_PISTE=a-part"
    assert "BANC_PISTE" not in repr(seen.page)
