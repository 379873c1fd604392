"""Requests about certificates, as a TLS server makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sas_recette.platform.tls import load_certificates

NOW: Final = datetime.now(UTC)
"""When the PKI of these tests is made: cryptography dates what it signs by its own clock, so that it cannot be another day."""


def first(path: Path) -> x509.Certificate:
    return load_certificates(path)[0]


def question(
    leaf: Path, issuer: Path, nonce: bytes = b"", algorithm: hashes.SHA1 | hashes.SHA256 | None = None
) -> bytes:
    """An OCSP request in DER."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        first(leaf),
        first(issuer),
        algorithm or hashes.SHA1(),  # noqa: S303 # what OpenSSL, nginx and Apache name an issuer by
    )
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)
