from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.reading.legible import legible, legible_json, one_line

ILLEGAL_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("créneau « été »", "créneau « été »"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\x00b", "a‹U+0000›b"),
        ("\x1b[31m", "‹U+001B›[31m"),
        ("a\rb", "a‹U+000D›b"),
        ("\u202etxt.exe", "‹U+202E›txt.exe"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("\ud800", "‹U+D800›"),
        ("\uffff", "‹U+FFFF›"),
        ("𝔖𐍈👩‍⚕️", "𝔖𐍈👩‍⚕️"),
    ],
)
def test_what_hides_is_spelt_out(text: str, shown: str) -> None:
    assert legible(text) == shown


@given(st.text(st.characters()))
def test_a_legible_text_is_legal_xml_and_stays_as_it_is(text: str) -> None:
    shown = legible(text)
    assert ILLEGAL_XML.search(shown) is None
    assert legible(shown) == shown


@given(st.text(st.characters()))
def test_json_text_keeps_its_value(text: str) -> None:
    assert json.loads(legible_json(json.dumps(text, ensure_ascii=False))) == text


def test_one_line_cuts_and_flattens() -> None:
    assert one_line("a\n  b\tc", 10) == "a b c"
    assert one_line("abcdefghij", 5) == "abcd…"
    assert one_line("abcde", 5) == "abcde"
