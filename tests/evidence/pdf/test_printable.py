from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.pdf.printable import DRAWN, Plain, printable

ZWSP = "\u200b"
PAGE = b"""#set document(title: "x")
#set text(lang: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"))
#json(bytes(sys.inputs.letters)).join(" ")
#text(font: "DejaVu Sans Mono", json(bytes(sys.inputs.letters)).join(" "))"""


def letters() -> list[str]:
    """Every character of the class, its ranges read out."""
    found: list[str] = []
    for letter in DRAWN:
        if found[-1:] == ["-"] and len(found) > 1:
            found.pop()
            first = found.pop()
            found.extend(chr(code) for code in range(ord(first), ord(letter) + 1))
        else:
            found.append(letter)
    return found


def test_every_character_that_is_let_through_can_be_drawn() -> None:
    drawn = letters()
    assert {"é", "œ", "’", "«", "€", "✓", "✕", "△", "✎", "‹", "Ж"} <= set(drawn)
    assert len(drawn) > 2300
    typst.compile(
        PAGE, sys_inputs={"letters": json.dumps(drawn)}, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Créneau « libre »\u00a0: 12\u202f000 €", "Créneau « libre »\u00a0: 12\u202f000 €"),
        ("a\tb\nc", "a b\nc"),
        ("😀 漢 e\u0301", "‹U+1F600› ‹U+6F22› e‹U+0301›"),
        ("\u202etxt\u200b\x00\ud800", ZWSP.join(["‹U+202E›txt", "‹U+200B›", "‹U+0000›", "‹U+D800›"])),
        ("x" * 19, "x" * 19),
        ("x" * 45, ZWSP.join(["x" * 20, "x" * 20, "x" * 5])),
        (
            "https://a.example/fhir/Slot?a=1",
            f"https://{ZWSP}a.{ZWSP}example/{ZWSP}fhir/{ZWSP}Slot?{ZWSP}a={ZWSP}1",
        ),
        ("#let x = [*_$@\\", "#let x = [*_$@\\"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_shape_of_a_value_is_kept() -> None:
    value: Plain = {"a": ["\x00", {"b": 3, "c": None, "d": True}], "e": ()}
    assert printable(value) == {"a": ["‹U+0000›", {"b": 3, "c": None, "d": True}], "e": []}


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_is_lost_and_nothing_undrawn_is_left(text: str) -> None:
    shown = str(printable(text))
    assert set(shown) <= {*letters(), ZWSP}
    assert all(len(word) <= 20 for line in shown.split() for word in line.replace("\u00a0", ZWSP).split(ZWSP))
