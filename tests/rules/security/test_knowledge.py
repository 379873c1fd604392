"""What the candidate asked of the bench about revocation weighs as the list that it declares to know (security.md §2, T6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sas_recette.exchange.model import Exchange, Timings
from tests.rules.security.building import BUNDLE, NOW, control, exchange, said, tallies

SERIAL = "7adc18"
SERVED = replace(
    exchange(status=200, body=BUNDLE, case="x3-revoque", asked="slots", presented="un certificat", shown_serial=SERIAL),
    timings=Timings(whole=40.0),
)


def asked(
    document: str, *, status: int = 200, at: float = 20.0, revoked: str = f"a1 {SERIAL}", outdated: bool = False
) -> Exchange:
    """What was asked of the bench, so many milliseconds after the certificate began to be presented."""
    told = exchange(status=status, endpoint="revocation", document=document, revoked=revoked)
    facts = {**told.facts, "outdated": "yes"} if outdated else told.facts
    return replace(told, started=NOW + timedelta(milliseconds=at), facts=facts)


def judged(*told: Exchange, **expect: object) -> str:
    exchanges = (SERVED, control(), *told)
    return said(tallies("tls-refused", exchanges, {"requirements": ["SEC-006"], **expect})["SEC-006"])


@pytest.mark.parametrize("told", [asked("ocsp"), asked("crl"), asked("crl", status=304), asked("crl", at=-9e6)])
def test_who_was_told_knows(told: Exchange) -> None:
    assert judged(told, crl_loaded=False) == "fail"


@pytest.mark.parametrize(
    "told",
    [
        asked("ocsp", at=60.0),
        asked("crl", outdated=True),
        asked("ocsp", revoked=""),
        asked("ocsp", revoked=f"{SERIAL}0"),
        asked("", status=404),
        replace(asked("ocsp"), response=None),
        replace(asked("ocsp"), facts={"revoked": SERIAL}),
    ],
)
def test_what_tells_nothing_proves_nothing(told: Exchange) -> None:
    assert judged(told, crl_loaded=False) == "unexamined"
    assert judged(told, crl_loaded=True) == "fail"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("ocsp", "La solution avait demandé au banc l’état de ce certificat (OCSP)\u00a0: révoqué."),
        ("crl", "La solution avait téléchargé la liste de révocation du banc (CRL), où ce certificat est inscrit."),
    ],
)
def test_the_finding_says_how_it_knew(document: str, words: str) -> None:
    seen = tallies("tls-refused", (SERVED, control(), asked(document)), {"requirements": ["SEC-006"]})["SEC-006"]
    (finding,) = seen.findings
    assert finding.message.endswith(f"{words} Le kit de test de l’ANS met l’éditeur en échec (point ouvert SEC OP-3).")
