"""The token endpoint: which code is worth tokens, to whom, and what the facts say of each request."""

from __future__ import annotations

import httpx
import pytest

from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.pkce import transformed
from tests.platform.identity.desk import ANNE, CALLBACK, SECRET, VERIFIER, Desk

BARE = {"code_challenge": "", "code_challenge_method": ""}


def refused(response: httpx.Response, error: str, status: int = 400) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    assert "access_token" not in response.text


def test_tokens_are_not_to_be_stored(delegation: Desk) -> None:
    response = delegation.redeem(delegation.code())

    document = response.json()
    assert (response.headers["cache-control"], response.headers["pragma"]) == ("no-store", "no-cache")
    assert (document["token_type"], document["expires_in"], document["scope"]) == ("Bearer", 300, "openid email")
    assert {document["access_token"], document["id_token"]} <= delegation.provider.secrets()


def test_a_code_serves_once(delegation: Desk) -> None:
    code = delegation.code()
    token = delegation.redeem(code).json()["access_token"]

    refused(delegation.redeem(code), "invalid_grant")

    facts = delegation.facts()
    assert (facts["code"], facts["outcome"], facts["person"]) == ("used", "error", "sujet-anne")
    bearer = {"authorization": f"Bearer {token}"}
    assert delegation.send("GET", delegation.provider.realm.userinfo, headers=bearer).status_code == 401


def test_a_code_lasts_a_minute(delegation: Desk) -> None:
    code, late = delegation.code(), delegation.code()
    delegation.clock.advance(60)
    assert delegation.redeem(code).status_code == 200
    delegation.clock.advance(1)

    refused(delegation.redeem(late), "invalid_grant")

    assert delegation.facts()["code"] == "expired"


def test_a_code_is_forgotten_in_the_end(delegation: Desk) -> None:
    code = delegation.code()
    delegation.clock.advance(16 * 60)

    refused(delegation.redeem(code), "invalid_grant")

    assert delegation.facts()["code"] == "unknown"


def test_a_code_that_was_never_issued(delegation: Desk) -> None:
    refused(delegation.redeem("jamais-emis"), "invalid_grant")

    facts = delegation.facts()
    assert (facts["code"], facts["redirect_uri"]) == ("unknown", "same")
    assert "verifier" not in facts


