"""FHIRPath locations: how a place in a resource is written."""

from __future__ import annotations

from collections.abc import Iterable

Path = tuple[str | int, ...]


def fhirpath(root: str, path: Iterable[str | int]) -> str:
    """Write a path below `root`, `("entry", 3, "resource")` giving `Bundle.entry[3].resource`."""
    written = root
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return written
