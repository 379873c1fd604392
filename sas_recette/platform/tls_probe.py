"""Does a server accept an obsolete version, or a weak suite? One handshake is begun, and what the server says is heard.

What decides is whether a ServerHello is seen, not how the handshake ends (dependencies: it comes before the server asks for
any certificate, so that none is needed). Nothing but an alert of refusal, or a connection that ends in answer to our hello,
tells that what is offered is refused; a closed port or a silence tells nothing.
"""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.platform.client_hello import CODES, SUITES, Offer, Version

_ALERT: Final = 0x15
_HANDSHAKE: Final = 0x16
_SERVER_HELLO: Final = 2
_SSL_2_SERVER_HELLO: Final = 4
_FATAL: Final = 2
_RECORD_LIMIT: Final = 1 << 14
_HEADER: Final = 5
_RECORDS: Final = 8

ALERTS: Final = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    109: "missing_extension",
    112: "unrecognized_name",
    116: "certificate_required",
}
"""By code (RFC 8446 §6)."""
_REFUSALS: Final = frozenset({40, 70, 71})
"""Alerts that speak of the version or of the suites; any other may have another cause."""
_NO_DIGEST: Final = 80
"""`internal_error`: what OpenSSL 3 says to TLS 1.0 and 1.1 where they are configured, and its security level forbids their digest."""


class Answer(StrEnum):
    """What became of an offer. The last tells nothing of the server: neither accepted nor refused."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "untested"


@dataclass(frozen=True, slots=True)
class Probe:
    """The answer to an offer: the version and suite chosen where it was accepted, the alert and the `fault` where not."""

    answer: Answer
    version: str = ""
    suite: str = ""
    alert: str = ""
    fault: Fault | None = None


def probe(address: tuple[str, int], offer: Offer, *, seconds: float) -> Probe:
    """Begin one handshake with a host and port, and listen for `seconds` at most. Never raises for what the server does."""
    deadline = time.monotonic() + seconds
    try:
        connection = socket.create_connection(address, timeout=seconds)
    except OSError as error:
        return Probe(Answer.UNKNOWN, fault=_no_contact(error))
    with contextlib.closing(connection):
        try:
            connection.sendall(offer.hello(address[0]))
            return _heard(_Records(connection, deadline), offer)
        except TimeoutError:
            fault = Fault(FaultKind.TIMEOUT, "tls", "le serveur ne répond pas à la négociation TLS")
            return Probe(Answer.UNKNOWN, fault=fault)
        except OSError:
            fault = Fault(FaultKind.RESET, "tls", "connexion rompue par la solution candidate")
            return Probe(Answer.REFUSED, fault=fault)


def _no_contact(error: OSError) -> Fault:
    if isinstance(error, socket.gaierror):
        return Fault(FaultKind.NAME, "connect", "nom d’hôte inconnu")
    if isinstance(error, ConnectionRefusedError):
        return Fault(FaultKind.REFUSED, "connect", "connexion refusée")
    if isinstance(error, TimeoutError):
        return Fault(FaultKind.TIMEOUT, "connect", "la connexion n’aboutit pas dans le temps imparti")
    return Fault(FaultKind.UNREACHABLE, "connect", f"échec du réseau ({error.strerror or error})")


class _Records:
    """The records of a connection that has not been encrypted yet."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def read(self, size: int) -> bytes:
        """Exactly that many bytes, fewer when the peer closes. Raises TimeoutError past the deadline."""
        found = b""
        while len(found) < size:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            more = self._connection.recv(size - len(found))
            if not more:
                break
            found += more
        return found


def _heard(records: _Records, offer: Offer) -> Probe:
    message = b""
    for _ in range(_RECORDS):
        head = records.read(_HEADER)
        if len(head) < _HEADER:
            return _closed()
        if offer.version is Version.SSL_2 and head[0] & 0x80 and head[2] == _SSL_2_SERVER_HELLO:
            return Probe(Answer.ACCEPTED, version=Version.SSL_2.value)
        kind, size = head[0], int.from_bytes(head[3:])
        if kind not in {_ALERT, _HANDSHAKE} or size > _RECORD_LIMIT:
            return Probe(Answer.UNKNOWN, fault=Fault(FaultKind.PROTOCOL, "tls", "la réponse n’est pas du TLS"))
        content = records.read(size)
        if len(content) < size:
            return _closed()
        if kind == _ALERT and content[:1] == bytes([_FATAL]):
            return _alerted(content[1] if size > 1 else -1, offer)
        message += content if kind == _HANDSHAKE else b""
        chosen = _server_hello(message)
        if chosen is not None:
            return chosen
    return Probe(Answer.UNKNOWN, fault=Fault(FaultKind.PROTOCOL, "tls", "la réponse n’est pas un ServerHello"))


def _server_hello(message: bytes) -> Probe | None:
    """What a ServerHello chose, once it is there whole."""
    size = int.from_bytes(message[1:4]) + 4
    if len(message) < max(size, _HEADER) or message[0] != _SERVER_HELLO:
        return None
    code = int.from_bytes(message[4:6])
    session = message[38] if len(message) > 38 else 0
    suite = int.from_bytes(message[39 + session : 41 + session])
    version = next((one.value for one, value in CODES.items() if value == code), f"0x{code:04x}")
    return Probe(Answer.ACCEPTED, version, SUITES.get(suite, f"0x{suite:04x}"))


def _closed() -> Probe:
    return Probe(
        Answer.REFUSED, fault=Fault(FaultKind.RESET, "tls", "connexion fermée sans réponse à la négociation TLS")
    )


def _alerted(code: int, offer: Offer) -> Probe:
    name = ALERTS.get(code, str(code))
    fault = Fault(FaultKind.TLS, "tls", f"alerte «\u00a0{name}\u00a0» du serveur")
    # A server that never knew SSL 2.0 takes its hello for a malformed one, and says so in its own way.
    of_the_level = code == _NO_DIGEST and offer.version in {Version.TLS_1_0, Version.TLS_1_1}
    refused = code in _REFUSALS or of_the_level or offer.version is Version.SSL_2
    return Probe(Answer.REFUSED if refused else Answer.UNKNOWN, alert=name, fault=fault)
