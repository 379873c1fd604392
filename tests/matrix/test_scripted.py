"""The browser without Chromium reports what Chromium does, of an application that both are shown."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sas_recette.exchange.model import FaultKind
from sas_recette.platform.browser import Browser, DriverError, Mark, Seen, Tab
from tests.browsers import now
from tests.matrix.scripted import ScriptedBrowser
from tests.matrix.scripted_cookies import Jar
from tests.matrix.scripted_page import Document

MARKS = (
    Mark("session", selector="body[data-session=regulateur]"),
    Mark("aucune", selector='body[data-session="aucune"]'),
    Mark("connexion", url="*/connexion", selector="main#connexion"),
    Mark("choisi", selector="li.choisi[data-debut]"),
    Mark("cache", selector="p.cache"),
    Mark("titre", text="Agenda : Dr Martin"),
)
LOGIN = """<!doctype html><html lang="fr"><title>Connexion – éditeur</title><body data-session="aucune"><main id="connexion">
<p hidden class="cache">x</p><form method="post" action="/entree?suite=1"><input type="hidden" name="jeton" value="é&amp;j">
<label>Nom <input name="nom" value="défaut"></label><input type="password" name="cle"><input type="checkbox" name="c" checked>
<select name="s"><option value="1">un<option selected>deux</select><textarea name="t">texte</textarea>
<button name="bouton" value="b1">Entrer</button><button name="autre">Autre</button></form>
<form action="/recherche"><input name="q" value="a b"><input type="submit" value="Chercher" id="chercher"></form></main>"""
HOME = """<!doctype html><title>Agenda</title><body data-session="regulateur"><h1>Agenda\u00a0: <em>Dr</em>
Martin</h1><ul><li>un<li class="creneau choisi" data-debut="9">deux</ul><a id="suite" href="suite#bas">suite</a>
<a id="muet" rel="noreferrer" href="/suite">muet</a><img src="http://ailleurs.invalid/x.png"><form method="post" action="/sortie">
<button name="deconnexion">Sortir</button></form>"""


def _with_cookies(response: Response, *cookies: str) -> Response:
    for cookie in cookies:
        response.headers.append("set-cookie", cookie)
    return response


def _strict(request: Request) -> Response:
    cookies = ("s=1; SameSite=Strict", "l=1; SameSite=Lax; HttpOnly", "d=1; Path=/agenda", "n=1; SameSite=None", "v=1")
    return _with_cookies(RedirectResponse("/agenda/12", 302), *cookies, "vieux=1; Max-Age=0", "x=1; Domain=example.fr")


async def _echo(request: Request) -> Response:
    sent = (await request.body()).decode()
    kept = {key: request.headers.get(key, "-") for key in ("cookie", "referer", "sec-fetch-site", "origin")}
    shown = "".join(f"<p>{key} {value}</p>" for key, value in kept.items())
    return HTMLResponse(
        f"<!doctype html><title>Reçu</title><pre>{request.method} {request.url.query} {sent}</pre>{shown}"
    )


def application() -> Starlette:
    visits = itertools.count(1)

    def counted(request: Request) -> Response:
        headers = {"cache-control": "no-store"} if "frais" in request.query_params else {}
        return HTMLResponse(f"<title>n</title><p>visite {next(visits)}<p><a id='e' href='/echo'>e</a>", headers=headers)

    def told(request: Request) -> Response:
        policy = request.path_params["policy"]
        return HTMLResponse(HOME.replace("suite#bas", "/echo"), headers={"referrer-policy": policy})

    pages: dict[str, Callable[[Request], object]] = {
        "/connexion": lambda request: HTMLResponse(LOGIN),
        "/agenda/12": lambda request: HTMLResponse(HOME),
        "/agenda/suite": _echo,
        "/suite": _echo,
        "/echo": _echo,
        "/entree": _echo,
        "/recherche": _echo,
        "/un": lambda request: RedirectResponse("/deux#ici", 301),
        "/deux": lambda request: RedirectResponse("/agenda/12", 307),
        "/strict": _strict,
        "/sortie": lambda request: _with_cookies(RedirectResponse("/connexion", 303), "l=; Max-Age=0; Path=/"),
        "/boucle": lambda request: RedirectResponse("/boucle"),
        "/vide": lambda request: Response(status_code=204),
        "/fichier": lambda request: Response(b"PK", headers={"content-disposition": "attachment"}),
        "/refus": lambda request: HTMLResponse("<main id=erreur>Refus", status_code=403),
        "/nombre": counted,
        "/dit/{policy}": told,
    }
    routes = [Route(path, page, methods=["GET", "POST"]) for path, page in pages.items()]
    return Starlette(routes=routes)


@contextmanager
def _served(app: Starlette) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=lambda: server.run([listener]), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def scripted(port: int) -> Iterator[ScriptedBrowser]:
    numbers = itertools.count(1)
    with ScriptedBrowser({f"127.0.0.1:{port}": application()}, clock=now, ids=lambda: f"s{next(numbers)}") as running:
        yield running


Walk = Callable[[Tab, str], list[Seen]]


def _opened(*targets: str) -> Walk:
    return lambda tab, base: [tab.open(f"{base}{target}", step="un") for target in targets]


def _log_in(tab: Tab, base: str) -> list[Seen]:
    fields = {"input[name=nom]": "Zoé & co", "input[name=cle]": "mot de passe"}
    return [
        tab.open(f"{base}/connexion", step="un"),
        tab.fill(fields, "button[name=bouton]", step="deux"),
        tab.back(step="trois"),
        tab.click("#chercher", step="quatre"),
    ]


def _browse(tab: Tab, base: str) -> list[Seen]:
    return [
        tab.open(f"{base}/strict", step="un"),
        tab.click("#suite", step="deux"),
        tab.back(step="trois"),
        tab.click("#muet", step="quatre"),
        tab.open(f"{base}/echo", step="cinq"),
        tab.open(f"{base}/agenda/12", step="six"),
        tab.click("button[name=deconnexion]", step="sept"),
        tab.click("#absent", step="huit"),
        tab.look(step="neuf"),
    ]


def _history(tab: Tab, base: str) -> list[Seen]:
    return [
        tab.open(f"{base}/nombre", step="un"),
        tab.click("#e", step="deux"),
        tab.back(step="trois"),
        tab.open(f"{base}/nombre?frais", step="quatre"),
        tab.click("#e", step="cinq"),
        tab.back(step="six"),
    ]


def _told(policy: str) -> Walk:
    return lambda tab, base: [tab.open(f"{base}/dit/{policy}?code=1", step="un"), tab.click("#suite", step="deux")]


WALKS: dict[str, Walk] = {
    "redirections": _opened("/un", "/boucle", "/refus", "/absent"),
    "sans page": _opened("/vide", "/fichier", "/agenda/12"),
    "connexion": _log_in,
    "navigation": _browse,
    "historique": _history,
    **{f"referrer {one}": _told(one) for one in ("no-referrer", "unsafe-url", "origin", "same-origin", "inconnue")},
}


def _reported(seen: Seen) -> dict[str, object]:
    page = seen.page
    return {
        "page": (page.url, page.status, page.title, page.marks, page.cookies, page.fault, page.referrers),
        "texte": page.text if page.title in {"Reçu", "n"} else "",
        "hops": [
            (one.request.method, one.request.url, one.response and one.response.status, one.fault)
            for one in seen.exchanges
        ],
        "corps": [one.response.body for one in seen.exchanges if one.response],
        "envoyé": [one.request.body for one in seen.exchanges],
    }


@pytest.mark.parametrize("name", list(WALKS))
def test_the_same_as_chromium(browser: Browser, name: str) -> None:
    walk = WALKS[name]
    with _served(application()) as fresh, browser.profile("S", MARKS) as real:
        expected = [_reported(seen) for seen in walk(real.tab(), f"http://127.0.0.1:{fresh}")]
    with scripted(fresh) as running, running.profile("S", MARKS) as held:
        given = [_reported(seen) for seen in walk(held.tab(), f"http://127.0.0.1:{fresh}")]
    for one, other in zip(given, expected, strict=True):
        for what in one:
            assert _plain(one[what]) == _plain(other[what])


def _plain(value: object) -> object:
    """What is typed in a password field stands in no journal: Chromium's recorder masks it at once."""
    if not isinstance(value, list):
        return value
    return [one.replace(b"mot+de+passe", b"***") if isinstance(one, bytes) else one for one in value]


