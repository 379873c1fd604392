"""Writes of accounts as they are recorded: the platform's own requests, and answers of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Final, TypedDict, Unpack

from sas_recette.exchange.model import Exchange, Fault, FaultKind, Request, Response
from sas_recette.norm.canonicals import IDNPS_SYSTEM
from sas_recette.platform.accounts import (
    AccountIdentifier,
    IdentifierKind,
    Identities,
    Regulator,
    Wording,
    create,
    read,
    update,
)
from sas_recette.rules.answer import SearchAnswer, read_answer
from tests.rules.building import BASE, FHIR_JSON, Json, body_of

_IDENTITIES: Final = Identities(Random(5))  # noqa: S311
LORIDON: Final = _IDENTITIES.regulator()
MARIUS: Final = _IDENTITIES.regulator(IdentifierKind.TECHNICAL)
SWITCHED: Final = replace(MARIUS, identifier=_IDENTITIES.national())

REASON: Final = "identifier : élément absent."
RESET: Final = Fault(FaultKind.RESET, "receive", "connexion fermée sans réponse")


def outcome(
    diagnostics: str | None = REASON, *, severity: str = "error", code: str = "invalid", **members: object
) -> Json:
    issue: Json = {"severity": severity, "code": code, **members}
    if diagnostics is not None:
        issue["diagnostics"] = diagnostics
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def location(account: str) -> str:
    return f"{BASE}/Practitioner/{account}"


class Answered(TypedDict, total=False):
    """The options of `answered`, for those who pass them on."""

    content: Json | bytes | None
    at: str | None
    fault: Fault | None
    name: str


def answered(
    request: Request,
    status: int | None,
    content: Json | bytes | None = None,
    *,
    at: str | None = None,
    fault: Fault | None = None,
    name: str = "x1",
) -> SearchAnswer:
    """The answer to a request: `at` is the Location; an error carries an OperationOutcome unless told otherwise."""
    response = None
    if status is not None:
        body = (outcome() if status >= 400 else b"") if content is None else content
        headers = (("Content-Type", FHIR_JSON), *((("Location", at),) if at is not None else ()))
        response = Response(status, headers, body_of(body))
    else:
        fault = fault or RESET
    return read_answer(
        Exchange(name, "s1", "écriture", datetime(2026, 6, 16, tzinfo=UTC), request, response, fault=fault)
    )


def post(
    status: int | None, sent: Regulator | bytes = LORIDON, wording: Wording | None = None, **more: Unpack[Answered]
) -> SearchAnswer:
    return answered(create(BASE, sent, wording or Wording()), status, **more)


def put(
    status: int | None,
    sent: Regulator | bytes = LORIDON,
    criterion: AccountIdentifier | None = LORIDON.identifier,
    wording: Wording | None = None,
    **more: Unpack[Answered],
) -> SearchAnswer:
    return answered(update(BASE, criterion, sent, wording or Wording()), status, **more)


CREATED: Final = post(201, at=location("a1"))
"""A creation that went well: the account `a1` of LORIDON."""
CONTROL: Final = put(201, MARIUS, MARIUS.identifier, at=location("a9"))
"""A candidate that says 201 to the update of an unknown account."""
LENIENT: Final = put(200, MARIUS, MARIUS.identifier)
"""A candidate that says 200 to it, as the kit tolerates: no probe by status can conclude."""


def searchset(*resources: Json) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "entry": [
            {"fullUrl": f"{BASE}/Practitioner/{rank}", "resource": {**one, "id": str(rank)}}
            for rank, one in enumerate(resources)
        ],
    }


def found(*resources: Json, status: int = 200) -> SearchAnswer:
    """What an optional read gives."""
    request = read(BASE, AccountIdentifier(IdentifierKind.NATIONAL, LORIDON.identifier.value))
    assert IDNPS_SYSTEM in request.url
    return answered(request, status, searchset(*resources) if status == 200 else None)
