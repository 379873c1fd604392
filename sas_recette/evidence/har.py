"""journal/echanges.har: the exchanges and pages of a campaign in HTTP Archive 1.2, which browsers and proxies open.

Made of what the journal recorded: secrets are masked, bodies are the decoded ones. What HAR has no field for goes under names that
begin with `_`, as its specification wants. An entry a line, made as it is written: a long campaign never stands in memory twice.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final
from urllib.parse import parse_qsl

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.lines import to_bytes
from sas_recette.exchange.masking import MASK
from sas_recette.exchange.model import Direction, Exchange, Headers, Page, Request, Response, Timings

HAR: Final = "journal/echanges.har"

_UNKNOWN: Final = -1
_NO_TYPE: Final = "x-unknown"
_NO_RESPONSE: Final[dict[str, object]] = {
    "status": 0,
    "statusText": "",
    "httpVersion": "",
    "cookies": [],
    "headers": [],
    "content": {"size": 0, "mimeType": _NO_TYPE},
    "redirectURL": "",
    "headersSize": _UNKNOWN,
    "bodySize": _UNKNOWN,
}
"""What browsers write when nothing came."""


def render_har(result: CampaignResult, recorded: Recorded) -> Iterator[bytes]:
    """The archive, piece by piece: pages, then entries by their beginning. Pieces are UTF-8; together they are one JSON object."""
    browsed = {name: page.id for page in recorded.pages.values() for name in page.hops}
    pages = (_page(page) for page in sorted(recorded.pages.values(), key=lambda page: page.started))
    entries = (
        _entry(exchange, browsed.get(exchange.id, ""))
        for exchange in sorted(recorded.exchanges.values(), key=lambda exchange: exchange.started)
    )
    opening = {
        "version": "1.2",
        "creator": {"name": "sas-recette", "version": result.tool_version},
        "comment": f"Campagne {result.id}{', interrompue' if result.interrupted else ''}, secrets masqués.",
    }
    yield b'{"log":' + to_bytes(opening).removesuffix(b"}\n") + b',"pages":[\n'
    yield from _joined(pages)
    yield b'],"entries":[\n'
    yield from _joined(entries)
    yield b"]}}\n"


def _joined(objects: Iterable[dict[str, object]]) -> Iterator[bytes]:
    comma = b""
    for one in objects:
        yield comma + to_bytes(one)
        comma = b","


def _page(page: Page) -> dict[str, object]:
    """`onLoad` is the page at rest, counted from the action that asked for it."""
    return {
        "startedDateTime": page.started,
        "id": page.id,
        "title": page.title or page.url,
        "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": page.duration},
        "_url": page.url,
        "_scenario": page.scenario,
        "_step": page.step,
    }


def _entry(exchange: Exchange, page: str) -> dict[str, object]:
    timings = _timings(exchange.timings)
    response = exchange.response
    entry: dict[str, object] = {
        "startedDateTime": exchange.started,
        "time": sum(value for name, value in timings.items() if name != "ssl" and value >= 0),
        "request": _request(exchange),
        "response": _NO_RESPONSE if response is None else _response(response, exchange.direction),
        "cache": {},
        "timings": timings,
        "_id": exchange.id,
        "_scenario": exchange.scenario,
        "_step": exchange.step,
        "_direction": exchange.direction,
    }
    if page:
        entry["pageref"] = page
    if exchange.fault is not None:
        entry["_fault"] = asdict(exchange.fault)
    if exchange.tls is not None:
        entry["_tls"] = asdict(exchange.tls)
    if exchange.facts:
        entry["_facts"] = dict(exchange.facts)
    return entry


def _timings(timings: Timings) -> dict[str, float]:
    """The phases, in milliseconds: `connect` includes `ssl`, and `wait` includes `send`, which is not measured apart.

    What the whole took besides goes under `blocked`. HAR wants `send`, `wait` and `receive` never negative.
    """
    first, total = timings.first_byte, timings.total
    wait = first if first is not None else total or 0.0
    receive = max(0.0, total - first) if first is not None and total is not None else 0.0
    connect = _UNKNOWN if timings.connect is None else timings.connect + (timings.tls or 0.0)
    known = (timings.dns or 0.0) + max(connect, 0.0) + wait + receive
    return {
        "blocked": _UNKNOWN if timings.whole is None else max(0.0, timings.whole - known),
        "dns": _UNKNOWN if timings.dns is None else timings.dns,
        "connect": connect,
        "ssl": _UNKNOWN if timings.tls is None else timings.tls,
        "send": 0.0,
        "wait": wait,
        "receive": receive,
    }


def _request(exchange: Exchange) -> dict[str, object]:
    request = exchange.request
    version = exchange.response.http_version if exchange.response is not None else "HTTP/1.1"
    target = request.url.partition("://")[2].partition("/")[2]
    first_line = f"{request.method} /{target} {version}"
    said: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": version,
        "cookies": [_cookie(pair) for value in _values(request.headers, "cookie") for pair in value.split(";")],
        "headers": _headers(request.headers),
        "queryString": [_named(*pair) for pair in parse_qsl(request.query.partition("#")[0], keep_blank_values=True)],
        "headersSize": _headers_size(first_line, request.headers, version, exchange.direction),
        "bodySize": len(request.body),
    }
    if request.body:
        said["postData"] = _posted(request)
    return said


def _posted(request: Request) -> dict[str, object]:
    """HAR gives no encoding to what is sent: bytes that are no text say theirs under a name of our own."""
    said: dict[str, object] = {"mimeType": _content_type(request.headers)}
    text, encoding = _as_text(request.body)
    return {**said, "text": text, **({"_encoding": encoding} if encoding else {})}


def _response(response: Response, direction: Direction) -> dict[str, object]:
    content: dict[str, object] = {"size": len(response.body), "mimeType": _content_type(response.headers)}
    text, encoding = _as_text(response.body)
    if response.body:
        content |= {"text": text, **({"encoding": encoding} if encoding else {})}
    encoded = bool(_values(response.headers, "content-encoding"))
    version = response.http_version
    said: dict[str, object] = {
        "status": response.status,
        "statusText": "",
        "httpVersion": version,
        "cookies": [
            _set_cookie(line) for value in _values(response.headers, "set-cookie") for line in value.split("\n")
        ],
        "headers": _headers(response.headers),
        "content": content,
        "redirectURL": response.header("location") or "",
        "headersSize": _headers_size(f"{version} {response.status} ", response.headers, version, direction),
        "bodySize": _UNKNOWN if encoded else len(response.body),
    }
    return said if response.complete else {**said, "_complete": False}


def _headers_size(first_line: str, headers: Headers, version: str, direction: Direction) -> int:
    """Bytes up to the body; unknown where a mask, a browser or another version of HTTP hides what stood on the wire."""
    if direction is Direction.BROWSED or not version.startswith("HTTP/1") or any(MASK in value for _, value in headers):
        return _UNKNOWN
    lines = (first_line, *(f"{name}: {value}" for name, value in headers), "", "")
    return len("\r\n".join(lines).encode("utf-8", "surrogatepass"))


def _headers(headers: Headers) -> list[dict[str, object]]:
    return [_named(name, value) for name, value in headers]


def _named(name: str, value: str) -> dict[str, object]:
    return {"name": name, "value": value}


def _cookie(pair: str) -> dict[str, object]:
    name, _, value = pair.strip().partition("=")
    return _named(name, value)


def _set_cookie(line: str) -> dict[str, object]:
    pair, *attributes = line.split(";")
    cookie = _cookie(pair)
    for attribute in attributes:
        name, _, value = attribute.strip().partition("=")
        match name.lower():
            case "path" | "domain":
                cookie[name.lower()] = value
            case "httponly":
                cookie["httpOnly"] = True
            case "secure":
                cookie["secure"] = True
    return cookie


def _as_text(body: bytes) -> tuple[str, str]:
    try:
        return body.decode(), ""
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _content_type(headers: Headers) -> str:
    return next(iter(_values(headers, "content-type")), _NO_TYPE)
