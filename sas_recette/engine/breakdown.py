"""A fault of the harness, told in one sentence: never the candidate’s, never a traceback in a dossier."""

from __future__ import annotations

import traceback
from pathlib import Path


def described_error(error: Exception) -> str:
    """What went wrong, with the place in the harness's own code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}\u00a0: {error} ({Path(last.filename).name}, ligne {last.lineno})"