def test_an_unknown_host_and_a_silent_application() -> None:
    async def silent(scope: object, receive: object, send: object) -> None:
        raise TimeoutError

    with (
        ScriptedBrowser({"muet.example": silent}, clock=now, ids=lambda: "x") as running,
        running.profile("S", ()) as held,
    ):
        tab = held.tab()
        faults = [tab.open(f"https://{host}/", step="un").page.fault for host in ("muet.example", "autre.example")]
    assert [fault and fault.kind for fault in faults] == [FaultKind.TIMEOUT, FaultKind.NAME]
    with pytest.raises(DriverError):
        tab.act("reserver", step="deux")


def test_it_is_fast() -> None:
    with scripted(80) as running, running.profile("S", MARKS) as held:
        tab = held.tab()
        begun = time.process_time()
        for _ in range(50):
            tab.open("http://127.0.0.1:80/un", step="un")
        assert time.process_time() - begun < 2.5


def test_cookies_of_one_host_and_of_a_whole_site() -> None:
    jar = Jar()
    for header in (
        "a=1; Domain=editeur.example; Path=/",
        "b=1; Path=/",
        "__Host-c=1; Secure; Path=/",
        "__Host-d=1; Path=/",
        "e=1; Secure; SameSite=None; Path=/",
        "f=1; SameSite=None",
        "g=1; Domain=autre.example",
    ):
        jar.keep(header, "https://agenda.editeur.example/sso/retour", now())
    assert [(one.name, one.domain) for one in jar.facts()] == [
        ("a", ".editeur.example"),
        ("__Host-c", "agenda.editeur.example"),
        ("b", "agenda.editeur.example"),
        ("e", "agenda.editeur.example"),
    ]
    assert jar.sent("https://www.editeur.example/", method="GET", initiator="") == "a=1"
    assert jar.sent("http://agenda.editeur.example/", method="GET", initiator="") == "a=1; b=1"
    assert jar.sent("https://editeur.example.org/", method="GET", initiator="") == ""


def test_a_selector_that_only_a_browser_knows_is_an_error() -> None:
    document = Document("<p id=a class='b c' data-x='1'>x")
    assert [one.tag for one in document.all("p#a.b.c[data-x='1'][id]")] == ["p"]
    for selector in ("p > a", "p:hover", "", "p a", "[x^=y]"):
        with pytest.raises(ValueError, match="only a browser knows"):
            list(document.all(selector))
