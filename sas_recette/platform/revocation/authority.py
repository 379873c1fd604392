"""What an authority of the rehearsal PKI knows of its certificates, read from the folder that `create_pki` wrote.

Its key is not there: the list was signed when everything was issued, and a delegated responder signs the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.ocsp import OCSPCertStatus
from cryptography.x509.oid import AuthorityInformationAccessOID

from sas_recette.platform.authority import OCSP_PATH, Rank
from sas_recette.platform.pki import stored_authority, stored_crl, stored_responder
from sas_recette.platform.tls import TlsMaterialError, check_dates, check_key_pair, load_certificates, load_key


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a serial number; `since` and `reason` for a revoked one, `reason` when the list gives it."""

    status: OCSPCertStatus
    since: datetime | None = None
    reason: x509.ReasonFlags | None = None


_GOOD: Final = Standing(OCSPCertStatus.GOOD)
_UNKNOWN: Final = Standing(OCSPCertStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority, its list, the subjects of what it issued by serial number, and who answers by OCSP in its name."""

    rank: Rank
    certificate: x509.Certificate
    crl: x509.CertificateRevocationList
    issued: Mapping[int, str]
    responder: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def standing(self, serial: int) -> Standing:
        """What is known of a serial number: what the list says, else whether such a certificate was issued."""
        entry = self.crl.get_revoked_certificate_by_serial_number(serial)
        if entry is None:
            return _GOOD if serial in self.issued else _UNKNOWN
        reasons = [one.value.reason for one in entry.extensions if isinstance(one.value, x509.CRLReason)]
        return Standing(OCSPCertStatus.REVOKED, entry.revocation_date_utc, next(iter(reasons), None))

    @property
    def ends(self) -> datetime:
        """Until when the list is valid."""
        return self.crl.next_update_utc or self.crl.last_update_utc

    def is_named(self, name_hash: bytes, key_hash: bytes, algorithm: hashes.HashAlgorithm) -> bool:
        """Whether an OCSP request is about a certificate of this authority (RFC 6960 4.1.1, CertID)."""
        key = self.certificate.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        name = self.certificate.subject.public_bytes()
        return (name_hash, key_hash) == (_digest(name, algorithm), _digest(key, algorithm))


def load_authorities(folder: Path, now: datetime) -> tuple[Authority, ...]:
    """Both authorities of a folder.

    Raises TlsMaterialError when the folder is not one that `create_pki` of this version wrote, or has become too old (a year).
    """
    leaves = [load_certificates(path)[0] for path in sorted(folder.glob("*.pem")) if not path.name.startswith("crl-")]
    return tuple(_load(folder, rank, now, leaves) for rank in Rank)


def _load(folder: Path, rank: Rank, now: datetime, leaves: list[x509.Certificate]) -> Authority:
    responder = stored_responder(folder, rank)
    if not responder.certificate.is_file():
        raise TlsMaterialError(
            f"Le dossier «\u00a0{folder}\u00a0» n’a pas de quoi répondre de la révocation ({responder.certificate.name})\u00a0: "
            "relancez «\u00a0sas-recette certs\u00a0»."
        )
    check_key_pair(responder.certificate, responder.key)
    authority, key = load_certificates(stored_authority(folder, rank))[0], load_key(responder.key)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TlsMaterialError(f"La clé «\u00a0{responder.key}\u00a0» n’est pas de celles que le banc fabrique.")
    issued = {one.serial_number: one.subject.rfc4514_string() for one in leaves if _issued_by(one, authority)}
    signer = check_dates(responder.certificate, now)
    return Authority(rank, authority, read_crl(stored_crl(folder, rank)), issued, signer, key)


def read_crl(path: Path) -> x509.CertificateRevocationList:
    """A list in a PEM file. Raises TlsMaterialError."""
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TlsMaterialError(f"La liste de révocation «\u00a0{path}\u00a0» est illisible.") from error


def written_address(certificate: x509.Certificate) -> str:
    """The address of the bench that a certificate carries (AIA-OCSP), without its path; empty when it carries none."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ""
    responders = (one for one in access if one.access_method == AuthorityInformationAccessOID.OCSP)
    return next((str(one.access_location.value).removesuffix(OCSP_PATH) for one in responders), "")


def _issued_by(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize()
