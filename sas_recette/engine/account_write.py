"""A recorded write of a regulator account: what it was about, and what became of it (accounts.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from sas_recette.exchange.model import Direction, Exchange, FaultKind
from sas_recette.fhir.access import children, text
from sas_recette.rules.accounts.reading import AccountAnswer
from sas_recette.rules.aggregation.envelope import described
from sas_recette.rules.answer import read_answer

_GATEWAY_LOST_IT: Final = frozenset({502, 504})
_NOT_DONE_HERE: Final = frozenset({307, 308})


class Fate(Enum):
    """Whether the candidate said that a write was done, said that it was not, or did not say."""

    ACCEPTED = auto()
    REFUSED = auto()
    LOST = auto()


class Identifier(NamedTuple):
    """An identifier; a criterion may lack its system (invalid case I18)."""

    system: str | None
    value: str


@dataclass(frozen=True, slots=True)
class AccountWrite:
    """A write that reached the candidate. `criterion` is what a PUT searched, `target` what its body identified."""

    answer: AccountAnswer
    fate: Fate
    criterion: Identifier | None
    target: Identifier | None
    deactivates: bool

    @property
    def searched(self) -> Identifier | None:
        """The identifier of the account that it is about."""
        return self.criterion or self.target

    @property
    def creates(self) -> bool:
        """Whether it asks for a new account, whatever is known already."""
        return self.answer.exchange.request.method == "POST"

    @property
    def told(self) -> str:
        """How it was answered, in French."""
        fault = self.answer.exchange.fault
        if self.answer.status is not None:
            return f"HTTP {self.answer.status}"
        return described(fault) if fault else "aucune réponse"


def read_write(exchange: Exchange) -> AccountWrite | None:
    """None for what is no write of an account, or never reached the candidate."""
    if exchange.direction is not Direction.SENT or exchange.request.method not in {"POST", "PUT"}:
        return None
    answer = AccountAnswer(0, read_answer(exchange), exchange)
    query = answer.answer.query
    if query is None or query.resource != "Practitioner" or _never_arrived(exchange):
        return None
    searched = query.identifiers[0] if query.identifiers and exchange.request.method == "PUT" else None
    deactivates = answer.sent.get("active") is False
    return AccountWrite(answer, _fate(answer), _criterion(searched), _target(answer), deactivates)


def _never_arrived(exchange: Exchange) -> bool:
    fault = exchange.fault
    if exchange.response is not None or fault is None:
        return False
    return fault.kind is FaultKind.TLS or fault.kind.prevents_contact or fault.phase in {"connect", "tls"}


def _fate(answer: AccountAnswer) -> Fate:
    """A redirection and a gateway’s error page do not tell what became of the write: as good as no answer."""
    status = answer.status
    if answer.accepted:
        return Fate.ACCEPTED
    redirected = status is not None and 300 <= status < 400 and status not in _NOT_DONE_HERE
    if status is None or redirected or (status in _GATEWAY_LOST_IT and not answer.is_outcome):
        return Fate.LOST
    return Fate.REFUSED


def _criterion(searched: str | None) -> Identifier | None:
    if searched is None:
        return None
    system, pipe, value = searched.partition("|")
    return Identifier(system, value) if pipe else Identifier(None, searched)


def _target(answer: AccountAnswer) -> Identifier | None:
    found = next((one for _, one in children(answer.sent, "identifier")), None)
    value = text(found, "value") if found is not None else None
    return Identifier(text(found, "system") or "", value) if found is not None and value else None


def means(searched: Identifier | None, known: Identifier | None) -> bool:
    """Whether a criterion is met by an identifier."""
    if searched is None or known is None:
        return False
    return known.value == searched.value and searched.system in (None, known.system)
