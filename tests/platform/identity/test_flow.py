"""Whole log-ins, with authlib as the relying party."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, quote_plus

import pytest
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from sas_recette.platform.identity.person import Client
from tests.platform.identity.desk import ANNE, CALLBACK, ISSUER, NOON, SECRET, VERIFIER, Desk, MakeKey, client, desk


def log_in(bench: Desk, auth: ClientAuth) -> dict[str, object]:
    """Discovery, authorization, tokens, validation of the ID token, UserInfo; the claims of both."""
    metadata = bench.send("GET", f"{ISSUER}/.well-known/openid-configuration").json()
    rp = OAuth2Client(
        None, client_id="editeur", scope="openid email", redirect_uri=CALLBACK, code_challenge_method="S256"
    )
    url, state = rp.create_authorization_url(
        metadata["authorization_endpoint"], nonce="n-0S6_WzA2Mj", code_verifier=VERIFIER
    )
    response = bench.send("GET", url)
    received = dict(parse_qsl(response.headers["location"].partition("?")[2]))
    assert received["state"] == state
    assert received["iss"] == ISSUER
    form = {
        "grant_type": "authorization_code",
        "code": received["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items())
    headers = {"content-type": "application/x-www-form-urlencoded"}
    target, headers, body = auth.prepare("POST", metadata["token_endpoint"], headers, body)
    tokens = bench.send("POST", target, headers=headers, content=body.encode())
    assert tokens.status_code == 200, tokens.text
    return _validated(bench, metadata, tokens.json())


def _validated(bench: Desk, metadata: dict[str, str], tokens: dict[str, str]) -> dict[str, object]:
    keys = KeySet.import_key_set(bench.send("GET", metadata["jwks_uri"]).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=[bench.client.algorithm])
    claims = CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"value": metadata["issuer"]}, "aud": {"value": "editeur"}},
        {"client_id": "editeur", "nonce": "n-0S6_WzA2Mj", "access_token": tokens["access_token"]},
    )
    claims.validate(now=NOON.timestamp())
    about = bench.send(
        "GET", metadata["userinfo_endpoint"], headers={"authorization": f"Bearer {tokens['access_token']}"}
    )
    assert about.json()["sub"] == claims["sub"]
    return dict(claims) | dict(about.json())


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_with_a_secret_logs_somebody_in(make: MakeKey, method: str, algorithm: str) -> None:
    registered = client(secret="un-secret-du-client", authentication=method, algorithm=algorithm)
    bench = desk(make, registered=registered)

    claims = log_in(bench, ClientAuth("editeur", registered.secret, auth_method=method))

    assert claims["email"] == ANNE.email
    facts = bench.exchanges()[2].facts
    assert (facts["authentication"], facts["authenticated"], facts["verifier"]) == (method, "yes", "right")


def test_a_client_with_a_key_logs_somebody_in(make: MakeKey) -> None:
    key = make("RS256")
    assert isinstance(key, RSAKey)
    keys = json.dumps({"keys": [key.as_dict(private=False)]})
    bench = desk(make, registered=Client("editeur", "", (CALLBACK,), "private_key_jwt", "RS256", keys))
    now = int(NOON.timestamp())
    method = PrivateKeyJWT(bench.provider.realm.token, claims={"iat": now, "exp": now + 60})

    claims = log_in(bench, ClientAuth("editeur", key.as_pem(private=True), auth_method=method))

    assert claims["email"] == ANNE.email
    assert bench.exchanges()[2].facts["authentication"] == "private_key_jwt"


def test_the_facts_of_a_log_in(delegation: Desk) -> None:
    delegation.tokens()

    authorization, token = delegation.exchanges()

    assert authorization.facts == {
        "endpoint": "authorization",
        "client": "registered",
        "redirect_uri": "registered",
        "state": "new",
        "state_length": "21",
        "nonce": "new",
        "nonce_length": "21",
        "challenge": "S256",
        "challenge_new": "yes",
        "response_type": "code",
        "scope": "openid email",
        "acr_values": "",
        "origin_of_request": "absent",
        "secret_in_url": "no",
        "outcome": "response",
    }
    id_token = json.loads(token.facts["id_token"])
    assert {name: value for name, value in token.facts.items() if name != "id_token"} == {
        "endpoint": "token",
        "authentication": "client_secret_basic",
        "authenticated": "yes",
        "grant_type": "authorization_code",
        "code": "new",
        "redirect_uri": "same",
        "verifier": "right",
        "secret_in_url": "no",
        "person": "sujet-anne",
        "outcome": "tokens",
    }
    assert id_token["header"]["alg"] == "RS256"
    assert id_token["claims"]["email"] == ANNE.email


def test_the_claims_of_an_id_token(delegation: Desk) -> None:
    tokens = delegation.tokens()

    claims = json.loads(delegation.facts()["id_token"])["claims"]

    now = int(NOON.timestamp())
    assert len(claims.pop("at_hash")) == 22
    assert claims.pop("sid") == tokens["session_state"]
    assert claims == {
        "iss": ISSUER,
        "sub": "sujet-anne",
        "aud": "editeur",
        "azp": "editeur",
        "exp": now + 300,
        "iat": now,
        "auth_time": now,
        "acr": "1",
        "typ": "ID",
        "nonce": "un-nonce-imprevisible",
        "email": ANNE.email,
        "email_verified": True,
        "idp_connect": "mot-de-passe",
        "name": "Anne Durand",
        "given_name": "Anne",
        "family_name": "Durand",
    }


def test_no_fact_tells_a_secret(delegation: Desk) -> None:
    delegation.tokens()

    secrets = delegation.provider.secrets()

    told = " ".join(value for exchange in delegation.exchanges() for value in exchange.facts.values())
    assert {SECRET, VERIFIER} <= secrets
    assert not [secret for secret in secrets if secret in told]


def test_what_is_published_of_the_realm(delegation: Desk) -> None:
    response = delegation.send("GET", f"{ISSUER}/.well-known/openid-configuration")

    metadata = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert metadata["issuer"] == ISSUER
    assert metadata["authorization_endpoint"] == f"{ISSUER}/protocol/openid-connect/auth"
    assert metadata["token_endpoint"] == f"{ISSUER}/protocol/openid-connect/token"
    assert metadata["userinfo_endpoint"] == f"{ISSUER}/protocol/openid-connect/userinfo"
    assert metadata["jwks_uri"] == f"{ISSUER}/protocol/openid-connect/certs"
    assert metadata["end_session_endpoint"] == f"{ISSUER}/protocol/openid-connect/logout"
    assert metadata["code_challenge_methods_supported"] == ["S256", "plain"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert delegation.facts() == {"endpoint": "discovery", "outcome": "metadata", "secret_in_url": "no"}


def test_an_unknown_address_is_a_page_in_french(delegation: Desk) -> None:
    response = delegation.send("GET", f"{ISSUER}/ailleurs")

    assert response.status_code == 404
    assert "Page introuvable" in response.text
    assert delegation.facts()["endpoint"] == "other"


def test_only_get_and_post_are_answered(delegation: Desk) -> None:
    response = delegation.send("DELETE", delegation.provider.realm.authorization)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
