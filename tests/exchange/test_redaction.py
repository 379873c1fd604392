from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.exchange.masking import mask_form, mask_html, mask_json, mask_multipart, mask_text, mask_url
from sas_recette.exchange.model import Exchange, Fault, FaultKind, Judgement, Page, Remark, RemarkKind
from sas_recette.exchange.redaction import (
    redact_body,
    redact_exchange,
    redact_headers,
    redact_judgement,
    redact_page,
    redact_remark,
)
from tests.exchange.builders import BODIES, EXCHANGES, JUDGEMENTS, PAGES, REMARKS, exchange, page

FORM = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"RS256","kid":"1"}', b'{"sub":"f:1"}', b"signature")
)


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
        ("Set-Cookie", "a=1; HttpOnly\nb=2; Path=/", "a=***; HttpOnly\nb=***; Path=/"),
        (
            "Set-Cookie",
            "a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Secure, b=2; Path=/",
            "a=***; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Secure, b=***; Path=/",
        ),
        ("Refresh", "0; url=https://rp/cb?code=abc&state=s", "0; url=https://rp/cb?code=***&state=s"),
        ("Link", "<https://u:p@rp/cb?token=abc>; rel=next", "<https://***@rp/cb?token=***>; rel=next"),
        ("DPoP", JWT, "***"),
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
        (
            "https://h/cb#access_token=a&state=s&session_state=t",
            "https://h/cb#access_token=***&state=s&session_state=t",
        ),
        (
            "https://op/auth?redirect_uri=https%3A%2F%2Frp%2Fcb%3Fcode%3Dabc%26state%3Ds&nonce=n",
            "https://op/auth?redirect_uri=https%3A%2F%2Frp%2Fcb%3Fcode%3D***%26state%3Ds&nonce=n",
        ),
        (
            "https://a/?u=https%3A%2F%2Fb%3Fv%3Dhttps%253A%252F%252Fc%253Fid_token%253Dabc%2526state%253Ds%26w%3D1",
            "https://a/?u=https%3A%2F%2Fb%3Fv%3Dhttps%253A%252F%252Fc%253Fid_token%253D***%2526state%253Ds%26w%3D1",
        ),
        (f"https://op/register/{JWT}/end", "https://op/register/***/end"),
        (f"https://op/auth?request%3D{JWT}", "https://op/auth?request%3D***"),
        (
            "https://op/auth?acr_values=eidas1&code_challenge=abc",
            "https://op/auth?acr_values=eidas1&code_challenge=abc",
        ),
    ],
)
def test_urls(url: str, masked: str) -> None:
    assert mask_url(url) == masked


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
        ("text/html", b'<a href="?code=1">password=x</a>', b'<a href="?code=***">password=x</a>'),
        ("text/plain", b"see https://rp/cb?code=abc now", b"see https://rp/cb?code=*** now"),
        ("application/jwt", JWT.encode(), b"***"),
        ("application/octet-stream", b"?code=abc", b"?code=abc"),
        ("", b'<form><input name="code" value="abc"></form>', b'<form><input name="code" value="***"></form>'),
        (FORM, b"token=abc&token_type_hint=refresh_token", b"token=***&token_type_hint=refresh_token"),
        (
            FORM,
            b"back=https%3A%2F%2Frp%2F%3Fcode%3Dabc%26state%3Ds&state=t",
            b"back=https%3A%2F%2Frp%2F%3Fcode%3D***%26state%3Ds&state=t",
        ),
        ("application/json", b'{"code":"abc","state":"s"}', b'{"code":"***","state":"s"}'),
        ("application/json", b'{"next":"/cb?code=abc\\u0026state=s"}', b'{"next":"/cb?code=***\\u0026state=s"}'),
        (
            "multipart/form-data; boundary=z",
            b'--z\r\nContent-Disposition: form-data; name="password"\r\n\r\nsecret\r\nx\r\n--z--\r\n',
            b'--z\r\nContent-Disposition: form-data; name="password"\r\n\r\n***\r\n--z--\r\n',
        ),
    ],
)
def test_bodies(content_type: str, body: bytes, masked: bytes) -> None:
    assert redact_body(body, content_type) == masked


