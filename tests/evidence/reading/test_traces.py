from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.engine.result import AccountTrace, TraceState
from sas_recette.evidence.reading.traces import counted_traces, deactivated, designation, to_close, to_do
from tests.evidence.sample import ACCOUNT_TRACES, CLOSED, NOBODY_KNOWS, STILL_ACTIVE


@pytest.mark.parametrize(
    ("traces", "words"),
    [
        ((CLOSED,), "1\u00a0compte créé, 1\u00a0désactivé"),
        ((CLOSED, STILL_ACTIVE, CLOSED), "3\u00a0comptes créés, 2\u00a0désactivés"),
        ((NOBODY_KNOWS,) * 2, "0\u00a0compte créé, 0\u00a0désactivé, 2\u00a0créations incertaines"),
    ],
)
def test_the_count_of_accounts(traces: tuple[AccountTrace, ...], words: str) -> None:
    assert counted_traces(traces) == words


def test_what_is_to_close_is_apart_from_what_is_closed() -> None:
    assert to_close(ACCOUNT_TRACES) == (STILL_ACTIVE, NOBODY_KNOWS)
    assert deactivated(ACCOUNT_TRACES) == (CLOSED,)


def test_what_a_person_has_to_do() -> None:
    assert to_do(CLOSED) == to_do(replace(NOBODY_KNOWS, state=TraceState.DEACTIVATED)) == ""
    assert to_do(STILL_ACTIVE) == "Vérifiez-le dans la solution et désactivez-le s’il est encore actif."
    assert to_do(replace(STILL_ACTIVE, state=TraceState.UNCERTAIN)).startswith("Cherchez-le dans la solution")
    assert to_do(NOBODY_KNOWS).startswith("Son contenu ne l’identifie pas\u00a0: retrouvez-le")


def test_what_designates_an_account() -> None:
    assert designation(replace(CLOSED, system="")) == [
        "Noël D'Almeïda",
        "regulateur-1@sas-recette.example",
        "3990000001/00A1",
    ]
    assert designation(replace(NOBODY_KNOWS, name="a\n\x1b" + "b" * 200)) == ["a ‹U+001B›" + "b" * 109 + "…"]