@pytest.mark.parametrize(
    ("changes", "error", "fact", "value"),
    [
        ({"code": ""}, "invalid_request", "code", "absent"),
        ({"grant_type": ""}, "invalid_request", "grant_type", ""),
        ({"grant_type": "password"}, "unsupported_grant_type", "grant_type", "password"),
        ({"redirect_uri": ""}, "invalid_grant", "redirect_uri", "absent"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_grant", "redirect_uri", "other"),
        ({"code_verifier": ""}, "invalid_grant", "verifier", "absent"),
        ({"code_verifier": "x" * 43}, "invalid_grant", "verifier", "wrong"),
        ({"code_verifier": "x" * 42}, "invalid_grant", "verifier", "malformed"),
        ({"code_verifier": "é" * 43}, "invalid_grant", "verifier", "malformed"),
    ],
)
def test_a_request_that_is_not_right(
    delegation: Desk, changes: dict[str, str], error: str, fact: str, value: str
) -> None:
    refused(delegation.redeem(delegation.code(), form=changes), error)

    facts = delegation.facts()
    assert (facts[fact], facts["outcome"]) == (value, "error")


def test_a_code_that_was_presented_wrongly_is_used(delegation: Desk) -> None:
    code = delegation.code()
    delegation.redeem(code, code_verifier="x" * 43)

    refused(delegation.redeem(code), "invalid_grant")

    assert delegation.facts()["code"] == "used"


def test_a_code_survives_somebody_who_is_not_the_client(delegation: Desk) -> None:
    code = delegation.code()

    refused(delegation.redeem(code, auth=("editeur", "pas le secret")), "invalid_client", 401)

    assert delegation.facts()["code"] == "new"
    assert delegation.redeem(code).status_code == 200


@pytest.mark.parametrize(("verifier", "status", "fact"), [("", 200, "none"), (VERIFIER, 400, "unexpected")])
def test_a_verifier_answers_a_challenge_only(delegation: Desk, verifier: str, status: int, fact: str) -> None:
    response = delegation.redeem(delegation.code(**BARE), code_verifier=verifier)

    assert response.status_code == status
    assert delegation.facts()["verifier"] == fact


@pytest.mark.parametrize(("verifier", "status", "fact"), [(VERIFIER, 200, "right"), (VERIFIER[::-1], 400, "wrong")])
def test_a_plain_challenge(delegation: Desk, verifier: str, status: int, fact: str) -> None:
    code = delegation.code(code_challenge=VERIFIER, code_challenge_method="plain")

    assert delegation.redeem(code, code_verifier=verifier).status_code == status
    assert delegation.facts()["verifier"] == fact


def test_the_transformation_is_that_of_the_rfc() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert transformed(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_token_endpoint_takes_post_only(delegation: Desk) -> None:
    code = delegation.code()
    query = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    query |= {"client_id": "editeur", "client_secret": SECRET}

    response = delegation.send("GET", delegation.provider.realm.token, query=query)

    refused(response, "invalid_request", 405)
    assert response.headers["allow"] == "POST"
    facts = delegation.facts()
    assert (facts["secret_in_url"], facts["code"], facts["outcome"]) == ("yes", "new", "error")
    assert delegation.redeem(code).status_code == 200


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b'{"code": "c"}'),
        ("application/x-www-form-urlencoded", b"grant_type=authorization_code&grant_type=password"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 300)),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&%=%zz&=&&"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ],
)
def test_a_body_that_is_not_a_form(delegation: Desk, kind: str, content: bytes) -> None:
    response = delegation.send("POST", delegation.provider.realm.token, headers={"content-type": kind}, content=content)

    assert response.status_code in {400, 401}
    assert response.json()["error"] in {"invalid_request", "invalid_client"}
    assert delegation.facts()["authenticated"] == "no"


def test_user_info_of_an_access_token(delegation: Desk) -> None:
    bearer = {"authorization": f"bearer {delegation.tokens()['access_token']}"}

    response = delegation.send("GET", delegation.provider.realm.userinfo, headers=bearer)

    assert response.json() == {
        "sub": "sujet-anne",
        "email": ANNE.email,
        "email_verified": True,
        "idp_connect": "mot-de-passe",
        "name": "Anne Durand",
        "given_name": "Anne",
        "family_name": "Durand",
    }
    assert delegation.facts()["token"] == "valid"


@pytest.mark.parametrize(
    ("headers", "fact", "challenge"),
    [
        ({}, "absent", 'Bearer realm="sas"'),
        ({"authorization": "Basic YTpi"}, "absent", 'Bearer realm="sas"'),
        ({"authorization": "Bearer inconnu"}, "unknown", 'Bearer realm="sas", error="invalid_token"'),
    ],
)
def test_user_info_without_a_right(delegation: Desk, headers: dict[str, str], fact: str, challenge: str) -> None:
    response = delegation.send("GET", delegation.provider.realm.userinfo, headers=headers)

    assert (response.status_code, response.headers["www-authenticate"]) == (401, challenge)
    assert delegation.facts()["token"] == fact


def test_an_access_token_expires(delegation: Desk) -> None:
    bearer = {"authorization": f"Bearer {delegation.tokens()['access_token']}"}
    delegation.clock.advance(301)

    assert delegation.send("GET", delegation.provider.realm.userinfo, headers=bearer).status_code == 401


def test_the_code_of_somebody_else_is_still_his(delegation: Desk) -> None:
    code = delegation.code()
    delegation.stage(None, Knob.HELD, connected=False)

    assert delegation.redeem(code).status_code == 200

    assert delegation.facts()["person"] == "sujet-anne"
