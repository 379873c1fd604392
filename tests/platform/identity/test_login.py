"""The log-in page, the platform's session, and its end."""

from __future__ import annotations

import pytest

from sas_recette.platform.identity.knobs import Knob
from tests.platform.identity.desk import ANNE, BRUNO, CALLBACK, Desk, answered, asked, ticket_of


def test_a_browser_without_a_session_gets_the_log_in_page(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)

    page = delegation.ask()

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https:;" in policy
    assert "unsafe" not in policy
    for piece in ('id="kc-login"', 'name="username"', 'name="password"', '<html lang="fr">', "<h1>Connexion</h1>"):
        assert piece in page.text
    assert delegation.facts()["outcome"] == "login-page"


def test_the_right_password_opens_the_session_and_goes_on(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    page = delegation.ask()

    response = delegation.log_in(page, username=f" {ANNE.email.upper()} ")

    assert response.status_code == 303
    assert answered(response)["state"] == "un-state-imprevisible"
    assert response.headers["set-cookie"].endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
    facts = delegation.facts()
    assert (facts["endpoint"], facts["outcome"], facts["person"]) == ("login", "response", "sujet-anne")
    assert delegation.ask().status_code == 302
    assert delegation.cookies["PLATEFORME_SESSION"] in delegation.provider.secrets()


def test_a_wrong_password_shows_the_page_again(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)

    page = delegation.log_in(delegation.ask(), password="pas le bon")

    assert page.status_code == 200
    assert "Adresse électronique ou mot de passe incorrect." in page.text
    assert 'role="alert"' in page.text
    assert "set-cookie" not in page.headers
    assert delegation.facts()["outcome"] == "login-page"
    assert delegation.log_in(page).status_code == 303


@pytest.mark.parametrize("username", [BRUNO.email, "", "inconnu@regulation.test"])
def test_nobody_else_logs_in(delegation: Desk, username: str) -> None:
    delegation.stage(ANNE, connected=False)

    assert delegation.log_in(delegation.ask(), username=username).status_code == 200


def test_nobody_logs_in_where_nobody_is_staged(delegation: Desk) -> None:
    delegation.stage(None, connected=False)

    assert delegation.log_in(delegation.ask()).status_code == 200


def test_what_was_typed_comes_back_escaped(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)

    page = delegation.log_in(delegation.ask(), username='"><script>alert(1)</script>')

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_log_in_page_serves_once(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    page = delegation.ask()
    delegation.log_in(page)

    again = delegation.log_in(page)

    assert again.status_code == 400
    assert "a expiré" in again.text
    assert delegation.facts()["outcome"] == "refused"


def test_a_log_in_page_expires(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    page = delegation.ask()
    delegation.clock.advance(31 * 60)

    assert delegation.log_in(page).status_code == 400


def test_without_interaction_somebody_who_is_not_logged_in_is_an_error(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)

    parameters = answered(delegation.ask(prompt="none"))

    assert (parameters["error"], parameters["state"]) == ("login_required", "un-state-imprevisible")


def test_without_interaction_somebody_who_is_logged_in_goes_on(delegation: Desk) -> None:
    assert "code" in answered(delegation.ask(prompt="none"))


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
def test_a_client_may_ask_for_a_new_log_in(delegation: Desk, changes: dict[str, str]) -> None:
    delegation.clock.advance(61)

    page = delegation.ask(**changes)

    assert ticket_of(page)
    assert "code" in answered(delegation.log_in(page))


def test_a_recent_log_in_is_enough(delegation: Desk) -> None:
    delegation.clock.advance(61)

    assert "code" in answered(delegation.ask(max_age="61"))


def test_the_session_is_found_among_odd_cookies(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    delegation.log_in(delegation.ask())
    key = delegation.cookies.pop("PLATEFORME_SESSION")
    headers = {"cookie": f'a[b]=(1); ; c; PLATEFORME_SESSION={key}; d="x'}

    response = delegation.send("GET", delegation.provider.realm.authorization, query=asked(), headers=headers)

    assert response.status_code == 302


def test_another_browser_has_no_session(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    delegation.log_in(delegation.ask())
    delegation.cookies.clear()

    assert ticket_of(delegation.ask())


def test_a_session_knows_the_person_as_the_platform_does_now(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    delegation.log_in(delegation.ask())
    delegation.stage(BRUNO, connected=False)

    delegation.redeem(delegation.code())

    assert delegation.facts()["person"] == "sujet-anne"


def test_a_refusal_comes_after_the_log_in(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.ACCESS_DENIED, connected=False)

    assert answered(delegation.log_in(delegation.ask()))["error"] == "access_denied"


def test_a_client_logs_out_with_an_id_token(delegation: Desk) -> None:
    delegation.stage(ANNE, connected=False)
    delegation.log_in(delegation.ask())
    hint = delegation.tokens()["id_token"]
    query = {"id_token_hint": hint, "post_logout_redirect_uri": "https://editeur.test/adieu", "state": "s"}

    response = delegation.send("GET", delegation.provider.realm.logout, query=query)

    assert (response.status_code, response.headers["location"]) == (302, "https://editeur.test/adieu?state=s")
    assert delegation.facts()["id_token_hint"] == "valid"
    assert ticket_of(delegation.ask())


@pytest.mark.parametrize(
    "target",
    [
        "https://pirate.test/",
        "https://editeur.test@pirate.test/",
        "http://editeur.test/",
        "//editeur.test/",
        "https://editeur.test/\r\nSet-Cookie: a=b",
        "https://editeur.test/é",
        "https://[",
    ],
)
def test_no_log_out_leads_to_another_site(delegation: Desk, target: str) -> None:
    query = {"id_token_hint": delegation.tokens()["id_token"], "post_logout_redirect_uri": target}

    response = delegation.send("GET", delegation.provider.realm.logout, query=query)

    assert (response.status_code, response.headers.get("location")) == (200, None)
    assert "Vous êtes déconnecté" in response.text


@pytest.mark.parametrize("hint", ["", "nimporte.quoi.ici", "e30.e30.", "é"])
def test_a_log_out_without_proof_is_confirmed(delegation: Desk, hint: str) -> None:
    delegation.stage(ANNE, connected=False)
    delegation.log_in(delegation.ask())
    query = {"id_token_hint": hint, "post_logout_redirect_uri": f"{CALLBACK}"}

    page = delegation.send("GET", delegation.provider.realm.logout, query=query)

    assert "Voulez-vous vous déconnecter" in page.text
    assert delegation.facts()["id_token_hint"] == ("invalid" if hint else "absent")
    assert delegation.ask().status_code == 302
    done = delegation.send("POST", delegation.provider.realm.logout, form={"confirm": "oui"})
    assert "Vous êtes déconnecté" in done.text
    assert ticket_of(delegation.ask())


def test_an_id_token_that_is_not_signed_is_no_proof(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.ALG_NONE)
    hint = delegation.tokens()["id_token"]

    delegation.send("GET", delegation.provider.realm.logout, query={"id_token_hint": hint})

    assert delegation.facts()["id_token_hint"] == "invalid"


def test_somebody_must_be_there_to_be_connected(delegation: Desk) -> None:
    with pytest.raises(ValueError, match="somebody"):
        delegation.provider.stage("S01", "étape", None, connected=True)
