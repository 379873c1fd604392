from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.exchange.model import Exchange
from sas_recette.exchange.redaction import redact_body, redact_exchange, redact_headers, redact_url
from tests.exchange.builders import BODIES, EXCHANGES

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("Authorization", "Bearer abc.def", "Bearer ***"),
        ("authorization", "Basic dTpw", "Basic ***"),
        ("Authorization", "abc", "***"),
        ("Proxy-Authorization", "Basic dTpw", "Basic ***"),
        ("X-Api-Key", "abc", "***"),
        ("Cookie", "session=abc; lang=fr=x", "session=***; lang=***"),
        ("Cookie", "abc", "***"),
        ("Set-Cookie", "session=abc; Path=/; HttpOnly; Secure", "session=***; Path=/; HttpOnly; Secure"),
        ("Location", "https://rp/cb?code=abc&state=s", "https://rp/cb?code=***&state=s"),
        ("Location", "https://rp/cb#id_token=abc&state=s", "https://rp/cb#id_token=***&state=s"),
        ("Referer", "/cb?code=abc", "/cb?code=***"),
        ("Accept", "application/json+fhir", "application/json+fhir"),
        ("Content-Type", "text/html; code=1", "text/html; code=1"),
    ],
)
def test_headers(name: str, value: str, masked: str) -> None:
    assert redact_headers(((name, value),)) == ((name, masked),)


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://u:p@host/x", "https://***@host/x"),
        ("https://h/cb?state=1&code=abc", "https://h/cb?state=1&code=***"),
        ("https://h/logout?id_token_hint=a.b.c&x=1", "https://h/logout?id_token_hint=***&x=1"),
        ("https://h/cb?CODE=abc#access_token=x", "https://h/cb?CODE=***#access_token=***"),
        ("https://h/fhir/Slot?status=free&barcode=1", "https://h/fhir/Slot?status=free&barcode=1"),
        ("https://h/fhir/Slot?a=urn:oid:1.2%7C8&b=2%2B2", "https://h/fhir/Slot?a=urn:oid:1.2%7C8&b=2%2B2"),
        ("https://h/a@b", "https://h/a@b"),
    ],
)
def test_urls(url: str, masked: str) -> None:
    assert redact_url(url) == masked


@pytest.mark.parametrize(
    ("content_type", "body", "masked"),
    [
        (FORM, b"grant_type=authorization_code&code=abc&state=s", b"grant_type=authorization_code&code=***&state=s"),
        (
            FORM + "; charset=UTF-8",
            b"client_secret=a+b&client_assertion=x.y.z",
            b"client_secret=***&client_assertion=***",
        ),
        (FORM, b"login=r&password=p%26w", b"login=r&password=***"),
        (
            "application/json",
            b'{ "access_token" : "a\\"b", "id_token":"x",\n "expires_in": 3 }',
            b'{ "access_token" : "***", "id_token":"***",\n "expires_in": 3 }',
        ),
        ("application/json", b'{"error": {"code": "42"}}', b'{"error": {"code": "42"}}'),
        ("application/json", b'{"access_token": "cut sho', b'{"access_token": "***'),
        ("", b' {"refresh_token":"a"}', b' {"refresh_token":"***"}'),
        ("text/html", b'<a href="?code=1">password=x</a>', b'<a href="?code=1">password=x</a>'),
        (
            "multipart/form-data; boundary=z",
            b'--z\r\nContent-Disposition: form-data; name="password"\r\n\r\nsecret\r\nx\r\n--z--\r\n',
            b'--z\r\nContent-Disposition: form-data; name="password"\r\n\r\n***\r\n--z--\r\n',
        ),
    ],
)
def test_bodies(content_type: str, body: bytes, masked: bytes) -> None:
    assert redact_body(body, content_type) == masked


FHIR_BODY = b'{ "resourceType" : "Bundle",\n  "note": {"password": "x", "code": "free"} }'


@pytest.mark.parametrize("content_type", ["application/fhir+json", "application/json+fhir", "application/json", ""])
def test_a_fhir_body_is_never_touched(content_type: str) -> None:
    assert redact_body(FHIR_BODY, content_type) == FHIR_BODY


@given(BODIES)
def test_a_body_announced_as_fhir_is_exact(body: bytes) -> None:
    assert redact_body(body, "application/fhir+json; charset=utf-8") == body


@given(EXCHANGES)
def test_masking_twice_is_masking_once(made: Exchange) -> None:
    once = redact_exchange(made)
    assert redact_exchange(once) == once
    assert (once.id, once.timings, once.tls, once.fault) == (made.id, made.timings, made.tls, made.fault)


@given(st.text(min_size=1), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_no_json_secret_survives_and_the_rest_does(secret: str, others: dict[str, str]) -> None:
    body = json.dumps({**others, "access_token": secret, "type": "Bearer"}).encode()
    masked = json.loads(redact_body(body, "application/json"))
    assert masked == {**others, "access_token": "***", "type": "Bearer"}
