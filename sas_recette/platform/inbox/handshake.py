"""Mutual TLS on a plain blocking socket: the alert reaches the client, and what its certificate lacked is known.

With asyncio the alert would be written to a buffer and dropped. A fresh context for each connection means that no session is
ever resumed: a client shows its certificate, and is shown the server's, every time.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sas_recette.exchange.model import PeerCertificate, TlsFacts
from sas_recette.platform.certificates import peer_certificate
from sas_recette.platform.inbox.client import NO_CERTIFICATE
from sas_recette.platform.inbox.messages import BrokenHandshake, Greeting, InboxFault
from sas_recette.platform.inbox.patience import persist
from sas_recette.platform.server_identity import ServerIdentity, server_context

_DATE: Final = "%d/%m/%Y à %H:%M UTC"
_CALLBACK: Final = "_msg_callback"
"""Private to `ssl`, and the only way to the certificate of a handshake that failed; without it there is no subject to show."""
_CERTIFICATE_MESSAGE: Final = 11
_ALERT: Final = re.compile(r"(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)")
_DISTRUST: Final = frozenset(
    {
        "UNKNOWN_CA",
        "BAD_CERTIFICATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_UNKNOWN",
        "CERTIFICATE_REVOKED",
        "UNSUPPORTED_CERTIFICATE",
    }
)
_REASONS: Final[Mapping[str, str]] = {
    "HTTP_REQUEST": "le client parle HTTP sans TLS",
    "UNSUPPORTED_PROTOCOL": "le client ne propose pas TLS 1.2 ou une version plus récente",
    "NO_SHARED_CIPHER": "le client ne propose aucune suite cryptographique que le banc admette",
}
# Codes of OpenSSL (X509_V_ERR_…), stable since its first versions.
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_SELF_SIGNED: Final = 18
_UNKNOWN_ISSUER: Final = frozenset({2, 19, 20, 21})
_OTHERS: Final[Mapping[int, str]] = {
    7: "porte une signature que son émetteur n’a pas faite",
    23: "est révoqué",
    26: "n’est pas fait pour l’authentification d’un client (extendedKeyUsage)",
}


class HandshakeError(Exception):
    """A handshake that came to nothing."""

    def __init__(self, broken: BrokenHandshake) -> None:
        super().__init__(broken.reason)
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Door:
    """What every connection goes through: the certificates that the server may show, the authorities of its clients.

    `identities` has one for each state of the certificate, None being the sound one. No client certificate is asked for when
    `client_ca` is None.
    """

    identities: Mapping[InboxFault | None, ServerIdentity]
    client_ca: Path | None

    def open(self, plain: socket.socket, greeting: Greeting, seconds: float, over: Callable[[], bool]) -> ssl.SSLSocket:
        """The same connection, secured: `plain` is not to be used any more.

        Raises HandshakeError, with the connection closed; KeyError when there is no certificate in the state that is asked for.
        """
        witness = _Witness()
        context = self._context(greeting)
        setattr(context, _CALLBACK, witness)
        secured: socket.socket = plain
        try:
            secured = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
            persist(secured, secured.do_handshake, time.monotonic() + seconds, over)
        except OSError as error:
            bid_farewell(secured, min(seconds, 1.0))
            raise HandshakeError(_explained(error, witness, greeting)) from error
        return secured

    def _context(self, greeting: Greeting) -> ssl.SSLContext:
        context = server_context(self.identities[greeting.certificate])
        context.set_alpn_protocols(["http/1.1"])
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        if self.client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            context.load_verify_locations(self.client_ca)
        if greeting.refused:
            context.sni_callback = lambda _connection, _name, _context: ssl.ALERT_DESCRIPTION_ACCESS_DENIED
        return context


def tls_facts(secured: ssl.SSLSocket) -> TlsFacts:
    """What was negotiated, and the client's certificate."""
    cipher = secured.cipher()
    return TlsFacts(secured.version() or "", cipher[0] if cipher else "", peer_certificate(secured.getpeercert(True)))


