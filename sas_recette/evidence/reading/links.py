"""Anchors of a page: stable, unique, and safe in an address whatever the name they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Link:
    """A place of the page and the words that lead to it; no `anchor` when there is nowhere to lead."""

    anchor: str
    label: str


def anchors(prefix: str, names: Iterable[str]) -> Mapping[str, str]:
    """An anchor for each distinct name, `prefix-name`; names that would collide get a rank."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        base = f"{prefix}-{_UNSAFE.sub('-', name)}"
        anchor, rank = base, 1
        while anchor in taken:
            rank += 1
            anchor = f"{base}-{rank}"
        taken.add(anchor)
        given[name] = anchor
    return given
