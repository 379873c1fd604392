"""How a server reacted to what a client presented: what is a refusal, and what is not (security.md §2).

Nothing that happened on the bench's side is ever a refusal: an alert that it sent itself, a name that cannot be resolved, a
port that is closed.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final
from urllib.parse import urljoin, urlsplit

from sas_recette.exchange.model import Exchange, Fault, FaultKind, Response
from sas_recette.fhir.access import as_object, text
from sas_recette.fhir.parsing import parse_json

_ALERT: Final = re.compile(r"(?:SSLV3_ALERT|TLSV13?(?:_ALERT)?)_(\w+)")
"""OpenSSL leaves « ALERT » out of those that came with the extensions of TLS."""
_NO_TLS: Final = re.compile("WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE")
_ABRUPT: Final = "EOF"
_LOCAL: Final = "échec du réseau"
_TOO_MANY: Final = 429
"""Refuses the pace, whoever asks: nothing is told of what was presented."""


class Reaction(Enum):
    """REFUSED; SERVED what was asked for; BROKEN: neither served nor properly refused; UNKNOWN: nothing can be told."""

    REFUSED = "refused"
    SERVED = "served"
    BROKEN = "broken"
    UNKNOWN = "unknown"


def reaction(exchange: Exchange) -> Reaction:
    """What became of a request, whoever sent it."""
    if exchange.response is not None:
        return _answered(exchange.response, exchange.request.url)
    return Reaction.UNKNOWN if exchange.fault is None else _failed(exchange.fault)


def admitted(exchange: Exchange) -> bool:
    """Whether a request was served as it should: 2xx, and whole."""
    response = exchange.response
    return response is not None and 200 <= response.status < 300 and exchange.fault is None


def described(exchange: Exchange) -> str:
    """The same in French, for a reader."""
    fault, response = exchange.fault, exchange.response
    if response is not None:
        return f"réponse HTTP {response.status}{_about(response)}"
    if fault is None:
        return "aucune réponse"
    alert = alert_of(fault)
    if alert:
        return f"alerte TLS «\u00a0{alert}\u00a0» reçue {_when(fault)}"
    if fault.kind is FaultKind.TLS and _ABRUPT in fault.detail:
        return f"connexion fermée sans alerte {_when(fault)}"
    if fault.kind is FaultKind.TLS and _NO_TLS.match(fault.detail):
        return f"la réponse du serveur n’est pas du TLS ({fault.detail})"
    if fault.kind is FaultKind.TLS:
        return f"le banc n’a pas pu négocier ({fault.detail})"
    return f"{fault.detail} ({_when(fault)})"


def alert_of(fault: Fault) -> str:
    """The name of the alert that the server sent, as in RFC 8446 §6; empty when it sent none."""
    found = _ALERT.match(fault.detail) if fault.kind is FaultKind.TLS else None
    return found[1].lower() if found else ""


def holds_resource(response: Response) -> str:
    """The type of the FHIR resource of a body, an explained failure apart; empty without one."""
    kind = text(as_object(parse_json(response.body).value), "resourceType") or ""
    return "" if kind == "OperationOutcome" else kind


def _holds_data(response: Response) -> bool:
    return bool(holds_resource(response))


def _about(response: Response) -> str:
    if _holds_data(response):
        return " avec des données"
    return ", pour trop de requêtes" if response.status == _TOO_MANY else ""


def _when(fault: Fault) -> str:
    during = {"connect": "à la connexion", "tls": "pendant la négociation TLS", "send": "pendant l’envoi de la requête"}
    return during.get(fault.phase, "à la lecture de la réponse")


def _answered(response: Response, url: str) -> Reaction:
    if response.status >= 400 and _holds_data(response):
        return Reaction.SERVED
    if response.status >= 500:
        return Reaction.BROKEN
    if response.status >= 400:
        return Reaction.UNKNOWN if response.status == _TOO_MANY else Reaction.REFUSED
    if response.status >= 300:
        return Reaction.SERVED if _to_business(response, url) else Reaction.BROKEN
    return Reaction.SERVED


def _to_business(response: Response, url: str) -> bool:
    """Whether a redirection leads to what was asked for, at the same server: a log-in page is none."""
    target, asked = urlsplit(urljoin(url, response.header("Location") or "")), urlsplit(url)
    resource = asked.path.rstrip("/").rpartition("/")[2]
    inside = target.netloc == asked.netloc and resource in target.path.split("/")
    return bool(response.header("Location")) and inside


def _failed(fault: Fault) -> Reaction:
    if fault.kind.prevents_contact or fault.phase == "connect":
        return Reaction.UNKNOWN
    if fault.kind is FaultKind.TLS:
        return Reaction.REFUSED if alert_of(fault) or _ABRUPT in fault.detail else Reaction.UNKNOWN
    if fault.kind is FaultKind.RESET:
        return Reaction.UNKNOWN if fault.detail.startswith(_LOCAL) else Reaction.REFUSED
    return Reaction.BROKEN