def bid_farewell(connection: socket.socket, seconds: float) -> None:
    """End a connection so that what was sent last is read: a mere close would reset it when the client is still writing."""
    deadline = time.monotonic() + seconds
    try:
        connection.shutdown(socket.SHUT_WR)
        while persist(connection, lambda: connection.recv(65536), deadline, lambda: False):
            pass
    except OSError:
        return  # the client is gone already, or too slow: nothing more is owed to it
    finally:
        connection.close()


class _Witness:
    """Looks on as a handshake goes by, and keeps the client's certificate, right or wrong."""

    def __init__(self) -> None:
        self.version = ""
        self.leaf: bytes | None = None

    def __call__(
        self, _connection: object, direction: str, version: int, _content: int, message: int, data: bytes
    ) -> None:
        if direction == "read" and message == _CERTIFICATE_MESSAGE and len(data) > 4 and data[0] == message:
            self.version = {0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}.get(version, "")
            self.leaf = _first_certificate(data[4:], with_context=version == 0x0304)

    @property
    def peer(self) -> PeerCertificate | None:
        return peer_certificate(self.leaf)


def _first_certificate(message: bytes, *, with_context: bool) -> bytes | None:
    """The leaf of a Certificate message (RFC 5246 §7.4.2, RFC 8446 §4.4.2)."""
    rest = message[1 + message[0] :] if with_context else message
    length = int.from_bytes(rest[3:6], "big")
    return rest[6 : 6 + length] if len(rest) >= 6 + length > 6 else None


def _explained(error: OSError, witness: _Witness, greeting: Greeting) -> BrokenHandshake:
    peer = witness.peer
    tls = TlsFacts(witness.version, "", peer) if witness.version else None
    lacking = _lacking(error, peer)
    return BrokenHandshake(lacking or _reason(error), lacking, tls, greeting)


def _lacking(error: OSError, peer: PeerCertificate | None) -> str:
    """What the client's certificate lacked; empty when it was not the matter."""
    if isinstance(error, ssl.SSLCertVerificationError):
        shown = f" «\u00a0{peer.subject}\u00a0»" if peer else ""
        return f"le certificat client{shown} {_refused(error.verify_code, error.verify_message, peer)}"
    if isinstance(error, ssl.SSLError) and error.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return NO_CERTIFICATE
    return ""


def _refused(code: int, message: str, peer: PeerCertificate | None) -> str:
    if code == _EXPIRED:
        if peer is None or peer.not_after > datetime.now(UTC):
            return "dépend d’une autorité dont le certificat est expiré"
        return f"est expiré depuis le {peer.not_after.strftime(_DATE)}"
    if code == _NOT_YET_VALID and peer is not None:
        return f"n’est pas encore valide\u00a0: il le sera le {peer.not_before.strftime(_DATE)}"
    if code == _SELF_SIGNED:
        return "est signé par lui-même, et non par une autorité que le banc connaît"
    if code in _UNKNOWN_ISSUER:
        issuer = f" (émetteur annoncé\u00a0: {peer.issuer})" if peer else ""
        return f"n’est pas émis par une autorité que le banc connaît{issuer}"
    return _OTHERS.get(code) or f"est refusé par OpenSSL ({message})"


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "la négociation TLS n’a pas abouti dans le temps imparti"
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError) or not error.reason:
        return "le client a rompu la connexion pendant la négociation TLS"
    alert = _ALERT.fullmatch(error.reason)
    if alert is None:
        return _REASONS.get(error.reason) or f"la négociation TLS a échoué ({error.reason.replace('_', ' ').lower()})"
    name = alert[1].replace("_", " ").lower()
    if alert[1] in _DISTRUST:
        return f"le client a refusé le certificat du serveur (alerte «\u00a0{name}\u00a0»)"
    return f"le client a rompu la négociation TLS (alerte «\u00a0{name}\u00a0»)"
