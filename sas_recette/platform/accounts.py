"""The regulator accounts of the platform: the requests of INT_R02 and the identities that a campaign invents.

Creation, conditional update and optional read, written exactly as the platform does (accounts.md §2 to §4): `|` is `%7C`,
`:` is literal, the `/` of a national identifier literal or `%2F`. Nothing is sent here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from random import Random
from typing import Final
from urllib.parse import quote
from uuid import UUID

from sas_recette.exchange.model import Headers, Request
from sas_recette.norm.canonicals import FR_V2_0203, IDNPS_SYSTEM, REGULATOR, SAS_TECHNICAL_SYSTEM
from sas_recette.norm.terminology import IDNPS, INTRN
from sas_recette.platform.aggregator import ACCEPT
from sas_recette.platform.transport import Limits

FHIR_JSON: Final = "application/fhir+json"
PLAIN_JSON: Final = "application/json"
LEGACY_JSON: Final = ACCEPT
"""What the platform announces in `Accept`: the legacy spelling of the pages (open point ACC OP-4)."""

MAIL_DOMAIN: Final = "sas-recette.example"
"""A domain reserved for tests (RFC 2606): no message ever reaches anybody."""

WRITE_LIMITS: Final = Limits(total_timeout=30.0)
"""No delay is published for a write (performance-and-service.md §1): the bench waits longer than for a search."""

Json = dict[str, object]


class IdentifierKind(Enum):
    """How a regulator is known: national identifier, or technical identifier of the platform (accounts.md §4)."""

    NATIONAL = (IDNPS_SYSTEM, IDNPS)
    TECHNICAL = (SAS_TECHNICAL_SYSTEM, INTRN)

    @property
    def system(self) -> str:
        """The assigning authority, a `urn:oid:`."""
        return self.value[0]

    @property
    def code(self) -> str:
        """The type code that goes with the authority."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class AccountIdentifier:
    """The identifier of an account: one at a time in a request."""

    kind: IdentifierKind
    value: str

    def element(self) -> Json:
        """The `identifier` of the resource."""
        coding = {"system": FR_V2_0203, "code": self.kind.code}
        return {"type": {"coding": [coding]}, "system": self.kind.system, "value": self.value}


def account_identifier(written: str) -> AccountIdentifier | None:
    """The identifier written `system|value`, None when it is not of either kind."""
    system, _, value = written.partition("|")
    kind = next((one for one in IdentifierKind if one.system == system), None)
    return AccountIdentifier(kind, value) if kind is not None and value else None


