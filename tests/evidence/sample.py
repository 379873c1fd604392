"""A small hand-made campaign with every verdict, and a candidate that sends hostile text wherever it can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from sas_recette.engine.result import (
    AccountTrace,
    AppointmentState,
    AppointmentTrace,
    Attestation,
    CampaignResult,
    RequirementResult,
    ScenarioResult,
    TraceState,
)
from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.exchange.journal import Journal, JournalHeader
from sas_recette.exchange.model import (
    Direction,
    Exchange,
    Fault,
    FaultKind,
    Page,
    PeerCertificate,
    Request,
    Response,
    Timings,
    TlsFacts,
)
from sas_recette.norm.requirements import Flow, How, Level, Requirement
from sas_recette.rules.model import Finding, Outcome

PARIS_WINTER = timezone(timedelta(hours=1))
START = datetime(2026, 3, 12, 9, 30, 5, 120000, tzinfo=PARIS_WINTER)
HOSTILE = "</script><script>alert(1)</script> \x00\x1b[31m \u202etxt.exe\u202c 𝔖𐍈 =cmd()|' /C calc'!A0 & \"q\""


def requirement(
    identifier: str, title: str, level: Level = Level.SHALL, flow: Flow = Flow.INT_R01, how: How = How.AUTO
) -> Requirement:
    return Requirement(
        id=identifier,
        flows=(flow,),
        actor="éditeur",
        level=level,
        title=title,
        statement=f"{title}\u00a0: énoncé complet de l’exigence.",
        source="IG SAS 1.2.0 – PS indiv., Recherche des créneaux – point ouvert A-03",
        how=how,
        precondition="",
        ans_ids=("agg-psindiv@14",) if identifier == "AGR-COM-030" else (),
    )


ORDER = requirement("AGR-COM-033", "Début du créneau avant sa fin")
START_PRESENT = requirement("AGR-COM-030", "Début du créneau présent")
CONTENT_TYPE = requirement("AGR-COM-005", "Content-Type application/fhir+json", Level.SHOULD)
STATUS = requirement("AGR-COM-006", "Recherche exécutée\u00a0: code 200")
TWO_SITES = requirement("AGR-PS-021", "Un agenda par lieu de consultation")
HOSTING = requirement("SEC-010", "Hébergement de données de santé", flow=Flow.SECURITE, how=How.DECLARATIVE)
SOS = requirement("AGR-SOS-001", "Recherche sur la ressource Schedule", flow=Flow.INT_SOS1)
CREATION = requirement("ACC-001", "Création d’un compte régulateur", flow=Flow.INT_R02)
BOOKING = requirement("RDV-004", "Statut du rendez-vous", flow=Flow.INT_R03)


def slot(rank: int, *, start: bool = True) -> dict[str, object]:
    resource: dict[str, object] = {"resourceType": "Slot", "id": f"slot-{rank}", "status": "free"}
    if start:
        resource["start"] = "2026-03-13T10:00:00+01:00"
    resource["end"] = "2026-03-13T09:45:00+01:00"
    resource["comment"] = HOSTILE if rank == 1 else "https://agenda.example/ps/1"
    return {"fullUrl": f"https://agenda.example/fhir/Slot/slot-{rank}", "resource": resource}


def bundle(count: int) -> bytes:
    entries = [slot(rank, start=rank != 2) for rank in range(count)]
    body = {"resourceType": "Bundle", "type": "searchset", "total": count, "entry": entries}
    return json.dumps(body, ensure_ascii=False).encode()


def order_finding(rank: int, exchange: str = "E0001") -> Finding:
    return Finding(
        ORDER.id,
        Level.SHALL,
        Outcome.FAIL,
        f"Bundle.entry[{rank}].resource.end",
        "La fin du créneau précède son début.",
        "après 2026-03-13T10:00:00+01:00",
        "2026-03-13T09:45:00+01:00",
        exchange,
    )


MISSING_START = Finding(
    START_PRESENT.id,
    Level.SHALL,
    Outcome.FAIL,
    "Bundle.entry[2].resource.start",
    f"Le créneau n’a pas de début ({HOSTILE}).",
    "un instant",
    "absent",
    "E0001",
)
WRONG_TYPE = Finding(
    CONTENT_TYPE.id,
    Level.SHOULD,
    Outcome.WARN,
    "HTTP.header(Content-Type)",
    "Le type de contenu annoncé n’est pas celui de FHIR.",
    "application/fhir+json",
    "application/json",
    "E0001",
)
WRONG_STATUS = Finding(
    BOOKING.id, Level.SHALL, Outcome.FAIL, "Appointment.status", "Statut inattendu.", "booked", "busy", "E0004"
)
NOT_FOUND = Finding(
    STATUS.id, Level.SHALL, Outcome.FAIL, "HTTP.status", "La recherche a échoué.", "200", "502", "E0002"
)
ORDERS = tuple(order_finding(rank) for rank in range(4))

_TLS = TlsFacts(
    "TLSv1.3",
    "TLS_AES_256_GCM_SHA384",
    PeerCertificate(
        "CN=agenda.example",
        "CN=AC de test",
        "4F:A2",
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        "ab" * 32,
    ),
)
_URL = "https://agenda.example/fhir/Slot?_include=Slot:schedule&status=free&start=ge2026-03-12T09%3A30%3A00%2B01%3A00"


def exchanges() -> dict[str, Exchange]:
    search = Request(
        "GET", _URL, (("Accept", "application/fhir+json"), ("Authorization", "***"), ("Host", "agenda.example"))
    )
    first = Exchange(
        "E0001",
        "AGR-PS-01",
        "Recherche des créneaux",
        START,
        search,
        Response(200, (("Content-Type", "application/json"), ("X-Hostile", HOSTILE)), bundle(4)),
        tls=_TLS,
        timings=Timings(12.5, 31.0, 84.25, 90.5, 1134.0),
    )
    error_page = b"<html><script>alert('</pre>')</script>\r\n\xff\x00 Bad gateway</html>"
    second = replace(first, id="E0002", response=Response(502, (("Content-Type", "text/html"),), error_page), tls=None)
    third = replace(first, id="E0003", step="Recherche répétée", started=START + timedelta(seconds=2))
    booking = json.dumps({"resourceType": "Appointment", "status": "busy"}).encode()
    fourth = Exchange(
        "E0004",
        "RDV-01",
        "Remontée",
        START + timedelta(seconds=9),
        Request("POST", "https://127.0.0.1:8443/Appointment", (("Content-Type", "application/fhir+json"),), booking),
        Response(201),
        direction=Direction.RECEIVED,
    )
    fifth = Exchange(
        "E0005",
        "ACC-01",
        "Création",
        START + timedelta(seconds=12),
        Request("PUT", "https://agenda.example/fhir/Practitioner/1", (), b'{"resourceType": "Practitioner"}'),
        fault=Fault(FaultKind.RESET, "receive", "connexion fermée par le pair"),
    )
    return {exchange.id: exchange for exchange in (first, second, third, fourth, fifth)}


def journal(kept: Mapping[str, Exchange], pages: Mapping[str, Page] | None = None) -> Journal:
    """A whole journal that holds these exchanges and pages."""
    header = JournalHeader("20260312-093005-a1b2", "0.1.0", "1.2.0", START, {}, ())
    return Journal(header, kept, (), (), {}, START, interrupted=False, pages=pages or {})


def _judged(
    of: Requirement, verdict: Verdict, findings: tuple[Finding, ...] = (), reason: str = "", examined: int = 0
) -> RequirementResult:
    scenarios = {"ACC": "ACC-01", "RDV": "RDV-01", "SOS": "AGR-SOS-01"}.get(of.id.split("-")[0], "AGR-PS-01")
    return RequirementResult(of, verdict, reason, examined, findings, (scenarios,))


def _scenario(
    identifier: str,
    flow: Flow,
    verdict: Verdict,
    findings: tuple[Finding, ...] = (),
    exchange_ids: tuple[str, ...] = (),
    reason: str = "",
) -> ScenarioResult:
    return ScenarioResult(
        id=identifier,
        title=f"Scénario {identifier}",
        flow=flow.value,
        category="nominal",
        preconditions=("Un professionnel a au moins un créneau libre.",),
        steps=("La plateforme recherche les créneaux.", "La solution répond."),
        expected=("Chaque créneau est complet.",),
        requirements=tuple(dict.fromkeys(finding.requirement for finding in findings)),
        verdict=verdict,
        reason=reason,
        findings=findings,
        exchanges=exchange_ids,
        started=START if exchange_ids else None,
        duration=1.234 if exchange_ids else 0.0,
    )


_MISSING = "Aucun professionnel à deux lieux\u00a0: renseignez `donnees.ps_deux_lieux` dans recette.toml."
_BENCH = "Le serveur OpenID du banc n’a pas démarré."


def _requirements() -> tuple[RequirementResult, ...]:
    attestation = Attestation(HOSTING.id, "oui", "Claire Dupré", f"Certificat HDS n° 12. {HOSTILE}")
    return (
        _judged(CONTENT_TYPE, Verdict.RESERVE, (WRONG_TYPE,), examined=2),
        _judged(STATUS, Verdict.NON_CONFORME, (NOT_FOUND,), examined=2),
        _judged(START_PRESENT, Verdict.NON_CONFORME, (MISSING_START,), examined=4),
        _judged(ORDER, Verdict.NON_CONFORME, ORDERS, examined=4),
        _judged(TWO_SITES, Verdict.NON_VERIFIE, reason=_MISSING),
        _judged(SOS, Verdict.SANS_OBJET, reason="Le cas d’usage « sos » n’est pas déclaré."),
        _judged(CREATION, Verdict.ERREUR_DU_BANC, reason=_BENCH),
        _judged(BOOKING, Verdict.NON_CONFORME, (WRONG_STATUS,), examined=1),
        replace(_judged(HOSTING, Verdict.CONFORME, examined=1), attestation=attestation),
    )


def _scenarios() -> tuple[ScenarioResult, ...]:
    failing = (WRONG_TYPE, NOT_FOUND, MISSING_START, *ORDERS)
    return (
        _scenario("AGR-PS-01", Flow.INT_R01, Verdict.NON_CONFORME, failing, ("E0001", "E0002", "E0003")),
        _scenario("AGR-PS-02", Flow.INT_R01, Verdict.NON_VERIFIE, reason=_MISSING),
        _scenario("AGR-PS-03", Flow.INT_R01, Verdict.CONFORME, (), ("E0003",)),
        _scenario("AGR-PS-04", Flow.INT_R01, Verdict.RESERVE, (WRONG_TYPE,), ("E0001",)),
        _scenario("AGR-SOS-01", Flow.INT_SOS1, Verdict.SANS_OBJET, reason="Le cas d’usage « sos » n’est pas déclaré."),
        _scenario("ACC-01", Flow.INT_R02, Verdict.ERREUR_DU_BANC, (), ("E0005",), _BENCH),
        _scenario("RDV-01", Flow.INT_R03, Verdict.NON_CONFORME, (WRONG_STATUS,), ("E0004",)),
        _scenario("SEC-01", Flow.SECURITE, Verdict.A_ATTESTER, reason="Le représentant n’a pas encore répondu."),
    )


CLOSED: Final = AccountTrace(
    system="urn:oid:1.2.250.1.71.4.2.1",
    value="3990000001/00A1",
    name="Noël D'Almeïda",
    address="regulateur-1@sas-recette.example",
    account="17",
    scenario="ACC-01",
    created="E0005",
    created_at=START + timedelta(seconds=12),
    state=TraceState.DEACTIVATED,
    last="E0005",
    reason="La désactivation a été acceptée (HTTP 200).",
)
STILL_ACTIVE: Final = replace(
    CLOSED,
    value="3990000002/00A2",
    name="Sébastien Loridon",
    address="regulateur-2@sas-recette.example",
    account="18",
    state=TraceState.MAYBE_ACTIVE,
    last="E0004",
    reason="La désactivation a été refusée (HTTP 500).",
)
NOBODY_KNOWS: Final = replace(
    CLOSED,
    system="",
    value="",
    name=HOSTILE,
    address="",
    account="",
    scenario="ACC-02",
    created="E0999",
    state=TraceState.UNCERTAIN,
    reason=f"La réponse à l’écriture qui a pu le créer ne dit pas ce qu’il en est ({HOSTILE}).",
)
ACCOUNT_TRACES: Final = (CLOSED, NOBODY_KNOWS, STILL_ACTIVE)

CANCELLED: Final = AppointmentTrace(
    system="urn:oid:1.2.250.1.999.1",
    value="RDV-0001",
    status="cancelled",
    start=START + timedelta(hours=2),
    practitioner="810100050075",
    patient="Essai 0A1B2C",
    scenario="RDV-01",
    created="E0004",
    created_at=START + timedelta(seconds=20),
    state=AppointmentState.OVER,
    last="E0004",
    reason="Le dernier message retenu le dit «\u00a0cancelled\u00a0».",
)
STILL_BOOKED: Final = replace(
    CANCELLED,
    value="RDV-0002",
    status="booked",
    patient="Essai 3D4E5F",
    state=AppointmentState.STILL_THERE,
    reason="Le dernier message retenu le dit «\u00a0booked\u00a0», sans annulation depuis.",
)
UNTOLD: Final = replace(
    CANCELLED,
    system="",
    value="",
    status="",
    patient=HOSTILE,
    created="",
    state=AppointmentState.UNCERTAIN,
    last="",
    reason="Aucun message n’est venu de cette réservation.",
)
ILLEGIBLE: Final = replace(
    UNTOLD,
    start=None,
    practitioner="",
    patient="",
    scenario="hors-scenario",
    created="E0999",
    last="E0999",
    reason="Le message qui a pu l’annoncer est illisible (HTTP 400).",
)
APPOINTMENT_TRACES: Final = (CANCELLED, UNTOLD, ILLEGIBLE, STILL_BOOKED)


def campaign() -> CampaignResult:
    return CampaignResult(
        id="20260312-093005-a1b2",
        tool_version="0.1.0",
        edition="1.2.0",
        started=START,
        ended=START + timedelta(minutes=3, seconds=5),
        interrupted=False,
        candidate=_candidate(),
        use_cases=("ps",),
        verdict=Verdict.NON_CONFORME,
        exit_code=ExitCode.NON_CONFORME,
        summary="Quatre exigences ne sont pas respectées\u00a0; deux scénarios restent à compléter.",
        requirements=_requirements(),
        scenarios=_scenarios(),
        exchange_count=5,
        account_traces=ACCOUNT_TRACES,
        appointment_traces=APPOINTMENT_TRACES,
    )


def _candidate() -> Mapping[str, str]:
    return {
        "editor": "Agenda & Cie",
        "product": "Mon Agenda",
        "version": "4.2",
        "environment": "préproduction",
        "base_url": "https://agenda.example/fhir",
        "tester": HOSTILE,
    }
