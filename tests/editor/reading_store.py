"""A store for everybody who only reads: what it was asked once, it remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sas_recette.editor.agenda import AgendaSlot, Professional, SlotState, Structure
from sas_recette.editor.product import fill
from sas_recette.editor.store import Store

T = TypeVar("T")


class ReadingStore(Store):
    """The product's store at an instant, where nobody books: each question of a search has one answer until slots are replaced.

    The same rows are read for each version of the product; what they become is each version's own.
    """

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._known: dict[tuple[object, ...], Any] = {}
        fill(self, now, password="")

    def replace_slots(self, slots: Sequence[AgendaSlot]) -> None:
        super().replace_slots(slots)
        self._known.clear()

    def professionals_numbered(self, numbers: Sequence[str]) -> tuple[Professional, ...]:
        return self._once(super().professionals_numbered, tuple(numbers))

    def associations_numbered(self, numbers: Sequence[str]) -> tuple[Structure, ...]:
        return self._once(super().associations_numbered, tuple(numbers))

    def slots(
        self, professionals: Sequence[Professional], lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        return self._once(super().slots, tuple(professionals), lower, upper, tuple(states))

    def association_slots(
        self, associations: Sequence[Structure], lower: datetime, upper: datetime, states: Sequence[SlotState]
    ) -> tuple[AgendaSlot, ...]:
        return self._once(super().association_slots, tuple(associations), lower, upper, tuple(states))

    def _once(self, ask: Callable[..., T], *asked: object) -> T:
        # wall clocks that read the same are equal, even an hour apart: instants are told by their timestamps
        key = (ask.__name__, *(one.timestamp() if isinstance(one, datetime) else one for one in asked))
        if key not in self._known:
            self._known[key] = ask(*asked)
        answer: T = self._known[key]
        return answer
