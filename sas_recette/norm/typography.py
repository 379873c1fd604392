"""French typography of the sentences that the harness writes: non-breaking spaces where French has them."""

from __future__ import annotations

import re
from typing import Final

NBSP: Final = "\u00a0"
_BEFORE: Final = re.compile(r" (?=[:;!?»])")
_AFTER: Final = re.compile(r"(?<=«) ")


def french(sentence: str) -> str:
    """The sentence with non-breaking spaces before `: ; ! ? »` and after `«`. Never applied to a candidate's text."""
    return _AFTER.sub(NBSP, _BEFORE.sub(NBSP, sentence))
