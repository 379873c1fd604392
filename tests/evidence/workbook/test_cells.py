from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.workbook.cells import LONGEST, cell_text, like_a_formula, sheet_name


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Créneau\tlibre\nle 12", "Créneau\tlibre\nle 12"),
        ("\x00\x1b[31m", "‹U+0000›‹U+001B›[31m"),
        ("\u202etxt.exe", "‹U+202E›txt.exe"),
        ("\ud800", "‹U+D800›"),
        ("\r=1+1", "‹U+000D›=1+1"),
        ("\uffff", "‹U+FFFF›"),
    ],
)
def test_what_hides_is_spelt_out(text: str, shown: str) -> None:
    assert cell_text(text) == shown


@pytest.mark.parametrize(
    ("length", "shown"), [(LONGEST, "é" * LONGEST), (LONGEST + 1, "é" * (LONGEST - 1) + "…")], ids=["whole", "cut"]
)
def test_a_cell_holds_no_more_than_the_format_allows(length: int, shown: str) -> None:
    assert cell_text("é" * length) == shown


def test_the_limit_counts_utf_16_units_and_cuts_no_character_in_two() -> None:
    text = cell_text("𝔖" * LONGEST)
    assert text == "𝔖" * ((LONGEST - 1) // 2) + "…"
    assert units(text) == LONGEST


def test_a_cell_has_at_most_253_line_feeds() -> None:
    assert cell_text("a\n" * 253) == "a\n" * 253
    assert cell_text("a\n" * 300) == "\n".join(["a"] * 254) + "…"


@pytest.mark.parametrize("text", ["=1+1", "+33 1 99 00", "-12", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_formulas_are_recognised(text: str) -> None:
    assert like_a_formula(text)


@pytest.mark.parametrize("text", ["", "1=1", "« =1 »", "– à noter", "•", " =1"])
def test_other_texts_are_not(text: str) -> None:
    assert not like_a_formula(text)


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("INT_R01", (), "INT_R01"),
        ("a/b:c[d]*?\\'", (), "a b c d"),
        ("'", (), "Sans nom"),
        ("x" * 40, (), "x" * 31),
        ("exigences", ("Exigences",), "exigences 2"),
        ("x" * 40, ("X" * 31, "x" * 29 + " 2"), "x" * 29 + " 3"),
    ],
)
def test_names_of_sheets(wanted: str, taken: tuple[str, ...], name: str) -> None:
    assert sheet_name(wanted, taken) == name


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_fits(text: str) -> None:
    shown = cell_text(text)
    assert units(shown) <= LONGEST
    shown.encode()
    assert 0 < units(sheet_name(text, ())) <= 31
