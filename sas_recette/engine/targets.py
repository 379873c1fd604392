"""Target pages that addresses of a solution carry in a parameter, and their falsification (sso.md S30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

FOREIGN: Final = "redirection-falsifiee.invalid"
"""A host that no name server knows (RFC 6761)."""

_TARGETS: Final = (f"https://{FOREIGN}/", f"//{FOREIGN}/", f"/\\{FOREIGN}/")
"""What a target is replaced by: an address, and two that browsers take for one."""


def towards_a_foreign_site(departure: str) -> tuple[str, ...]:
    """A declared address of departure, with a foreign site in the place of `{page}`."""
    return tuple(departure.replace("{page}", quote(target, safe="")) for target in _TARGETS)


def falsified(urls: Iterable[str], host: str, landing: str) -> tuple[str, ...]:
    """Addresses of `host` in which a parameter that carries the page `landing` (a path) leads to a foreign site instead.

    One address of the solution is enough: the first that carries it, once per form of the foreign address.
    """
    for url in urls:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        names = [name for name, value in pairs if _leads_to(value, landing)]
        if parts.netloc == host and names:
            return tuple(_replaced(url, names[0]))
    return ()


def _leads_to(value: str, landing: str) -> bool:
    return len(landing) > 1 and urlsplit(value).path == landing


def _replaced(url: str, name: str) -> Iterator[str]:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for target in _TARGETS:
        query = urlencode([(key, target if key == name else value) for key, value in pairs])
        yield urlunsplit(parts._replace(query=query))