@pytest.mark.parametrize(
    ("html", "masked"),
    [
        (
            '<input type="hidden" name="code" value="abc"/><input name=state value=s>',
            '<input type="hidden" name="code" value="***"/><input name=state value=s>',
        ),
        ("<INPUT VALUE='a>b' NAME='id_token'>", "<INPUT VALUE='***' NAME='id_token'>"),
        ("<input value=abc name=access_token>", "<input value=*** name=access_token>"),
        ('<input type=password name=p value="Été&amp;1">', '<input type=password name=p value="***">'),
        ('<input type="hidden"name="code"value="abc">', '<input type="hidden"name="code"value="***">'),
        ('<input name="code_postal" value="75001">', '<input name="code_postal" value="75001">'),
        ('<input name="session_state" value="s"><p>code</p>', '<input name="session_state" value="s"><p>code</p>'),
        ('<input type="password" value="">', '<input type="password" value="">'),
        ('<a href="/cb?state=s&amp;code=abc&amp;x=1">', '<a href="/cb?state=s&amp;code=***&amp;x=1">'),
        ('<form action="/auth?session_code=a&tab_id=t">', '<form action="/auth?session_code=***&tab_id=t">'),
        ('<a href="/cb?code&#x3D;abc&amp;state&#x3D;s">', '<a href="/cb?code&#x3D;***&amp;state&#x3D;s">'),
        ("<script>location='/cb#access_token=abc';</script>", "<script>location='/cb#access_token=***';</script>"),
        ('<script>s={"access_token":"a\\"b"}</script>', '<script>s={"access_token":"***"}</script>'),
        ('<script>s="{\\"id_token\\":\\"abc\\"}"</script>', '<script>s="{\\"id_token\\":\\"***\\"}"</script>'),
        ('<p data-a="{&quot;token&quot;:&quot;abc&quot;}">', '<p data-a="{&quot;token&quot;:&quot;***&quot;}">'),
        ('<input name="code" value="abc', '<input name="code" value="***'),
    ],
)
def test_documents(html: str, masked: str) -> None:
    assert redact_body(html.encode(), HTML).decode() == masked
    assert mask_html(masked) == masked


def test_a_document_keeps_every_other_byte() -> None:
    html = b"\xef\xbb\xbf<p>\xe9\x00\xff\r\n</p><input name='code' value='\xc3\xa9'>"
    assert redact_body(html, HTML) == html.replace(b"\xc3\xa9", b"***")


def test_a_page_without_its_secrets() -> None:
    url = "https://rp/cb?state=s&code=S3CRET#id_token=S3CRET"
    fault = Fault(FaultKind.TIMEOUT, "navigation", f"délai dépassé à {url}")
    shown = replace(
        page(), url=url, title=f"Retour {url}", text=f'{{"access_token":"S3CRET"}} {JWT}', referrers=(url,), fault=fault
    )
    masked = redact_page(shown)
    assert masked.url == "https://rp/cb?state=s&code=***#id_token=***"
    assert masked.referrers == (masked.url,)
    assert masked.text == '{"access_token":"***"} ***'
    assert masked.fault == replace(fault, detail=f"délai dépassé à {masked.url}")
    assert "S3CRET" not in repr(masked)
    assert (masked.marks, masked.cookies, masked.hops) == (shown.marks, shown.cookies, shown.hops)


def test_facts_keep_the_decoded_token_and_lose_the_other() -> None:
    decoded = json.dumps({"header": {"alg": "RS256"}, "claims": {"email": "a@b.example", "nonce": "n"}})
    facts = {"id_token": decoded, "code": "new", "redirect_uri": "https://rp/cb?code=abc", "raw": JWT}
    masked = redact_exchange(replace(exchange(), facts=facts))
    assert masked.facts == {**facts, "redirect_uri": "https://rp/cb?code=***", "raw": "***"}


def test_what_is_expected_and_remarked_is_masked_too() -> None:
    url = "https://rp/cb?code=abc"
    judgement = redact_judgement(Judgement("s1", "c", (), {"urls": [url, 1], "inner": {"url": url}}))
    assert judgement.expect == {"urls": ["https://rp/cb?code=***", 1], "inner": {"url": "https://rp/cb?code=***"}}
    assert redact_remark(Remark("s1", RemarkKind.BENCH_ERROR, f"échec ({url})")).text == "échec (https://rp/cb?code=***"


