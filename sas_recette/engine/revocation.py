"""The bench's address for revocation during a campaign: what the candidate asks for there, in a file of the journal of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sas_recette.engine.plan import Plan
from sas_recette.engine.scenario import load_scenarios
from sas_recette.engine.tls_data import Tls
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.model import Exchange
from sas_recette.exchange.reading import exchanges_so_far
from sas_recette.platform.inbox.watching import OUTSIDE
from sas_recette.platform.listening import check_address
from sas_recette.platform.revocation.authority import Authority, load_authorities
from sas_recette.platform.revocation.publisher import Publisher
from sas_recette.platform.revocation.serving import serving_revocation

WORKER: Final = "revocation"
"""The name under which it is recorded, whichever process plays the scenarios."""

_REQUIREMENT: Final = "SEC-006"


def authorities_of(tls: Tls, now: datetime) -> tuple[Authority, ...]:
    """The authorities that the bench answers for. Raises TlsMaterialError when the folder of certificates is not enough."""
    return load_authorities(tls.folder or Path(), now)


def check_revocation(tls: Tls, now: datetime) -> None:
    """Make sure, before anything is sent, that the bench could answer where it is declared to. Raises UserError."""
    if tls.publishing is not None:
        authorities_of(tls, now)
        check_address(tls.publishing)


@contextmanager
def publishing(plan: Plan, writer: Callable[[], JournalWriter], clock: Callable[[], datetime]) -> Iterator[None]:
    """Answer about revocation as long as the context lasts, when a plan declares where; `writer` opens the journal of it.

    Raises TlsMaterialError, ListeningError.
    """
    tls = plan.candidate.tls
    if tls.publishing is None:
        yield
        return
    numbers = itertools.count(1)
    publisher = Publisher(
        tls.revocation_url,
        authorities_of(tls, clock()),
        clock,
        lambda: f"{WORKER}-{next(numbers):04d}",
        _concerned(plan),
    )
    with writer() as journal, serving_revocation(publisher, tls.publishing, journal.exchange):
        yield


def asked_so_far(plan: Plan) -> tuple[Exchange, ...]:
    """What the candidate has asked for, whichever process listens. Raises JournalError."""
    path = plan.journal / f"journal-{WORKER}.jsonl"
    return exchanges_so_far(path) if plan.candidate.tls.publishing is not None and path.is_file() else ()


def _concerned(plan: Plan) -> str:
    """The scenario that presents the revoked certificate."""
    known = load_scenarios()
    return next((name for name in plan.scenarios if _REQUIREMENT in known[name].requirements), OUTSIDE)
