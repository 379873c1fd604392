"""What Chromium says of a failed request, as a fault of the candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sas_recette.exchange.model import Fault, FaultKind

ABORTED: Final = "net::ERR_ABORTED"

_KINDS: Final[Mapping[str, tuple[FaultKind, str, str]]] = {
    r"NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|DNS_\w+": (FaultKind.NAME, "connect", "nom d’hôte inconnu"),
    r"CONNECTION_REFUSED": (FaultKind.REFUSED, "connect", "connexion refusée"),
    r"CONNECTION_TIMED_OUT|TIMED_OUT": (FaultKind.TIMEOUT, "connect", "aucune réponse"),
    r"ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|NETWORK_\w+|CONNECTION_FAILED": (
        FaultKind.UNREACHABLE,
        "connect",
        "adresse injoignable",
    ),
    r"CERT_\w+|SSL_\w+|BAD_SSL_\w+": (FaultKind.TLS, "tls", "négociation TLS impossible"),
    r"CONNECTION_RESET|CONNECTION_CLOSED|CONNECTION_ABORTED|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED": (
        FaultKind.RESET,
        "receive",
        "connexion rompue par la solution candidate",
    ),
    r"CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING": (FaultKind.TRUNCATED, "receive", "réponse interrompue"),
    r"RESPONSE_HEADERS_TOO_BIG": (FaultKind.TOO_LARGE, "receive", "en-têtes démesurés"),
    r"TOO_MANY_REDIRECTS": (FaultKind.PROTOCOL, "receive", "redirections sans fin"),
    r"UNKNOWN_URL_SCHEME|DISALLOWED_URL_SCHEME|INVALID_URL|UNSAFE_PORT|ADDRESS_INVALID|UNSAFE_REDIRECT": (
        FaultKind.PROTOCOL,
        "connect",
        "adresse inutilisable",
    ),
    r"ABORTED": (FaultKind.PROTOCOL, "receive", "requête abandonnée par la page"),
}


def network_fault(failure: str) -> Fault:
    """The fault of a request that failed, from Chromium's own words (`net::ERR_…`), which stay in its detail."""
    name = failure.removeprefix("net::ERR_")
    for pattern, (kind, phase, sentence) in _KINDS.items():
        if re.fullmatch(pattern, name):
            return Fault(kind, phase, f"{sentence} ({failure})")
    return Fault(FaultKind.PROTOCOL, "receive", f"échec de la requête ({failure})")


def timeout_fault(seconds: float, what: str = "") -> Fault:
    """A page that was not there in time."""
    allowed = f"délai de {seconds:g}\u00a0s dépassé".replace(".", ",")
    return Fault(FaultKind.TIMEOUT, "page", f"{allowed}\u00a0: {what}" if what else allowed)


def page_fault(sentence: str, kind: FaultKind = FaultKind.PROTOCOL) -> Fault:
    """Something wrong with what a page is or does, rather than with the network."""
    return Fault(kind, "page", sentence)
