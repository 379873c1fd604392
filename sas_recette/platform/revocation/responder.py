"""The OCSP responder: a request and the authorities in, a signed answer out (RFC 6960). No network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sas_recette.platform.revocation.authority import Authority

FRESH: Final = timedelta(hours=1)
"""How long an answer may be relied upon."""
_LONGEST_NONCE: Final = 128
"""Bytes (RFC 9654 2.1)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An OCSP answer in DER, and what it says: `status`, `serial` and `subject` of whom, `revoked` the serial if it is."""

    body: bytes
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def successful(self) -> bool:
        """Whether the state of a certificate was told."""
        return "serial" in self.facts


def answer(request: bytes, authorities: Sequence[Authority], now: datetime) -> Answer:
    """Answer a request in DER at an instant (aware).

    A request about several certificates, which RFC 6960 allows and which no TLS server sends, is answered `internalError`. A
    nonce is sent back (4.4.1); a certificate of another authority, or named by an unknown digest, is `unauthorized`.
    """
    try:
        asked = ocsp.load_der_ocsp_request(request)
        nonce = _nonce(asked)
    except NotImplementedError:
        return _unsuccessful(ocsp.OCSPResponseStatus.INTERNAL_ERROR)
    except ValueError:
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    try:
        algorithm = asked.hash_algorithm
    except UnsupportedAlgorithm:
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    hashed = asked.issuer_name_hash, asked.issuer_key_hash, algorithm
    authority = next((one for one in authorities if one.is_named(*hashed)), None)
    if authority is None:
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return _successful(asked, authority, nonce, now)


def _nonce(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(nonce.nonce) <= _LONGEST_NONCE:
        raise ValueError("a nonce of a length that no request has")
    return nonce


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> Answer:
    body = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    return Answer(body, {"status": status.name.lower()})


def _successful(asked: ocsp.OCSPRequest, authority: Authority, nonce: x509.OCSPNonce | None, now: datetime) -> Answer:
    standing, serial = authority.standing(asked.serial_number), asked.serial_number
    instant = now.astimezone(UTC).replace(microsecond=0)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            serial,
            asked.hash_algorithm,
            standing.status,
            instant,
            instant + FRESH,
            standing.since,
            standing.reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority.responder)
        .certificates([authority.responder])
    )
    if nonce is not None:
        builder = builder.add_extension(nonce, critical=False)
    body = builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)
    status = standing.status.name.lower()
    facts = {"status": status, "serial": f"{serial:x}", "subject": authority.issued.get(serial, "")}
    return Answer(body, facts | ({"revoked": f"{serial:x}"} if status == "revoked" else {}))
