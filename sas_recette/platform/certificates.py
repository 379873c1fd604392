"""The facts of an X.509 certificate, as evidence shows them."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sas_recette.exchange.model import PeerCertificate


def certificate_facts(certificate: x509.Certificate) -> PeerCertificate:
    """Subject, issuer (RFC 4514), serial (hexadecimal), dates (UTC) and SHA-256 fingerprint (hexadecimal)."""
    return PeerCertificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
    )


def peer_certificate(der: bytes | None) -> PeerCertificate | None:
    """The facts of a peer's certificate; None when there is none, or when it cannot be read."""
    if not der:
        return None
    try:
        return certificate_facts(x509.load_der_x509_certificate(der))
    except ValueError:
        return None
