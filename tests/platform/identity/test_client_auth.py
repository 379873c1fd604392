"""How clients authenticate, and what is told of those that do not (RFC 6749 2.3, OIDC 9)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt

from sas_recette.platform.identity.client_auth import ASSERTION_TYPE
from tests.platform.identity.desk import CALLBACK, ISSUER, NOON, SECRET, VERIFIER, Desk, MakeKey, client, desk

NOW = int(NOON.timestamp())


def basic(pair: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def present(bench: Desk, form: dict[str, str], headers: dict[str, str] | None = None) -> tuple[int, dict[str, str]]:
    """Status, and facts, of a code presented with these credentials."""
    sent = {"grant_type": "authorization_code", "code": bench.code(), "redirect_uri": CALLBACK}
    response = bench.send(
        "POST", bench.provider.realm.token, form=sent | {"code_verifier": VERIFIER} | form, headers=headers
    )
    if response.status_code == 401:
        assert response.json()["error"] == "invalid_client"
        assert response.headers["www-authenticate"] == 'Basic realm="sas"'
    return response.status_code, bench.facts()


@pytest.mark.parametrize(
    ("form", "headers", "method"),
    [
        ({"client_id": "editeur", "client_secret": SECRET}, None, "client_secret_post"),
        ({}, basic("editeur:secret+du+client%3A+100%25+%26+%2B"), "client_secret_basic"),
        ({}, basic(f"editeur:{SECRET}"), "client_secret_basic"),
        ({"client_id": "editeur"}, basic("editeur:secret+du+client%3A+100%25+%26+%2B"), "client_secret_basic"),
    ],
)
def test_the_secret_may_come_both_ways(
    delegation: Desk, form: dict[str, str], headers: dict[str, str] | None, method: str
) -> None:
    status, facts = present(delegation, form, headers)

    assert (status, facts["authentication"], facts["authenticated"]) == (200, method, "yes")
    assert "why" not in facts


@pytest.mark.parametrize(
    ("form", "headers", "method", "why"),
    [
        ({"client_id": "editeur"}, None, "none", "ne s’authentifie pas"),
        ({"client_id": "editeur", "client_secret": "faux"}, None, "client_secret_post", "n’est pas celui du client"),
        ({"client_id": "autre", "client_secret": SECRET}, None, "client_secret_post", "client_id présenté"),
        ({"client_secret": SECRET}, None, "client_secret_post", "client_id présenté"),
        ({}, basic("editeur:faux"), "client_secret_basic", "n’est pas celui du client"),
        ({}, basic("editeur"), "client_secret_basic", "Basic lisible"),
        ({}, {"authorization": "Basic %%%"}, "client_secret_basic", "Basic lisible"),
        ({}, {"authorization": "Basic /w=="}, "client_secret_basic", "Basic lisible"),
        ({}, {"authorization": "Bearer x"}, "client_secret_basic", "Basic lisible"),
        (
            {"client_id": "autre"},
            basic("editeur:secret+du+client%3A+100%25+%26+%2B"),
            "client_secret_basic",
            "client_id du formulaire",
        ),
        ({"client_assertion": "e30.e30.", "client_assertion_type": ASSERTION_TYPE}, None, "private_key_jwt", "secret"),
    ],
)
def test_who_is_not_the_client_is_told_why(
    delegation: Desk, form: dict[str, str], headers: dict[str, str] | None, method: str, why: str
) -> None:
    status, facts = present(delegation, form, headers)

    assert (status, facts["authentication"], facts["authenticated"]) == (401, method, "no")
    assert why in facts["why"]
    assert facts["why"].endswith(".")


def test_two_ways_at_once_are_an_invalid_request(delegation: Desk) -> None:
    status, facts = present(
        delegation, {"client_id": "editeur", "client_secret": SECRET}, basic("editeur:secret-du-client")
    )

    assert (status, facts["authentication"]) == (400, "several")
    assert "plusieurs façons" in facts["why"]


def test_a_code_is_that_of_its_client(delegation: Desk) -> None:
    _, facts = present(delegation, {"client_id": "autre", "client_secret": SECRET})

    assert facts["code"] == "other-client"


class Signer:
    """A client with a key, whose assertions are right but for what changes."""

    def __init__(self, make: MakeKey) -> None:
        self.key = make("RS256")
        self.stranger = make("RS256")
        document = json.dumps({"keys": [self.key.as_dict(private=False), make("ES256").as_dict(private=False)]})
        registered = client(secret="", authentication="private_key_jwt", keys=document)
        self.bench = desk(make, registered=registered)

    def present(self, assertion: str, **form: str) -> tuple[int, dict[str, str]]:
        sent = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE} | form
        return present(self.bench, {name: value for name, value in sent.items() if value})

    def assertion(
        self,
        changes: Mapping[str, object] | None = None,
        header: Mapping[str, Any] | None = None,
        *,
        stranger: bool = False,
    ) -> str:
        claims: dict[str, object] = {
            "iss": "editeur",
            "sub": "editeur",
            "aud": ISSUER,
            "exp": NOW + 60,
            "iat": NOW,
            "jti": "un",
        }
        claims = {name: value for name, value in (claims | dict(changes or {})).items() if value is not None}
        key = self.stranger if stranger else self.key
        return jwt.encode(dict(header or {"alg": "RS256"}), claims, key, algorithms=["RS256", "PS256"])


@pytest.fixture
def signer(make: MakeKey) -> Signer:
    return Signer(make)


@pytest.mark.parametrize(
    ("header", "changes"),
    [
        (None, {}),
        ({"alg": "RS256", "kid": "inconnu au registre"}, {}),
        ({"alg": "PS256"}, {}),
        (None, {"aud": ["ailleurs", f"{ISSUER}/protocol/openid-connect/token"]}),
        (None, {"exp": NOW - 30}),
    ],
)
def test_a_right_assertion(signer: Signer, header: dict[str, Any] | None, changes: dict[str, object]) -> None:
    status, facts = signer.present(signer.assertion(changes, header))

    assert (status, facts["authentication"], facts["authenticated"]) == (200, "private_key_jwt", "yes")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "autre"}, "iss et sub"),
        ({"sub": None}, "iss et sub"),
        ({"aud": "https://ailleurs.test"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [3]}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": "demain"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": NOW - 61}, "à cette heure"),
        ({"exp": NOW + 86_400}, "plus d’une heure"),
        ({"nbf": NOW + 600}, "à cette heure"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
    ],
)
def test_an_assertion_that_says_the_wrong_thing(signer: Signer, changes: dict[str, object], why: str) -> None:
    status, facts = signer.present(signer.assertion(changes))

    assert (status, facts["authenticated"]) == (401, "no")
    assert why in facts["why"]


def test_an_assertion_of_another_key(signer: Signer) -> None:
    status, facts = signer.present(signer.assertion(stranger=True))

    assert status == 401
    assert "aucune clé enregistrée" in facts["why"]


def test_an_assertion_serves_once(signer: Signer) -> None:
    assertion = signer.assertion()
    signer.present(assertion)

    status, facts = signer.present(assertion)

    assert (status, facts["why"]) == (401, "L’assertion a déjà servi.")
    assert assertion in signer.bench.provider.secrets()


def test_an_assertion_for_another_client(signer: Signer) -> None:
    assert signer.present(signer.assertion(), client_id="autre")[0] == 401


@pytest.mark.parametrize(
    "assertion",
    ["", "x", "e30", "e30.e30.", "W10.e30.", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9.e30.AA", "é.é.é"],
)
def test_what_is_no_assertion(signer: Signer, assertion: str) -> None:
    status, facts = signer.present(assertion)

    assert (status, facts["authentication"]) == (401, "private_key_jwt")
    assert "signé avec RS256, PS256, ES256" in facts["why"]


def test_an_assertion_that_nests_for_ever(signer: Signer) -> None:
    nested = b64encode(b"[" * 20_000).decode().rstrip("=")

    assert signer.present(f"{nested}.e30.AA")[0] == 401


def test_another_type_of_assertion(signer: Signer) -> None:
    _, facts = signer.present(signer.assertion(), client_assertion_type="urn:autre")

    assert "client_assertion_type" in facts["why"]


def test_a_secret_where_a_key_is_registered(signer: Signer) -> None:
    status, facts = present(signer.bench, {"client_id": "editeur", "client_secret": "x"})

    assert status == 401
    assert "private_key_jwt" in facts["why"]


@pytest.mark.parametrize("keys", ["{", "[]", '{"keys": [{"kty": "?"}]}', '{"keys": 3}'])
def test_keys_that_are_no_keys(make: MakeKey, keys: str) -> None:
    with pytest.raises(ValueError, match="JWKS lisible"):
        desk(make, registered=client(keys=keys))
