"""Markdown as GitHub and GitLab read it: a candidate's text never becomes markup, a link or a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sas_recette.evidence.reading.legible import one_line

_MARKUP: Final = re.compile(r"[\\`*_\[\]#|~$@<>&]|:(?=//)|(?<=www)\.|^[-+=]|^\d+[.)]", re.IGNORECASE)


def escaped(text: str, limit: int = 300) -> str:
    """A text on one line, at most `limit` characters before what it costs to write it.

    Whatever could be markup is a numeric entity, which renders as itself: neither emphasis, list, table cell, HTML, mention, issue
    reference nor automatic link.
    """
    return _MARKUP.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", one_line(text, limit))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are escaped already."""
    return [
        f"| {' | '.join(headings)} |",
        f"|{' --- |' * len(headings)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
