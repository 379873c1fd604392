"""Undoing a Content-Encoding that was not asked for, within a size: a candidate cannot make the harness burst."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class DecodingError(Exception):
    """A body that is not what its Content-Encoding says; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded body; `complete` is false when it ended early, `too_large` when it was cut at the limit."""

    body: bytes
    complete: bool = True
    too_large: bool = False


def decode_body(body: bytes, encoding: str, limit: int) -> Decoded:
    """Undoes `encoding` (a Content-Encoding value), keeping at most `limit` bytes.

    Raises DecodingError for an encoding other than gzip and deflate, or for bytes that are not so encoded.
    """
    decoded = Decoded(body)
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    for name in reversed(names):
        if name == "identity" or not decoded.body:
            continue
        inner = _inflated(decoded.body, name, limit)
        decoded = Decoded(
            inner.body, complete=decoded.complete and inner.complete, too_large=decoded.too_large or inner.too_large
        )
    return decoded


def _inflated(body: bytes, name: str, limit: int) -> Decoded:
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise DecodingError(f"encodage de contenu «\u00a0{name}\u00a0» non demandé et inconnu du banc")
    try:
        return _members(body, _window_bits(body, name), limit)
    except zlib.error as error:
        raise DecodingError(f"le corps annoncé «\u00a0{name}\u00a0» n’est pas décodable ({error})") from error


def _window_bits(body: bytes, name: str) -> int:
    if name != "deflate":
        return _GZIP
    # « deflate » is zlib's format by the RFC, and the raw one in the habits of some servers.
    is_zlib = len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else _RAW_DEFLATE


def _members(body: bytes, window_bits: int, limit: int) -> Decoded:
    parts = bytearray()
    rest = body
    while rest:
        inflater = zlib.decompressobj(window_bits)
        parts += inflater.decompress(rest, limit - len(parts) + 1)
        if len(parts) > limit:
            return Decoded(bytes(parts[:limit]), complete=False, too_large=True)
        if not inflater.eof:
            return Decoded(bytes(parts), complete=False)
        rest = inflater.unused_data
    return Decoded(bytes(parts))
