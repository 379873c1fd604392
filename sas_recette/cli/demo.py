"""`demo`: the reference editor over mutual TLS, every scenario, and the dossier."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typer

from sas_recette.cli.run import JOBS, REPORTS, conclude, make_plan, play


def command(
    reports: Path = REPORTS,
    defect: list[str] = typer.Option([], "--defect", help="Donne un défaut à l’éditeur de référence (répétable)."),
    jobs: int = JOBS,
) -> None:
    """Start the reference editor on the loopback, play the whole cahier against it, write the dossier."""
    from sas_recette.cli.reference import candidate_document, editor_settings, platform_identity
    from sas_recette.cli.reference_sso import free_port, issuer_at, registered, sso_document
    from sas_recette.editor.server import running_editor
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import validate_candidate
    from sas_recette.engine.plan import Selection

    with tempfile.TemporaryDirectory(prefix="sas-recette-") as folder:
        bare, pki = editor_settings(Path(folder), frozenset(defect))
        settings, registration = registered(bare, pki, issuer_at(free_port()))
        started = utc_now()
        with running_editor(settings) as editor:
            typer.echo(f"Éditeur de référence\u00a0: {editor.base_url}", err=True)
            sso = sso_document(registration, editor.agenda_url)
            document = candidate_document(editor.base_url, platform_identity(pki), started, sso)
            candidate = validate_candidate(document, "demo")
            plan, _ = make_plan(candidate, Selection(), reports)
            result = play(plan, jobs=jobs)
    conclude(result, plan.folder)
