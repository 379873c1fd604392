"""How a page is named to a reader."""

from __future__ import annotations

from sas_recette.evidence.reading.legible import one_line
from sas_recette.exchange.model import Page
from sas_recette.norm.typography import NBSP

_LONGEST = 80


def page_name(page: Page) -> str:
    """« page « Agenda du Dr Martin » »: its title, else its address, legible and on one line."""
    words = one_line(page.title, _LONGEST) or one_line(page.url.partition("?")[0], _LONGEST) or page.id
    return f"page «{NBSP}{words}{NBSP}»"
