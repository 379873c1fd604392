"""The certificate that the platform shows as a TLS server: its own, or one that nobody should trust."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sas_recette.platform.authority import (
    LEAF_LIFE,
    Validity,
    authority_name,
    issue_authority,
    issue_server,
    organisation_name,
)


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """A certificate (leaf first, then intermediates) and its private key, as PEM files."""

    certificate: Path
    key: Path


def server_context(identity: ServerIdentity) -> ssl.SSLContext:
    """A context of TLS 1.2 or later, which asks for no client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(identity.certificate, identity.key)
    return context


@contextmanager
def untrusted_identity(hosts: Sequence[str]) -> Iterator[ServerIdentity]:
    """Right names, right dates, but an authority that was made on the spot; its files last as long as the context."""
    validity = Validity.lasting(datetime.now(UTC), LEAF_LIFE)
    authority = issue_authority(authority_name("AUTORITE INCONNUE DU BANC"), validity)
    issued = issue_server(organisation_name(hosts[0], "BANC"), validity, authority, hosts)
    with tempfile.TemporaryDirectory() as folder:
        identity = ServerIdentity(Path(folder, "certificate.pem"), Path(folder, "key.pem"))
        identity.certificate.write_bytes(issued.certificate.public_bytes(Encoding.PEM))
        identity.key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        yield identity
