"""One recorded HTTP exchange: what was sent, what came back, and every fact measured on the way.

Everything here is immutable and knows nothing of the network: a role of the platform fills it in, the journal keeps it,
rules judge it. Bodies are the raw bytes, never a re-serialisation (evidence and digests are made of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]


class Direction(StrEnum):
    """Who opened the connection: the platform, the candidate to the platform, the regulator's browser."""

    SENT = "sent"
    RECEIVED = "received"
    BROWSED = "browsed"


class FaultKind(StrEnum):
    """Why no complete HTTP answer was obtained. Always the candidate's side, never the harness's."""

    NAME = "name"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    RESET = "reset"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    PROTOCOL = "protocol"

    @property
    def prevents_contact(self) -> bool:
        """Whether nothing at all could be reached at the candidate's address (exit code 3 when it is always so)."""
        return self in {FaultKind.NAME, FaultKind.REFUSED, FaultKind.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class Fault:
    """A transport failure: its kind, the phase it struck in (connect, tls, send, receive) and the technical detail."""

    kind: FaultKind
    phase: str
    detail: str


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it was put on the wire. `url` is absolute, with its query exactly as sent."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """URL without its query."""
        return self.url.partition("?")[0]

    @property
    def query(self) -> str:
        """Raw query string, still percent-encoded; empty when there is none."""
        return self.url.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. `complete` is false when the body was cut short, by the candidate or by the bench's limit."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    http_version: str = "HTTP/1.1"
    complete: bool = True

    def header(self, name: str) -> str | None:
        """First value of a header, by case-insensitive name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """The facts of a peer certificate that go into a dossier; never a key."""

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What was negotiated."""

    version: str
    cipher: str
    peer: PeerCertificate | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Durations in milliseconds by a monotonic clock; None for a phase that was not reached.

    `first_byte` and `total` count from the first byte of the request written; `dns`, `connect` and `tls` are apart
    (performance-and-service.md §1, « Measuring rules »). `whole` is everything, set-up included. `dns` is None too for an
    address that needs no look-up, and in journals that did not know it, where `connect` held it.
    """

    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float | None = None
    whole: float | None = None
    dns: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it: a response, a fault, or both (a response cut short).

    `facts` are what the harness established on the spot from values that the journal masks: that a code was new, that a
    `code_verifier` was the right one, the decoded claims of an ID token…
    """

    id: str
    scenario: str
    step: str
    started: datetime
    request: Request
    response: Response | None = None
    fault: Fault | None = None
    tls: TlsFacts | None = None
    timings: Timings = field(default_factory=Timings)
    direction: Direction = Direction.SENT
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def timed_out(self) -> bool:
        """Whether the time allowed ran out before a complete answer."""
        return self.fault is not None and self.fault.kind is FaultKind.TIMEOUT


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a browser holds, without its value."""

    name: str
    domain: str
    path: str
    secure: bool
    http_only: bool
    same_site: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a regulator has before the eyes once a navigation is over.

    `hops` are the exchanges of the browser that led there, in their order; `status` is that of the document, None when none
    came. `marks` are the names of the declared marks that the page bears. `text` is what it shows, cut short;
    `referrers` are the addresses that other hosts were told the regulator comes from. `duration` is in milliseconds, from the
    action to the page at rest. `screenshot` is a file of the campaign's folder, empty when none could be taken; `trace`
    another, what the browser recorded, empty when nothing was, and missing from the folder when it was not kept.
    """

    id: str
    scenario: str
    step: str
    started: datetime
    url: str
    status: int | None
    title: str
    text: str
    marks: tuple[str, ...] = ()
    hops: tuple[str, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    referrers: tuple[str, ...] = ()
    duration: float = 0.0
    fault: Fault | None = None
    screenshot: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A demand to judge, recorded beside the exchanges: which check, on which exchanges, with what is expected.

    `check` names a check of the rules; `exchanges` may name pages too; `expect` holds plain JSON values. With the exchanges it
    is enough to compute every finding again, offline (`rejudge`).
    """

    scenario: str
    check: str
    exchanges: tuple[str, ...]
    expect: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One planned request of a load run and what became of it, without its body: there are too many to keep them whole.

    Times are in seconds from the beginning of the run. `sent` is None for a request that was never sent (lost); `ended` is None
    for one that was still under way when the run was stopped. `rank` counts from 1; `identifiers` is how many were searched.
    `fault` says why no complete answer came, `size` is that of the body in bytes, `opened` tells that a new connection was made.
    `exchange` is the id under which the exchange is kept whole, empty for most.
    """

    scenario: str
    rank: int
    planned: float
    identifiers: int
    sent: float | None = None
    first_byte: float | None = None
    ended: float | None = None
    status: int | None = None
    fault: FaultKind | None = None
    size: int = 0
    opened: bool = False
    exchange: str = ""


class RemarkKind(StrEnum):
    """What a scenario can say without an exchange."""

    NOT_VERIFIED = "not-verified"
    ATTESTED = "attested"
    JOINED = "joined"
    NOT_APPLICABLE = "not-applicable"
    BENCH_ERROR = "bench-error"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that a person joined: where the campaign's folder keeps it, the name it came with, its size in bytes."""

    path: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact about a scenario that is not an exchange: missing data, an attestation, a scope, a fault of the harness.

    `requirements` is empty when the remark holds for all those that the scenario names. `answer`, `person`, `date` (ISO 8601,
    empty when unknown), `comment` and `attachments` belong to attestations; of documents that prove no requirement (JOINED),
    `answer` is the id of the piece.
    """

    scenario: str
    kind: RemarkKind
    text: str
    requirements: tuple[str, ...] = ()
    answer: str = ""
    person: str = ""
    date: str = ""
    comment: str = ""
    attachments: tuple[Attachment, ...] = ()
