"""The accounts that a campaign leaves on the candidate, told from the recorded writes alone (INT_R02).

What the candidate says decides: a 201, or another Location than before, is another account (accounts.md §2.3, §9). Where it
says nothing that can be relied on, the account is told as possibly there, or possibly active: never the reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.account_write import AccountWrite, Fate, Identifier, means, read_write
from sas_recette.engine.result import AccountTrace, TraceState
from sas_recette.exchange.model import Exchange
from sas_recette.rules.accounts.reading import AccountAnswer, emails, families, givens, is_known


@dataclass(slots=True)
class _Trace:
    """An account as it is known so far.

    `proof` is the first success on it, None while its very existence is uncertain; `former` is what designated it before
    its identifier changed, or may designate it after a change whose answer was lost.
    """

    origin: Exchange
    identifier: Identifier | None
    state: TraceState
    last: Exchange
    reason: str
    proof: AccountAnswer | None = None
    former: Identifier | None = None
    name: str = ""
    address: str = ""

    def note(self, write: AccountWrite, state: TraceState, reason: str) -> None:
        self.state, self.last, self.reason = state, write.answer.exchange, reason

    def learn(self, write: AccountWrite) -> None:
        """Take what the body says; what it leaves out stays as it was."""
        sent = write.answer.sent
        if write.target is not None and write.target != self.identifier:
            self.former, self.identifier = self.identifier, write.target
        self.identifier = self.identifier or write.criterion
        self.name = " ".join((*givens(sent), *families(sent))) or self.name
        self.address = next(iter(emails(sent)), self.address)

    def frozen(self) -> AccountTrace:
        identifier = self.identifier or Identifier("", "")
        return AccountTrace(
            system=identifier.system or "",
            value=identifier.value,
            name=self.name,
            address=self.address,
            account=(self.proof.account or "") if self.proof else "",
            scenario=self.origin.scenario,
            created=self.origin.id,
            created_at=self.origin.started,
            state=self.state,
            last=self.last.id,
            reason=self.reason,
        )


def account_traces(exchanges: Iterable[Exchange]) -> tuple[AccountTrace, ...]:
    """The accounts that these exchanges, in the order of time, created or may have created, in the order of creation."""
    traces: list[_Trace] = []
    for exchange in exchanges:
        write = read_write(exchange)
        if write is not None:
            _FOLLOW[write.fate](traces, write)
    return tuple(trace.frozen() for trace in traces)


def _designated(traces: Sequence[_Trace], write: AccountWrite) -> _Trace | None:
    """The trace that a write is about, the latest of its identifier; its Location tells apart those that share it.

    The Location alone would not do, a candidate may answer the same one for every account: it counts beside an identifier, or
    for an account whose identifier could not be read.
    """
    latest = traces[::-1]
    account = write.answer.account
    same = [trace for trace in latest if account and trace.proof is not None and trace.proof.account == account]
    found = [one for one in same if any(means(write.searched, known) for known in (one.identifier, one.former))]
    named = [trace for trace in latest if means(write.searched, trace.identifier)]
    if write.creates:
        found += [trace for trace in named if trace.proof is None]
    else:
        found += sorted(named, key=lambda trace: trace.state is TraceState.DEACTIVATED)
        found += [trace for trace in same if trace.identifier is None and write.answer.status != 201]
    return next(iter(found), None)


def _begin(traces: list[_Trace], write: AccountWrite, state: TraceState, reason: str) -> None:
    exchange = write.answer.exchange
    trace = _Trace(exchange, None, state, exchange, reason, write.answer if write.answer.accepted else None)
    trace.learn(write)
    traces.append(trace)


def _follow_accepted(traces: list[_Trace], write: AccountWrite) -> None:
    known = _designated(traces, write)
    if known is None or (known.proof is not None and is_known(write.answer, known.proof) is False):
        if known is not None:
            _disown(known, write)
        if write.deactivates:
            _begin(traces, write, TraceState.DEACTIVATED, f"Inactif dès la première écriture acceptée ({write.told}).")
        else:
            what = "Création" if write.creates or write.answer.status == 201 else "Première écriture"
            reason = f"{what} acceptée ({write.told}), sans désactivation depuis."
            _begin(traces, write, TraceState.MAYBE_ACTIVE, reason)
        return
    state = TraceState.DEACTIVATED if write.deactivates else TraceState.MAYBE_ACTIVE
    said = "La désactivation a été acceptée" if write.deactivates else "La dernière écriture acceptée le laisse actif"
    known.note(write, state, f"{said} ({write.told}).")
    known.learn(write)
    known.proof = known.proof or write.answer


def _disown(known: _Trace, write: AccountWrite) -> None:
    """The candidate answers for another account: this one is as it was, under its former identifier if it had changed."""
    if write.deactivates and known.state is TraceState.MAYBE_ACTIVE:
        reason = f"La désactivation a été acceptée, mais la réponse ({write.told}) désigne un autre compte."
        known.note(write, known.state, reason)
    if known.former is not None and means(write.searched, known.identifier):
        known.identifier, known.former = known.former, None


def _follow_refused(traces: list[_Trace], write: AccountWrite) -> None:
    known = _designated(traces, write)
    if known is not None and write.deactivates and known.state is not TraceState.DEACTIVATED:
        known.note(write, known.state, f"La désactivation a été refusée ({write.told}).")


def _follow_lost(traces: list[_Trace], write: AccountWrite) -> None:
    known = _designated(traces, write)
    if known is None:
        reason = f"La réponse à l’écriture qui a pu le créer ne dit pas ce qu’il en est ({write.told})."
        _begin(traces, write, TraceState.UNCERTAIN, reason)
        return
    off = known.state is TraceState.DEACTIVATED
    renamed = write.target is not None and not means(write.target, known.identifier)
    if write.deactivates and not off:
        known.note(write, known.state, f"La réponse à la désactivation ne dit pas ce qu’il en est ({write.told}).")
    elif not write.deactivates and (off or renamed):
        what = "à une réactivation" if off else "au changement d’identifiant"
        state = TraceState.MAYBE_ACTIVE if off else known.state
        known.note(write, state, f"La réponse {what} ne dit pas ce qu’il en est ({write.told}).")
        known.former = write.target if renamed else known.former


_FOLLOW: Final = {
    Fate.ACCEPTED: _follow_accepted,
    Fate.REFUSED: _follow_refused,
    Fate.LOST: _follow_lost,
}
