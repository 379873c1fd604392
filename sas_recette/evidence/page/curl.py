"""The command line that sends a recorded request again, safe to paste whatever the request holds."""

from __future__ import annotations

import re
import shlex
from typing import Final

from sas_recette.exchange.model import Exchange, Request

_HOP_HEADERS: Final = frozenset(
    {"host", "content-length", "connection", "keep-alive", "transfer-encoding", "te", "upgrade", "expect"}
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PLAIN: Final = re.compile(r"[ -~\u00a1-\u1fff\u2030-\u205e\u2070-\ud7ff\U00010000-\U0010ffff]*")
_INLINE_BODY_LIMIT: Final = 2000


def curl_command(exchange: Exchange) -> str:
    """A `curl` command in POSIX shell syntax (bash quoting `$'…'` only where a control character demands it).

    Client certificate and key are placeholders, on https only. A body that is long or not text is read from a file
    whose name is a placeholder.
    """
    request = exchange.request
    words = ["curl", "--include", "--globoff", "--path-as-is", *_method(request)]
    if request.url.lower().startswith("https:"):
        words += ["--cert", "client.crt", "--key", "client.key"]
    for name, value in request.headers:
        if name.lower() not in _HOP_HEADERS and _TOKEN.fullmatch(name):
            words += ["--header", shell_quote(f"{name}: {value}" if value else f"{name};")]
    words += _body(exchange.id, request.body)
    return " ".join([*words, "--url", shell_quote(request.url)])


def rerun_command(scenario: str) -> str:
    """The command that plays one scenario again."""
    return f"sas-recette run --scenario {shell_quote(scenario)}"


def shell_quote(text: str) -> str:
    """One shell word. Text with control or invisible characters is written `$'…'`, byte by byte where needed."""
    if _PLAIN.fullmatch(text):
        return shlex.quote(text)
    return "$'" + "".join(_ansi_c(character) for character in text) + "'"


def _ansi_c(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if _PLAIN.fullmatch(character):
        return character
    # Octal, because a hexadecimal escape would swallow a following digit in some shells.
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogatepass"))


def _method(request: Request) -> list[str]:
    if request.method == "HEAD":
        return ["--head"]
    if request.method == "GET" and not request.body:
        return []
    return ["--request", shell_quote(request.method)]


def _body(exchange_id: str, body: bytes) -> list[str]:
    if not body:
        return []
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if len(body) > _INLINE_BODY_LIMIT or "\0" in text:
        return ["--data-binary", shell_quote(f"@corps-{exchange_id}.bin")]
    return ["--data-raw", shell_quote(text)]
