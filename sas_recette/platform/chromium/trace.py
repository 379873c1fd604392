"""Playwright's trace without the secrets that went through the browser."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from sas_recette.exchange.masking import MASK

_SHORTEST: Final = 8
"""A shorter value is found by chance everywhere: it is only masked where it stands beside its name."""
_TOLD_IN_ADDRESSES: Final = (
    "code|id_token|access_token|refresh_token|id_token_hint|client_secret|code_verifier|password"
)
_IN_ADDRESS: Final = re.compile(
    rf"(?:[?&#;]|%3F|%26|%23|\\u0026)(?:{_TOLD_IN_ADDRESSES})(?:=|%3D)([^&#\s\"'\\<>%;]+)", re.IGNORECASE
)
_COOKIE_HEADER: Final = re.compile(r'"name":\s*"(set-cookie|cookie)",\s*"value":\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_LEFT_OUT: Final = frozenset({"trace.stacks"})
"""Where the harness is installed concerns nobody."""
_URL_SAFE: Final = str.maketrans("+/", "-_")


def write_scrubbed(raw: Path, clean: Path, secrets: Iterable[str], cookies: Iterable[tuple[str, str]]) -> None:
    """Writes the trace `raw` anew as `clean`, every secret masked.

    Secrets are those given, cookies by name and value, and what the addresses and the cookie headers of the trace hold
    themselves. Raises zipfile.BadZipFile for what is not a trace.
    """
    with zipfile.ZipFile(raw) as source:
        members = {name: source.read(name) for name in source.namelist() if name not in _LEFT_OUT}
    told = [data.decode("utf-8", "replace") for name, data in members.items() if name.endswith((".trace", ".network"))]
    scrub = Scrubber(
        {*secrets, *(value for text in told for value in _IN_ADDRESS.findall(text))},
        {*cookies, *(pair for text in told for pair in _cookies(text))},
    )
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, scrub(data))


class Scrubber:
    """Masks values in bytes, in whatever way they are written: plain, percent-encoded, in JSON, in base64."""

    def __init__(self, secrets: Iterable[str], cookies: Iterable[tuple[str, str]] = ()) -> None:
        pairs = {(name, value) for name, value in cookies if name and value}
        given = {value for value in secrets if value}
        values = given | {value for _, value in pairs}
        values |= {unquote(value) for value in values}
        self._forms = {form for value in values if len(value) >= _SHORTEST for form in _written_forms(value)}
        self._sizes = _sizes(self._forms)
        self._patterns: list[bytes] = []
        for value in (value for value in given if len(value) < _SHORTEST):
            self._patterns.append(rb"([=\"])" + re.escape(value.encode()) + rb"(?=[\"&;\s\\]|$)")
        for name, value in ((name, value) for name, value in pairs if len(value) < _SHORTEST):
            key, short = re.escape(name.encode()), re.escape(value.encode())
            self._patterns.append(rb"((?:^|[\s;\"',])" + key + rb"=)" + short + rb"(?=[;,\s\"'\\]|$)")
            self._patterns.append(rb'("name":\s*"' + key + rb'",\s*"value":\s*")' + short + rb'(?=")')

    def __call__(self, data: bytes) -> bytes:
        """The same bytes, masked."""
        data = self._without_forms(data)
        for pattern in self._patterns:
            data = re.sub(pattern, lambda found: found[1] + MASK.encode(), data)
        return data

    def _without_forms(self, data: bytes) -> bytes:
        # A campaign has thousands of forms: an alternative of a pattern for each would take minutes.
        forms, sizes = self._forms, self._sizes
        hits = [at for at in range(len(data) - _SHORTEST + 1) if data[at : at + _SHORTEST] in sizes] if forms else []
        parts, end = [], 0
        for at in hits:
            if at < end:
                continue
            size = next((one for one in sizes[data[at : at + _SHORTEST]] if data[at : at + one] in forms), 0)
            if size:
                parts += [data[end:at], MASK.encode()]
                end = at + size
        return b"".join((*parts, data[end:]))


def _sizes(forms: Iterable[bytes]) -> Mapping[bytes, Sequence[int]]:
    """The lengths of forms by their first bytes, the longest first: a value may hold another."""
    found: dict[bytes, set[int]] = {}
    for form in forms:
        found.setdefault(form[:_SHORTEST], set()).add(len(form))
    return {beginning: sorted(sizes, reverse=True) for beginning, sizes in found.items()}


@lru_cache(maxsize=8192)
def _written_forms(value: str) -> tuple[bytes, ...]:
    """Kept from one trace to the next: a campaign has the same secrets in all of them."""
    return tuple({form.encode() for form in _forms_of(value)})


def _forms_of(value: str) -> Iterator[str]:
    for form in {value, quote(value, safe=""), quote_plus(value)}:
        yield form
        yield re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), form)
        yield quote(form, safe="")
        yield json.dumps(form)[1:-1]
        yield json.dumps(form, ensure_ascii=False)[1:-1]
        yield from _in_base64(form.encode())


def _in_base64(data: bytes) -> Iterator[str]:
    """Wherever it stands in what was encoded: without the characters that hold bits of what comes before or after."""
    for before, shared in ((0, 0), (1, 2), (2, 3)):
        shifted = b"\0" * before + data
        encoded = base64.b64encode(shifted[: len(shifted) - len(shifted) % 3]).decode()[shared:]
        if len(encoded) >= _SHORTEST:
            yield encoded
            yield encoded.translate(_URL_SAFE)


def _cookies(text: str) -> Iterator[tuple[str, str]]:
    for header, value in _COOKIE_HEADER.findall(text):
        written = value.partition(";")[0] if header.lower() == "set-cookie" else value
        for pair in written.replace("\\n", ";").split(";"):
            name, equals, held = pair.strip().partition("=")
            if equals:
                yield name, held
