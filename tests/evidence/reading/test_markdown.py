from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.markdown import escaped, table

_MARKS = re.compile(r"[\\`*_\[\]|~$@<>]|&(?!#\d+;)|(?<!&)#|://|(?i:www)\.")


@given(st.text(max_size=60))
def test_any_text_is_shown_as_it_is_and_is_never_markup(text: str) -> None:
    written = escaped(text)
    assert html.unescape(written) == one_line(text, 300)
    assert not _MARKS.search(written)
    assert not re.match(r"[-+=]|\d+[.)]", written)
    assert "\n" not in written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("AGR-COM-033 : début, fin (2).", "AGR-COM-033 : début, fin (2)."),
        ("1. liste", "1&#46; liste"),
        ("- tiret", "&#45; tiret"),
        ("https://x.example", "https&#58;//x.example"),
        ("www.x.example", "www&#46;x.example"),
        ("a | b\nc", "a &#124; b c"),
        ("<b>&amp;", "&#60;b&#62;&#38;amp;"),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_table() -> None:
    assert table(("A", "B"), [("1", "2")]) == ["| A | B |", "| --- | --- |", "| 1 | 2 |"]
