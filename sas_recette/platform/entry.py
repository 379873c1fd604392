"""The address that a regulator follows into the solution: a slot's URL, and the `origin` that the platform adds (sso.md §3)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit


def with_origin(url: str, *values: str) -> str:
    """The URL with `origin=<value>` once per value, after the parameters that it has; the fragment stays last.

    An `origin` that the URL already carries is replaced: a parameter is never doubled, unless several values ask for it.
    Everything else keeps its spelling.
    """
    parts = urlsplit(url)
    others = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != "origin"]
    query = "&".join([*others, *(f"origin={quote(value, safe='')}" for value in values)])
    return urlunsplit(parts._replace(query=query))


def without_origin(url: str) -> str:
    """The URL without any `origin`."""
    return with_origin(url)
