"""The bench's address for revocation, without a network: what is asked for by HTTP, answered and told as an exchange."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives.serialization import Encoding

from sas_recette.exchange.model import Direction, Exchange, Headers, Request, Response
from sas_recette.platform.authority import OCSP_PATH, Rank, crl_path
from sas_recette.platform.inbox.watching import OUTSIDE
from sas_recette.platform.revocation.authority import Authority
from sas_recette.platform.revocation.responder import answer

ENDPOINT: Final = "revocation"
"""The fact `endpoint` of what is asked for here."""
CRL_TYPE: Final = "application/pkix-crl"
OCSP_TYPE: Final = "application/ocsp-response"
BODY_LIMIT: Final = 65_536
"""Bytes; no request about a certificate comes near."""
_KEPT: Final = timedelta(minutes=5)
"""How long relays may keep an answer: a rehearsal makes its certificates anew more often than an authority does."""
_OF: Final = {Rank.ROOT: "de l’autorité racine", Rank.ISSUING: "de l’autorité émettrice"}
_STATUS: Final = {"good": "valide", "revoked": "révoqué", "unknown": "inconnu"}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is answered, what it establishes, and in French what was asked for."""

    response: Response
    facts: dict[str, str]
    step: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Answers whoever asks at `base_url`, which has no slash at the end.

    `clock` gives aware instants, `ids` the names of exchanges. What tells of a revoked certificate is recorded in the name of
    `scenario`, the rest of none.
    """

    base_url: str
    authorities: Sequence[Authority]
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    scenario: str = OUTSIDE

    def receive(self, method: str, target: str, headers: Headers = (), body: bytes = b"") -> Exchange:
        """What became of a request; `target` is what stands on its first line, `body` at most BODY_LIMIT bytes of it and one."""
        now = self.clock()
        request = Request(method, f"{self.base_url}{target}", headers, body[:BODY_LIMIT])
        if len(body) > BODY_LIMIT:
            reply = _plain(413, "Une requête trop longue")
        else:
            reply = self._reply(request, target.partition("?")[0], now)
        date = ("Date", _http_date(now))
        response = replace(reply.response, headers=(date, *reply.response.headers))
        return Exchange(
            id=self.ids(),
            scenario=self.scenario if reply.facts.get("revoked") else OUTSIDE,
            step=reply.step,
            started=now,
            request=request,
            response=response,
            direction=Direction.RECEIVED,
            facts={"endpoint": ENDPOINT, **reply.facts},
        )

    def _reply(self, request: Request, path: str, now: datetime) -> _Reply:
        for authority in self.authorities:
            if path == crl_path(authority.rank):
                return _list(request, authority, now)
        if path == OCSP_PATH or path.startswith(f"{OCSP_PATH}/"):
            return self._ocsp(request, path.removeprefix(OCSP_PATH).removeprefix("/"), now)
        return _plain(404, "Une adresse que le banc ne connaît pas")

    def _ocsp(self, request: Request, encoded: str, now: datetime) -> _Reply:
        if request.method == "GET" and encoded:
            asked = _decoded(encoded)
        elif request.method == "POST" and not encoded:
            asked = request.body
        else:
            return _plain(
                405, "Une demande d’état (OCSP), par une autre méthode que GET et POST", ("Allow", "GET, POST")
            )
        told = answer(asked, self.authorities, now)
        kept = request.method == "GET" and told.successful
        headers = (
            ("Content-Type", OCSP_TYPE),
            *(_kept(now, now + _KEPT) if kept else (("Cache-Control", "no-store"),)),
        )
        return _Reply(_response(200, told.body, *headers), {"document": "ocsp", **told.facts}, _asked(told.facts))


def _list(request: Request, authority: Authority, now: datetime) -> _Reply:
    step = f"La solution demande la liste de révocation {_OF[authority.rank]} (CRL)"
    if request.method not in {"GET", "HEAD"}:
        return _plain(405, step, ("Allow", "GET, HEAD"))
    body = authority.crl.public_bytes(Encoding.DER)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    published = authority.crl.last_update_utc
    headers = (
        ("Content-Type", CRL_TYPE),
        ("ETag", tag),
        ("Last-Modified", _http_date(published)),
        *_kept(now, max(now, min(now + _KEPT, authority.ends))),
    )
    facts = {"document": "crl", "revoked": " ".join(f"{one.serial_number:x}" for one in authority.crl)}
    facts |= {"ends": authority.ends.isoformat()} | ({"outdated": "yes"} if authority.ends < now else {})
    if _is_known(request, tag, published):
        return _Reply(Response(304, headers[1:]), facts, step)
    length = ("Content-Length", str(len(body)))
    return _Reply(Response(200, (*headers, length), b"" if request.method == "HEAD" else body), facts, step)


def _is_known(request: Request, tag: str, published: datetime) -> bool:
    """Whether the client says that it has the list already (RFC 9110 13.1)."""
    given = {name.lower(): value for name, value in request.headers}
    if "if-none-match" in given:
        return given["if-none-match"].strip() == "*" or tag in given["if-none-match"]
    try:
        since = parsedate_to_datetime(given.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.replace(tzinfo=since.tzinfo or UTC) >= published


def _asked(facts: Mapping[str, str]) -> str:
    status = facts["status"]
    told = _STATUS[status] if "serial" in facts else f"sans réponse possible ({status})"
    return f"La solution demande l’état d’un certificat (OCSP)\u00a0: {told}"


def _decoded(encoded: str) -> bytes:
    """The request that an address carries in base 64 (RFC 6960 A.1); nothing when it carries none."""
    try:
        return base64.b64decode(unquote_to_bytes(encoded), validate=True)
    except ValueError:
        return b""


def _kept(now: datetime, until: datetime) -> Headers:
    seconds = int((until - now).total_seconds())
    return ("Cache-Control", f"public, max-age={seconds}"), ("Expires", _http_date(until))


def _plain(status: int, step: str, *headers: tuple[str, str]) -> _Reply:
    return _Reply(_response(status, b"", *headers), {}, step)


def _response(status: int, body: bytes, *headers: tuple[str, str]) -> Response:
    return Response(status, (*headers, ("Content-Length", str(len(body)))), body)


def _http_date(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)
