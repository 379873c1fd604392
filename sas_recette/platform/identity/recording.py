"""From ASGI to the exchanges of the journal: each request to the provider is recorded whole, in the order they came in."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from sas_recette.exchange.model import Direction, Exchange, Headers, Request, Response, Timings
from sas_recette.platform.identity.messages import BODY_LIMIT, Incoming, Reply
from sas_recette.platform.identity.staging import Stage

_HOLD: Final = 40.0
"""Seconds that a silent reply lasts: more than any client should wait (SSO-054)."""
_READ_SECONDS: Final = 30.0


class Ledger:
    """The exchanges that are under way, and those that nobody has taken yet. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._open: dict[int, str | None] = {}
        self._done: dict[int, tuple[str, Exchange]] = {}
        self._failure: Exception | None = None

    def begin(self) -> int:
        """The number of an exchange that begins."""
        with self._changed:
            self._number += 1
            self._open[self._number] = None
            return self._number

    def attribute(self, number: int, lane: str) -> None:
        """An exchange is known to be of a lane; until then it may be of any."""
        with self._changed:
            self._open[number] = lane
            self._changed.notify_all()

    def end(self, number: int, lane: str, exchange: Exchange) -> None:
        """An exchange of a lane is over."""
        with self._changed:
            self._open.pop(number, None)
            self._done[number] = (lane, exchange)
            self._changed.notify_all()

    def fail(self, error: Exception) -> None:
        """The provider itself broke down: whoever takes the exchanges learns of the first time."""
        with self._changed:
            self._failure = self._failure or error

    def taken(self, patience: float, lane: str) -> tuple[Exchange, ...]:
        """What is over in a lane since the last call, once nothing is under way there or `patience` seconds went by.

        Raises RuntimeError when the provider broke down, once: the exchanges are there at the next call.
        """
        with self._changed:
            self._changed.wait_for(lambda: not {None, lane}.intersection(self._open.values()), patience)
            failure, self._failure = self._failure, None
            if failure is not None:
                raise RuntimeError("Le fournisseur d’identité du banc est tombé en défaut.") from failure
            done = sorted(number for number, (whose, _) in self._done.items() if whose == lane)
            return tuple(self._done.pop(number)[1] for number in done)


@dataclass(frozen=True, slots=True)
class Recorder:
    """An ASGI application: `answer` makes the replies, `stage` tells whose an exchange is, None for one that cannot be read.

    `origin` is the scheme, host and port that addresses are recorded under.
    """

    origin: str
    answer: Callable[[Incoming, Stage], Reply]
    stage: Callable[[Incoming | None], Stage]
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    pause: Callable[[float], Awaitable[None]]
    ledger: Ledger = field(default_factory=Ledger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        number, stage, started, begun = self.ledger.begin(), self.stage(None), self.clock(), time.monotonic()
        request, reply, response = _request(scope, self.origin, b""), Reply(0), None
        try:
            body, refusal = await _body(receive)
            request = _request(scope, self.origin, body)
            stage, reply = (stage, refusal) if refusal else self._reply(scope, request, stage)
            self.ledger.attribute(number, stage.lane)
            if reply.silent and await self._client_leaves(receive):
                return
            response = self._response(scope, reply)
            await _send(response, send)
        except _Gone:
            return
        finally:
            exchange = Exchange(
                id=self.ids(),
                scenario=stage.scenario,
                step=stage.step,
                started=started,
                request=request,
                response=response,
                timings=Timings(whole=(time.monotonic() - begun) * 1000),
                direction=Direction.RECEIVED,
                facts=reply.facts,
            )
            self.ledger.end(number, stage.lane, exchange)

    def _reply(self, scope: Scope, request: Request, stage: Stage) -> tuple[Stage, Reply]:
        """The reply, and the stage that it is given on: the one of when the request arrived, unless it is of another lane."""
        lowered = tuple((name.lower(), value) for name, value in request.headers)
        try:
            incoming = Incoming(scope["method"], scope["path"], scope["query_string"], lowered, request.body)
            found = self.stage(incoming)
            stage = found if found.lane != stage.lane else stage
            return stage, self.answer(incoming, stage)
        except Exception as error:  # whatever it is, the candidate is not to blame: `taken` raises it
            self.ledger.fail(error)
            return stage, Reply(500, facts={"endpoint": "other", "outcome": "error"})

    def _response(self, scope: Scope, reply: Reply) -> Response:
        date = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        common = (("Date", date), ("Content-Length", str(len(reply.body))), ("Connection", "close"))
        headers = tuple((name.lower(), value) for name, value in (*reply.headers, *common))
        return Response(reply.status, headers, reply.body, f"HTTP/{scope['http_version']}")

    async def _client_leaves(self, receive: Receive) -> bool:
        """Waits, and says whether the client went away before the end."""
        tasks = leaving, _ = asyncio.ensure_future(_departure(receive)), asyncio.ensure_future(self.pause(_HOLD))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return leaving.done()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Gone(Exception):  # noqa: N818 # not an error: the client left
    """The client went away before its request was whole."""


async def _body(receive: Receive) -> tuple[bytes, Reply | None]:
    """The body, and the refusal of one that is too long or does not come."""
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Gone
                body += message.get("body", b"")
                if len(body) > BODY_LIMIT:
                    return bytes(body[:BODY_LIMIT]), _refusal(413)
                if not message.get("more_body", False):
                    return bytes(body), None
    except TimeoutError:
        return bytes(body), _refusal(408)


def _refusal(status: int) -> Reply:
    return Reply(status, facts={"endpoint": "other", "outcome": "refused"})


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(response: Response, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def _request(scope: Scope, origin: str, body: bytes) -> Request:
    target = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    headers: Headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(scope["method"], f"{origin}{target}{'?' if query else ''}{query}", headers, body)
