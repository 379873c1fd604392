"""A small certificate authority: names, extensions and signatures of the rehearsal PKI (security.md §6).

P-256 keys, SHA-256 signatures, random serial numbers. Nothing here touches the disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

LEAF_LIFE: Final = timedelta(days=365)
AUTHORITY_LIFE: Final = timedelta(days=2 * 365)
CRL_LIFE: Final = timedelta(hours=24)
# A candidate whose clock is a little late must not refuse everything.
CLOCK_SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when, both aware."""

    begins: datetime
    ends: datetime

    @classmethod
    def lasting(cls, now: datetime, life: timedelta) -> Validity:
        """From a little before `now`, for `life`."""
        return cls(now - CLOCK_SKEW, now + life)


class Rank(StrEnum):
    """An authority of the hierarchy; the value names its files."""

    ROOT = "racine"
    ISSUING = "emettrice"


OCSP_PATH: Final = "/ocsp"
"""Where the bench answers by OCSP, in the name of both authorities."""


def crl_path(rank: Rank) -> str:
    """Where the list of an authority lies on the bench."""
    return f"/crl-{rank}.crl"


@dataclass(frozen=True, slots=True)
class Points:
    """Where it is told which certificates of an authority are revoked: address of the list, address of the OCSP responder."""

    crl: str
    ocsp: str

    @classmethod
    def at(cls, url: str, rank: Rank) -> Points:
        """Those of an authority, on the bench whose address is `url`, without a slash at the end."""
        return cls(f"{url}{crl_path(rank)}", f"{url}{OCSP_PATH}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key; `points` are written in what it issues."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    points: Points | None = None


def organisation_name(common_name: str, *units: str, organisation: str = "BANC DE RECETTE") -> x509.Name:
    """The subject of a leaf, as IGC-Santé writes those of organisations; there is one unit as a rule."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "Paris (75)"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            *(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def authority_name(common_name: str) -> x509.Name:
    """The subject of an authority."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "BANC DE RECETTE"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def issue_authority(
    name: x509.Name, validity: Validity, issuer: Issued | None = None, points: Points | None = None
) -> Issued:
    """A root, or a CA of last level (pathLen 0) under `issuer`; `points` are those of what it will issue."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, key, validity, issuer).add_extension(
        x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), critical=True
    )
    builder = _pointing(builder.add_extension(_usage(authority=True), critical=True), issuer)
    return Issued(builder.sign((issuer.key if issuer else key), hashes.SHA256()), key, points)


def issue_client(
    name: x509.Name,
    validity: Validity,
    issuer: Issued | None,
    *,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    alternative: x509.GeneralName | None = None,
) -> Issued:
    """A client leaf; signed by itself when `issuer` is None. `purpose` is its extended key usage, `alternative` its SAN."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _pointing(_leaf(name, key, validity, issuer, purpose), issuer)
    if alternative is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def issue_server(name: x509.Name, validity: Validity, issuer: Issued | None, hosts: Sequence[str]) -> Issued:
    """A server leaf for host names and IP addresses; signed by itself when `issuer` is None."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
    builder = _pointing(_leaf(name, key, validity, issuer, ExtendedKeyUsageOID.SERVER_AUTH), issuer)
    builder = builder.add_extension(names, critical=False)
    return Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def issue_responder(name: x509.Name, validity: Validity, issuer: Issued) -> Issued:
    """Who answers by OCSP in the name of an authority (RFC 6960 4.2.2.2); nobody asks whether it is revoked itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _leaf(name, key, validity, issuer, ExtendedKeyUsageOID.OCSP_SIGNING)
    return Issued(builder.add_extension(x509.OCSPNoCheck(), critical=False).sign(issuer.key, hashes.SHA256()), key)


def issue_crl(
    issuer: Issued, now: datetime, number: int = 1, revoked: Sequence[x509.Certificate] = ()
) -> x509.CertificateRevocationList:
    """A revocation list, valid for 24 h, that names `revoked` (reason keyCompromise)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - CLOCK_SKEW)
        .next_update(now + CRL_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_authority_key(issuer), critical=False)
    )
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        entry = entry.revocation_date(now - CLOCK_SKEW)
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256())


def _leaf(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    validity: Validity,
    issuer: Issued | None,
    purpose: x509.ObjectIdentifier,
) -> x509.CertificateBuilder:
    builder = _builder(name, key, validity, issuer)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    return builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)


def _builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, validity: Validity, issuer: Issued | None
) -> x509.CertificateBuilder:
    subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.begins)
        .not_valid_after(validity.ends)
        .add_extension(subject_key, critical=False)
    )
    return builder if issuer is None else builder.add_extension(_authority_key(issuer), critical=False)


def _pointing(builder: x509.CertificateBuilder, issuer: Issued | None) -> x509.CertificateBuilder:
    """With where the issuer tells what is revoked (security.md §6, point 3), when it does."""
    if issuer is None or issuer.points is None:
        return builder
    crl, ocsp = (x509.UniformResourceIdentifier(url) for url in (issuer.points.crl, issuer.points.ocsp))
    lists = x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)])
    access = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)])
    return builder.add_extension(lists, critical=False).add_extension(access, critical=False)


def _authority_key(issuer: Issued) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
