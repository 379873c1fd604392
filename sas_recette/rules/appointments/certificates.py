"""Who tells the platform, by its certificate, and whom the solution tells (security.md §3, C1 to C5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.model import Direction, Exchange
from sas_recette.rules.appointments.awaited import INBOX
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_VERSIONS: Final = frozenset({"TLSv1.2", "TLSv1.3"})
_RANGE: Final = "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"
"""The authority of the elementary range, domain of organisations; that of the tests has « TEST » before (security.md §4)."""

_STATES: Final = {
    "untrusted-certificate": "une autorité inconnue l’a émis",
    "wrong-host": "il est celui d’un autre hôte",
    "expired-certificate": "il est expiré",
}


def _received(subject: Subject) -> Iterator[tuple[int, Exchange]]:
    """What reached the inbox: messages, and handshakes that came to nothing."""
    for index, answer in enumerate(subject.answers):
        if answer.exchange is not None and answer.exchange.direction is Direction.RECEIVED:
            yield index, answer.exchange


@rule("SEC-019")
def client_certificate(subject: Subject) -> Iterator[Observation]:
    """Each request presents the client certificate that was declared."""
    for index, exchange in _received(subject):
        lacking = exchange.facts.get("certificate", "")
        if lacking:
            why = f"La plateforme refuse le certificat client de la solution : {lacking}."
            yield Deviation("TLS", why, "le certificat client déclaré (appointments.client_cn)", lacking, answer=index)
        elif exchange.tls is not None and exchange.tls.peer is not None:
            yield HELD


@rule("SEC-021")
def tls_version(subject: Subject) -> Iterator[Observation]:
    """The connection is in TLS 1.2 or a later version."""
    for index, exchange in _received(subject):
        fault = exchange.fault.detail if exchange.fault else ""
        if exchange.tls is not None and exchange.tls.version in _VERSIONS:
            yield HELD
        elif "ne propose pas TLS 1.2" in fault:
            why = "La solution ne sait pas se connecter à la plateforme en TLS 1.2 ou plus récent."
            yield Deviation("TLS", why, "TLS 1.2 ou 1.3", fault, answer=index)


@rule("SEC-027")
def range_of_the_certificate(subject: Subject) -> Iterator[Observation]:
    """The certificate comes from IGC-Santé’s elementary range for organisations. Whether it is AUTH_CLI is not in its names."""
    for index, exchange in _received(subject):
        peer = exchange.tls.peer if exchange.tls is not None else None
        if peer is None:
            continue
        if _RANGE in peer.issuer.upper():
            yield HELD
            continue
        why = "Le certificat présenté à la plateforme n’est pas de la gamme élémentaire de l’IGC-Santé, domaine organisation."
        yield Deviation("TLS", why, f"émis par {_RANGE} (ou TEST {_RANGE})", f"émis par {peer.issuer}", answer=index)


@rule("SEC-020")
def nothing_to_a_stranger(subject: Subject) -> Iterator[Observation]:
    """Nothing is sent while the server’s certificate proves nothing; a later message shows that the solution did try.

    `expect["state"]` is what the certificate was, as the fact `fault` names it.
    """
    state = str(subject.expect.get("state") or "")
    received = list(_received(subject))
    sent = [(index, one) for index, one in received if one.request.method and one.facts.get("fault") == state]
    for index, exchange in sent:
        why = f"La solution envoie un rendez-vous à une plateforme dont le certificat ne prouve rien : {_STATES.get(state, state)}."
        observed = f"{exchange.request.method} {exchange.request.url}"
        yield Deviation(INBOX, why, "aucune requête, la connexion est abandonnée", observed, answer=index)
    if not sent and any(one.request.method for _, one in received):
        yield HELD
