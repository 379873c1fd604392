"""Whose message this is: the scenario that waits for it, the one that its appointment belongs to, or nobody."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.platform.inbox.content import Content

OUTSIDE: Final = "hors-scenario"
"""The pseudo-scenario of what can be attributed to none."""
_REMEMBERED: Final = 10_000
_BY_ITS_SLOT: Final = 2


@dataclass(frozen=True, slots=True)
class Watch:
    """What a scenario waits for. Each set may be empty; `operators` are « system|value », `starts` are aware.

    No practitioner means any: at SOS Médecins nobody knows beforehand who will come.
    """

    scenario: str
    step: str = ""
    operators: frozenset[str] = frozenset()
    practitioners: frozenset[str] = frozenset()
    starts: frozenset[datetime] = frozenset()

    def strength(self, content: Content) -> int:
        """How well a message fits: 0 not at all, 1 by its operator, 2 by its slot, 3 by both.

        The operator counts by its value alone: a wrong system is a fault to judge in the scenario that waits for the message.
        """
        operator = self.names(content)
        anybody = not self.practitioners or not content.practitioners
        slot = content.start in self.starts and (anybody or not self.practitioners.isdisjoint(content.practitioners))
        return 2 * slot + operator

    def names(self, content: Content) -> bool:
        """Whether the operator of a message is one of its regulators."""
        return not content.operators.isdisjoint(token.partition("|")[2] for token in self.operators)


class Attribution:
    """Who waits, who waited, and whose each appointment is. Not thread-safe."""

    def __init__(self) -> None:
        self._waiting: dict[str, Watch] = {}
        self._past: list[Watch] = []
        self._owners: OrderedDict[str, str] = OrderedDict()

    def watch(self, watch: Watch) -> None:
        """A scenario waits from now on; what it waited for before is past."""
        self.unwatch(watch.scenario)
        self._waiting[watch.scenario] = watch

    def unwatch(self, scenario: str) -> None:
        """A scenario waits no more."""
        former = self._waiting.pop(scenario, None)
        if former is not None:
            self._past.append(former)

    def sole(self) -> str:
        """The one scenario that waits; OUTSIDE when none does, or several."""
        return next(iter(self._waiting)) if len(self._waiting) == 1 else OUTSIDE

    def own(self, appointment: str, scenario: str) -> None:
        """An appointment, « system|value », belongs to a scenario from now on."""
        if appointment and scenario != OUTSIDE:
            self._owners[appointment] = scenario
            self._owners.move_to_end(appointment)
            if len(self._owners) > _REMEMBERED:
                self._owners.popitem(last=False)

    def of(self, content: Content, appointment: str, *, creates: bool) -> str:
        """The scenario of a message about an appointment (« system|value », empty when it cannot be read).

        A known appointment keeps its scenario, unless it is created anew, by somebody else, in the very slot that another
        scenario waits for: an identifier used twice is a fault of the second booking (RDV-048). So does an update by a
        regulator of the past: slots are given back, and taken again. Among those that fit alike, the last to wait has it.
        """
        waiting, strength = _best(self._waiting.values(), content)
        owner = self._owners.get(appointment, "")
        if owner and (not creates or strength < _BY_ITS_SLOT or self._known_to(owner, content)):
            return owner
        late, _ = _best(self._past, content)
        if strength == _BY_ITS_SLOT and not creates and late and self._known_to(late, content):
            return late
        if waiting:
            return waiting
        if late:
            return late
        return OUTSIDE if content.legible else self.sole()

    def _known_to(self, scenario: str, content: Content) -> bool:
        return any(one.names(content) for one in (*self._past, *self._waiting.values()) if one.scenario == scenario)


def _best(watches: Iterable[Watch], content: Content) -> tuple[str, int]:
    best, highest = "", 0
    for watch in watches:
        strength = watch.strength(content)
        if strength >= max(highest, 1):
            best, highest = watch.scenario, strength
    return best, highest
