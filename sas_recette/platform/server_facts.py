"""What the certificate of a server says, verified or not: for a reader, and for what no verification looks at."""

from __future__ import annotations

import socket
import ssl
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from sas_recette.platform.certificates import certificate_facts


def server_facts(address: tuple[str, int], context: ssl.SSLContext, now: datetime, *, seconds: float) -> dict[str, str]:
    """The facts of the certificate that a server shows, whatever it is worth; none when no handshake comes to its end.

    `context` is changed: it verifies nothing any more, and is not to serve again.
    """
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(address, timeout=seconds) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as secured,
        ):
            der = secured.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return {}
    try:
        return certificate_words(x509.load_der_x509_certificate(der or b""), now)
    except ValueError:
        return {}


def certificate_words(certificate: x509.Certificate, now: datetime) -> dict[str, str]:
    """Subject, issuer, names, validity, key and signature of a server's certificate, in French words."""
    facts = certificate_facts(certificate)
    left = (facts.not_after - now).days
    return {
        "server_subject": facts.subject,
        "server_issuer": facts.issuer,
        "server_names": ", ".join(_names(certificate)) or "aucun",
        "server_validity": f"du {facts.not_before:%d/%m/%Y} au {facts.not_after:%d/%m/%Y}",
        "server_days": f"{left} jours" if left >= 0 else f"expiré depuis {-left} jours",
        "server_key": _key(certificate),
        "server_signature": certificate.signature_hash_algorithm.name if certificate.signature_hash_algorithm else "",
    }


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bits"
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.key_size} bits ({key.curve.name})"
    return type(key).__name__
