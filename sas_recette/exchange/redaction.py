"""Masking of secrets before anything reaches the disk (security.md §8).

Values are masked, names are kept: a reader of the evidence still sees that a cookie was `HttpOnly`, that a client
authenticated by `Basic`, that a `code` came back. Bodies are masked in place, around the secret; a FHIR body is never
touched, so that its digest stays the one of what was exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sas_recette.exchange.masking import MASK, mask_form, mask_html, mask_json, mask_multipart, mask_text, mask_url
from sas_recette.exchange.model import Exchange, Fault, Headers, Judgement, Page, Remark, Request, Response

_WHOLE_HEADERS: Final = frozenset({"x-api-key", "x-auth-token"})
_SCHEME_HEADERS: Final = frozenset({"authorization", "proxy-authorization"})
_URL_HEADERS: Final = frozenset({"location", "content-location", "referer"})
_FHIR_MARK: Final = re.compile(rb'"resourceType"\s*:')
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"
_FOLDED_COOKIE: Final = re.compile(r"(,\s*[^=;,\s]+=)[^;]*")


def redact_exchange(exchange: Exchange) -> Exchange:
    """The same exchange with every secret masked. Idempotent."""
    response = exchange.response
    return replace(
        exchange,
        request=_redact_request(exchange.request),
        response=None if response is None else _redact_response(response),
        fault=_redact_fault(exchange.fault),
        facts={name: mask_text(value) for name, value in exchange.facts.items()},
    )


def redact_page(page: Page) -> Page:
    """The same page with the secrets of its addresses, and of all that it shows, masked. Idempotent."""
    return replace(
        page,
        url=mask_url(page.url),
        title=mask_text(page.title),
        text=mask_text(page.text),
        referrers=tuple(map(mask_url, page.referrers)),
        fault=_redact_fault(page.fault),
    )


def redact_judgement(judgement: Judgement) -> Judgement:
    """The same judgement with the secrets of what it expects masked. Idempotent."""
    return replace(judgement, expect={name: _redact_value(value) for name, value in judgement.expect.items()})


def redact_remark(remark: Remark) -> Remark:
    """The same remark with the secrets of its text masked: a fault of the harness may quote an address. Idempotent."""
    return replace(remark, text=mask_text(remark.text), comment=mask_text(remark.comment))


def redact_headers(headers: Headers) -> Headers:
    """Headers with credentials, cookie values and the secrets of URLs masked."""
    return tuple((name, _header_value(name.lower(), value)) for name, value in headers)


def redact_body(body: bytes, content_type: str) -> bytes:
    """A form, multipart, JSON, HTML or text body with the secrets masked; any other body, and any FHIR body, unchanged."""
    kind = content_type.lower()
    mask = None if _is_fhir(body, kind) else _mask_of(body, kind)
    # Latin-1 gives each byte its own character: what is not masked comes back byte for byte, in whatever encoding it was.
    return body if mask is None else mask(body.decode("latin-1")).encode("latin-1")


def _is_fhir(body: bytes, kind: str) -> bool:
    if "fhir" in kind:
        return True
    readable_as_json = "json" in kind or body.lstrip(_BLANKS)[:1] in {b"{", b"["}
    return readable_as_json and _FHIR_MARK.search(body) is not None


def _mask_of(body: bytes, kind: str) -> Callable[[str], str] | None:
    if "x-www-form-urlencoded" in kind:
        return mask_form
    if kind.startswith("multipart/"):
        return mask_multipart
    if "html" in kind:
        return mask_html
    if "json" in kind or body.lstrip(_BLANKS)[:1] in {b"{", b"["}:
        return mask_json
    if not kind:
        return mask_html
    return mask_text if kind.startswith("text/") or "javascript" in kind or "jwt" in kind else None


def _redact_value(value: object) -> object:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {name: _redact_value(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_value(inner) for inner in value]
    return value


def _redact_fault(fault: Fault | None) -> Fault | None:
    return None if fault is None else replace(fault, detail=mask_text(fault.detail))


def _redact_request(request: Request) -> Request:
    return replace(
        request,
        url=mask_url(request.url),
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
        return mask_url(value)
    return _COOKIE_HEADERS.get(name, mask_text)(value)


def _cookie(value: str) -> str:
    return "; ".join(_cookie_pair(part.strip()) for part in value.split(";"))


def _set_cookie(value: str) -> str:
    """One cookie; or several, as some clients give them: a line each, or folded by commas (RFC 2109)."""
    return "\n".join(map(_one_cookie, value.split("\n")))


def _one_cookie(line: str) -> str:
    pair, semicolon, attributes = line.partition(";")
    return _cookie_pair(pair) + semicolon + _FOLDED_COOKIE.sub(rf"\1{MASK}", attributes)


def _cookie_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals else MASK


_COOKIE_HEADERS: Final[dict[str, Callable[[str], str]]] = {"cookie": _cookie, "set-cookie": _set_cookie}