FHIR_BODY = b'{ "resourceType" : "Bundle",\n  "note": {"password": "x", "code": "free"} }'


@pytest.mark.parametrize(
    "content_type", ["application/fhir+json", "application/json+fhir", "application/json", "", HTML, FORM, "text/plain"]
)
def test_a_fhir_body_is_never_touched(content_type: str) -> None:
    assert redact_body(FHIR_BODY, content_type) == FHIR_BODY


@given(BODIES)
def test_a_body_announced_as_fhir_is_exact(body: bytes) -> None:
    assert redact_body(body, "application/fhir+json; charset=utf-8") == body


@given(EXCHANGES)
@settings(deadline=None)
def test_masking_twice_is_masking_once(made: Exchange) -> None:
    once = redact_exchange(made)
    assert redact_exchange(once) == once
    assert (once.id, once.timings, once.tls, once.direction) == (made.id, made.timings, made.tls, made.direction)


@given(PAGES, JUDGEMENTS, REMARKS)
@settings(deadline=None)
def test_so_it_is_for_pages_judgements_and_remarks(shown: Page, judgement: Judgement, remark: Remark) -> None:
    assert redact_page(redact_page(shown)) == redact_page(shown)
    assert redact_judgement(redact_judgement(judgement)) == redact_judgement(judgement)
    assert redact_remark(redact_remark(remark)) == redact_remark(remark)


_SEPARATORS = (
    "?",
    "&",
    "&amp;",
    "#",
    "%3F",
    "%26",
    "%253F",
    "=",
    "%3D",
    "%253D",
    "://",
    "@",
    "/",
    ":",
    ",",
    "\r\n\r\n",
)
_NAMES = (
    "code",
    "id_token",
    "token",
    "password",
    "state",
    "<input name=",
    " value=",
    ' name="code"',
    "abc",
    "***",
    "é",
)
_QUOTES = ('"', "'", "&quot;", '\\"', "\\", " ", ">", "<", "{", "}", "eyJhbGciOiJSUzI1NiJ9", ".", "\r\n--")
PIECES = st.sampled_from([*_SEPARATORS, *_NAMES, *_QUOTES])


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(deadline=None)
def test_masking_twice_is_masking_once_whatever_the_text(text: str) -> None:
    for mask in (mask_url, mask_text, mask_json, mask_html, mask_form, mask_multipart):
        once = mask(text)
        assert mask(once) == once


@given(
    st.sampled_from(["code", "access_token", "id_token_hint", "client_assertion", "password"]),
    st.text(st.sampled_from("abcXYZ019-_.~+/ &=é"), min_size=1).map(lambda text: f"S3CRET{text}S3CRET"),
    st.integers(1, 4),
)
@settings(deadline=None)
def test_no_secret_survives_in_an_address_at_any_depth(name: str, secret: str, depth: int) -> None:
    url = "https://rp.example/cb?" + urlencode({"state": "s", name: secret, "x": "1"})
    for _ in range(depth - 1):
        url = f"https://op.example/?next={quote(url, safe='')}&after=kept"
    for masked in (mask_url(url), mask_text(url), mask_html(f'<a href="{url}">')):
        assert "S3CRET" not in masked
        assert "after=kept" in masked or depth == 1


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4),
    st.sampled_from(["", HTML, FORM, "application/json", "text/plain", "application/javascript"]),
)
@settings(deadline=None)
def test_no_resource_is_touched(content: dict[str, str], content_type: str) -> None:
    body = json.dumps({**content, "resourceType": "Bundle", "code": JWT, "link": "https://h/?code=1"}).encode()
    assert redact_body(body, content_type) == body


@given(st.text(min_size=1), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_no_json_secret_survives_and_the_rest_does(secret: str, others: dict[str, str]) -> None:
    body = json.dumps({**others, "access_token": secret, "type": "Bearer"}).encode()
    masked = json.loads(redact_body(body, "application/json"))
    assert masked == {**others, "access_token": "***", "type": "Bearer"}
