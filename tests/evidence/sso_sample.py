"""The small campaign of `sample`, with two scenarios of single sign-on: pages, calls of the candidate, a browser's hops."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from sas_recette.engine.result import CampaignResult, RequirementResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import (
    Cookie,
    Direction,
    Exchange,
    Fault,
    FaultKind,
    Page,
    Request,
    Response,
    Timings,
)
from sas_recette.exchange.redaction import redact_exchange, redact_page
from sas_recette.exchange.screenshot import Screenshot, read_screenshot
from sas_recette.norm.requirements import Flow, Level
from sas_recette.rules.model import Finding, Outcome
from tests.evidence.sample import HOSTILE, START, campaign, exchanges, requirement

IMAGES: Final = Path(__file__).parent / "images"
RIGHT_PAGE: Final = requirement("SSO-005", "Pas d’agenda avant l’authentification", flow=Flow.INT_SSO)
STATE_CHECKED: Final = requirement("SSO-012", "Paramètre state vérifié au retour", flow=Flow.INT_SSO)
PKCE: Final = requirement("SSO-048", "Défi PKCE dans la demande", Level.SHOULD, Flow.INT_SSO)

_BEGUN: Final = START + timedelta(seconds=30)
_ENTRY: Final = "https://agenda.example/ps/899700218896?origin=sas"
_OP: Final = "https://127.0.0.1:9443/realms/sas/protocol/openid-connect"
_ASKED: Final = (
    f"{_OP}/auth?response_type=code&client_id=editeur&scope=openid%20email&state=yXk3&nonce=n-71"
    "&redirect_uri=https%3A%2F%2Fagenda.example%2Fsso%2Fretour"
)
_RETURN: Final = "https://agenda.example/sso/retour?code=S3CRET-code&state=yXk3&session_state=77"
_ID_TOKEN: Final = {
    "header": {"alg": "RS256", "kid": "banc-1"},
    "claims": {"iss": "https://127.0.0.1:9443/realms/sas", "aud": "editeur", "email": "camille.martin@sas.example"},
}
SESSION: Final = Cookie("session", "agenda.example", "/", secure=True, http_only=True, same_site="Lax")


def _hop(rank: int, url: str, status: int, location: str = "", body: bytes = b"") -> Exchange:
    headers = (("Location", location),) if location else (("Content-Type", "text/html; charset=utf-8"),)
    return Exchange(
        f"SSO-01-n{rank}",
        "SSO-01",
        "Arrivée depuis la plateforme",
        _BEGUN + timedelta(milliseconds=100 * rank),
        Request("GET", url, (("Accept", "text/html"), ("Cookie", "session=S3CRET-cookie"))),
        Response(status, headers, body),
        timings=Timings(total=42.0, whole=42.0),
        direction=Direction.BROWSED,
    )


def _call(rank: int, after: int, request: Request, response: Response, facts: dict[str, str]) -> Exchange:
    return Exchange(
        f"SSO-01-r{rank}",
        "SSO-01",
        "Arrivée depuis la plateforme",
        _BEGUN + timedelta(milliseconds=after),
        request,
        response,
        direction=Direction.RECEIVED,
        facts=facts,
    )


def _asked() -> Exchange:
    facts = {
        "endpoint": "authorization",
        "client": "registered",
        "redirect_uri": "registered",
        "state": "new",
        "state_length": "4",
        "nonce": "new",
        "challenge": "absent",
        "response_type": "code",
        "scope": "openid email",
        "outcome": "response",
        "fait_futur": HOSTILE,
    }
    return _call(1, 150, Request("GET", _ASKED), Response(302, (("Location", _RETURN),)), facts)


def _exchanged() -> Exchange:
    facts = {
        "endpoint": "token",
        "authentication": "client_secret_basic",
        "authenticated": "yes",
        "grant_type": "authorization_code",
        "code": "new",
        "verifier": "none",
        "secret_in_url": "no",
        "outcome": "tokens",
        "id_token": json.dumps(_ID_TOKEN),
    }
    form = b"grant_type=authorization_code&code=S3CRET-code&redirect_uri=https%3A%2F%2Fagenda.example%2Fsso%2Fretour"
    headers = (
        ("Authorization", "Basic UzNDUkVU"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("User-Agent", "agenda/4.2"),
    )
    answer = b'{"access_token": "S3CRET-access", "id_token": "S3CRET-id", "token_type": "Bearer", "expires_in": 60}'
    response = Response(200, (("Content-Type", "application/json"), ("Cache-Control", "no-store")), answer)
    return _call(2, 260, Request("POST", f"{_OP}/token", headers, form), response, facts)


_AGENDA_HTML: Final = (
    b"<!DOCTYPE html><title>Agenda</title><form><input type='hidden' name='code' value='S3CRET-code'></form>"
)
ARRIVAL: Final = Page(
    id="SSO-01-p1",
    scenario="SSO-01",
    step="Arrivée depuis la plateforme",
    started=_BEGUN,
    url="https://agenda.example/ps/899700218896",
    status=200,
    title="Agenda du Dr Camille MARTIN",
    text="Agenda du Dr Camille MARTIN\nVendredi 13 mars\n9 h 00\n9 h 30\n" + HOSTILE,
    marks=("session", "agenda:899700218896:Cabinet des Lilas", "autre"),
    hops=tuple(f"SSO-01-n{rank}" for rank in range(1, 5)),
    cookies=(SESSION, replace(SESSION, name=HOSTILE, secure=False, http_only=False, same_site="")),
    referrers=("https://agenda.example/sso/retour?code=S3CRET-code",),
    duration=812.5,
    screenshot="pages/SSO-01-p1.jpg",
)
REPLAYED: Final = replace(
    ARRIVAL,
    id="SSO-01-p2",
    step="Retour rejoué dans un autre navigateur",
    started=_BEGUN + timedelta(seconds=2),
    url=_RETURN,
    title=f"Retour {HOSTILE}",
    marks=(),
    hops=("SSO-01-absent",),
    cookies=(),
    referrers=(),
    screenshot="pages/SSO-01-p2.jpg",
)
LOST: Final = replace(
    ARRIVAL,
    id="SSO-02-p1",
    scenario="SSO-02",
    step="Arrivée sans session",
    started=_BEGUN + timedelta(seconds=4),
    status=None,
    title="",
    text="",
    marks=(),
    hops=(),
    cookies=(),
    referrers=(),
    duration=15000.0,
    fault=Fault(FaultKind.TIMEOUT, "navigation", f"délai de 15\u00a0s dépassé ({_RETURN})"),
    screenshot="",
)
UNCHECKED: Final = Finding(
    STATE_CHECKED.id,
    Level.SHALL,
    Outcome.FAIL,
    "page affichée",
    "Une réponse d’autorisation d’un autre navigateur ouvre une session.",
    "aucune session de régulateur",
    "session ouverte",
    REPLAYED.id,
)
NO_CHALLENGE: Final = Finding(
    PKCE.id,
    Level.SHOULD,
    Outcome.WARN,
    "demande d’autorisation",
    "La demande d’autorisation n’a pas de défi PKCE.",
    "code_challenge (S256)",
    "absent",
    "SSO-01-r1",
)


def sso_exchanges() -> dict[str, Exchange]:
    made = (
        _hop(1, _ENTRY, 302, _ASKED),
        _asked(),
        _hop(2, _ASKED, 302, _RETURN),
        _hop(3, _RETURN, 303, "/ps/899700218896"),
        _exchanged(),
        _hop(4, ARRIVAL.url, 200, body=_AGENDA_HTML),
    )
    return exchanges() | {one.id: redact_exchange(one) for one in made}


def sso_pages() -> dict[str, Page]:
    return {page.id: redact_page(page) for page in (ARRIVAL, REPLAYED, LOST)}


def screenshots() -> dict[str, Screenshot]:
    return {
        "pages/SSO-01-p1.jpg": read_screenshot(IMAGES, "agenda.jpg"),
        "pages/SSO-01-p2.jpg": read_screenshot(IMAGES, "connexion.jpg"),
    }


def sso_recorded() -> Recorded:
    return Recorded(sso_exchanges(), sso_pages(), screenshots(), {"": "aucune n’a pu être prise"})


def _scenario(identifier: str, verdict: Verdict, findings: tuple[Finding, ...], *recorded: str) -> ScenarioResult:
    pages = tuple(name for name in recorded if "-p" in name)
    return ScenarioResult(
        id=identifier,
        title="Le régulateur arrive de la plateforme",
        flow=Flow.INT_SSO.value,
        category="nominal",
        preconditions=("Le régulateur est connecté à la plateforme.",),
        steps=("Il suit le lien d’un créneau.",),
        expected=("L’agenda s’ouvre sans nouvelle authentification.",),
        requirements=(RIGHT_PAGE.id, STATE_CHECKED.id, PKCE.id),
        verdict=verdict,
        reason="",
        findings=findings,
        exchanges=tuple(name for name in recorded if name not in pages),
        started=_BEGUN,
        duration=4.2,
        pages=pages,
    )


def sso_campaign() -> CampaignResult:
    plain = campaign()
    played = tuple(name for name in sso_exchanges() if name.startswith("SSO"))
    findings = (UNCHECKED, NO_CHALLENGE)
    scenarios = (
        _scenario("SSO-01", Verdict.NON_CONFORME, findings, *played, ARRIVAL.id, REPLAYED.id),
        _scenario("SSO-02", Verdict.NON_VERIFIE, (), LOST.id, ARRIVAL.id, "SSO-02-p9"),
    )
    judged = (
        RequirementResult(RIGHT_PAGE, Verdict.CONFORME, "", 1, (), ("SSO-01",)),
        RequirementResult(STATE_CHECKED, Verdict.NON_CONFORME, UNCHECKED.message, 1, (UNCHECKED,), ("SSO-01",)),
        RequirementResult(PKCE, Verdict.RESERVE, NO_CHALLENGE.message, 1, (NO_CHALLENGE,), ("SSO-01",)),
    )
    return replace(
        plain,
        requirements=(*plain.requirements, *judged),
        scenarios=(*plain.scenarios, *scenarios),
        exchange_count=len(sso_exchanges()),
    )
