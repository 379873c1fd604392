"""From ASGI to exchanges: nothing lost, nothing twice, nothing without bounds."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.exchange.model import Direction, Exchange
from sas_recette.platform.identity.keys import SigningKey, new_key
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.messages import BODY_LIMIT
from tests.platform.identity.desk import ANNE, BRUNO, NOON, Desk, MakeKey, asked, client, desk

Message = dict[str, Any]


def call(bench: Desk, scope: Message, messages: list[Message]) -> list[Message]:
    """What is sent to a client that sends these messages; it is then as if it waited."""
    sent: list[Message] = []
    incoming = iter(messages)

    async def receive() -> Message:
        message = next(incoming, None)
        if message is None:
            await asyncio.Event().wait()
        assert message is not None
        return message

    async def send(message: Any) -> None:  # noqa: ANN401 # an ASGI message
        sent.append(message)

    async def run() -> None:
        await bench.provider.app({**_SCOPE, **scope}, receive, send)

    asyncio.run(run())
    return sent


_SCOPE: Message = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "path": "/realms/sas/protocol/openid-connect/token",
    "raw_path": b"/realms/sas/protocol/openid-connect/token",
    "query_string": b"",
    "headers": [(b"content-type", b"application/x-www-form-urlencoded"), (b"x-octets", b"\xe9\xff")],
}


def body(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": content, "more_body": more}


def test_an_exchange_is_recorded_as_it_was(delegation: Desk) -> None:
    response = delegation.ask()

    (exchange,) = delegation.exchanges()

    assert (exchange.id, exchange.scenario, exchange.step) == ("echange-1", "S01", "étape")
    assert (exchange.direction, exchange.started) == (Direction.RECEIVED, NOON)
    assert exchange.request.method == "GET"
    assert exchange.request.url == str(response.request.url)
    assert ("host", "plateforme.test:8443") in exchange.request.headers
    recorded = exchange.response
    assert recorded is not None
    assert (recorded.status, recorded.http_version) == (302, "HTTP/1.1")
    assert list(recorded.headers) == response.headers.multi_items()
    assert recorded.header("connection") == "close"
    assert recorded.header("date") == "Mon, 02 Mar 2026 12:00:00 GMT"
    assert exchange.timings.whole is not None
    assert exchange.timings.whole >= 0


def test_bodies_are_those_that_were_exchanged(delegation: Desk) -> None:
    response = delegation.redeem(delegation.code())

    exchange = delegation.exchanges()[-1]

    assert exchange.request.body == response.request.content
    assert exchange.response is not None
    assert exchange.response.body == response.content


def test_bytes_that_are_no_text_are_kept(delegation: Desk) -> None:
    call(delegation, {"query_string": b"a=\xff&b=%ff"}, [body(b"code=", more=True), body(b"\xff\x00")])

    (exchange,) = delegation.exchanges()

    assert exchange.request.url.encode("latin-1").endswith(b"/token?a=\xff&b=%ff")
    assert exchange.request.body == b"code=\xff\x00"
    assert ("x-octets", "éÿ") in exchange.request.headers


@pytest.mark.parametrize("chunks", [[BODY_LIMIT + 1], [BODY_LIMIT, 1]])
def test_a_body_that_is_too_long_is_not_read(delegation: Desk, chunks: list[int]) -> None:
    sent = call(delegation, {}, [body(b"x" * size, more=True) for size in chunks])

    assert sent[0]["status"] == 413
    (exchange,) = delegation.exchanges()
    assert len(exchange.request.body) == BODY_LIMIT
    assert exchange.facts["outcome"] == "refused"


def test_a_query_that_is_too_long_is_not_read(delegation: Desk) -> None:
    sent = call(delegation, {"query_string": b"x" * (BODY_LIMIT + 1)}, [body(b"")])

    assert sent[0]["status"] == 414


def test_a_client_that_leaves_before_the_end(delegation: Desk) -> None:
    sent = call(delegation, {}, [body(b"code=", more=True), {"type": "http.disconnect"}])

    (exchange,) = delegation.exchanges()
    assert (sent, exchange.response, exchange.fault) == ([], None, None)


def test_a_client_that_is_tired_of_waiting(make: MakeKey) -> None:
    bench = desk(make, pause=lambda _: asyncio.Event().wait())
    bench.stage(ANNE, Knob.TOKEN_SILENT)

    sent = call(bench, {}, [body(b""), {"type": "http.disconnect"}])

    (exchange,) = bench.exchanges()
    assert (sent, exchange.response) == ([], None)
    assert (exchange.facts["endpoint"], exchange.facts["outcome"]) == ("token", "fault")


def test_a_call_that_is_cancelled_is_recorded(make: MakeKey) -> None:
    begun, cancelled = asyncio.Event(), list[bool]()

    async def pause(_: float) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    bench = desk(make, pause=pause)
    bench.stage(ANNE, Knob.TOKEN_SILENT)

    async def give_up() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=bench.provider.app)) as http:
            call = asyncio.ensure_future(http.post(bench.provider.realm.token, data={"code": "x"}))
            await begun.wait()
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    asyncio.run(give_up())

    (exchange,) = bench.exchanges()
    assert (exchange.response, cancelled) == (None, [True])


def test_the_clock_may_be_that_of_paris(delegation: Desk) -> None:
    delegation.clock.now = NOON.astimezone(ZoneInfo("Europe/Paris"))

    assert delegation.ask().headers["date"] == "Mon, 02 Mar 2026 12:00:00 GMT"


def test_other_protocols_are_left_alone(delegation: Desk) -> None:
    assert call(delegation, {"type": "lifespan"}, []) == []
    assert delegation.exchanges() == ()


def test_an_exchange_is_that_of_the_stage_it_came_in(delegation: Desk) -> None:
    delegation.ask()
    delegation.provider.stage("S02", "suite", BRUNO, connected=True)
    delegation.ask()

    assert [(one.scenario, one.step) for one in delegation.exchanges()] == [("S01", "étape"), ("S02", "suite")]
    assert delegation.exchanges() == ()


def test_a_breakdown_of_the_provider_is_nobody_elses(delegation: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(type(delegation.provider), "_secret_in_url", lambda *_: break_down(None))

    assert delegation.ask().status_code == 500
    with pytest.raises(RuntimeError, match="banc"):
        delegation.exchanges()
    assert len(delegation.exchanges()) == 1


def test_whoever_takes_waits_for_what_is_under_way(make: MakeKey) -> None:
    begun, released = threading.Event(), threading.Event()

    async def pause(_: float) -> None:
        begun.set()
        await asyncio.to_thread(released.wait, 5)

    bench = desk(make, pause=pause)
    bench.stage(ANNE, Knob.TOKEN_SILENT)
    calling = threading.Thread(target=lambda: bench.redeem("x"))
    calling.start()
    assert begun.wait(5)
    threading.Timer(0.05, released.set).start()

    (exchange,) = bench.exchanges()

    calling.join(5)
    assert exchange.response is not None
    assert exchange.response.status == 504


def test_nothing_is_lost_nor_doubled_under_concurrency(delegation: Desk) -> None:
    ending, taken = threading.Event(), list[Exchange]()

    def browse(number: int) -> None:
        for turn in range(5):
            delegation.send("GET", delegation.provider.realm.authorization, query=asked(state=f"{number}-{turn}"))

    def take(until: Callable[[], bool]) -> None:
        while not until():
            taken.extend(delegation.exchanges())

    taker = threading.Thread(target=take, args=(ending.is_set,))
    taker.start()
    browsers = [threading.Thread(target=browse, args=(number,)) for number in range(4)]
    for thread in browsers:
        thread.start()
    for thread in browsers:
        thread.join()
    ending.set()
    taker.join()
    taken.extend(delegation.exchanges())

    assert len({one.request.url for one in taken}) == 20
    assert max(Counter(one.id for one in taken).values()) == 1


_PATHS = st.sampled_from(
    ["/auth", "/token", "/userinfo", "/certs", "/logout", "/../../login-actions/authenticate", "/x"]
)
_TEXTS = st.binary(max_size=80)
_HEADERS = st.lists(
    st.tuples(st.sampled_from([b"authorization", b"cookie", b"origin", b"referer", b"content-type"]), _TEXTS),
    max_size=4,
)


@pytest.fixture(scope="module")
def hostile(pool: dict[str, list[SigningKey]]) -> Desk:
    return desk(lambda algorithm: (pool[algorithm] or [new_key(algorithm)])[0], registered=client(algorithm="ES256"))


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS"]),
    path=_PATHS,
    query=_TEXTS,
    headers=_HEADERS,
    content=_TEXTS,
)
def test_whatever_is_sent_is_answered_and_recorded(
    hostile: Desk, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    target = f"/realms/sas/protocol/openid-connect{path}".replace("/protocol/openid-connect/../..", "")
    headers = [*headers, (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"method": method, "path": target, "raw_path": target.encode(), "query_string": query, "headers": headers}

    sent = call(hostile, scope, [body(content)])

    assert 200 <= sent[0]["status"] < 500
    (exchange,) = hostile.exchanges()
    assert exchange.request.body == content
    assert set(exchange.facts) >= {"endpoint", "outcome", "secret_in_url"}
    json.dumps(dict(exchange.facts)).encode()
