"""Playwright’s traces in a campaign’s folder: which of the files that pages name are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"traces/[A-Za-z0-9-]{1,80}\.zip")


def present_traces(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Those of these names that are traces of the folder; a journal may name anything, and nothing else is looked at."""
    if (folder / "traces").is_symlink():
        return frozenset()
    files = {name: folder / name for name in names if _NAME.fullmatch(name)}
    return frozenset(name for name, path in files.items() if path.is_file() and not path.is_symlink())
