"""The cookies of one person, kept and sent as Chromium does: domain, path, Secure, SameSite, name prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sas_recette.exchange.model import Cookie

_SAME_SITE: Final[Mapping[str, str]] = {"strict": "Strict", "lax": "Lax", "none": "None"}


def site(url: str) -> str:
    """What two hosts share when they are of one site; an address of the network is a site by itself."""
    host = urlsplit(url).hostname or ""
    labels = host.split(".")
    return host if labels[-1].isdigit() else ".".join(labels[-2:])


@dataclass(slots=True)
class Jar:
    """Cookies by domain, path and name."""

    _held: dict[tuple[str, str, str], tuple[Cookie, str]] = field(default_factory=dict)

    def clear(self) -> None:
        """Lose everything."""
        self._held.clear()

    def facts(self) -> tuple[Cookie, ...]:
        """The cookies without their values, sorted."""
        return tuple(
            sorted((cookie for cookie, _ in self._held.values()), key=lambda one: (one.domain, one.path, one.name))
        )

    def keep(self, header: str, url: str, now: datetime) -> None:
        """What one `Set-Cookie` of an address asks for."""
        pair, _, rest = header.partition(";")
        name, equals, value = pair.partition("=")
        name = name.strip() if equals else ""
        attributes = dict(_attributes(rest))
        cookie = _cookie(name, attributes, urlsplit(url))
        if cookie is None:
            return
        key = (cookie.domain, cookie.path, name)
        self._held.pop(key, None) if _expired(attributes, now) else self._held.__setitem__(key, (cookie, value.strip()))

    def sent(self, url: str, *, method: str, initiator: str) -> str:
        """The `Cookie` header of a navigation to an address, started by a page of `initiator` (empty: by another site)."""
        parts = urlsplit(url)
        same = bool(initiator) and site(initiator) == site(url)
        held = [
            (cookie, value)
            for cookie, value in self._held.values()
            if _reaches(cookie, parts) and (same or _crosses(cookie, method))
        ]
        held.sort(key=lambda one: -len(one[0].path))
        return "; ".join(f"{cookie.name}={value}" if cookie.name else value for cookie, value in held)


def _attributes(rest: str) -> Iterator[tuple[str, str]]:
    for part in rest.split(";"):
        name, _, value = part.partition("=")
        if name.strip():
            yield name.strip().lower(), value.strip()


def _cookie(name: str, attributes: Mapping[str, str], url: SplitResult) -> Cookie | None:
    host = url.hostname or ""
    domain = attributes.get("domain", "").lstrip(".").lower()
    if domain and not (host == domain or host.endswith(f".{domain}")):
        return None
    written = attributes.get("path", "")
    path = written if written.startswith("/") else (url.path.rpartition("/")[0] or "/")
    secure = "secure" in attributes
    same_site = _SAME_SITE.get(attributes.get("samesite", "").lower(), "")
    trusted = url.scheme == "https" or host in {"127.0.0.1", "localhost"}
    refused = (secure and not trusted) or (same_site == "None" and not secure)
    refused |= name.startswith("__Secure-") and not secure
    refused |= name.startswith("__Host-") and (not secure or bool(domain) or path != "/")
    if refused:
        return None
    shared = f".{domain}" if domain and not host.replace(".", "").isdigit() else host
    return Cookie(name, shared, path, secure, "httponly" in attributes, same_site)


def _expired(attributes: Mapping[str, str], now: datetime) -> bool:
    age = attributes.get("max-age", "")
    if age.lstrip("-").isdigit():
        return int(age) <= 0
    try:
        until = parsedate_to_datetime(attributes.get("expires", ""))
    except ValueError:
        return False
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) <= now


def _reaches(cookie: Cookie, url: SplitResult) -> bool:
    host, path = url.hostname or "", url.path or "/"
    there = host == cookie.domain or (cookie.domain.startswith(".") and f".{host}".endswith(cookie.domain))
    prefix = cookie.path if cookie.path.endswith("/") else f"{cookie.path}/"
    below = path == cookie.path or path.startswith(prefix)
    return there and below and (not cookie.secure or url.scheme == "https" or host in {"127.0.0.1", "localhost"})


def _crosses(cookie: Cookie, method: str) -> bool:
    """Whether a cookie goes along when another site leads here. Chromium bears a POST for two minutes without SameSite."""
    return {"Strict": False, "Lax": method == "GET", "None": True}.get(cookie.same_site, True)
