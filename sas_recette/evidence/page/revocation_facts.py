"""The words of what was asked of the bench about revoked certificates (`platform.revocation`), in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REVOCATION: Final = "revocation"
"""The endpoint of these exchanges."""

_LABELS: Final = {
    "document": "Document demandé",
    "status": "État répondu",
    "serial": "Numéro de série du certificat",
    "subject": "Sujet du certificat",
    "revoked": "Numéros de série révoqués",
    "ends": "Liste valable jusqu’au",
    "outdated": "Liste périmée",
}
_DOCUMENTS: Final = {"crl": "liste de révocation (CRL)", "ocsp": "état d’un certificat (OCSP)"}
_WORDS: Final = {
    "good": "valide",
    "revoked": "révoqué",
    "unknown": "inconnu",
    "malformed_request": "aucun, demande illisible (malformedRequest)",
    "unauthorized": "aucun, certificat d’une autre autorité (unauthorized)",
    "internal_error": "aucun, plusieurs certificats dans une demande (internalError)",
    "yes": "oui",
}


def revocation_facts(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The facts of such an exchange, each a label and a value, in the order of the page."""
    return tuple((label, _value(name, facts[name])) for name, label in _LABELS.items() if facts.get(name))


def revocation_words(facts: Mapping[str, str]) -> str:
    """What was asked for and answered, in a few words."""
    document = _DOCUMENTS.get(facts.get("document", ""), "autre adresse")
    status = facts.get("status", "")
    return f"{document}\u00a0: {_WORDS.get(status, status)}" if status else document


def _value(name: str, value: str) -> str:
    if name == "document":
        return _DOCUMENTS.get(value, value)
    return _WORDS.get(value, value) if name in {"status", "outdated"} else value
