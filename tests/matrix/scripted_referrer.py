"""Which `Referer` a browser sends, by the policy of a page (Referrer Policy, W3C)."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

from tests.matrix.scripted_page import Document

DEFAULT: Final = "strict-origin-when-cross-origin"
_KNOWN: Final = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        DEFAULT,
        "unsafe-url",
    }
)
_LOADED: Final = {"img": "src", "script": "src", "iframe": "src", "link": "href"}


def policy(written: str, otherwise: str = DEFAULT) -> str:
    """The last policy of a header that a browser knows."""
    known = [one.strip().lower() for one in written.split(",") if one.strip().lower() in _KNOWN]
    return known[-1] if known else otherwise


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def referrer(page: str, target: str, rule: str) -> str:
    """The header that a request of a page to a target bears, empty for none."""
    if not page or rule == "no-referrer":
        return ""
    whole, short = page.partition("#")[0], origin(page) + "/"
    same = origin(page) == origin(target)
    downgrade = page.startswith("https:") and not target.startswith("https:")
    answers = {
        "unsafe-url": whole,
        "origin": short,
        "same-origin": whole if same else "",
        "origin-when-cross-origin": whole if same else short,
        "strict-origin": "" if downgrade else short,
        "no-referrer-when-downgrade": "" if downgrade else whole,
    }
    return answers.get(rule, whole if same else ("" if downgrade else short))


def told_by(document: Document, page: str, rule: str) -> list[str]:
    """What the hosts of the pictures, scripts and styles of a page are told, when they are others than its own."""
    told = []
    for element in document.elements:
        address = element.attributes.get(_LOADED.get(element.tag, ""), "")
        if not address or (element.tag == "link" and "stylesheet" not in element.attributes.get("rel", "")):
            continue
        target = urljoin(page, address)
        if origin(target) != origin(page):
            told.append(referrer(page, target, policy(element.attributes.get("referrerpolicy", ""), rule)))
    return [one for one in told if one]
