"""The exchanges of a judgement of security, with what the bench says of each (`Exchange.facts`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sas_recette.exchange.model import Exchange
from sas_recette.fhir.access import texts
from sas_recette.rules.rule import Deviation, Subject
from sas_recette.rules.security.reactions import described

VALID = "x0-valide"
"""The case of the platform's own certificate (security.md §5)."""


@dataclass(frozen=True, slots=True)
class Presented:
    """One exchange: its place in the judgement, and the case of security.md §5 that was played."""

    index: int
    exchange: Exchange

    @property
    def case(self) -> str:
        """What was presented."""
        return self.exchange.facts.get("case", "")

    @property
    def asked(self) -> str:
        """What was asked for: `slots`, `accounts`, `capabilities`."""
        return self.exchange.facts.get("asked", "")

    @property
    def words(self) -> str:
        """What was presented and how, in French."""
        version = self.exchange.facts.get("offered", "")
        presented = self.exchange.facts.get("presented", "")
        return f"{presented}, en {version}" if version else presented

    @property
    def whoever(self) -> str:
        """The same, after « à qui »."""
        negation = "ne " if self.words.startswith("aucun") else ""
        return f"{negation}présente {self.words}"

    def deviation(self, message: str, expected: str, observed: str = "", *, reserve: bool = False) -> Deviation:
        """What is wrong with how the server reacted."""
        place = "HTTP.status" if self.exchange.response is not None else "TLS"
        seen = observed or described(self.exchange)
        return Deviation(place, message, expected, seen, reserve=reserve, answer=self.index)


def presented(subject: Subject) -> Iterator[Presented]:
    """Every exchange of a judgement."""
    for index, answer in enumerate(subject.answers):
        if answer.exchange is not None:
            yield Presented(index, answer.exchange)


def named(subject: Subject) -> frozenset[str]:
    """The requirements that the scenario says its step serves."""
    return frozenset(texts(subject.expect, "requirements"))
