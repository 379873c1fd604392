"""What an exchange was for, in a few words of French: read off its address, its facts and the resource that it carries."""

from __future__ import annotations

import re
from typing import Final

from sas_recette.evidence.page.exchange_view import status_text
from sas_recette.evidence.page.facts_view import ENDPOINT
from sas_recette.evidence.page.inbox_facts import INBOX
from sas_recette.evidence.reading.legible import one_line
from sas_recette.exchange.model import Exchange, FaultKind, Page
from sas_recette.fhir.access import as_object, text
from sas_recette.fhir.parsing import parse_json

LONGEST: Final = 40
"""Characters of a label; what comes of the candidate is cut before."""

_SHORT: Final = 20
_ENDPOINTS: Final = {
    "authorization": "Demande d’autorisation",
    "discovery": "Découverte",
    "keys": "Clés publiques",
    "login": "Connexion à la plateforme",
    "logout": "Déconnexion",
    "other": "Autre adresse de la plateforme",
    "revocation": "Révocation des certificats",
    "token": "Jetons",
    "userinfo": "UserInfo",
}
_SERVED: Final = {
    ("GET", "Slot"): "Recherche de créneaux",
    ("GET", "Schedule"): "Recherche de créneaux",
    ("POST", "Practitioner"): "Création du compte",
    ("PUT", "Practitioner"): "Mise à jour du compte",
    ("GET", "Practitioner"): "Lecture du compte",
    ("GET", "metadata"): "Capacités de la solution",
}
_APPOINTMENTS: Final = {
    "booked": "Rendez-vous pris",
    "pending": "Rendez-vous demandé",
    "cancelled": "Rendez-vous annulé",
    "fulfilled": "Rendez-vous honoré",
    "noshow": "Rendez-vous non honoré",
}
_MARKS: Final = (
    ("agenda:", "Page d’agenda"),
    ("error", "Page d’erreur"),
    ("terms", "Conditions d’utilisation"),
    ("login", "Page de connexion"),
    ("session", "Page de la solution"),
)
_FAULTS: Final = {
    FaultKind.NAME: "nom introuvable",
    FaultKind.REFUSED: "connexion refusée",
    FaultKind.UNREACHABLE: "hôte injoignable",
    FaultKind.TLS: "échec TLS",
    FaultKind.RESET: "connexion coupée",
    FaultKind.TIMEOUT: "délai dépassé",
    FaultKind.TRUNCATED: "réponse tronquée",
    FaultKind.TOO_LARGE: "réponse trop longue",
    FaultKind.PROTOCOL: "réponse illisible",
}
_ORIGIN: Final = re.compile(r"[?&]origin=sas(?:&|$)")
_AUTHORIZED: Final = re.compile(r"[?&](?:code|error)=")


def served(exchange: Exchange) -> str:
    """What the platform asks of the solution (INT_R01, INT_R02, INT_R04, INT_SOS1)."""
    method, resource = exchange.request.method, _resource(exchange)
    if (method, resource) == ("PUT", "Practitioner") and _carried(exchange).get("active") is False:
        return "Désactivation du compte"
    return _SERVED.get((method, resource)) or one_line(resource, _SHORT)


def told(exchange: Exchange) -> str:
    """What the solution, or a browser that it sent, asks of the platform (INT_SSO, INT_PSC) or tells it (INT_R03)."""
    name = exchange.facts.get(ENDPOINT, "")
    if name == INBOX or (not name and _resource(exchange) == "Appointment"):
        return _appointment(exchange)
    return endpoint(name)


def endpoint(name: str) -> str:
    """The meaning of an endpoint of the platform; one that is unknown keeps its own name."""
    return _ENDPOINTS.get(name) or one_line(name, _SHORT) or "Appel de la plateforme"


def shown(page: Page) -> str:
    """What the page at the end of a navigation is, by its marks, else by its title."""
    for start, words in _MARKS:
        if any(mark.startswith(start) for mark in page.marks):
            return words
    return f"Page «\u00a0{one_line(page.title, _SHORT)}\u00a0»" if page.title.strip() else "Page sans titre"


def browsed(exchange: Exchange) -> str:
    """What a browser asks of the solution, apart from the page that it ends on."""
    if returns(exchange):
        return "Retour de la plateforme"
    if exchange.request.method == "POST":
        return "Envoi d’un formulaire"
    return "Arrivée depuis la plateforme" if _ORIGIN.search(exchange.request.url) else "Page de la solution"


def returns(exchange: Exchange) -> bool:
    """Whether the address carries an authorization response (OpenID Connect Core 3.1.2.5 and 3.1.2.6)."""
    return bool(_AUTHORIZED.search(exchange.request.url))


def outcome(exchange: Exchange) -> str:
    """The HTTP status, or what failed, or both."""
    status = str(exchange.response.status) if exchange.response else ""
    failed = _FAULTS[exchange.fault.kind] if exchange.fault else ""
    return ", ".join(part for part in (status, failed) if part) or status_text(exchange)


def _appointment(exchange: Exchange) -> str:
    if not exchange.request.method:
        return "Connexion"
    if exchange.request.method == "GET":
        return "Capacités de la plateforme"
    status = text(_carried(exchange), "status") or ""
    if not status:
        return "Message de rendez-vous"
    words = _APPOINTMENTS.get(status, "Rendez-vous")
    if exchange.request.method == "PUT" and status == "booked":
        words = "Rendez-vous mis à jour"
    return f"{words} ({one_line(status, _SHORT)})"


def _carried(exchange: Exchange) -> dict[str, object]:
    return dict(as_object(parse_json(exchange.request.body).value))


def _resource(exchange: Exchange) -> str:
    """The type in the address of a resource, with or without its id; the last segment of any other address."""
    segments = [part for part in exchange.request.path.split("/") if part]
    known = (part for part in reversed(segments[-2:]) if part in {"Practitioner", "Appointment", "Slot", "Schedule"})
    return next(known, segments[-1] if segments else "")
