"""What the relying party sends, judged on the facts that the platform established."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.sso.building import AGENDA, AUTHORIZATION, TOKEN, browsed, page, received, verdicts

HELD = {
    "SSO-010": "held",
    "SSO-011": "held",
    "SSO-046": "held",
    "SSO-013": "held",
    "SSO-015": "held",
    "SSO-016": "held",
    "SSO-048": "held",
    "SSO-049": "held",
}


def test_the_reference() -> None:
    assert verdicts("sso-requests", received(AUTHORIZATION), received(TOKEN)) == HELD


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"response_type": "code id_token"}, {"SSO-010": "fail"}),
        ({"response_type": ""}, {"SSO-010": "fail"}),
        ({"client": "unknown"}, {"SSO-010": "fail"}),
        ({"redirect_uri": "other"}, {"SSO-010": "fail"}),
        ({"redirect_uri": "absent"}, {"SSO-010": "fail"}),
        ({"scope": "email openid2"}, {"SSO-010": "fail"}),
        ({"scope": "email  openid"}, {}),
        ({"state": "absent"}, {}),
        ({"nonce": "absent"}, {"SSO-013": "warn"}),
        ({"nonce": "repeated"}, {"SSO-013": "warn"}),
        ({"challenge": "plain"}, {"SSO-015": "warn"}),
        ({"challenge": "absent", "challenge_new": "no"}, {"SSO-015": "warn"}),
        ({"challenge_new": "no"}, {"SSO-015": "warn"}),
        ({"nonce": "absent", "challenge": "absent"}, {"SSO-013": "warn", "SSO-015": "warn", "SSO-046": "fail"}),
        ({"nonce": "absent", "challenge": "plain"}, {"SSO-013": "warn", "SSO-015": "warn"}),
        ({"nonce": "repeated", "challenge_new": "no"}, {"SSO-013": "warn", "SSO-015": "warn", "SSO-046": "fail"}),
        (
            {"state": "absent", "nonce": "absent", "challenge": "absent"},
            {"SSO-011": "fail", "SSO-013": "warn", "SSO-015": "warn", "SSO-046": "fail"},
        ),
        (
            {"state": "repeated", "nonce": "absent", "challenge": "absent"},
            {"SSO-011": "fail", "SSO-013": "warn", "SSO-015": "warn", "SSO-046": "fail"},
        ),
        (
            {"state_length": "7", "nonce": "absent", "challenge": "absent"},
            {"SSO-011": "fail", "SSO-013": "warn", "SSO-015": "warn", "SSO-046": "fail"},
        ),
    ],
)
def test_the_authorization_request(changes: dict[str, str], found: dict[str, str]) -> None:
    assert verdicts("sso-requests", received(AUTHORIZATION, **changes), received(TOKEN)) == HELD | found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"grant_type": "password"}, {"SSO-016": "fail"}),
        ({"grant_type": "absent"}, {"SSO-016": "fail"}),
        ({"redirect_uri": "absent"}, {"SSO-016": "fail"}),
        ({"redirect_uri": "other"}, {"SSO-016": "fail"}),
        ({"authenticated": "no", "why": "secret faux"}, {"SSO-048": "fail"}),
        ({"secret_in_url": "yes"}, {"SSO-049": "fail"}),
        ({"verifier": "absent"}, {"SSO-015": "warn"}),
        ({"verifier": "wrong"}, {"SSO-015": "warn"}),
        ({"verifier": "unexpected"}, {"SSO-015": "warn"}),
    ],
)
def test_the_exchange_of_the_code(changes: dict[str, str], found: dict[str, str]) -> None:
    assert verdicts("sso-requests", received(AUTHORIZATION), received(TOKEN, **changes)) == HELD | found


def test_another_authentication_than_the_registered_one() -> None:
    material = received(AUTHORIZATION), received(TOKEN)
    assert verdicts("sso-requests", *material, authentication="client_secret_basic") == HELD
    found = verdicts("sso-requests", *material, authentication="client_secret_post")
    assert found == HELD | {"SSO-048": "fail"}


def test_a_code_in_a_get() -> None:
    sent = received(TOKEN)
    by_get = replace(sent, request=replace(sent.request, method="GET"))
    assert verdicts("sso-requests", by_get)["SSO-016"] == "fail"


def test_a_code_that_tells_nothing_of_its_request() -> None:
    found = verdicts("sso-requests", received(TOKEN, code="unknown", redirect_uri="absent"))
    assert found == {"SSO-048": "held", "SSO-049": "held"}


def test_each_request_is_examined() -> None:
    found = verdicts("sso-requests", received(AUTHORIZATION), received(AUTHORIZATION, scope="email"))
    assert found["SSO-010"] == "fail"


@pytest.mark.parametrize("place", ["query", "body"])
def test_the_secret_seen_by_the_browser(place: str) -> None:
    found = verdicts("sso-requests", received(TOKEN), browsed(AGENDA), browsed(AGENDA, secret=place))
    assert found["SSO-049"] == "fail"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"scope": "openid scope_all", "acr_values": "eidas1"}, "held"),
        ({"scope": "openid", "acr_values": "eidas1"}, "warn"),
        ({"scope": "openid scope_all"}, "warn"),
        ({"scope": "openid scope_all", "acr_values": "eidas1", "state": "absent"}, "warn"),
        ({"scope": "openid scope_all", "acr_values": "eidas1", "nonce": "absent"}, "warn"),
    ],
)
def test_the_request_to_pro_sante_connect(changes: dict[str, str], found: str) -> None:
    assert verdicts("psc-requests", received(AUTHORIZATION, **changes)) == {"SSO-041": found}


@pytest.mark.parametrize(
    ("url", "referrers", "found"),
    [
        (AGENDA, (), "held"),
        (f"{AGENDA}?creneau=code", (), "held"),
        (f"{AGENDA}?code=***&state=abc", (), "warn"),
        (f"{AGENDA}#access_token=***", (), "warn"),
        (f"{AGENDA}?suite=https%3A%2F%2Fx.example%2F%3Fcode%3D1", (), "warn"),
        (AGENDA, (f"{AGENDA}?code=***",), "warn"),
        (AGENDA, (AGENDA,), "held"),
    ],
)
def test_what_addresses_keep(url: str, referrers: tuple[str, ...], found: str) -> None:
    assert verdicts("sso-addresses", page("session", url=url, referrers=referrers)) == {"SSO-039": found}


def test_an_address_of_somebody_who_is_not_in_is_not_judged() -> None:
    assert verdicts("sso-addresses", page("error", url=f"{AGENDA}?error=access_denied&state=abc")) == {}
