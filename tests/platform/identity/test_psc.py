"""The provider as Pro Santé Connect (sso.md §10)."""

from __future__ import annotations

import pytest

from sas_recette.platform.identity.knobs import Knob
from tests.platform.identity.desk import ANNE, BRUNO, ISSUER, Desk, MakeKey, desk, part


@pytest.fixture
def psc(make: MakeKey) -> Desk:
    return desk(make, "psc")


def user_info(bench: Desk, access_token: str) -> dict[str, object]:
    headers = {"authorization": f"Bearer {access_token}"}
    return dict(bench.send("GET", bench.provider.realm.userinfo, headers=headers).json())


def test_it_is_published_under_its_own_name(psc: Desk) -> None:
    metadata = psc.send("GET", f"{ISSUER}/.well-known/wallet-openid-configuration").json()

    assert metadata["issuer"] == ISSUER
    assert metadata["authorization_endpoint"] == "https://plateforme.test:8443/auth"
    assert metadata["token_endpoint"] == f"{ISSUER}/protocol/openid-connect/token"
    assert (metadata["scopes_supported"], metadata["acr_values_supported"]) == (["openid", "scope_all"], ["eidas1"])
    assert psc.send("GET", f"{ISSUER}/.well-known/openid-configuration").status_code == 404


def test_delegation_has_not_that_name(delegation: Desk) -> None:
    assert delegation.send("GET", f"{ISSUER}/.well-known/wallet-openid-configuration").status_code == 404


def test_a_holder_of_a_national_identifier_logs_in(psc: Desk) -> None:
    psc.stage(ANNE, connected=False)
    page = psc.ask(scope="openid scope_all", acr_values="eidas1")
    assert "Pro Santé Connect" in page.text
    assert psc.log_in(page, username=ANNE.national).status_code == 303

    tokens = psc.tokens()

    claims = part(tokens["id_token"], 1)
    assert tokens["expires_in"] == 120
    assert claims["sub"] == "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:899700218896"
    assert (claims["acr"], claims["preferred_username"]) == ("eidas1", "899700218896")
    assert not {"email", "email_verified", "idp_connect"} & set(claims)


def test_where_user_info_is_somebody_elses_the_token_does_not_name_the_person(psc: Desk) -> None:
    psc.stage(ANNE, Knob.USERINFO_OTHER_SUB)
    tokens = psc.tokens()

    told = user_info(psc, tokens["access_token"])

    claims = part(tokens["id_token"], 1)
    assert told["sub"] == f"{claims['sub']}-autre"
    assert (told["preferred_username"], claims.get("preferred_username")) == ("899700218896", None)


def test_user_info_of_a_doctor(psc: Desk) -> None:
    told = user_info(psc, psc.tokens()["access_token"])

    assert (told["SubjectNameID"], told["preferred_username"]) == ("899700218896", "899700218896")
    assert (told["given_name"], told["family_name"], told["email_verified"]) == ("Anne", "Durand", False)
    assert told["SubjectRole"] == ["10^1.2.250.1.213.1.1.5.5"]
    assert told["otherIds"] == [{"identifiant": "99700218896", "origine": "RPPS", "qualite": 1}]
    assert told["Palier_Authentification"] == "APPPRIP3^1.2.250.1.213.1.5.1.1.1"
    assert ANNE.email not in str(told)
    assert "email" not in told


def test_user_info_of_a_holder_of_an_employee_card(psc: Desk) -> None:
    psc.stage(BRUNO)

    told = user_info(psc, psc.tokens()["access_token"])

    assert told["SubjectNameID"] == "318751275100020/42"
    assert told["SubjectOrganizationID"] == "318751275100020"
    assert told["SubjectRefPro"] == {"codeCivilite": "M", "exercices": []}
    assert told["otherIds"] == []
    assert "SubjectRole" not in told


def test_another_level_of_authentication(psc: Desk) -> None:
    psc.stage(ANNE, Knob.ACR_OTHER)

    assert part(psc.tokens()["id_token"], 1)["acr"] == "0"


def test_an_access_token_lasts_two_minutes(psc: Desk) -> None:
    token = psc.tokens()["access_token"]
    psc.clock.advance(121)

    assert user_info(psc, token) == {"error": "invalid_token"}


@pytest.mark.parametrize("knob", [knob for knob in Knob if knob.value.startswith(("email-", "idp-"))])
def test_deviations_of_what_it_never_says_change_nothing(psc: Desk, knob: Knob) -> None:
    usual = set(part(psc.tokens()["id_token"], 1))
    psc.stage(ANNE, knob)

    assert set(part(psc.tokens()["id_token"], 1)) == usual
