from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.platform.chromium.trace import Scrubber

SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=8, max_size=40)


@given(secret=SECRETS, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_no_written_form_of_a_secret_is_left(secret: str, before: bytes, after: bytes) -> None:
    scrub = Scrubber([secret])
    forms = [secret, quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe="")]
    forms += [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    for form in forms:
        assert scrub(b"<" + form.encode() + b">") == b"<***>"
    whole = base64.b64encode(before + secret.encode() + after)
    assert len(secret.encode()) < 12 or b"***" in scrub(whole)


@given(st.binary(max_size=200))
def test_without_secrets_nothing_changes(data: bytes) -> None:
    assert Scrubber([])(data) == data


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"name":"sid","value":"ab1"}', '{"name":"sid","value":"***"}'),
        ('{"name":"autre","value":"ab1"}', '{"name":"autre","value":"ab1"}'),
        ('"sid=ab1; Path=/"', '"sid=***; Path=/"'),
        ('"x=1; sid=ab1"', '"x=1; sid=***"'),
        ('"sid=ab12"', '"sid=ab12"'),
        ("tab1e", "tab1e"),
    ],
)
def test_a_short_cookie_is_masked_beside_its_name_only(written: str, expected: str) -> None:
    assert Scrubber([], [("sid", "ab1")])(written.encode()).decode() == expected


def test_a_short_secret_is_masked_where_it_is_a_whole_value() -> None:
    scrub = Scrubber(["abc"])
    assert scrub(b'{"value":"abc","title":"abcdaire"} code=abc&x') == b'{"value":"***","title":"abcdaire"} code=***&x'


def test_many_secrets_cost_little() -> None:
    secrets = [f"secret-{number:06d}" for number in range(3000)]
    data = b" ".join([b'{"value":"secret-00299'] * 20_000) + b"secret-002999"
    before = time.process_time()
    assert Scrubber(secrets)(data) == data.removesuffix(b"secret-002999") + b"***"
    assert time.process_time() - before < 3


def test_the_longest_secret_is_masked_first() -> None:
    assert Scrubber(["abcdefgh", "abcdefghijkl"])(b"abcdefghijkl abcdefgh") == b"*** ***"
