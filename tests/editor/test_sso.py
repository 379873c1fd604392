"""The journey of a regulator, from the platform to an agenda (sso.md §4 and §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from sas_recette.editor.passwords import hash_password
from sas_recette.editor.store import Account
from sas_recette.platform.identity.knobs import Knob
from tests.editor.bench import AGENDA_BASE
from tests.editor.sso_bench import (
    AGENDA,
    CENTRE,
    ENTRY,
    LISE,
    PAUL,
    PLATFORM,
    REGULATION,
    RETURN,
    STAFF_PASSWORD,
    STRANGER,
    SsoBench,
    Surfer,
    hidden,
    kind,
    main_of,
)

STAFF = {"identifiant": "accueil", "mot_de_passe": STAFF_PASSWORD}
REGULATOR = {"identifiant": "Paul.Kerbrat@regul.example", "mot_de_passe": STAFF_PASSWORD}


@pytest.fixture
def bench() -> Iterator[SsoBench]:
    with SsoBench() as running:
        running.account(PAUL)
        running.stage()
        yield running


@pytest.fixture
def surfer(bench: SsoBench) -> Surfer:
    return bench.surfer()


def test_a_regulator_who_is_connected_lands_on_the_chosen_slot(bench: SsoBench, surfer: Surfer) -> None:
    page = surfer.open(ENTRY)
    assert (page.status_code, str(page.url), kind(page)) == (200, AGENDA, "regulateur")
    assert main_of(page) == 'id="contenu" data-agenda="899900000011"'
    assert '<li id="slot-a2" class="choisi" aria-current="true">' in page.text
    assert "Vous êtes connecté en tant que Paul Kerbrat." in page.text
    assert [one.status_code for one in page.history] == [303, 302, 303]
    assert surfer.session == "regulateur"


def test_a_centre_is_told_from_the_others_of_its_association(surfer: Surfer) -> None:
    page = surfer.open(CENTRE)
    assert str(page.url) == CENTRE.removesuffix("?origin=sas")
    assert main_of(page).startswith('id="contenu" data-agenda="399900021900017" data-lieu="')


def test_somebody_who_is_not_connected_logs_in_at_the_platform(bench: SsoBench, surfer: Surfer) -> None:
    bench.stage(connected=False)
    form = surfer.open(ENTRY)
    assert str(form.url).startswith(f"{PLATFORM}/realms/sas/protocol/openid-connect/auth?")
    fields = {"ticket": hidden(form)["ticket"], "username": PAUL.email, "password": PAUL.password}
    page = surfer.send(f"{PLATFORM}/realms/sas/login-actions/authenticate", fields)
    assert (str(page.url), kind(page)) == (AGENDA, "regulateur")


@pytest.mark.parametrize("suffix", ["", "&origin=", "&origin=autre", "&origin=SAS", "&origin=sas&origin=sas"])
def test_any_other_origin_leads_to_the_own_log_in(surfer: Surfer, suffix: str) -> None:
    page = surfer.open(AGENDA + suffix)
    assert page.url.path == "/connexion"
    assert main_of(page) == 'id="connexion"'
    assert page.url.params["suite"] == urlsplit(AGENDA + suffix)._replace(scheme="", netloc="").geturl()
    assert surfer.session == "aucune"


def test_the_request_is_complete_and_each_value_is_fresh(bench: SsoBench, surfer: Surfer) -> None:
    first, second = (parse_qs(urlsplit(surfer.stop(ENTRY).headers["location"]).query) for _ in range(2))
    assert first["redirect_uri"] == [RETURN]
    assert first["scope"] == ["openid email profile"]
    assert first["code_challenge_method"] == ["S256"]
    assert "acr_values" not in first
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_cookies_are_kept_from_scripts_and_from_other_sites(surfer: Surfer) -> None:
    departure = surfer.stop(ENTRY)
    assert_guarded(departure.headers["set-cookie"])
    assert "Path=/sso/retour" in departure.headers["set-cookie"]
    back = surfer.stop(surfer.stop(departure.headers["location"]).headers["location"])
    session, departed = back.headers.get_list("set-cookie")
    assert_guarded(session)
    assert session.startswith("agenda_session=")
    assert "Max-Age=0" in departed


def assert_guarded(cookie: str) -> None:
    assert all(flag in cookie for flag in ("; HttpOnly", "; Secure", "SameSite=lax"))


def test_two_tabs_that_leave_together_both_arrive(surfer: Surfer) -> None:
    other = f"{AGENDA_BASE}/ps/hugo-tessier"
    answers = [
        surfer.stop(surfer.stop(url).headers["location"]).headers["location"] for url in (ENTRY, f"{other}?origin=sas")
    ]
    assert [str(surfer.open(answer).url) for answer in answers] == [AGENDA, other]


def test_a_response_serves_once_and_in_its_own_browser(bench: SsoBench, surfer: Surfer) -> None:
    bench.stage(PAUL, Knob.HELD)
    surfer.open(ENTRY)
    stranger = bench.surfer()
    assert stranger.open(bench.provider.response).status_code == 400
    assert stranger.session == "aucune"
    assert str(surfer.open(bench.provider.response).url) == AGENDA
    surfer.client.cookies.delete("agenda_session")
    assert surfer.open(bench.provider.response).url.path == "/sso/echec/reponse-inattendue"
    assert surfer.session == "aucune"
    assert [one["outcome"] for one in bench.facts("token")] == ["tokens"]


def test_a_late_return_is_refused(bench: SsoBench, surfer: Surfer) -> None:
    departure = surfer.stop(ENTRY)
    bench.wait(minutes=11)
    back = surfer.stop(departure.headers["location"]).headers["location"]
    assert surfer.open(back).status_code == 400


def test_the_person_who_arrives_takes_the_place_of_whoever_was_there(bench: SsoBench, surfer: Surfer) -> None:
    bench.account(LISE)
    log_in(surfer, REGULATOR)
    assert kind(surfer.open(AGENDA)) == "local"
    assert "Paul Kerbrat" in surfer.open(ENTRY).text
    bench.stage(LISE)
    page = surfer.open(ENTRY)
    assert "Lise Anzalone" in page.text
    assert "Paul Kerbrat" not in page.text
    bench.stage(STRANGER)
    refused = surfer.open(ENTRY)
    assert refused.status_code == 403
    assert "Aucun compte de régulateur actif" in refused.text
    assert (kind(refused), surfer.session) == ("aucune", "aucune")


def log_in(surfer: Surfer, who: dict[str, str], suite: str = "/ps/aline-mercier") -> None:
    surfer.send(f"{AGENDA_BASE}/connexion", who | {"suite": suite})


def test_the_session_has_another_name_after_each_log_in(surfer: Surfer) -> None:
    log_in(surfer, REGULATOR)
    names = [surfer.client.cookies["agenda_session"]]
    for _ in range(2):
        surfer.open(ENTRY)
        names.append(surfer.client.cookies["agenda_session"])
    assert len(set(names)) == 3


def test_no_account_is_made_for_somebody_unknown(bench: SsoBench, surfer: Surfer) -> None:
    bench.stage(STRANGER)
    surfer.open(ENTRY)
    with bench.store.regulators.transaction() as register:
        assert register.with_email(STRANGER.email) == ()


def test_deactivation_ends_the_session_and_forbids_another(bench: SsoBench, surfer: Surfer) -> None:
    account = bench.account(LISE)
    bench.stage(LISE)
    surfer.open(ENTRY)
    bench.change(account, replace(account.regulator, active=False))
    assert surfer.session == "aucune"
    assert surfer.open(ENTRY).status_code == 403
    bench.change(account, account.regulator)
    assert kind(surfer.open(ENTRY)) == "regulateur"


def test_the_current_address_is_the_one_that_counts(bench: SsoBench, surfer: Surfer) -> None:
    account = bench.account(LISE)
    bench.change(account, replace(account.regulator, email="lise.nouvelle@regul.example"))
    bench.stage(LISE)
    assert surfer.open(ENTRY).status_code == 403
    bench.stage(replace(LISE, email="lise.nouvelle@regul.example"))
    assert kind(surfer.open(ENTRY)) == "regulateur"


def test_terms_of_use_come_first_and_once(bench: SsoBench, surfer: Surfer) -> None:
    bench.account(LISE, terms=False)
    bench.stage(LISE)
    page = surfer.open(ENTRY)
    assert (main_of(page), kind(page), surfer.session) == ('id="cgu"', "aucune", "aucune")
    for elsewhere in (AGENDA, REGULATION, f"{AGENDA_BASE}/gestion"):
        assert main_of(surfer.open(elsewhere)) == 'id="cgu"'
    assert surfer.send(f"{AGENDA_BASE}/conditions", {"jeton": "faux"}).status_code == 403
    before = surfer.client.cookies["agenda_session"]
    accepted = surfer.send(f"{AGENDA_BASE}/conditions", hidden(surfer.open(ENTRY)))
    assert (str(accepted.url), kind(accepted)) == (AGENDA, "regulateur")
    assert surfer.client.cookies["agenda_session"] != before
    assert kind(bench.surfer().open(ENTRY)) == "regulateur"


def test_a_regulator_books_for_a_patient_and_does_nothing_else(bench: SsoBench, surfer: Surfer) -> None:
    page = surfer.open(ENTRY)
    form = {"jeton": hidden(page)["jeton"], "creneau": "slot-a2"}
    address = f"{AGENDA_BASE}/ps/aline-mercier/reservations"
    assert surfer.send(address, form).status_code == 400
    assert surfer.send(address, form | {"nom": "Anonyme", "prenom": "Zoé", "creneau": "slot-a4"}).status_code == 409
    assert surfer.send(address, form | {"nom": "Anonyme", "prenom": "Zoé", "creneau": "slot-b1"}).status_code == 409
    done = surfer.send(address, form | {"nom": "Anonyme", "prenom": " Zoé "})
    assert "Le rendez-vous est réservé." in done.text
    assert "slot-a2" not in done.text
    refused = surfer.open(f"{AGENDA_BASE}/gestion")
    assert (refused.status_code, main_of(refused)) == (403, 'id="erreur"')
    with bench.store.appointments.transaction() as ledger:
        [held] = ledger.all()
    assert (held.agenda, held.patient.name, held.author.login) == ("a1", "Anonyme Zoé", PAUL.email)


def test_a_password_of_the_product_never_gives_the_rights_of_a_regulator(surfer: Surfer) -> None:
    log_in(surfer, REGULATOR)
    page = surfer.open(AGENDA)
    assert (kind(page), "Réserver" in page.text) == ("local", False)
    assert surfer.open(REGULATION).status_code == 403
    assert surfer.open(f"{AGENDA_BASE}/gestion").status_code == 403
    order = {"jeton": hidden(page)["jeton"], "creneau": "slot-a2", "nom": "A", "prenom": "B"}
    assert surfer.send(f"{AGENDA_BASE}/ps/aline-mercier/reservations", order).status_code == 403


def test_the_staff_sees_the_appointments(bench: SsoBench, surfer: Surfer) -> None:
    bench.store.add_account(Account("accueil", hash_password(STAFF_PASSWORD), "Accueil du cabinet"))
    patient = {"creneau": "slot-a2", "nom": "Anonyme", "prenom": "Zoé"}
    token = {"jeton": hidden(surfer.open(ENTRY))["jeton"]}
    surfer.send(f"{AGENDA_BASE}/ps/aline-mercier/reservations", token | patient)
    log_in(surfer, STAFF, "/gestion")
    page = surfer.open(f"{AGENDA_BASE}/gestion")
    assert (page.status_code, kind(page), main_of(page)) == (200, "local", 'id="gestion"')
    assert f"<td>Anonyme Zoé</td><td>{PAUL.email}</td>" in page.text


def test_a_regulator_chooses_a_password(bench: SsoBench, surfer: Surfer) -> None:
    address = f"{REGULATION}/mot-de-passe"
    surfer.open(ENTRY)
    token = {"jeton": hidden(surfer.open(address))["jeton"]}
    chosen = "un mot de passe neuf"
    assert surfer.send(address, token | {"nouveau": "court", "confirmation": "court"}).status_code == 422
    assert surfer.send(address, token | {"nouveau": chosen, "confirmation": f"{chosen}!"}).status_code == 422
    assert surfer.send(address, {"jeton": "faux", "nouveau": chosen, "confirmation": chosen}).status_code == 403
    assert (
        "Le mot de passe est enregistré."
        in surfer.send(address, token | {"nouveau": chosen, "confirmation": chosen}).text
    )
    other = bench.surfer()
    log_in(other, REGULATOR | {"mot_de_passe": chosen})
    assert kind(other.open(AGENDA)) == "local"


def test_logging_out_ends_the_session_of_the_product_only(bench: SsoBench, surfer: Surfer) -> None:
    page = surfer.open(ENTRY)
    out = surfer.send(f"{AGENDA_BASE}/deconnexion", {"jeton": hidden(page)["jeton"]})
    assert (main_of(out), surfer.session) == ('id="connexion"', "aucune")
    assert bench.facts("logout") == []
    assert kind(surfer.open(ENTRY)) == "regulateur"


def test_a_session_lasts_while_it_is_used_and_four_hours_at_most(bench: SsoBench, surfer: Surfer) -> None:
    surfer.open(ENTRY)
    for _ in range(9):
        bench.wait(minutes=25)
        assert surfer.session == "regulateur"
    bench.wait(minutes=20)
    assert surfer.session == "aucune"
    surfer.open(ENTRY)
    bench.wait(minutes=31)
    assert surfer.session == "aucune"


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/ps/x",
        "/\\ailleurs.example",
        "/ps//ailleurs.example",
        "/ps/../sso/depart",
        "/ps/%2e%2e/x",
        "/ps/a\r\nb",
        "javascript:alert(1)",
        "/gestions",
        "",
    ],
)
def test_a_target_that_is_not_ours_leads_home(surfer: Surfer, target: str) -> None:
    page = surfer.run(surfer.client.get(f"{AGENDA_BASE}/sso/depart", params={"suite": target}))
    assert (str(page.url), kind(page)) == (REGULATION, "regulateur")


def test_a_target_of_ours_is_followed(surfer: Surfer) -> None:
    asked = {"suite": "/ps/aline-mercier?creneau=slot-a2&origin=sas"}
    page = surfer.run(surfer.client.get(f"{AGENDA_BASE}/sso/depart", params=asked))
    assert str(page.url) == AGENDA


def test_a_parameter_that_comes_twice_is_no_response(surfer: Surfer) -> None:
    assert surfer.open(f"{RETURN}?code=a&code=b&state=c").status_code == 400


def test_a_failure_is_explained_in_french_at_a_clean_address(bench: SsoBench, surfer: Surfer) -> None:
    bench.stage(PAUL, Knob.ACCESS_DENIED)
    page = surfer.open(ENTRY)
    assert (page.status_code, str(page.url)) == (403, f"{AGENDA_BASE}/sso/echec/refus-de-la-plateforme")
    assert main_of(page) == 'id="erreur"'
    assert "Retournez sur la plateforme SAS" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
