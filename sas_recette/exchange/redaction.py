"""Masking of secrets before anything reaches the disk (security.md §8).

Values are masked, names are kept: a reader of the evidence still sees that a cookie was `HttpOnly`, that a client
authenticated by `Basic`, that a `code` came back. Bodies are masked in place, byte by byte around the secret; a FHIR body
is never touched, so that its digest stays the one of what was exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.exchange.model import Exchange, Headers, Page, Request, Response

MASK: Final = "***"

_ANYWHERE: Final = (
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "id_token",
    "id_token_hint",
    "mot_de_passe",
    "motdepasse",
    "passwd",
    "password",
    "refresh_token",
)
# « code » alone is an ordinary word of JSON (FHIR, error bodies): it is an authorisation code in forms and queries only.
_FORM_NAMES: Final = (*_ANYWHERE, "code")

_WHOLE_HEADERS: Final = frozenset({"x-api-key", "x-auth-token"})
_SCHEME_HEADERS: Final = frozenset({"authorization", "proxy-authorization"})
_URL_HEADERS: Final = frozenset({"location", "content-location", "referer"})


def _alternatives(names: tuple[str, ...]) -> str:
    return "|".join(re.escape(name) for name in names)


_PAIR: Final = re.compile(rf"((?:^|[?&#;])(?:{_alternatives(_FORM_NAMES)})=)[^&#]*", re.IGNORECASE)
_USERINFO: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", re.IGNORECASE)
_FORM_PAIR: Final = re.compile(rf"((?:^|&)(?:{_alternatives(_FORM_NAMES)})=)[^&]*".encode(), re.IGNORECASE)
_JSON_PAIR: Final = re.compile(
    rf'("(?:{_alternatives(_ANYWHERE)})"\s*:\s*")(?:[^"\\]|\\.)*'.encode(), re.IGNORECASE | re.DOTALL
)
_MULTIPART_PART: Final = re.compile(
    rf'(\bname="(?:{_alternatives(_FORM_NAMES)})"[^\r\n]*(?:\r\n[^\r\n]+)*\r\n\r\n).*?(?=\r\n--|\Z)'.encode(),
    re.IGNORECASE | re.DOTALL,
)
_FHIR_MARK: Final = re.compile(rb'"resourceType"\s*:')


def redact_exchange(exchange: Exchange) -> Exchange:
    """The same exchange with every secret masked. Idempotent."""
    response = exchange.response
    return replace(
        exchange,
        request=_redact_request(exchange.request),
        response=None if response is None else _redact_response(response),
    )


def redact_page(page: Page) -> Page:
    """The same page with the secrets of its addresses masked. Idempotent."""
    return replace(page, url=redact_url(page.url), referrers=tuple(map(redact_url, page.referrers)))


def redact_url(url: str) -> str:
    """A URL with the secrets of its user part, query and fragment masked; the rest is kept as it is written."""
    return _PAIR.sub(rf"\1{MASK}", _USERINFO.sub(rf"\1{MASK}@", url))


def redact_headers(headers: Headers) -> Headers:
    """Headers with credentials, cookie values and the secrets of URLs masked."""
    return tuple((name, _header_value(name.lower(), value)) for name, value in headers)


def redact_body(body: bytes, content_type: str) -> bytes:
    """A form, multipart or JSON body with the secrets masked; any other body, and any FHIR body, unchanged."""
    kind = content_type.lower()
    if "x-www-form-urlencoded" in kind:
        return _FORM_PAIR.sub(_masked, body)
    if kind.startswith("multipart/"):
        return _MULTIPART_PART.sub(_masked, body)
    looks_json = "json" in kind or (not kind and body.lstrip()[:1] in {b"{", b"["})
    if looks_json and "fhir" not in kind and not _FHIR_MARK.search(body):
        return _JSON_PAIR.sub(_masked, body)
    return body


def _masked(match: re.Match[bytes]) -> bytes:
    return match.group(1) + MASK.encode()


def _redact_request(request: Request) -> Request:
    return replace(
        request,
        url=redact_url(request.url),
        headers=redact_headers(request.headers),
        body=redact_body(request.body, _content_type(request.headers)),
    )


def _redact_response(response: Response) -> Response:
    return replace(
        response,
        headers=redact_headers(response.headers),
        body=redact_body(response.body, _content_type(response.headers)),
    )


def _content_type(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _header_value(name: str, value: str) -> str:
    if name in _WHOLE_HEADERS:
        return MASK
    if name in _SCHEME_HEADERS:
        scheme, blank, _ = value.partition(" ")
        return f"{scheme} {MASK}" if blank else MASK
    if name in _URL_HEADERS:
        return redact_url(value)
    return _COOKIE_HEADERS.get(name, str)(value)


def _cookie(value: str) -> str:
    return "; ".join(_cookie_pair(part.strip()) for part in value.split(";"))


def _set_cookie(value: str) -> str:
    pair, semicolon, attributes = value.partition(";")
    return _cookie_pair(pair) + semicolon + attributes


def _cookie_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals else MASK


_COOKIE_HEADERS: Final[dict[str, Callable[[str], str]]] = {"cookie": _cookie, "set-cookie": _set_cookie}
