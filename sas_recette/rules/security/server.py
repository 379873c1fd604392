"""Who the candidate’s server is, and whether it speaks in clear (security.md §2, T11; §5, X13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from sas_recette.exchange.model import Exchange, FaultKind
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule
from sas_recette.rules.security.reactions import holds_resource
from sas_recette.rules.security.reading import Presented, presented

_FAILED: Final = "CERTIFICATE_VERIFY_FAILED"
_REASONS: Final = (
    (r"certificate has expired", "il est expiré, ou l’une de ses autorités l’est"),
    (r"certificate is not yet valid", "il n’est pas encore valide"),
    (r"self[- ]signed certificate in certificate chain", "il dépend d’une autorité racine que le banc ne connaît pas"),
    (r"self[- ]signed certificate", "il est signé par lui-même"),
    (
        r"unable to get (?:local )?issuer certificate",
        "son autorité n’est pas connue du banc, ou n’est pas transmise avec lui",
    ),
    (
        r"unable to verify the first certificate",
        "son autorité n’est pas connue du banc, ou n’est pas transmise avec lui",
    ),
    (r"mismatch|not valid for", "il ne porte pas le nom d’hôte de l’URL de base"),
    (r"certificate revoked", "il est révoqué"),
    (r"key too small|md too weak", "sa clé ou sa signature est trop faible"),
    (
        r"unsupported certificate purpose|unsuitable certificate purpose",
        "il n’est pas prévu pour un serveur (extendedKeyUsage)",
    ),
)
_MINIMUM_BITS: Final = {"RSA": 2048, "DSA": 2048, "EC": 224}
_KEY: Final = re.compile(r"(RSA|DSA|EC)\b\D*(\d+)")


@rule("SEC-017")
def server_certificate(subject: Subject) -> Iterator[Observation]:
    """The server’s certificate has a chain that the bench knows, valid dates, and the name of the base URL."""
    for one in presented(subject):
        fault = one.exchange.fault
        if one.exchange.tls is not None and one.exchange.facts.get("verified") != "no":
            yield HELD
        elif fault is not None and fault.kind is FaultKind.TLS and _FAILED in fault.detail:
            why = f"Le certificat du serveur ne se vérifie pas : {_reason(fault.detail)}."
            yield Deviation("TLS", why, "chaîne, dates et nom d’hôte valides", fault.detail, answer=one.index)
        weak = _weak_key(one.exchange)
        if weak:
            why = "La clé du certificat du serveur est trop courte."
            yield Deviation(
                "TLS", why, "RSA de 2048 bits, ou courbe de 224 bits, au moins", weak, True, answer=one.index
            )


def _reason(detail: str) -> str:
    return next((words for pattern, words in _REASONS if re.search(pattern, detail, re.IGNORECASE)), detail)


def _weak_key(exchange: Exchange) -> str:
    key = exchange.facts.get("server_key", "")
    found = _KEY.match(key)
    return key if found is not None and int(found[2]) < _MINIMUM_BITS[found[1]] else ""


@rule("SEC-018")
def nothing_in_clear(subject: Subject) -> Iterator[Observation]:
    """Plain HTTP gets no FHIR answer: a redirection to https, a refusal, or nothing that listens."""
    for one in presented(subject):
        yield from _in_clear(one)


def _in_clear(one: Presented) -> Iterator[Observation]:
    response, fault = one.exchange.response, one.exchange.fault
    if response is None:
        # Nobody listens at that port in clear: nothing is served there, which is what is asked.
        closed = fault is not None and (fault.kind is FaultKind.REFUSED or fault.phase != "connect")
        if closed and fault is not None and fault.kind is not FaultKind.TIMEOUT:
            yield HELD
        return
    kind = holds_resource(response)
    if kind or response.status < 300:
        why = "Le serveur répond en HTTP, sans chiffrement."
        observed = f"HTTP {response.status}, {kind}" if kind else f"HTTP {response.status}"
        yield one.deviation(why, "une redirection vers https, ou un refus", observed, reserve=not kind)
    elif response.status < 400 and not _secured(one.exchange):
        why = "Le serveur redirige, sans chiffrement, vers une adresse qui n’est pas en https."
        yield one.deviation(why, "https", response.header("Location") or "", reserve=True)
    else:
        yield HELD


def _secured(exchange: Exchange) -> bool:
    target = exchange.response.header("Location") if exchange.response else None
    return urlsplit(urljoin(exchange.request.url, target or "")).scheme == "https"
