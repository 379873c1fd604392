"""Golden files: what a rendering of the sample must be, byte for byte.

After a wanted change, `SAS_RECETTE_REFRESH_GOLDEN=1 pytest tests/evidence` writes them again; read the difference before
keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, content: str | bytes) -> None:
    path = FOLDER / name
    data = content.encode() if isinstance(content, str) else content
    if os.environ.get("SAS_RECETTE_REFRESH_GOLDEN") == "1":
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{name} differs; refresh with SAS_RECETTE_REFRESH_GOLDEN=1 if it is meant"
