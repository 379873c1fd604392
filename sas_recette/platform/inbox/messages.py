"""What reaches the inbox, and what it replies: plain values, so that it may be played without a network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sas_recette.exchange.model import Fault, Headers, TlsFacts


class InboxFault(StrEnum):
    """What the platform may be told to do wrong (appointments.md §3.1, R-S12 and R-S13); the value is the fact `fault`.

    The last three are states of the server (`Inbox.certificate`), the others strike one message each.
    """

    S400 = "400"
    S401 = "401"
    S403 = "403"
    S404 = "404"
    S409 = "409"
    S412 = "412"
    S422 = "422"
    S429 = "429"
    S500 = "500"
    S503 = "503"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    UNTRUSTED_CERTIFICATE = "untrusted-certificate"
    WRONG_HOST = "wrong-host"
    EXPIRED_CERTIFICATE = "expired-certificate"

    @property
    def status(self) -> int:
        """The HTTP status that is answered; 0 when it is not a matter of status."""
        return int(self.value) if self.value.isdigit() else 0

    @property
    def is_state(self) -> bool:
        """Whether the server is so until told otherwise, for whoever connects."""
        return self in CERTIFICATE_STATES


CERTIFICATE_STATES = frozenset(
    {InboxFault.UNTRUSTED_CERTIFICATE, InboxFault.WRONG_HOST, InboxFault.EXPIRED_CERTIFICATE}
)


@dataclass(frozen=True, slots=True)
class Received:
    """An HTTP request as it came off the wire.

    `target` is that of the request line. `tls.peer` is the client's certificate. `fault` says what kept the message from being
    whole: `body` is then what came of it, and `method` is empty when not even the request line could be read.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    tls: TlsFacts | None = None
    fault: Fault | None = None

    def header(self, name: str) -> str:
        """First value of a header, by case-insensitive name; empty when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a whole HTTP response, or a `fault` to be played by whoever holds the connection.

    RESET and REFUSED break the connection without a word, TIMEOUT does after `delay_seconds`, TRUNCATED after the first
    half of the head. `status` is 0 when there is nothing to send at all.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    fault: InboxFault | None = None
    delay_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """How a connection that begins is met: refused at once (TLS alert), or with a certificate in some state."""

    refused: bool = False
    certificate: InboxFault | None = None


@dataclass(frozen=True, slots=True)
class BrokenHandshake:
    """A TLS handshake that came to nothing, or a connection that was left before anything was asked.

    `reason` is French; so is `certificate`, what the client's certificate lacked, empty when that was not the matter.
    """

    reason: str
    certificate: str = ""
    tls: TlsFacts | None = None
    greeting: Greeting = Greeting()
