"""The searches that an instance of the product has in hand: how many it was ever asked, and which it answers together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from sas_recette.editor.http import Incoming

_SEARCHES: Final = frozenset({"/Slot", "/Schedule"})


class Traffic:
    """Tells each search of its company. Used by one event loop, a request at a time."""

    def __init__(self) -> None:
        self._searches = 0
        self._under_way: dict[int, Incoming] = {}

    @contextmanager
    def admitted(self, incoming: Incoming) -> Iterator[Incoming]:
        """The request, with its rank and its company, as long as it is being answered."""
        if incoming.route not in _SEARCHES:
            yield incoming
            return
        self._searches += 1
        rank, company = self._searches, tuple(self._under_way.values())
        self._under_way[rank] = incoming
        try:
            yield replace(incoming, rank=rank, company=company)
        finally:
            del self._under_way[rank]
