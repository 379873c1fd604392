"""The client certificate that the platform expects of the editor: its name compared, what it lacks said in French.

Source: security.md §2 (T3 to T5, the other way round) and §3. The chain and the dates are OpenSSL's business (`handshake`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from sas_recette.exchange.model import PeerCertificate

NO_CERTIFICATE: Final = "aucun certificat client n’a été présenté"


@dataclass(frozen=True, slots=True)
class ClientName:
    """What a certificate calls its owner: the most specific CN, every OU."""

    common_name: str = ""
    units: tuple[str, ...] = ()

    @classmethod
    def of(cls, peer: PeerCertificate | None) -> ClientName:
        """The names of a certificate; empty when there is none, or when its subject cannot be read."""
        if peer is None:
            return cls()
        try:
            subject = x509.Name.from_rfc4514_string(peer.subject)
        except ValueError:
            return cls()
        return cls(
            next(reversed(_values(subject, NameOID.COMMON_NAME)), ""),
            _values(subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
        )


@dataclass(frozen=True, slots=True)
class ExpectedClient:
    """The CN and the OU declared in the candidate file; what is empty was not declared, and is not compared."""

    common_name: str = ""
    unit: str = ""

    def lacking(self, peer: PeerCertificate | None) -> str:
        """What a certificate, trusted and in its dates, lacks to be the expected one; empty when it is the one.

        Whole values are compared; case and blanks do not count (RFC 5280 7.1), and one OU among several is enough.
        """
        if peer is None:
            return NO_CERTIFICATE
        name = ClientName.of(peer)
        if self.common_name and not _same(name.common_name, self.common_name):
            found = f"vaut «\u00a0{name.common_name}\u00a0»" if name.common_name else "est absent"
            return f"le CN du certificat client {found}, et non «\u00a0{self.common_name}\u00a0»"
        if self.unit and not any(_same(unit, self.unit) for unit in name.units):
            units = ", ".join(f"«\u00a0{unit}\u00a0»" for unit in name.units)
            found = f"vaut {units}" if units else "est absente"
            return f"l’OU du certificat client {found}, et non «\u00a0{self.unit}\u00a0»"
        return ""


def _values(subject: x509.Name, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    return tuple(str(attribute.value) for attribute in subject.get_attributes_for_oid(oid))


def _same(found: str, expected: str) -> bool:
    return " ".join(found.split()).casefold() == " ".join(expected.split()).casefold()
