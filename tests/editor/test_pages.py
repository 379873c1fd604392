from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sas_recette.editor.server import RunningEditor
from tests.editor.bench import ARMOR, PS_A, PS_H, query, sos_query
from tests.editor.conftest import Pki
from tests.editor.pki import client_context

Page = Callable[..., httpx.Response]


@pytest.fixture
def browser(pki: Pki) -> Iterator[httpx.Client]:
    with httpx.Client(verify=client_context(pki.authority.path)) as client:
        yield client


@pytest.fixture
def platform(pki: Pki) -> Iterator[httpx.Client]:
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client:
        yield client


def log_in(browser: httpx.Client, editor: RunningEditor, address: str) -> httpx.Response:
    """Follow an agenda address, log in, and come back to the agenda."""
    asked = browser.get(address)
    assert asked.status_code == 303
    form = browser.get(httpx.URL(address).join(asked.headers["location"]))
    assert form.status_code == 200
    fields = hidden(form.text) | {"identifiant": editor.login, "mot_de_passe": editor.password}
    done = browser.post(httpx.URL(address).join(action(form.text)), data=fields)
    assert done.status_code == 303
    return browser.get(httpx.URL(address).join(done.headers["location"]))


def hidden(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
    return {name: value.replace("&amp;", "&") for name, value in found}


def action(html: str) -> str:
    match = re.search(r'<form method="post" action="([^"]+)">', html)
    assert match is not None
    return match[1]


def slots(platform: httpx.Client, base: str, identifier: str) -> list[str]:
    bundle = platform.get(f"{base}/Slot?{query(identifier)}").json()
    return [e["resource"]["id"] for e in bundle.get("entry", []) if e["resource"]["resourceType"] == "Slot"]


@pytest.mark.parametrize("suffix", ["", "?origin=sas", "?vue=semaine&origin=sas"])
def test_a_visitor_logs_in_first_and_keeps_the_origin(
    browser: httpx.Client, editor: RunningEditor, suffix: str
) -> None:
    address = f"{editor.agenda_url}/ps/aline-mercier{suffix}"
    location = urlsplit(browser.get(address).headers["location"])
    assert location.path == "/connexion"
    assert parse_qs(location.query) == {"suite": [f"/ps/aline-mercier{suffix}"]}
    page = log_in(browser, editor, address)
    assert page.status_code == 200
    assert str(page.url) == address
    assert "<h1>Agenda de Aline MERCIER</h1>" in page.text
    assert "mercredi\u00a017\u00a0juin\u00a02026, de 9\u00a0h\u00a000" in page.text


def test_the_pages_need_no_client_certificate_and_say_who_is_there(
    browser: httpx.Client, editor: RunningEditor
) -> None:
    page = log_in(browser, editor, f"{editor.agenda_url}/ps/hugo-tessier")
    assert "Vous êtes connecté en tant que Régulateur de démonstration." in page.text
    assert re.findall(r'<li id="([\w-]+)">', page.text) == ["slot-h1", "slot-h2"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_taken_and_private_slots_are_not_shown_and_walkin_has_no_button(
    browser: httpx.Client, editor: RunningEditor
) -> None:
    html = log_in(browser, editor, f"{editor.agenda_url}/ps/aline-mercier").text
    shown = re.findall(r'<li id="([\w-]+)">', html)
    assert shown == ["slot-a1", "slot-a2", "slot-a3", "slot-a4", "slot-a5", "slot-a10"]
    assert html.count(">Réserver</button>") == 5


def test_a_wrong_password_is_refused_in_french(browser: httpx.Client, editor: RunningEditor) -> None:
    data = {"identifiant": editor.login, "mot_de_passe": "faux", "suite": "/ps/aline-mercier"}
    page = browser.post(f"{editor.agenda_url}/connexion", data=data)
    assert page.status_code == 401
    assert "Identifiant ou mot de passe incorrect." in page.text
    assert hidden(page.text) == {"suite": "/ps/aline-mercier"}
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example/ps/", "/\\ailleurs", ""])
def test_the_log_in_leads_nowhere_else(browser: httpx.Client, editor: RunningEditor, target: str) -> None:
    data = {"identifiant": editor.login, "mot_de_passe": editor.password, "suite": target}
    page = browser.post(f"{editor.agenda_url}/connexion", data=data)
    assert page.headers["location"] == "/connexion"


def test_what_a_visitor_types_is_escaped(browser: httpx.Client, editor: RunningEditor) -> None:
    page = browser.get(f"{editor.agenda_url}/connexion", params={"suite": '/ps/"><script>alert(1)</script>'})
    assert "<script>" not in page.text


def test_an_unknown_agenda_is_a_french_404(browser: httpx.Client, editor: RunningEditor) -> None:
    assert browser.get(f"{editor.agenda_url}/nulle-part").status_code == 404
    page = log_in(browser, editor, f"{editor.agenda_url}/ps/personne")
    assert page.status_code == 404
    assert "Aucun agenda à cette adresse." in page.text


def test_a_booked_slot_leaves_the_next_search(
    browser: httpx.Client, platform: httpx.Client, editor: RunningEditor
) -> None:
    base, agenda = editor.variants["vierge"]
    assert "slot-a2" in slots(platform, base, PS_A)
    page = log_in(browser, editor, f"{agenda}/ps/aline-mercier?origin=sas")
    order = {"jeton": hidden(page.text)["jeton"], "creneau": "slot-a2"}
    booked = browser.post(f"{agenda}/ps/aline-mercier/reservations", data=order)
    assert booked.status_code == 303
    after = browser.get(httpx.URL(agenda).join(booked.headers["location"]))
    assert "Le rendez-vous est réservé." in after.text
    assert 'id="slot-a2"' not in after.text
    assert slots(platform, base, PS_A) == ["slot-a1", "slot-a3", "slot-a4", "slot-a5"]
    again = browser.post(f"{agenda}/ps/aline-mercier/reservations", data=order)
    assert again.status_code == 409
    assert "Ce créneau n’est plus libre." in again.text
    assert "slot-a2" in slots(platform, editor.base_url, PS_A)


def test_a_booking_needs_a_session_and_its_token(browser: httpx.Client, editor: RunningEditor) -> None:
    _, agenda = editor.variants["vierge"]
    address = f"{agenda}/ps/hugo-tessier/reservations"
    anonymous = browser.post(address, data={"creneau": "slot-h1", "jeton": ""})
    assert anonymous.headers["location"] == "/vierge/connexion?suite=%2Fvierge%2Fps%2Fhugo-tessier"
    log_in(browser, editor, f"{agenda}/ps/hugo-tessier")
    assert browser.post(address, data={"creneau": "slot-h1", "jeton": "faux"}).status_code == 403


def test_logging_out_closes_the_session(browser: httpx.Client, editor: RunningEditor) -> None:
    address = f"{editor.agenda_url}/ps/aline-mercier"
    page = log_in(browser, editor, address)
    browser.post(f"{editor.agenda_url}/deconnexion", data={"jeton": "faux"})
    assert browser.get(address).status_code == 200
    browser.post(f"{editor.agenda_url}/deconnexion", data={"jeton": hidden(page.text)["jeton"]})
    assert browser.get(address).status_code == 303


def test_defect_origin_refused(browser: httpx.Client, editor: RunningEditor) -> None:
    _, agenda = editor.variants["origin-refused"]
    assert browser.get(f"{agenda}/ps/aline-mercier?origin=sas").status_code == 404
    assert browser.get(f"{agenda}/ps/aline-mercier").status_code == 303


def test_defect_agenda_without_login(browser: httpx.Client, editor: RunningEditor) -> None:
    _, agenda = editor.variants["agenda-without-login"]
    page = browser.get(f"{agenda}/ps/aline-mercier?origin=sas")
    assert page.status_code == 200
    assert "Agenda de Aline MERCIER" in page.text


def test_defect_booking_lost(browser: httpx.Client, platform: httpx.Client, editor: RunningEditor) -> None:
    base, agenda = editor.variants["booking-lost"]
    page = log_in(browser, editor, f"{agenda}/ps/hugo-tessier")
    order = {"jeton": hidden(page.text)["jeton"], "creneau": "slot-h1"}
    booked = browser.post(f"{agenda}/ps/hugo-tessier/reservations", data=order)
    assert booked.headers["location"] == "/booking-lost/ps/hugo-tessier?reservation=faite"
    assert slots(platform, base, PS_H) == ["slot-h1", "slot-h2"]


def test_the_agenda_of_a_centre_shows_the_chosen_slot(browser: httpx.Client, editor: RunningEditor) -> None:
    address = f"{editor.agenda_url}/pfg/cornouaille?creneau=slot-q2&origin=sas"
    assert urlsplit(browser.get(address).headers["location"]).path == "/connexion"
    page = log_in(browser, editor, address)
    assert (page.status_code, str(page.url)) == (200, address)
    assert "<h1>Agenda du lieu «\u00a0Centre de consultation Cornouaille\u00a0»</h1>" in page.text
    assert re.findall(r'<li id="([\w-]+)"( class="choisi" aria-current="true")?>', page.text) == [
        ("slot-q1", ""),
        ("slot-q2", ' class="choisi" aria-current="true"'),
        ("slot-q3", ""),
    ]
    assert browser.get(f"{editor.agenda_url}/pfg/ailleurs").status_code == 404


def test_a_slot_of_a_centre_is_booked_on_its_page(
    browser: httpx.Client, platform: httpx.Client, editor: RunningEditor
) -> None:
    base, agenda = editor.variants["vierge"]
    page = log_in(browser, editor, f"{agenda}/pfg/armor-sud")
    assert f'action="{urlsplit(agenda).path}/pfg/armor-sud/reservations"' in page.text
    order = {"jeton": hidden(page.text)["jeton"], "creneau": "slot-s1"}
    booked = browser.post(f"{agenda}/pfg/armor-sud/reservations", data=order)
    assert booked.headers["location"] == "/vierge/pfg/armor-sud?reservation=faite"
    found = platform.get(f"{base}/Schedule?{sos_query(ARMOR)}").json()
    assert [e["resource"]["id"] for e in found["entry"][:2]] == ["agenda-armor-nord", "slot-n1"]
