from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.page.json_lines import NotJsonError, lay_out

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def shown(body: bytes) -> list[str]:
    return ["  " * line.depth + line.text for line in lay_out(body).lines]


def test_layout_and_lines_of_paths() -> None:
    layout = lay_out(b'{"a": [1, {"b": null}], "c": {}, "d": []}')
    assert shown(b'{"a": [1, {"b": null}], "c": {}, "d": []}') == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        '      "b": null',
        "    }",
        "  ],",
        '  "c": {},',
        '  "d": []',
        "}",
    ]
    assert layout.line_of[()] == 0
    assert layout.line_of[("a", 1, "b")] == 4
    assert layout.lines[4].parent == 3
    assert layout.lines[3].parent == 1


def test_the_very_digits_and_repeated_keys_stay() -> None:
    body = b'{"a": 1.10, "a": 1e400, "b": 123456789012345678901234567890, "c": NaN}'
    assert shown(body)[1:-1] == [
        '  "a": 1.10,',
        '  "a": 1e400,',
        '  "b": 123456789012345678901234567890,',
        '  "c": NaN',
    ]
    assert lay_out(body).line_of[("a",)] == 1


def test_hidden_characters_are_escaped() -> None:
    assert shown('["\\u202e \u202e é\\n"]'.encode()) == ["[", '  "\\u202e \\u202e é\\n"', "]"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff{}", b"[" * 100_000, b"[" * 300 + b"]" * 300, b"{} x"])
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(NotJsonError):
        lay_out(body)


def test_a_byte_order_mark_is_let_through() -> None:
    assert shown(b"\xef\xbb\xbf{}") == ["{}"]


@given(VALUES)
def test_the_layout_is_the_same_json(value: object) -> None:
    body = json.dumps(value).encode()
    assert json.loads("\n".join(shown(body))) == value
