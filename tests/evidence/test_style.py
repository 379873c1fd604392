from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = resources.files("sas_recette.evidence.page").joinpath("templates", "report.css").read_text(encoding="utf-8")
TINTS = ("red", "amber", "green", "blue", "violet", "grey")
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card", "code")),
    *((tint, f"{tint}-bg") for tint in TINTS),
    *(("ink", f"{tint}-bg") for tint in TINTS),
    ("mark-ink", "mark"),
    *((tint, "card") for tint in ("red", "amber", "blue", "violet")),
]


def palettes() -> dict[str, dict[str, str]]:
    """The custom properties of the light, dark and print themes."""
    light, dark, paper = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    themes = {"light": light, "dark": dark, "print": paper}
    return {name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", text)) for name, text in themes.items()}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(theme: str, text: str, ground: str) -> None:
    palette = palettes()["light"] | palettes()[theme]
    lighter, darker = sorted((luminance(palette[text]), luminance(palette[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
