"""`demo`: the reference editor over mutual TLS, every scenario, and the dossier."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import typer

from sas_recette.cli.run import REPORTS, conclude, make_plan, play

JOBS = typer.Option(min(2, os.cpu_count() or 1), "-n", min=0, help="Nombre de processus.")
"""Two, where there are two processors: the editor that is played against is on this machine too."""


def command(
    reports: Path = REPORTS,
    defect: list[str] = typer.Option([], "--defect", help="Donne un défaut à l’éditeur de référence (répétable)."),
    jobs: int = JOBS,
) -> None:
    """Start the reference editor on the loopback, play the whole cahier against it, write the dossier."""
    from sas_recette.cli.reference_sso import free_port
    from sas_recette.cli.rehearsal import rehearsal
    from sas_recette.editor.server import running_editor
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import validate_candidate
    from sas_recette.engine.plan import Selection
    from sas_recette.evidence.signature import Signer

    with tempfile.TemporaryDirectory(prefix="sas-recette-") as folder:
        agreed = rehearsal(Path(folder), frozenset(defect), free_port(), free_port(), revocation_port=free_port())
        started = utc_now()
        with running_editor(agreed.settings) as editor:
            typer.echo(f"Éditeur de référence\u00a0: {editor.base_url}", err=True)
            document = agreed.document(editor.base_url, editor.agenda_url, started)
            candidate = validate_candidate(document, "demo")
            plan, _ = make_plan(candidate, Selection(), reports)
            result, _ = play(plan, jobs=jobs, signer=Signer.fresh())
    conclude(result, plan.folder)