@dataclass(frozen=True, slots=True)
class Regulator:
    """The whole state of an account, as the platform sends it: `dataclasses.replace` gives its next state."""

    family: str
    given: str
    email: str
    identifier: AccountIdentifier
    active: bool = True

    def payload(self) -> Json:
        """The FrPractitionerRegul, with everything that the platform always sends and nothing else (accounts.md §3)."""
        return {
            "resourceType": "Practitioner",
            "meta": {"source": SAS_TECHNICAL_SYSTEM, "profile": [REGULATOR]},
            "identifier": [self.identifier.element()],
            "active": self.active,
            "name": [{"family": self.family, "given": [self.given]}],
            "telecom": [{"system": "email", "value": self.email}],
        }

    def body(self) -> bytes:
        """The payload as it is put on the wire."""
        return encoded(self.payload())

    def deactivated(self) -> Regulator:
        """The same account without its habilitation; what a deletion is, too: there is no DELETE."""
        return replace(self, active=False)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a write is worded: the published variants and the robustness probes (accounts.md §2.1, §2.3).

    `mime` is the value of `_format`, absent when empty; `raw_pipe` sends `|`, `encoded_slash` sends `%2F`; without
    `with_system` the criterion is the value alone (invalid case I18).
    """

    accept: str = LEGACY_JSON
    content_type: str = FHIR_JSON
    mime: str = ""
    raw_pipe: bool = False
    encoded_slash: bool = False
    with_system: bool = True

    @property
    def headers(self) -> Headers:
        """The headers of a write."""
        return (("Accept", self.accept), ("Content-Type", self.content_type))


PLATFORM: Final = Wording()
"""What the platform sends by default."""


def create(base_url: str, sent: Regulator | bytes, wording: Wording = PLATFORM) -> Request:
    """`POST [base]/Practitioner` of a regulator, or of any bytes."""
    return Request("POST", _url(base_url, (), wording.mime), wording.headers, _body(sent))


def update(
    base_url: str, criterion: AccountIdentifier | None, sent: Regulator | bytes, wording: Wording = PLATFORM
) -> Request:
    """`PUT [base]/Practitioner?identifier=…`: the account known by `criterion` takes the state that is sent.

    `criterion` is the identifier that the candidate knows now; None leaves it out (invalid case I17).
    """
    query = () if criterion is None else (f"identifier={_token(criterion, wording)}",)
    return Request("PUT", _url(base_url, query, wording.mime), wording.headers, _body(sent))


def read(base_url: str, identifier: AccountIdentifier, wording: Wording = PLATFORM) -> Request:
    """`GET [base]/Practitioner?identifier=…`: only for a candidate that declares this optional read (accounts.md §9)."""
    query = (f"identifier={_token(identifier, wording)}",)
    headers = (
        ("Accept", wording.accept),
        ("Cache-Control", "no-cache"),
    )  # some servers keep what they found for a while
    return Request("GET", _url(base_url, query, wording.mime), headers)


def encoded(payload: Mapping[str, object]) -> bytes:
    """JSON in UTF-8, accents as they are."""
    return json.dumps(payload, ensure_ascii=False).encode()


class Identities:
    """New regulators of a run, never the same twice: nothing of a campaign collides with an earlier one.

    `random` is the injected source of chance; the mail addresses are `regulateur-<token>-<n>@sas-recette.example`.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._token = f"{random.getrandbits(40):010x}"
        self._count = 0

    def regulator(self, kind: IdentifierKind = IdentifierKind.NATIONAL) -> Regulator:
        """An active regulator nobody knows yet, whose names carry what French names do."""
        given, family = _NAMES[self._count % len(_NAMES)]
        self._count += 1
        email = f"regulateur-{self._token}-{self._count}@{MAIL_DOMAIN}"
        identifier = self.national() if kind is IdentifierKind.NATIONAL else self.technical()
        return Regulator(family, given, email, identifier)

    def national(self) -> AccountIdentifier:
        """The identifier of a card holder inside a structure: `3`, a FINESS of no department, `/`, a local number."""
        return AccountIdentifier(IdentifierKind.NATIONAL, f"399{self._digits(7)}/{self._local()}")

    def rpps(self) -> AccountIdentifier:
        """A national identifier without a slash: `8` and eleven digits. Check digits are not verified (accounts.md §4)."""
        return AccountIdentifier(IdentifierKind.NATIONAL, f"89998{self._digits(7)}")

    def technical(self) -> AccountIdentifier:
        """A UUID of the platform."""
        return AccountIdentifier(IdentifierKind.TECHNICAL, str(UUID(int=self._random.getrandbits(128), version=4)))

    def like(self, identifier: AccountIdentifier) -> AccountIdentifier:
        """Another identifier of the same kind, with a slash where this one has one."""
        if identifier.kind is IdentifierKind.TECHNICAL:
            return self.technical()
        return self.national() if "/" in identifier.value else self.rpps()

    def sibling(self, identifier: AccountIdentifier) -> AccountIdentifier:
        """Another local number of the same structure. Raises ValueError for an identifier without a slash."""
        structure, slash, _ = identifier.value.partition("/")
        if not slash:
            raise ValueError(f"no structure in {identifier.value!r}")
        return AccountIdentifier(identifier.kind, f"{structure}/{self._local()}")

    def _digits(self, count: int) -> str:
        return f"{self._random.randrange(10**count):0{count}}"

    def _local(self) -> str:
        return f"{self._random.getrandbits(40):010X}"


_NAMES: Final = (
    ("Sébastien", "Loridon"),
    ("Noël", "D'Almeïda"),
    ("Anne-Lise", "Lefèvre-Œuvrard"),
    ("Maëlys", "Saint-Père"),
    ("François", "Garçonnet"),
)
"""Accents, ligature, hyphen, apostrophe (accounts.md §2.1)."""


def _url(base_url: str, query: tuple[str, ...], mime: str) -> str:
    formats = (f"_format={quote(mime, safe='')}",) if mime else ()
    asked = "&".join((*query, *formats))
    return f"{base_url.rstrip('/')}/Practitioner" + (f"?{asked}" if asked else "")


def _token(identifier: AccountIdentifier, wording: Wording) -> str:
    value = quote(identifier.value, safe="" if wording.encoded_slash else "/")
    if not wording.with_system:
        return value
    return identifier.kind.system + ("|" if wording.raw_pipe else "%7C") + value


def _body(sent: Regulator | bytes) -> bytes:
    return sent.body() if isinstance(sent, Regulator) else sent
