"""Identities replaced: always by the same, of the same form and length, however they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.exchange.disguise.forms import Forms
from sas_recette.exchange.disguise.masking import IdentityMask
from sas_recette.exchange.disguise.tokens import folded, rewritten, words
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange, Judgement, Page, Request, Response
from sas_recette.norm.identifiers import Kind, key_is_valid, luhn, practitioner_kind, structure_kind
from tests.exchange.builders import JSON_VALUES, STARTED, exchange, header, page

FORMS = Forms(b"secret")
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüœABCDEFGHIJKLMNOPQRSTUVWXYZÉÈÎ", min_size=3, max_size=14)
NAMES = LETTERS.filter(lambda name: set(folded(name)) & set("aeioubdfghjklmpqrstvwxz"))
DIGITS = st.text("0123456789", min_size=14, max_size=14)


def practitioner(family: str, given: str = "Aline", number: str = "899900000011") -> bytes:
    resource = {
        "resourceType": "Practitioner",
        "id": "ps-1",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": number}],
        "name": [{"family": family, "given": [given]}],
        "telecom": [{"system": "phone", "value": "+33261910001"}, {"system": "email", "value": "a.mercier@cabinet.fr"}],
    }
    return json.dumps(resource, ensure_ascii=False).encode()


def masked(*known: Exchange, secret: bytes = b"secret") -> IdentityMask:
    mask = IdentityMask(secret)
    for one in known:
        mask.learn(one)
    return mask


@settings(max_examples=50)
@given(NAMES)
def test_a_word_becomes_another_of_the_same_shape(name: str) -> None:
    word = folded(name)
    other = FORMS.word(word)
    assert other == FORMS.word(word)
    assert other != word
    assert [letter in "aeiou" for letter in other] == [letter in "aeiou" for letter in word]
    shown = rewritten(name, other)
    assert folded(shown) == other
    assert len(shown.encode()) == len(name.encode())
    assert words(shown) == (other,)


@settings(max_examples=20, deadline=None)
@given(NAMES, st.binary(min_size=1, max_size=8))
def test_however_it_is_written_a_name_becomes_the_same(name: str, secret: bytes) -> None:
    mask = masked(exchange("x1", practitioner(name)), secret=secret)
    other = mask.text(f"«{name}»")[1:-1]
    for write in (quote, quote_plus, lambda text: quote(quote(text)), escape, str.upper, str.lower):
        assert mask.text(f"?q={write(name)}&n=1") == f"?q={write(other)}&n=1"
    assert json.loads(mask.text(json.dumps(name))) == other
    assert json.loads(json.loads(mask.text(json.dumps(json.dumps(name))))) == other


@settings(max_examples=50)
@given(DIGITS)
def test_a_number_keeps_its_key_right_or_wrong(digits: str) -> None:
    for raw in (digits[:9], digits[:11], digits):
        other = FORMS.number(raw)
        assert (len(other), other[0], luhn(other)) == (len(raw), raw[0], luhn(raw))
        assert other != raw
    assert luhn(FORMS.number(digits)[:9]) == luhn(digits[:9])


def test_identifiers_stay_what_they_are() -> None:
    mask = IdentityMask(b"secret")
    declared = {"practitioners": {"one": {"id": "899900000011", "structures": ["399900001100018", "1990000010"]}}}
    changed = mask.header(header_of(declared)).declared["practitioners"]
    assert isinstance(changed, dict)
    one = changed["one"]
    assert practitioner_kind(one["id"]) is Kind.RPPS
    assert [structure_kind(value) for value in one["structures"]] == [Kind.SIRET, Kind.FINESS]
    for kind, value, before in (
        (Kind.RPPS, one["id"], "899900000011"),
        (Kind.SIRET, one["structures"][0], "399900001100018"),
        (Kind.FINESS, one["structures"][1], "1990000010"),
    ):
        assert key_is_valid(kind, value) == key_is_valid(kind, before)
    assert mask.text("99900000011") == one["id"][1:], "without its prefix too"


def header_of(declared: Mapping[str, object]) -> JournalHeader:
    return replace(header(), declared=declared)


@pytest.mark.parametrize(
    "spelling",
    [
        "+33261910001",
        "%2B33261910001",
        "0261910001",
        "02 61 91 00 01",
        "02.61.91.00.01",
        "+33 2 61 91 00 01",
        "0033261910001",
    ],
)
def test_a_phone_is_the_same_in_every_spelling(spelling: str) -> None:
    mask = masked(exchange("x1", practitioner("Mercier")))
    whole = mask.text("+33261910001")
    assert re.fullmatch(r"\+3326\d{7}", whole)
    assert whole != "+33261910001"
    shown = mask.text(f"tel {spelling}")
    assert re.sub(r"\D", "", shown.replace("%2B", ""))[-9:] == whole[-9:]
    assert re.sub(r"\d", "0", shown) == re.sub(r"\d", "0", f"tel {spelling}")


def test_an_address_of_mail_keeps_its_form_and_the_names_in_it() -> None:
    mask = masked(exchange("x1", practitioner("Mercier")))
    shown = mask.text('mailto:a.mercier@cabinet.fr, "regul-1@sas.example"')
    family = mask.text("Mercier").lower()
    assert re.fullmatch(rf'mailto:\w\.{family}@\w{{7}}\.fr, "regul-1@sas\.example"', shown)
    assert "cabinet" not in shown


def test_what_is_no_identity_stays() -> None:
    mask = masked(exchange("x1", practitioner("Page", "Free")))
    body = practitioner("Page", "Free")
    kept = '<main class="page"> {"status": "free", "start": "2026-06-17T09:00:00.000+02:00", "id": "slot-1", "exp": 1795361798}'
    assert mask.text(kept) == kept
    shown = json.loads(mask.text(body.decode()))
    assert shown["name"][0]["family"] != "Page", "a name is hidden where one is expected, whatever word it is"
    assert shown["name"][0]["given"] != ["Free"]
    assert (shown["resourceType"], shown["id"]) == ("Practitioner", "ps-1")


def test_bytes_around_an_identity_stay_in_place() -> None:
    body = b'{"resourceType": "Practitioner",\r\n\t"name": [{"family" : "Lef\\u00e8vre"}], not json \xff Lef\xe8vre'
    mask = masked(exchange("x1", practitioner("Lefèvre")))
    found = mask.exchange(exchange("x2", body)).response
    assert found is not None
    assert len(found.body) == len(body)
    assert b"Lef" not in found.body
    assert re.fullmatch(
        rb'\{"resourceType": "Practitioner",\r\n\t"name": \[\{"family" : "\w+\\u00[e-f]\w\w+"\}\], not json \xff \S+',
        found.body,
    )
    binary = exchange("x3", b"\x00Lef\xe8vre").response
    assert mask.exchange(exchange("x3", b"\x00Lef\xe8vre")).response == binary


def test_an_exchange_is_masked_by_what_it_reveals_itself() -> None:
    request = Request("GET", "https://e.test/Slot?x:Practitioner.identifier=urn:oid:1.2.250.1.71.4.2.1%7C899900000011")
    sent = Exchange(
        "x1", "s1", "Recherche de 899900000011", STARTED, request, Response(200, (), practitioner("Mercier"))
    )
    one, other = IdentityMask(b"a" * 32).exchange(sent), IdentityMask(b"a" * 32).exchange(sent)
    assert one == other, "a function of the value, under the secret"
    assert one != IdentityMask(b"b" * 32).exchange(sent)
    told = f"{one.request.url} {one.step} {one.response}"
    assert not [value for value in ("899900000011", "Mercier", "Aline", "+33261910001", "cabinet.fr") if value in told]
    assert one.response is not None
    number = json.loads(one.response.body)["identifier"][0]["value"]
    assert one.step == f"Recherche de {number}"
    assert one.request.url.endswith(f"%7C{number}")


def test_claims_and_pages() -> None:
    claims = {
        "sub": "8b07e11c-3e9c-4dc9-bb94-d6e56333fa24",
        "name": "Jules Kerbrat",
        "email": "jk@sas.example",
        "exp": 1795361798,
    }
    told = Exchange(
        "x1",
        "s1",
        "",
        STARTED,
        Request("POST", "https://e.test/token"),
        facts={"id_token": json.dumps({"claims": claims})},
    )
    mask = IdentityMask(b"secret")
    shown = json.loads(mask.exchange(told).facts["id_token"])["claims"]
    assert shown["exp"] == claims["exp"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-b[0-9a-f]{3}-[0-9a-f]{12}", shown["sub"])
    assert shown["sub"] != claims["sub"]
    seen: Page = mask.page(page_of("Connecté en tant que Jules KERBRAT (Kerbrat)"))
    given, family = shown["name"].split()
    assert seen.text == f"Connecté en tant que {given} {family.upper()} ({family})"
    assert (seen.screenshot, seen.trace) == ("", "")


def page_of(text: str) -> Page:
    return replace(page(), text=text, trace="traces/x.zip")


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=10), JSON_VALUES, max_size=4))
def test_whatever_is_expected_keeps_its_shape(expect: dict[str, object]) -> None:
    judgement = Judgement("s1", "check", ("x1",), expect)
    shown = IdentityMask(b"secret").judgement(judgement)
    assert _shape(shown.expect) == _shape(expect)


def _shape(value: object) -> object:
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return value
