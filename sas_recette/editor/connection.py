"""Whom the FHIR endpoint lets in, and in which TLS: what the product makes sure of, and where a version of it does not.

OpenSSL verifies the chain, the dates and the usage of a client's certificate; the product compares the names, and looks the
serial number up in the revocation lists that it was given.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509

Certificate = Mapping[str, Any]
"""What `SSLObject.getpeercert` says."""

NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME, which the `ssl` module does not name."""


def names(certificate: Certificate, attribute: str) -> tuple[str, ...]:
    """All the values of an attribute (`commonName`, `organizationalUnitName`) in the subject of a certificate."""
    subject = certificate.get("subject", ())
    return tuple(value for relative_name in subject for key, value in relative_name if key == attribute)


def same_cn(certificate: Certificate, expected: str) -> bool:
    """Whether the CN is that one, to the letter."""
    return expected in names(certificate, "commonName")


def same_ou(certificate: Certificate, expected: str) -> bool:
    """Whether one of the OUs is that one, to the letter."""
    return expected in names(certificate, "organizationalUnitName")


def nobody(_headers: Mapping[str, str], _expected: str) -> bool:
    """No header ever stands for a certificate."""
    return False


def nowhere(_route: str) -> bool:
    """There is no path without a certificate."""
    return False


@dataclass(frozen=True, slots=True)
class Turned:
    """How somebody who is not the platform is turned away: an HTTP status, and where to when it is a redirection."""

    status: int = 403
    location: str = ""
    with_data: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionPolicy:
    """How the FHIR endpoint listens.

    `minimum`, `maximum` and `ciphers` are those of TLS, `asks` whether a certificate is asked for. `cn` and `ou` compare it with
    the expected names. `open_to` tells the paths that need none, `trusted_headers` the headers that stand for one. `dates`
    holds what is checked of its dates; `strangers` that authorities of nobody's are trusted as well, as the settings name
    them. `identity` is which of its own certificates the server shows, "" for the right one. `in_clear`: plain HTTP is served at
    the same port.
    """

    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    ciphers: str = ""
    asks: bool = True
    cn: Callable[[Certificate, str], bool] = same_cn
    ou: Callable[[Certificate, str], bool] = same_ou
    revocation: bool = True
    dates: frozenset[str] = frozenset({"begins", "ends"})
    strangers: frozenset[str] = frozenset()
    open_to: Callable[[str], bool] = nowhere
    trusted_headers: Callable[[Mapping[str, str], str], bool] = nobody
    turned: Turned = field(default_factory=Turned)
    identity: str = ""
    in_clear: bool = False

    @property
    def lets_strangers_speak(self) -> bool:
        """Whether a connection without a certificate reaches the application, which may refuse it."""
        return self.open_to is not nowhere or self.trusted_headers is not nobody


REFERENCE_CONNECTION: Final = ConnectionPolicy()
"""What the reference editor does."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The PEM files of a listener. `identities` and `strangers` are what defects need, by name."""

    certificate: Path
    key: Path
    client_ca: Path
    identities: Mapping[str, tuple[Path, Path]] = field(default_factory=dict)
    strangers: Mapping[str, Path] = field(default_factory=dict)


def listener_context(policy: ConnectionPolicy, files: TlsFiles) -> ssl.SSLContext:
    """The TLS context of the FHIR endpoint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if policy.ciphers:
        context.set_ciphers(policy.ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the obsolete versions, which a defect accepts
        context.minimum_version, context.maximum_version = policy.minimum, policy.maximum
    context.load_cert_chain(*files.identities.get(policy.identity, (files.certificate, files.key)))
    if policy.asks:
        context.load_verify_locations(files.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL if policy.lets_strangers_speak else ssl.CERT_REQUIRED
    for name in policy.strangers & set(files.strangers):
        context.load_verify_locations(files.strangers[name])
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if policy.dates != REFERENCE_CONNECTION.dates:
        context.verify_flags = ssl.VerifyFlags(context.verify_flags | NO_CHECK_TIME)
    return context


def revoked_serials(crls: Sequence[Path]) -> frozenset[int]:
    """The serial numbers of revocation lists. Raises OSError or ValueError for a file that is not one."""
    lists = (x509.load_pem_x509_crl(path.read_bytes()) for path in crls)
    return frozenset(entry.serial_number for crl in lists for entry in crl)


def in_time(certificate: Certificate, now: datetime, checked: frozenset[str]) -> bool:
    """Whether an instant is within the dates that are checked."""
    begins, ends = (ssl.cert_time_to_seconds(str(certificate[key])) for key in ("notBefore", "notAfter"))
    too_early = "begins" in checked and now.timestamp() < begins
    return not (too_early or ("ends" in checked and now.timestamp() > ends))
