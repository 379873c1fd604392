"""What the report shows of single sign-on: pages, calls of the candidate, a browser's hops."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from sas_recette.engine.result import ScenarioResult
from sas_recette.evidence.har import HAR
from sas_recette.evidence.page.room import PICTURES
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Direction, Exchange, Page, Request, Response
from sas_recette.exchange.screenshot import Screenshot
from tests.evidence.html_page import Page as Html
from tests.evidence.sample import START
from tests.evidence.sso_sample import ARRIVAL, REPLAYED, sso_campaign, sso_exchanges, sso_pages, sso_recorded

HTML = render_report(sso_campaign(), sso_recorded())


@pytest.fixture(scope="module")
def page() -> Html:
    return Html(HTML)


def flat(page: Html, name: str) -> str:
    """The text of an element on one line, its non-breaking spaces kept."""
    return re.sub("[ \n]+", " ", page.by_id(name).content)


def test_the_page_is_whole_and_safe(page: Html) -> None:
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert {item.attributes["href"] for item in page.all("a")} <= {HAR, *(f"#{name}" for name in ids)}
    assert len(page.all("script")) == 1
    assert "S3CRET" not in HTML
    assert "\x00" not in HTML
    levels = [int(item.tag[1]) for item in page.elements if re.fullmatch("h[1-6]", item.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))


def test_images_come_from_the_page_itself_and_nothing_else_does(page: Html) -> None:
    (policy,) = (item.attributes["content"] for item in page.all("meta") if "http-equiv" in item.attributes)
    assert policy.startswith("default-src 'none';")
    assert "img-src data:;" in policy
    sources = [(item.tag, item.attributes["src"]) for item in page.elements if "src" in item.attributes]
    assert [tag for tag, _ in sources] == ["img", "img"]
    assert all(source.startswith("data:image/jpeg;base64,/9j/") for _, source in sources)


def test_a_scenario_is_one_list_in_the_order_of_time(page: Html) -> None:
    (shown,) = (item.content for item in page.all("ol") if "reçu du navigateur" in item.content)
    order = [
        "Arrivée depuis la plateforme",
        "reçu du navigateur",
        "GET autorisation",
        "reçu de la solution",
        "POST jetons",
        "09:30:35,932",
        "page vue",
        "Agenda du Dr Camille MARTIN",
        "Retour rejoué dans un autre navigateur",
    ]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert shown.count("Arrivée depuis la plateforme") == 1


def test_a_page_is_shown_with_all_that_was_seen(page: Html) -> None:
    shown = flat(page, "page-SSO-01-p1")
    for part in (
        "Adressehttps://agenda.example/ps/899700218896",
        "Réponse200 OK en 812,5\u00a0ms",
        "session de régulateur ouverte agenda de 899700218896 (Cabinet des Lilas) autre",
        "Provenance donnée à d’autres hôteshttps://agenda.example/sso/retour?code=***",
        "Navigation (4\u00a0échanges)",
        "Cookies (2)",
        "sessionagenda.example/ouiouiLax",
        "agenda.example/nonnonnon précisé",
        "Texte visible (140\u00a0caractères)",
        "Vendredi 13 mars",
        "‹U+202E›txt.exe",
    ):
        assert part in shown


def test_an_image_tells_what_it_is_and_opens_without_script(page: Html) -> None:
    first, second = page.all("img")
    nbsp = "\u00a0"
    assert first.attributes["alt"] == (
        f"Copie d’écran de la page «{nbsp}Agenda du Dr Camille MARTIN{nbsp}», "
        f"à l’étape «{nbsp}Arrivée depuis la plateforme{nbsp}»"
    )
    assert (first.attributes["width"], first.attributes["height"]) == ("64", "40")
    assert "‹U+0000›" in second.attributes["alt"]
    assert HTML.count('<details class="shot"><summary><img ') == 2


def test_a_page_without_an_image_or_a_document_says_so(page: Html) -> None:
    shown = page.by_id("page-SSO-02-p1").content
    assert "Pas de copie d’écran\u00a0: aucune n’a pu être prise." in shown
    assert "Sans titre" in shown
    assert "aucun document en 15,00\u00a0s" in shown
    assert "Échec dans le navigateur (timeout, phase «\u00a0navigation\u00a0»)" in shown
    assert "code=***&state=yXk3" in shown


def test_a_page_of_another_scenario_is_linked_and_a_lost_one_named(page: Html) -> None:
    shown = page.by_id("scenario-SSO-02").content
    assert "page «\u00a0Agenda du Dr Camille MARTIN\u00a0», montrée plus haut" in shown
    assert "SSO-02-p9 (absent du journal)" in shown
    assert "SSO-01-absent (absent du journal)" in page.by_id("page-SSO-01-p2").content


def test_findings_lead_to_pages(page: Html) -> None:
    links = {item.content: item.attributes["href"] for item in page.all("a")}
    assert links["page affichée"] == "#page-SSO-01-p2"
    (named,) = (name for name in links if name.startswith("page «\u00a0Retour"))
    assert links[named] == "#page-SSO-01-p2"
    assert "Constats sur cette page\u00a0: constat 5" in page.by_id("page-SSO-01-p2").content
    assert links["demande d’autorisation"] == "#echange-SSO-01-r1"


def test_the_way_to_a_page_is_one_collapsed_row(page: Html) -> None:
    rows = [item for item in page.all("details") if item.attributes.get("class") == "row navigation"]
    assert [
        "4\u00a0échanges vers la page «\u00a0Agenda du Dr Camille MARTIN\u00a0»" in row.content for row in rows
    ] == [True]
    assert "open" not in rows[0].attributes
    for rank in range(1, 5):
        assert page.by_id(f"echange-SSO-01-n{rank}").content in rows[0].content
    assert page.by_id("echange-SSO-01-r1").content not in rows[0].content


def test_a_call_of_the_candidate_is_told_in_french_and_never_replayed(page: Html) -> None:
    shown = flat(page, "echange-SSO-01-r2")
    for part in (
        "Qui appelleLa solution candidate, de serveur à serveur",
        "Point d’accèsjetons",
        "Client authentifiéoui",
        "Mode d’authentification du clientclient_secret_basic",
        "Code d’autorisationinédit",
        "Vérificateur PKCE (code_verifier)aucun",
        "Issuejetons émis",
        '{ "header": { "alg": "RS256", "kid": "banc-1" }, "claims": { "iss":',
        '"email": "camille.martin@sas.example"',
    ):
        assert part in shown
    asked = page.by_id("echange-SSO-01-r1").content
    assert "Le navigateur du régulateur, sur redirection de la solution candidate" in asked
    assert "fait_futur</script><script>alert(1)</script> ‹U+0000›" in asked
    for name in ("SSO-01-r1", "SSO-01-r2", "SSO-01-n1", "SSO-01-n4", "E0004"):
        told = page.by_id(f"echange-{name}").content
        assert "curl" not in told
        assert "Rejouer" not in told
    assert "curl" in page.by_id("echange-E0001").content


def test_an_image_that_two_pages_share_is_embedded_once() -> None:
    recorded = sso_recorded()
    (first, *_) = recorded.screenshots.values()
    html = render_report(
        sso_campaign(), replace(recorded, screenshots=dict.fromkeys((ARRIVAL.screenshot, REPLAYED.screenshot), first))
    )
    assert html.count("data:image/jpeg;base64,") == 1
    assert "la même image que celle de la page «\u00a0Agenda du Dr Camille MARTIN\u00a0»" in Html(html).by_id(
        "page-SSO-01-p2"
    ).content.replace("\n", "")


def test_beyond_a_weight_images_stay_in_the_folder() -> None:
    recorded = sso_recorded()
    heavy = {
        ARRIVAL.screenshot: Screenshot(b"\xff\xd8\xff" + b"\x00" * (PICTURES - 3), 64, 40),
        REPLAYED.screenshot: Screenshot(b"\xff\xd8\xff", 64, 40),
    }
    page = Html(render_report(sso_campaign(), replace(recorded, screenshots=heavy)))
    assert len(page.all("img")) == 1
    assert "Copie d’écran\u00a0: pages/SSO-01-p1.jpg, 2,0\u00a0Mo" in page.by_id("page-SSO-01-p1").content
    assert "pages/SSO-01-p1.jpg" in {item.attributes["href"] for item in page.all("a")}


def test_a_trace_is_linked_where_the_folder_has_it() -> None:
    recorded, kept, gone = sso_recorded(), "traces/SSO-01-01.zip", "traces/SSO-01-02.zip"
    traced = {ARRIVAL.id: kept, REPLAYED.id: gone}
    pages = {name: replace(page, trace=traced.get(name, "")) for name, page in recorded.pages.items()}
    page = Html(render_report(sso_campaign(), replace(recorded, pages=pages, traces=frozenset({kept}))))
    links = {item.attributes["href"] for item in page.all("a") if item.content == "trace Playwright"}
    assert links == {kept}
    assert f"playwright show-trace {kept}" in page.by_id("page-SSO-01-p1").content
    assert "Playwright" not in page.by_id("page-SSO-01-p2").content


def test_a_page_that_no_scenario_names_is_told_without_a_link() -> None:
    result = sso_campaign()
    alone = replace(result, scenarios=tuple(replace(one, pages=()) for one in result.scenarios))
    html = render_report(alone, sso_recorded())
    page = Html(html)
    assert {item.attributes["href"] for item in page.all("a")} <= {HAR, *(f"#{name}" for name in page.ids())}
    assert "data:image" not in html
    assert "page «\u00a0Retour" in page.by_id("constat-5").content


def test_sixty_pages_with_their_screenshots_stay_below_five_megabytes() -> None:
    pages: dict[str, Page] = {}
    exchanges: dict[str, Exchange] = {}
    screenshots: dict[str, Screenshot] = {}
    for rank in range(60):
        hops = tuple(f"n{rank}-{hop}" for hop in range(6))
        for hop in hops:
            body = (f"<!DOCTYPE html><title>{hop}</title>" + "<p class='x'>Créneau</p>\n" * 400).encode()
            request = Request("GET", f"https://agenda.example/{hop}", (("Cookie", "session=***"),) * 8)
            response = Response(200, (("Content-Type", "text/html"),) * 10, body if hop.endswith("5") else b"")
            exchanges[hop] = Exchange(hop, "SSO-01", "Arrivée", START, request, response, direction=Direction.BROWSED)
        name = f"pages/{rank}.jpg"
        pages[f"p{rank}"] = replace(ARRIVAL, id=f"p{rank}", hops=hops, text="Créneau\n" * 500, screenshot=name)
        screenshots[name] = Screenshot(b"\xff\xd8\xff" + rank.to_bytes(2, "big") * 15_000, 1280, 800)
    scenario: ScenarioResult = replace(
        sso_campaign().scenarios[-2], findings=(), exchanges=tuple(exchanges), pages=tuple(pages)
    )
    result = replace(sso_campaign(), scenarios=(scenario,), requirements=())
    html = render_report(result, Recorded(exchanges, pages, screenshots))
    assert html.count("data:image/jpeg;base64,") == 60
    assert len(html.encode()) < 5_000_000
    page = Html(html)
    assert len(page.ids()) == len(set(page.ids()))


def test_the_order_of_the_journal_decides_nothing_within_a_scenario() -> None:
    recorded = sso_recorded()
    turned = Recorded(
        dict(reversed(list(sso_exchanges().items()))),
        dict(reversed(list(sso_pages().items()))),
        recorded.screenshots,
        recorded.unreadable,
    )
    shown = [Html(render_report(sso_campaign(), one)).by_id("scenario-SSO-01").content for one in (recorded, turned)]
    assert shown[0] == shown[1]
