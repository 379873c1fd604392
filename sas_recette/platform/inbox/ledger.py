"""What the inbox recorded: in order of arrival for the journal, and by scenario and appointment for whoever looks back."""

from __future__ import annotations

from collections import deque
from typing import Final

from sas_recette.exchange.model import Exchange

_REMEMBERED: Final = 10_000


class Ledger:
    """The exchanges that nobody has taken yet, and those that are remembered. Not thread-safe."""

    def __init__(self) -> None:
        self._fresh: list[Exchange] = []
        self._kept: deque[Exchange] = deque(maxlen=_REMEMBERED)
        self._failure: Exception | None = None

    def add(self, exchange: Exchange) -> None:
        """Record an exchange."""
        self._fresh.append(exchange)
        self._kept.append(exchange)

    def fail(self, error: Exception) -> None:
        """The bench itself broke down: whoever takes the exchanges learns of the first time."""
        self._failure = self._failure or error

    def taken(self) -> tuple[Exchange, ...]:
        """What came since the last call. Raises RuntimeError when the bench broke down, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise RuntimeError("La boîte de réception du banc est tombée en défaut.") from failure
        fresh, self._fresh = self._fresh, []
        return tuple(fresh)

    def of_scenario(self, scenario: str) -> tuple[Exchange, ...]:
        """What was attributed to a scenario."""
        return tuple(exchange for exchange in self._kept if exchange.scenario == scenario)

    def of_appointment(self, appointment: str) -> tuple[Exchange, ...]:
        """What was said of an appointment, « system|value »."""
        return tuple(exchange for exchange in self._kept if exchange.facts.get("appointment") == appointment)
