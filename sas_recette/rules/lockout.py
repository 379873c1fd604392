"""Whether an account is locked after wrong passwords (security.md §7; SEC OP-10: a réserve at most).

The pages of a judgement come in the order of its scenario: the control, the failures, then the right password again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.model import FaultKind, Page
from sas_recette.rules.rule import HELD, Observation, Subject, rule
from sas_recette.rules.sso.journey import LOCAL, at_page

_FEWEST: Final = 3
"""The control, a failure, and the right password again: an interruption may leave fewer."""


@rule("SEC-024")
def locked_after_failures(subject: Subject) -> Iterator[Observation]:
    """Once it has failed as often as declared, an account does not open with its right password either."""
    if len(subject.pages) < _FEWEST:
        return
    control, *failures, right = subject.pages
    if LOCAL not in control.marks or not failures or any(map(_lost, (*failures, right))):
        return
    admitted = next((page for page in failures if LOCAL in page.marks), None)
    if admitted is not None:
        yield at_page(admitted, "Un mot de passe faux ouvre une session.", "accès refusé")
    elif LOCAL in right.marks:
        count = len(failures)
        message = f"Après {count} échec{'s' if count > 1 else ''}, le bon mot de passe ouvre encore une session : rien n’est bloqué."
        yield at_page(right, message, "accès refusé")
    else:
        yield HELD


def _lost(page: Page) -> bool:
    """Whether nothing came of a page that would tell a refusal from a failure of the network."""
    fault = page.fault
    return fault is not None and (fault.kind.prevents_contact or fault.kind is FaultKind.TIMEOUT)
