"""From bytes to JSON: nothing raises, and what is wrong is said with its kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.fhir.parsing import MAX_DEPTH, empty_elements, parse_json
from sas_recette.fhir.problem import ProblemKind


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ProblemKind.SYNTAX),
        (b"   ", ProblemKind.SYNTAX),
        (b'{"a": 1', ProblemKind.SYNTAX),
        (b'{"a": 1}}', ProblemKind.SYNTAX),
        (b'{"a": NaN}', ProblemKind.SYNTAX),
        (b'{"a": -Infinity}', ProblemKind.SYNTAX),
        (b"{'a': 1}", ProblemKind.SYNTAX),
        (b'{"a": 01}', ProblemKind.SYNTAX),
        (b'{"a": "tab\there"}', ProblemKind.SYNTAX),
        (b"<html></html>", ProblemKind.SYNTAX),
        (b'{"a": ' + b"9" * 5000 + b"}", ProblemKind.SYNTAX),
        (b'{"a": "\xe9"}', ProblemKind.ENCODING),
        ('{"a": 1}'.encode("utf-16"), ProblemKind.ENCODING),
        (b'{"a": "\xed\xa0\x80"}', ProblemKind.ENCODING),
        (nested(100_000), ProblemKind.DEPTH),
        (b'{"a":' * 100_000, ProblemKind.DEPTH),
        (nested(MAX_DEPTH + 1), ProblemKind.DEPTH),
    ],
)
def test_unreadable(body: bytes, kind: ProblemKind) -> None:
    parsed = parse_json(body)
    assert parsed.value is None
    assert [(problem.kind, problem.location) for problem in parsed.problems] == [(kind, "HTTP.body")]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b"[]", []),
        (b"12", 12),
        (b"null", None),
        (b'"\\ud800"', "\ufffd"),
        (b'{"a": "\\ud83d\\ude00", "b": ["\\udfff!"]}', {"a": "\U0001f600", "b": ["\ufffd!"]}),
        (b'{"\\ud800": 1}', {"\ufffd": 1}),
        (b'{"a": ' + b"9" * 4000 + b"}", {"a": int("9" * 4000)}),
        (nested(3), [[[]]]),
    ],
)
def test_readable(body: bytes, value: object) -> None:
    parsed = parse_json(body)
    assert (parsed.value, parsed.problems) == (value, ())


def test_deepest_that_is_read() -> None:
    assert parse_json(nested(MAX_DEPTH)).problems == ()


def test_repeated_keys_are_named_and_the_last_value_is_read() -> None:
    parsed = parse_json(b'{"resourceType": "Slot", "id": "a", "id": "b", "x": {"\\ud800": 1, "\\udbff": 2}}')
    assert parsed.value == {"resourceType": "Slot", "id": "b", "x": {"\ufffd": 2}}
    found = [(problem.kind, problem.location, problem.observed) for problem in parsed.problems]
    assert sorted(found) == [
        (ProblemKind.DUPLICATE_KEY, "Slot", "id"),
        (ProblemKind.DUPLICATE_KEY, "Slot", "\ufffd"),
    ]


@given(st.binary(max_size=200))
def test_bytes_of_any_kind(body: bytes) -> None:
    parsed = parse_json(body)
    json.dumps(parsed.value, ensure_ascii=False).encode("utf-8")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON)
def test_what_is_written_is_read(value: object) -> None:
    parsed = parse_json(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    assert parsed.problems == ()
    if "?" not in json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode():
        assert parsed.value == value


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ({}, [("R", "{}")]),
        ({"a": None}, [("R.a", "null")]),
        ({"a": []}, [("R.a", "[]")]),
        ({"a": [{}]}, [("R.a[0]", "{}")]),
        ({"a": ""}, [("R.a", '""')]),
        ({"a": " \n"}, [("R.a", "«\u00a0 \n\u00a0»")]),
        ({"a": [None, "x"]}, [("R.a[0]", "null")]),
        ({"a": [None, "x"], "_a": [{"id": "i"}, None]}, []),
        ({"a": None, "_a": {"id": "i"}}, [("R.a", "null")]),
        ({"b": {"c": [{"d": []}, {"d": 0}]}}, [("R.b.c[0].d", "[]")]),
        ({"a": 0, "b": False, "c": "x"}, []),
    ],
)
def test_empty_elements(resource: dict[str, Any], found: list[tuple[str, str]]) -> None:
    seen = [(problem.location, problem.observed) for problem in empty_elements(resource, "R")]
    assert [(place, shown.replace("\u00a0", " ").replace("\u202f", " ")) for place, shown in seen] == [
        (place, shown.replace("\u00a0", " ")) for place, shown in found
    ]
