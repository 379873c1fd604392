"""Each deviation, seen from the relying party: on the decoded token, its signature, or the answer of an endpoint."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import ECKey, KeySet, RSAKey

from sas_recette.platform.identity.knobs import Knob
from tests.platform.identity.desk import ANNE, ISSUER, NOON, SECRET, Desk, MakeKey, client, desk, part

NOW = int(NOON.timestamp())
ABSENT = object()

CLAIMS: list[tuple[Knob, dict[str, object]]] = [
    (Knob.ISS_OTHER_HOST, {"iss": "https://autre-plateforme.invalid/realms/sas"}),
    (Knob.ISS_OTHER_REALM, {"iss": "https://plateforme.test:8443/realms/autre-domaine"}),
    (Knob.ISS_FINAL_SLASH, {"iss": f"{ISSUER}/"}),
    (Knob.AUD_OTHER, {"aud": "client-etranger-du-banc"}),
    (Knob.AUD_ABSENT, {"aud": ABSENT}),
    (Knob.AUD_FOREIGN_ADDED, {"aud": ["editeur", "client-etranger-du-banc"]}),
    (Knob.AZP_OTHER, {"azp": "client-etranger-du-banc"}),
    (Knob.EXPIRED, {"exp": NOW - 600, "iat": NOW - 900, "auth_time": NOW - 900}),
    (Knob.ISSUED_TOMORROW, {"iat": NOW + 86_400, "exp": NOW + 86_700}),
    (Knob.NOT_YET_VALID, {"nbf": NOW + 3600, "exp": NOW + 3900}),
    (Knob.NONCE_ABSENT, {"nonce": ABSENT}),
    (Knob.SUB_ABSENT, {"sub": ABSENT}),
    (Knob.EMAIL_ABSENT, {"email": ABSENT, "email_verified": ABSENT}),
    (Knob.EMAIL_EMPTY, {"email": ""}),
    (Knob.EMAIL_IN_CAPITALS, {"email": "ANNE.DURAND@REGULATION.TEST"}),
    (Knob.EMAIL_NOT_VERIFIED, {"email_verified": False}),
    (Knob.IDP_ABSENT, {"idp_connect": ABSENT}),
    (Knob.IDP_PSC, {"idp_connect": "psc"}),
    (Knob.IDP_UNKNOWN, {"idp_connect": "methode-inconnue-du-banc"}),
    (Knob.ACR_OTHER, {"acr": "0"}),
]
VARYING = {"sid", "at_hash"}


def keys_of(bench: Desk) -> KeySet:
    return KeySet.import_key_set(bench.send("GET", bench.provider.realm.keys).json())


def main_key(bench: Desk) -> RSAKey | ECKey:
    key = keys_of(bench).keys[-1]
    assert isinstance(key, RSAKey | ECKey)
    return key


@pytest.mark.parametrize(("knob", "changes"), CLAIMS)
def test_a_claim_deviates_and_nothing_else(delegation: Desk, knob: Knob, changes: dict[str, object]) -> None:
    usual = part(delegation.tokens()["id_token"], 1)
    delegation.stage(ANNE, knob)

    token = delegation.tokens()["id_token"]

    jwt.decode(token, keys_of(delegation), algorithms=["RS256"])
    claims = part(token, 1)
    expected = {name: value for name, value in (usual | changes).items() if value is not ABSENT}
    assert _fixed(claims) == _fixed(expected)
    facts = delegation.exchanges()[-2].facts
    assert json.loads(facts["id_token"]) == {"header": part(token, 0), "claims": claims}


def _fixed(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in VARYING}


def test_every_deviation_is_tested() -> None:
    elsewhere = {knob for knob in Knob if knob.value.startswith(("jeton-", "state-", "signature", "autre-cle", "kid-"))}
    elsewhere |= {Knob.ROTATED_KEY, Knob.ALG_NONE, Knob.HS256_WITH_SECRET, Knob.HS256_WITH_PUBLIC_KEY, Knob.NONCE_OTHER}
    elsewhere |= {Knob.RESPONSE_ISS_OTHER, Knob.HELD, Knob.ACCESS_DENIED, Knob.SERVER_ERROR, Knob.KEYS_DOWN}
    elsewhere |= {Knob.USERINFO_OTHER_SUB, Knob.UNTRUSTED_CERTIFICATE}

    assert {knob for knob, _ in CLAIMS} | elsewhere == set(Knob)


def test_another_nonce(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.NONCE_OTHER)

    first, second = (part(delegation.tokens()["id_token"], 1)["nonce"] for _ in range(2))

    assert len({first, second, "un-nonce-imprevisible"}) == 3


@pytest.mark.parametrize(
    ("knob", "email"), [(Knob.EMAIL_ABSENT, None), (Knob.EMAIL_EMPTY, ""), (Knob.EMAIL_IN_CAPITALS, ANNE.email.upper())]
)
def test_user_info_says_no_more_than_the_token(delegation: Desk, knob: Knob, email: str | None) -> None:
    delegation.stage(ANNE, knob)
    bearer = {"authorization": f"Bearer {delegation.tokens()['access_token']}"}

    told = delegation.send("GET", delegation.provider.realm.userinfo, headers=bearer)

    assert told.json().get("email") == email
    assert ANNE.email not in told.text


def test_user_info_of_somebody_else(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.USERINFO_OTHER_SUB)
    tokens = delegation.tokens()

    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    told = delegation.send("GET", delegation.provider.realm.userinfo, headers=bearer).json()

    claims = part(tokens["id_token"], 1)
    assert (told["sub"], claims["sub"]) == ("sujet-anne-autre", "sujet-anne")
    assert (told["email"], claims.get("email")) == (ANNE.email, None), "only UserInfo names the person"
    assert json.loads(delegation.facts()["claims"]) == told


@pytest.fixture(params=["RS256", "ES256"])
def signing(request: pytest.FixtureRequest, make: MakeKey) -> Desk:
    return desk(make, registered=client(algorithm=request.param))


def decoded(bench: Desk, token: str) -> Callable[[], object]:
    return lambda: jwt.decode(token, keys_of(bench), algorithms=[bench.client.algorithm])


def test_a_signature_with_one_byte_flipped(signing: Desk) -> None:
    signing.stage(ANNE, Knob.BAD_SIGNATURE)

    token = signing.tokens()["id_token"]

    with pytest.raises(BadSignatureError):
        decoded(signing, token)()
    size = len(urlsafe_b64decode(token.rpartition(".")[2] + "=="))
    assert size == (256 if signing.client.algorithm == "RS256" else 64)
    assert part(token, 0)["kid"] == main_key(signing).kid


def test_another_key_under_the_same_name(signing: Desk) -> None:
    signing.stage(ANNE, Knob.OTHER_KEY)

    token = signing.tokens()["id_token"]

    assert part(token, 0) == {"alg": signing.client.algorithm, "typ": "JWT", "kid": main_key(signing).kid}
    with pytest.raises(BadSignatureError):
        decoded(signing, token)()


def test_a_key_that_nobody_published(signing: Desk) -> None:
    signing.stage(ANNE, Knob.UNKNOWN_KID)

    token = signing.tokens()["id_token"]

    assert part(token, 0)["kid"] not in {key.kid for key in keys_of(signing).keys}
    with pytest.raises((BadSignatureError, InvalidKeyIdError)):
        decoded(signing, token)()


def test_a_key_that_was_just_published(signing: Desk) -> None:
    before = {key.kid for key in keys_of(signing).keys}
    signing.stage(ANNE, Knob.ROTATED_KEY)

    token = signing.tokens()["id_token"]

    published = {key.kid for key in keys_of(signing).keys}
    assert published == before | {part(token, 0)["kid"]}
    assert part(token, 0)["kid"] not in before
    decoded(signing, token)()
    signing.stage(ANNE, Knob.ROTATED_KEY)
    assert part(signing.tokens()["id_token"], 0)["kid"] not in published
    signing.stage()
    assert part(signing.tokens()["id_token"], 0)["kid"] in before
    assert {key.kid for key in keys_of(signing).keys} == before


def test_no_signature(signing: Desk) -> None:
    signing.stage(ANNE, Knob.ALG_NONE)

    token = signing.tokens()["id_token"]

    assert token.endswith(".")
    assert token.count(".") == 2
    assert part(token, 0) == {"alg": "none", "typ": "JWT"}
    assert part(token, 1)["email"] == ANNE.email
    assert "at_hash" not in part(token, 1), "which would be a reason of its own to refuse the token"


def test_the_client_secret_as_a_key(signing: Desk) -> None:
    signing.stage(ANNE, Knob.HS256_WITH_SECRET)

    token = signing.tokens()["id_token"]

    assert part(token, 0) == {"alg": "HS256", "typ": "JWT"}
    assert _is_hmac(token, SECRET.encode())


def test_the_public_key_as_a_secret(signing: Desk) -> None:
    signing.stage(ANNE, Knob.HS256_WITH_PUBLIC_KEY)

    token = signing.tokens()["id_token"]

    key = main_key(signing)
    assert part(token, 0) == {"alg": "HS256", "typ": "JWT", "kid": key.kid}
    assert _is_hmac(token, key.as_pem(private=False))


def _is_hmac(token: str, key: bytes) -> bool:
    signed, _, signature = token.rpartition(".")
    return urlsafe_b64decode(signature + "=") == hmac.digest(key, signed.encode(), "sha256")


def test_keys_that_cannot_be_reached(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.KEYS_DOWN)

    assert delegation.send("GET", delegation.provider.realm.keys).status_code == 503
    assert delegation.facts() == {
        "endpoint": "keys",
        "outcome": "fault",
        "secret_in_url": "no",
        "deviation": "cles-injoignables",
    }


@pytest.mark.parametrize(
    ("knob", "status", "kind", "outcome"),
    [
        (Knob.TOKEN_400, 400, "application/json", "error"),
        (Knob.TOKEN_500, 500, "application/json", "fault"),
        (Knob.TOKEN_HTML, 200, "text/html; charset=utf-8", "fault"),
        (Knob.TOKEN_BAD_JSON, 200, "application/json", "fault"),
        (Knob.TOKEN_WITHOUT_ID_TOKEN, 200, "application/json", "fault"),
    ],
)
def test_a_token_endpoint_that_fails(delegation: Desk, knob: Knob, status: int, kind: str, outcome: str) -> None:
    delegation.stage(ANNE, knob)
    code = delegation.code()

    response = delegation.redeem(code)

    assert (response.status_code, response.headers["content-type"]) == (status, kind)
    facts = delegation.facts()
    assert (facts["outcome"], facts["code"], facts["verifier"]) == (outcome, "new", "right")
    delegation.stage()
    assert delegation.redeem(code).status_code == 400


def test_a_token_response_that_is_cut(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.TOKEN_BAD_JSON)

    body = delegation.redeem(delegation.code()).text

    with pytest.raises(ValueError, match="delimiter"):
        json.loads(body)
    assert "id_token" in json.loads(f"{body}}}")


def test_a_token_response_without_an_id_token(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.TOKEN_WITHOUT_ID_TOKEN)

    document = delegation.redeem(delegation.code()).json()

    assert "id_token" not in document
    assert document["access_token"]
    assert "id_token" not in delegation.facts()


def test_a_token_endpoint_that_refuses_a_good_code(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.TOKEN_400)

    assert delegation.redeem(delegation.code()).json()["error"] == "invalid_grant"


def test_a_token_endpoint_that_says_nothing(make: MakeKey) -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    bench = desk(make, pause=pause)
    bench.stage(ANNE, Knob.TOKEN_SILENT)

    response = bench.redeem(bench.code())

    assert (response.status_code, response.content, waits) == (504, b"", [40.0])
    assert bench.facts()["outcome"] == "fault"
