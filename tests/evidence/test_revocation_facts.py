"""What a reader is told of a request about revocation."""

from __future__ import annotations

from sas_recette.evidence.page.facts_view import FactView, caption_of, endpoint_label, view_facts

OCSP = {
    "endpoint": "revocation",
    "document": "ocsp",
    "status": "revoked",
    "serial": "7adc",
    "subject": "CN=cn",
    "revoked": "7adc",
}
CRL = {
    "endpoint": "revocation",
    "document": "crl",
    "revoked": "7adc",
    "ends": "2026-09-04T08:00:00+00:00",
    "outdated": "yes",
}


def test_an_answer_by_ocsp() -> None:
    assert endpoint_label(OCSP) == "état d’un certificat (OCSP)\u00a0: révoqué"
    assert view_facts(OCSP) == (
        FactView("Document demandé", "état d’un certificat (OCSP)"),
        FactView("État répondu", "révoqué"),
        FactView("Numéro de série du certificat", "7adc"),
        FactView("Sujet du certificat", "CN=cn"),
        FactView("Numéros de série révoqués", "7adc"),
    )
    assert caption_of(OCSP) == "Ce que le banc a établi sur le moment"


def test_a_list() -> None:
    assert endpoint_label(CRL) == "liste de révocation (CRL)"
    assert view_facts(CRL)[-1] == FactView("Liste périmée", "oui")


def test_what_says_nothing_of_a_certificate() -> None:
    assert endpoint_label({"endpoint": "revocation"}) == "autre adresse"
    told = endpoint_label({"endpoint": "revocation", "document": "ocsp", "status": "unauthorized"})
    assert told == "état d’un certificat (OCSP)\u00a0: aucun, certificat d’une autre autorité (unauthorized)"
