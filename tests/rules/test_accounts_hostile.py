"""No answer and no request of INT_R02 makes a rule break down, and every finding says where it is."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

import pytest

from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.rules.accounts.checks import ACCOUNT_CHECKS
from tests.norm.french import slips
from tests.rules.account_exchanges import CREATED, answered, found, location, post, put
from tests.rules.building import Json, judged

BODIES: Final[tuple[bytes | Json, ...]] = (
    b"",
    b"null",
    b"[[]]",
    b"\xff",
    b"<html>",
    {"resourceType": "OperationOutcome", "issue": [None, 3, {"severity": 4, "details": [], "expression": "x"}]},
    {"resourceType": "OperationOutcome", "issue": {"diagnostics": None}},
    {
        "resourceType": "Bundle",
        "entry": [{"resource": {"resourceType": "Practitioner", "identifier": {}, "name": [7]}}],
    },
)
PLACES: Final = re.compile(r"(HTTP|OperationOutcome|Bundle|Practitioner|SSO)\b")
EVERYTHING: Final = [one.id for one in load_catalogue().in_flow(Flow.INT_R02)]
SENT: Final = (b"", b"{", b"[]", b'{"identifier": [null, {"type": 3}], "telecom": "x", "active": []}')


@pytest.mark.parametrize("check", ACCOUNT_CHECKS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_nothing_breaks_down(check: str, body: bytes | Json) -> None:
    for status, sent, account in product((None, 100, 200, 201, 302, 404, 500), SENT, ("absent", "present")):
        answers = [
            put(status, sent, content=body, at="\n//"),
            post(422, sent, content=body),
            CREATED,
            found(),
            answered(CREATED.exchange.request, status, body, at=location("a")) if CREATED.exchange else CREATED,
        ]
        expect = {"requirement": EVERYTHING, "account": account, "nature": "rule", "opened": True}
        for number in (2, 5):
            for tally in judged(*answers[:number], check=check, expect=expect).tallies.values():
                assert tally.examined or tally.reason
                for finding in tally.findings:
                    assert PLACES.match(finding.location), finding
                    assert slips(finding.message) == [], finding
                    assert finding.expected
                    assert finding.exchange


def test_a_creation_that_cannot_be_read_back_is_of_no_kind() -> None:
    verdicts = judged(post(201, b"{", at=location("a")), check="account-created")
    assert {"ACC-002", "ACC-003", "ACC-044"} <= verdicts.unverified
