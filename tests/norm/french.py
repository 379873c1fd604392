"""Checks of French typography on the texts that users read."""

from __future__ import annotations

import re

NBSP = "\N{NO-BREAK SPACE}"


def slips(text: str) -> list[str]:
    """The typographic slips of a text, each with its context; empty when there is none."""
    patterns = {
        "apostrophe droite": r"\w'\w",
        "guillemet droit": r'"',
        "double blanc": rf"[ {NBSP}]{{2}}",
        "blanc en bordure": rf"^[ {NBSP}]|[ {NBSP}]$",
        "espace ordinaire avant une ponctuation haute": r" [:;?!»]",
        "ponctuation haute collée": r"[\w)»][;?!](?=\s|$)|(?<!Accept)(?<=[^\W\d_]{2}):(?=\s)",
        "guillemet sans insécable": rf"«[^{NBSP}]|[^{NBSP}]»",
        "numéro séparé": r"n° ",
        "blanc avant une virgule ou un point": rf"[ {NBSP}][,.](?=\s|$)",
    }
    return [
        f"{name} : …{text[max(0, match.start() - 15) : match.end() + 15]}…"
        for name, pattern in patterns.items()
        for match in re.finditer(pattern, text)
    ]
