"""Pages and requests of single sign-on as they are recorded, and what the checks say of them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Final

from sas_recette.exchange.model import Direction, Exchange, Fault, Page, Request, Response
from sas_recette.norm.requirements import load_catalogue
from sas_recette.rules.answer import read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Outcome
from sas_recette.rules.rule import Subject

NOW: Final = datetime(2026, 6, 16, 8, 12, tzinfo=UTC)
ISSUER: Final = "https://sas.example:8445/realms/sas"
AGENDA: Final = "https://agenda.example/ps/dupont"
_numbers = itertools.count(1)

AUTHORIZATION: Final = {
    "endpoint": "authorization",
    "client": "registered",
    "redirect_uri": "registered",
    "response_type": "code",
    "scope": "openid email",
    "state": "new",
    "state_length": "43",
    "nonce": "new",
    "nonce_length": "43",
    "challenge": "S256",
    "challenge_new": "yes",
    "outcome": "response",
}
TOKEN: Final = {
    "endpoint": "token",
    "authentication": "client_secret_basic",
    "authenticated": "yes",
    "grant_type": "authorization_code",
    "code": "new",
    "redirect_uri": "same",
    "verifier": "right",
    "secret_in_url": "no",
    "outcome": "tokens",
}


def page(
    *marks: str,
    url: str = AGENDA,
    status: int | None = 200,
    text: str = "Agenda",
    fault: Fault | None = None,
    duration: float = 120.0,
    hops: tuple[str, ...] = (),
    referrers: tuple[str, ...] = (),
) -> Page:
    return Page(
        f"p{next(_numbers)}",
        "SSO-S00",
        "étape",
        NOW,
        url,
        status,
        "titre",
        text,
        marks=marks,
        hops=hops,
        referrers=referrers,
        fault=fault,
        duration=duration,
    )


def received(facts: dict[str, str], **changes: str) -> Exchange:
    """A request to the platform, with other facts than the right ones."""
    method = "POST" if facts["endpoint"] == "token" else "GET"
    request = Request(
        method, f"{ISSUER}/protocol/openid-connect/{facts['endpoint']}?redirect_uri=https://autre.example/"
    )
    return Exchange(
        f"x{next(_numbers)}",
        "SSO-S00",
        "étape",
        NOW,
        request,
        Response(200),
        direction=Direction.RECEIVED,
        facts={**facts, **changes},
    )


def browsed(url: str, status: int = 302, **facts: str) -> Exchange:
    return Exchange(
        f"x{next(_numbers)}",
        "SSO-S00",
        "étape",
        NOW,
        Request("GET", url),
        Response(status),
        direction=Direction.BROWSED,
        facts=facts,
    )


def posted(status: int) -> Exchange:
    """The creation of an account."""
    request = Request("POST", "https://editeur.example/fhir/Practitioner")
    return Exchange(f"x{next(_numbers)}", "SSO-S00", "étape", NOW, request, Response(status))


def verdicts(check: str, *material: Page | Exchange, **expect: object) -> dict[str, str]:
    """`held`, `warn` or `fail` of every requirement that examined something."""
    pages = tuple(one for one in material if isinstance(one, Page))
    answers = tuple(read_answer(one) for one in material if isinstance(one, Exchange))
    subject = Subject(answers, Facts(), "1.2.0", expect, pages)
    found: dict[str, str] = {}
    for tally in judge(check, subject, load_catalogue()):
        if tally.examined:
            failed = any(one.outcome is Outcome.FAIL for one in tally.findings)
            found[tally.requirement] = "fail" if failed else "warn" if tally.findings else "held"
    return found
