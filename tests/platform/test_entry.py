"""The `origin` that the platform adds: one parameter more, and nothing else."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.platform.entry import with_origin, without_origin

VALUES = st.text(min_size=1, max_size=8)
URLS = st.builds(
    lambda path, pairs, fragment: (
        "https://agenda.example/"
        + quote(path, safe="")
        + ("?" + "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs) if pairs else "")
        + (f"#{quote(fragment, safe='')}" if fragment else "")
    ),
    VALUES,
    st.lists(st.tuples(VALUES.filter(lambda key: key != "origin"), st.text(max_size=8)), max_size=3),
    st.text(max_size=5),
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/ps/1", "https://a.example/ps/1?origin=sas"),
        ("https://a.example/ps/1?", "https://a.example/ps/1?origin=sas"),
        ("https://a.example/ps/1?c=2", "https://a.example/ps/1?c=2&origin=sas"),
        ("https://a.example/ps/1#page", "https://a.example/ps/1?origin=sas#page"),
        ("https://a.example/#/ps/1?c=2", "https://a.example/?origin=sas#/ps/1?c=2"),
        ("https://a.example/ps/1?origin=autre&c=2", "https://a.example/ps/1?c=2&origin=sas"),
        ("https://a.example/ps/1?Origin=1&c=%C3%A9%20b", "https://a.example/ps/1?Origin=1&c=%C3%A9%20b&origin=sas"),
    ],
)
def test_one_origin_is_added(url: str, expected: str) -> None:
    assert with_origin(url, "sas") == expected


def test_several_values_are_asked_for_on_purpose() -> None:
    assert with_origin("https://a.example/", "sas", "a&b") == "https://a.example/?origin=sas&origin=a%26b"
    assert without_origin("https://a.example/?origin=sas&c=1") == "https://a.example/?c=1"


@given(URLS, VALUES)
def test_everything_else_keeps_its_place(url: str, value: str) -> None:
    before, after = urlsplit(url), urlsplit(with_origin(url, value))
    assert (after.netloc, after.path, after.fragment) == (before.netloc, before.path, before.fragment)
    kept = parse_qsl(before.query, keep_blank_values=True)
    assert parse_qsl(after.query, keep_blank_values=True) == [*kept, ("origin", value)]
    assert without_origin(with_origin(url, value)) == without_origin(url)
