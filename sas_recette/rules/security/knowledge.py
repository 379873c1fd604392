"""What a candidate's server had learnt of a revoked certificate by the time it answered: from the bench itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sas_recette.exchange.model import Exchange

ENDPOINT: Final = "revocation"
"""The fact `endpoint` of what was asked of the bench about revocation."""

_LEARNT: Final = {
    "ocsp": "La solution avait demandé au banc l’état de ce certificat (OCSP)\u00a0: révoqué.",
    "crl": "La solution avait téléchargé la liste de révocation du banc (CRL), où ce certificat est inscrit.",
}


def learnt(answered: Exchange, asked: Iterable[Exchange]) -> str:
    """How the server knew that the certificate presented in an exchange is revoked, in French; empty when nothing tells.

    `asked` may hold other exchanges. A list that is out of date proves nothing (RFC 5280 6.3.3), nor what came after the answer.
    """
    serial, until = answered.facts.get("shown_serial", ""), _ended(answered)
    told = [one for one in asked if one.started <= until and _tells(one, serial)]
    documents = {one.facts.get("document", "") for one in told}
    return next((words for document, words in _LEARNT.items() if document in documents), "")


def _tells(one: Exchange, serial: str) -> bool:
    facts, response = one.facts, one.response
    if facts.get("endpoint") != ENDPOINT or response is None or response.status not in {200, 304}:
        return False
    return bool(serial) and serial in facts.get("revoked", "").split() and "outdated" not in facts


def _ended(exchange: Exchange) -> datetime:
    return exchange.started + timedelta(milliseconds=exchange.timings.whole or exchange.timings.total or 0.0)
