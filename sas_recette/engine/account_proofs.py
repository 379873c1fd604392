"""What a write has done, or has not: by a read where the candidate offers one, else by following writes (accounts.md §9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.accounts import NO_READ, Accounts, accepted, refused
from sas_recette.platform.account_payloads import InvalidContent, Operation
from sas_recette.platform.accounts import AccountIdentifier, Regulator
from sas_recette.rules.answer import SearchAnswer

_NO_EFFECT: Final = "ACC-041"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that should be refused: its answer, the account that it must not open, the requirement that it serves."""

    answer: SearchAnswer
    regulator: Regulator
    requirement: str = ""


def read_account(accounts: Accounts, identifier: AccountIdentifier, when: str = "") -> SearchAnswer:
    """A read by identifier; only where `accounts.readable`."""
    return accounts.send(accounts.reading(f"Lecture du compte {when}".rstrip(), identifier))


def show(accounts: Accounts, identifier: AccountIdentifier, write: SearchAnswer, *requirements: str) -> None:
    """Have what an accepted write changed judged on a read. Says so when there is none."""
    if not accounts.readable:
        accounts.bench.not_verified(NO_READ, *requirements)
    elif accepted(write):
        expect = {"requirement": list(requirements)}
        accounts.bench.judge("account-read", read_account(accounts, identifier, "modifié"), write, expect=expect)


def prove_absent(accounts: Accounts, attempts: Sequence[Attempt]) -> None:
    """Have it judged that refused requests opened no account. Those that were not refused are judged elsewhere."""
    bench, wanted = accounts.bench, [one for one in attempts if refused(one.answer)]
    if accounts.readable:
        reads = (accounts.reading("Contrôle\u00a0: le compte refusé ne se lit pas", _id(one)) for one in wanted)
        for one, probe in zip(wanted, accounts.together(*reads), strict=True):
            bench.judge("account-no-effect", probe, one.answer, expect=_absent(one))
            if probe.graph is not None and probe.graph.of_type("Practitioner"):
                accounts.noticed(one.regulator)
        return
    step = "Contrôle\u00a0: mise à jour valide du compte refusé, qui doit être inconnu"
    probes = accounts.together(*(accounts.change(step, _id(one), one.regulator) for one in wanted))
    for one, probe in zip(wanted, probes, strict=True):
        bench.judge("account-no-effect", probe, one.answer, accounts.control(), expect=_absent(one))
    bench.not_verified(NO_READ, _NO_EFFECT, *(one.requirement for one in attempts if one.requirement))


def _id(attempt: Attempt) -> AccountIdentifier:
    return attempt.regulator.identifier


def _absent(attempt: Attempt) -> dict[str, object]:
    return {"requirement": attempt.requirement, "account": "absent"}


def prove_unchanged(
    accounts: Accounts,
    identifier: AccountIdentifier,
    refusal: Callable[[], SearchAnswer],
    *requirements: str,
    before: SearchAnswer | None = None,
) -> tuple[SearchAnswer, SearchAnswer | None]:
    """Send a request that should be refused between two reads of an account, and have them compared.

    `before` is an earlier read, when there is one already. Returns the answer to the request and the last read, None when
    accounts cannot be read.
    """
    if not accounts.readable:
        accounts.bench.not_verified(NO_READ, _NO_EFFECT)
        return refusal(), None
    earlier = before or read_account(accounts, identifier, "avant le refus")
    answer = refusal()
    later = read_account(accounts, identifier, "après le refus")
    expect = {"requirement": [_NO_EFFECT, *(one for one in requirements if one)]}
    accounts.bench.judge("account-read", later, earlier, answer, expect=expect)
    return answer, later


def judge_refusal(accounts: Accounts, content: InvalidContent, operation: Operation, *answers: SearchAnswer) -> None:
    """Have the refusal of a content judged; the first answer is its own, the others are those of valid writes."""
    accounts.bench.judge("account-refused", *answers, expect=content.expect(operation))
