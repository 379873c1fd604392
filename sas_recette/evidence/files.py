"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part. Text is UTF-8 with line feeds.

    Pieces are written as they come. Raises OSError. The folder is made when it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pieces = [content.encode("utf-8")] if isinstance(content, str) else content
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines([pieces] if isinstance(pieces, bytes) else pieces)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
