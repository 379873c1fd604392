"""A small real web site on loopback, whose pages a test writes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Visitor(BaseHTTPRequestHandler):
    """One connection; a page may do what it likes with it."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
        """Nothing is said."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        site = self.server.site
        site.asked.append(asked)
        page = site.pages.get(self.path.partition("?")[0])
        with contextlib.suppress(OSError):
            if callable(page):
                page(self)
            elif page is not None:
                self.give(page)
            else:
                self.give("rien ici", status=404)

    do_POST = do_GET  # noqa: N815 - the name it has

    def give(self, body: str | bytes, *headers: tuple[str, str], status: int = 200, kind: str = "text/html") -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def leave(self) -> None:
        """End the connection, whatever was promised."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)


Page = str | bytes | Callable[[Visitor], None]


@dataclass
class Site:
    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, target: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{target}"

    def targets(self) -> list[str]:
        """What was asked for, but for the icon that every browser asks for."""
        return [one.target for one in self.asked if one.target != "/favicon.ico"]

    def last(self, target: str) -> Asked:
        return next(one for one in reversed(self.asked) if one.target == target)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves in the middle is none of a test's business."""


def redirect(location: str, *headers: tuple[str, str], status: int = 302) -> Page:
    return lambda visitor: visitor.give("", ("Location", location), *headers, status=status)


@contextlib.contextmanager
def serving_site(**pages: Page) -> Iterator[Site]:
    server = _Server(("127.0.0.1", 0), Visitor)
    server.site = Site(server.server_address[1], {f"/{name}": page for name, page in pages.items()})
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
