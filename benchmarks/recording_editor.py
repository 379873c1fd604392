"""The reference editor in a process of its own, which writes how long it took over each search once its input is closed.

    python -m benchmarks.recording_editor FOLDER

On its standard output: one JSON object, the content of a candidate file. In FOLDER, at the end: `durations.json`, milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from sas_recette.cli.reference import candidate_document, editor_settings, platform_identity
from sas_recette.editor import product
from sas_recette.editor.asgi import fhir_app
from sas_recette.editor.server import running_editor
from sas_recette.engine.campaign import utc_now


def recording(app: ASGIApp, durations: list[float]) -> ASGIApp:
    """An application that notes how long each request took, from its headers read to its answer written."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        await app(scope, receive, send)
        durations.append((time.perf_counter() - begun) * 1000)

    return timed


def main() -> None:
    """Serve until the standard input is closed."""
    folder, durations = Path(sys.argv[1]), list[float]()
    vars(product)["fhir_app"] = lambda service, delays: recording(fhir_app(service, delays), durations)
    settings, pki = editor_settings(folder / "pki", frozenset())
    with running_editor(settings) as editor:
        document = candidate_document(editor.base_url, platform_identity(pki), utc_now())
        print(json.dumps(document), flush=True)
        sys.stdin.read()
    (folder / "durations.json").write_text(json.dumps(durations), encoding="utf-8")


if __name__ == "__main__":
    main()
