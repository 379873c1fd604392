"""Exchanges of a campaign of security, built by hand, and what the rules say of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sas_recette.exchange.model import Exchange, Fault, FaultKind, Request, Response, TlsFacts
from sas_recette.norm.requirements import load_catalogue
from sas_recette.rules.answer import read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Outcome, Tally
from sas_recette.rules.rule import Subject

NOW: Final = datetime(2026, 9, 4, 8, tzinfo=UTC)
BASE: Final = "https://agenda.example/fhir"
BUNDLE: Final = b'{"resourceType": "Bundle", "type": "searchset", "total": 0}'
OUTCOME: Final = b'{"resourceType": "OperationOutcome", "issue": []}'
ALERT: Final = Fault(FaultKind.TLS, "tls", "TLSV1_ALERT_UNKNOWN_CA")
VALID: Final = "x0-valide"

_NUMBERS: Final = itertools.count(1)


def exchange(
    *,
    status: int = 0,
    body: bytes = b"",
    location: str = "",
    fault: Fault | None = None,
    tls: TlsFacts | None = None,
    url: str = f"{BASE}/Slot",
    **facts: str,
) -> Exchange:
    """An exchange that the bench sent; without a status, nothing was answered."""
    headers = (("Location", location),) if location else ()
    response = Response(status, headers, body) if status else None
    identifier = f"x{next(_NUMBERS)}"
    return Exchange(identifier, "SEC", "étape", NOW, Request("GET", url), response, fault, tls, facts=facts)


def control(asked: str = "slots", status: int = 200) -> Exchange:
    """What the platform's own certificate gets."""
    return exchange(status=status, body=BUNDLE, case=VALID, asked=asked, presented="le certificat valide")


def tallies(check: str, exchanges: Sequence[Exchange], expect: Mapping[str, object] | None = None) -> dict[str, Tally]:
    """What a check says, by requirement."""
    subject = Subject(tuple(map(read_answer, exchanges)), Facts(), "1.2.0", expect or {})
    return {one.requirement: one for one in judge(check, subject, load_catalogue())}


def said(tally: Tally) -> str:
    """`held`, `fail`, `warn`, or `unexamined`."""
    if not tally.examined:
        return "unexamined"
    outcomes = {one.outcome for one in tally.findings}
    return "fail" if Outcome.FAIL in outcomes else ("warn" if outcomes else "held")
