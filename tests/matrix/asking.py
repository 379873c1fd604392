"""One request to an ASGI application, without a client nor a network: what a page costs is then the product's own work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

App = Callable[..., Any]
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application answered; the names of headers are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, empty for none."""
        return next((value for known, value in self.headers if known == name), "")


@dataclass(slots=True)
class _Talk:
    """The two sides of one request: its body, then silence; and what came back so far."""

    body: bytes
    told: bool = False
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    parts: list[bytes] = field(default_factory=list)

    async def receive(self) -> dict[str, Any]:
        if self.told:
            await asyncio.Event().wait()  # whoever asks does not leave before the answer
        self.told = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]
            )
        else:
            self.parts.append(message.get("body", b""))


async def asked(app: App, method: str, url: str, headers: Headers, body: bytes = b"") -> Answer:
    """The answer of an application to a request whose address is encoded already."""
    parts, talk = urlsplit(url), _Talk(body)
    path = parts.path or "/"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "scheme": parts.scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": parts.query.encode(),
        "server": (parts.hostname, parts.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
    await app(scope, talk.receive, talk.send)
    return Answer(talk.status, talk.headers, b"".join(talk.parts))
